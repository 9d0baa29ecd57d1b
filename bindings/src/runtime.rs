use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use permitcard_platform::KeyError;
use tokio::{
    runtime::{Builder, Handle, Runtime as Tokio},
    task::JoinError,
    time::timeout,
};

use crate::{CancelToken, PermitCardError, panics};

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
        if cancel.as_ref().is_some_and(|token| token.is_cancelled()) {
            return Err(PermitCardError::Cancelled);
        }
        let task = self.handle.spawn(work);
        tokio::select! {
            biased;
            joined = task => match joined {
                Ok(result) => result.map_err(Into::into),
                Err(error) => Err(from_join(&error)),
            },
            () = CancelToken::wait(cancel) => Err(PermitCardError::Cancelled),
        }
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
            match timeout(limit, handle.spawn_blocking(work)).await {
                Ok(Ok(result)) => result.map_err(Into::into),
                Ok(Err(error)) => Err(from_join(&error)),
                Err(_) => Err(KeyError::TimedOut.into()),
            }
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

/// A task ends early when the runtime was stopped, or when it panicked; the panic's text is dropped.
fn from_join(error: &JoinError) -> PermitCardError {
    if error.is_cancelled() {
        PermitCardError::Closed
    } else {
        PermitCardError::fault()
    }
}
