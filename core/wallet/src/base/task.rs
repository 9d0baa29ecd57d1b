//! Tasks of one type. tokio is compiled once for each type of task and of result: a type for each call made the library
//! for phones a twentieth larger, so that all calls run as one.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;
type BlockingTask = Box<dyn FnOnce() + Send>;

/// The task ended in a panic, whose text is dropped, or with its runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Died;

/// A task that runs. Dropping this leaves it running.
pub(crate) struct Running<T> {
    task: JoinHandle<()>,
    result: oneshot::Receiver<T>,
}

/// Starts a task on the current runtime.
pub(crate) fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Running<T> {
    let (sender, result) = oneshot::channel();
    let task: Task = Box::pin(async move {
        // Nobody waits any more after a dropped call.
        let _ = sender.send(work.await);
    });
    Running {
        task: tokio::spawn(task),
        result,
    }
}

/// Starts work that may block on a thread of its own.
pub(crate) fn spawn_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Running<T> {
    let (sender, result) = oneshot::channel();
    let work: BlockingTask = Box::new(move || {
        let _ = sender.send(work());
    });
    Running {
        task: tokio::task::spawn_blocking(work),
        result,
    }
}

impl<T> Running<T> {
    /// Waits for the result.
    pub(crate) async fn result(mut self) -> Result<T, Died> {
        self.task.await.map_err(|_| Died)?;
        self.result.try_recv().map_err(|_| Died)
    }

    /// Waits for the result, for `limit` at most; `None` afterwards, and the task goes on.
    pub(crate) async fn result_within(mut self, limit: Duration) -> Option<Result<T, Died>> {
        match tokio::time::timeout(limit, self.task).await {
            Err(_) => None,
            Ok(Err(_)) => Some(Err(Died)),
            Ok(Ok(())) => Some(self.result.try_recv().map_err(|_| Died)),
        }
    }
}
