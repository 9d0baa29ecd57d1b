//! How a wallet ends: closed, erased, or in the background for a while.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use permitcard_platform::DeviceKeys;

use super::Wallet;
use crate::base::keys::Keys;
use crate::base::task;
use crate::error::WalletError;
use crate::{erase, presentation};

impl Wallet {
    /// Erases everything: keys first, then files. Works offline. Stops what is under way and closes the wallet.
    ///
    /// # Errors
    /// [`WalletError::KeyStore`] when a key stays: [`erase_unopened`](Self::erase_unopened) tries again. Everything else is
    /// erased all the same, but for the file that names the wrapping key as long as that key stays.
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn erase(&self) -> Result<(), WalletError> {
        let inner = self.inner.clone();
        let task = task::spawn(async move {
            inner.closing.store(true, Ordering::Release);
            inner.halt.send_modify(|halts| *halts += 1);
            let mut closed = inner.closed.write().await;
            if *closed {
                return Err(WalletError::Closed);
            }
            *closed = true;
            erase::erase(&inner.core, &inner.dir, &inner.wrapping_key).await
        });
        task.result().await.map_err(|_| WalletError::Internal)?
    }

    /// Erases a wallet that is not open, for instance because its key is gone: the signing keys of the key store and the
    /// vault's wrapping key, then the files of the folder.
    ///
    /// # Errors
    /// As [`erase`](Self::erase).
    pub async fn erase_unopened(
        dir: PathBuf,
        keys: Arc<dyn DeviceKeys>,
        call_timeout: Duration,
    ) -> Result<(), WalletError> {
        let keys = Keys::new(keys, call_timeout);
        task::spawn(async move { erase::erase_unopened(&keys, &dir).await })
            .result()
            .await
            .map_err(|_| WalletError::Internal)?
    }

    /// The app went to the background: drops connections that nothing uses, for the system ends them without a word. What
    /// is under way goes on.
    pub fn on_background(&self) {
        self.inner.core.link.on_background();
    }

    /// Waits for what is under way, then closes. Every later call answers [`WalletError::Closed`].
    pub async fn close(&self) {
        let inner = self.inner.clone();
        let task = task::spawn(async move {
            inner.closing.store(true, Ordering::Release);
            let mut closed = inner.closed.write().await;
            if !*closed {
                *closed = true;
                // The key store ends its session by itself if it does not now.
                let _ = presentation::end(&inner.core, &inner.shows).await;
                inner.core.store.close().await;
            }
        });
        // A task that panicked leaves the wallet closed to new calls all the same.
        let _ = task.result().await;
    }
}
