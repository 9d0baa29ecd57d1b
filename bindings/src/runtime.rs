use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use permitcard_platform::KeyError;
use tokio::{
    runtime::{Builder, Handle, Runtime as Tokio},
    sync::oneshot,
    task::JoinError,
    time::timeout,
};

use crate::{CancelToken, PermitCardError, panics};

// tokio and the wait for a task are compiled once for each type of task. A type for each call would make the library a tenth
// larger, so that all calls run as one.
type Task = Pin<Box<dyn Future<Output = ()> + Send>>;
type BlockingTask = Box<dyn FnOnce() + Send>;
/// Waits for a task, whatever it is.
type Wait = Pin<Box<dyn Future<Output = Result<(), PermitCardError>> + Send>>;

/// The threads of one wallet or verifier. Hosts poll only the waiting: all work runs here, so that nothing blocks a
/// host's main thread, and a future that a host drops takes no work with it.
#[derive(Debug)]
pub(crate) struct Runtime {
    handle: Handle,
    owned: Mutex<Option<Tokio>>,
}

impl Runtime {
    /// Two workers, and blocking threads as they are needed.
    ///
    /// # Errors
    /// [`PermitCardError::Internal`] when the system gives no thread.
    pub(crate) fn start() -> Result<Self, PermitCardError> {
        panics::drop_texts();
        let tokio = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("permitcard")
            .enable_all()
            .build()
            .map_err(|_| PermitCardError::fault())?;
        Ok(Self {
            handle: tokio.handle().clone(),
            owned: Mutex::new(Some(tokio)),
        })
    }

    /// Runs `work` on the threads of this runtime and waits for it, or for `cancel`. The work goes on when the waiting
    /// ends early.
    ///
    /// # Errors
    /// The error of `work`; [`PermitCardError::Cancelled`], [`PermitCardError::Closed`] after [`stop`](Self::stop), and
    /// [`PermitCardError::Internal`] when the work panicked.
    pub(crate) async fn run<T, E>(
        &self,
        cancel: Option<Arc<CancelToken>>,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, PermitCardError>
    where
        T: Send + 'static,
        E: Into<PermitCardError> + Send + 'static,
    {
        let (sender, mut result) = oneshot::channel();
        let task = Box::pin(async move {
            // Nobody waits any more after a cancelled or dropped call.
            let _ = sender.send(work.await);
        });
        self.wait(cancel, task).await?;
        result
            .try_recv()
            .map_err(|_| PermitCardError::fault())?
            .map_err(Into::into)
    }

    /// Spawns a task and waits until it has ended.
    fn wait(&self, cancel: Option<Arc<CancelToken>>, task: Task) -> Wait {
        if cancel.as_ref().is_some_and(|token| token.is_cancelled()) {
            return Box::pin(async { Err(PermitCardError::Cancelled) });
        }
        let task = self.handle.spawn(task);
        Box::pin(async move {
            tokio::select! {
                biased;
                joined = task => joined.map_err(|error| from_join(&error)),
                () = CancelToken::wait(cancel) => Err(PermitCardError::Cancelled),
            }
        })
    }

    /// As [`run`](Self::run), for work that blocks and may wait for the host's key store, for `limit` at most. A thread
    /// that is still waiting then is left behind: nothing can end it.
    ///
    /// # Errors
    /// As [`run`](Self::run), and [`KeyError::TimedOut`].
    pub(crate) async fn run_blocking<T, E>(
        &self,
        cancel: Option<Arc<CancelToken>>,
        limit: Duration,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, PermitCardError>
    where
        T: Send + 'static,
        E: Into<PermitCardError> + Send + 'static,
    {
        let handle = self.handle.clone();
        self.run(cancel, async move {
            let (sender, mut result) = oneshot::channel();
            let work: BlockingTask = Box::new(move || {
                let _ = sender.send(work());
            });
            match timeout(limit, handle.spawn_blocking(work)).await {
                Ok(joined) => joined.map_err(|error| from_join(&error))?,
                Err(_) => return Err(KeyError::TimedOut.into()),
            }
            result
                .try_recv()
                .map_err(|_| PermitCardError::fault())?
                .map_err(Into::into)
        })
        .await
    }

    /// Ends the threads without waiting: a key store that never returns would hold a waiting thread for ever.
    pub(crate) fn stop(&self) {
        let owned = self.owned.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(tokio) = owned {
            tokio.shutdown_background();
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Why a task did not end: the runtime was stopped, or it panicked. The panic's text is dropped.
fn from_join(error: &JoinError) -> PermitCardError {
    if error.is_cancelled() {
        PermitCardError::Closed
    } else {
        PermitCardError::fault()
    }
}
