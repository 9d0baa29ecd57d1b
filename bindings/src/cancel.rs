use std::sync::Arc;

use tokio::sync::watch;

/// Ends the waiting for calls that were given this token.
///
/// A cancelled call answers `Cancelled` at once. What it began is not torn apart: a request that is stored or under way
/// ends by itself in the background, and the next call finds its result. Kotlin needs no token, for a cancelled coroutine
/// does the same; Swift's tasks need one (`withCancelToken`).
#[derive(Debug, uniffi::Object)]
pub struct CancelToken {
    cancelled: watch::Sender<bool>,
}

#[uniffi::export]
impl CancelToken {
    /// A token that is not cancelled.
    #[uniffi::constructor]
    #[allow(clippy::new_without_default, reason = "made by hosts, through uniffi")]
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            cancelled: watch::Sender::new(false),
        })
    }

    /// Cancels all calls that have this token, now and later. From any thread, more than once.
    pub fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    /// Whether `cancel` was called.
    pub fn is_cancelled(&self) -> bool {
        *self.cancelled.borrow()
    }
}

impl CancelToken {
    /// Ends when the token is cancelled; never without a token.
    pub(crate) async fn wait(token: Option<Arc<Self>>) {
        let Some(token) = token else {
            return std::future::pending().await;
        };
        // Fails only when the sender is gone, and the token is held here.
        let _ = token.cancelled.subscribe().wait_for(|cancelled| *cancelled).await;
    }
}
