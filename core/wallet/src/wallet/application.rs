//! An application that was still being decided when the holder registered.

use permitcard_platform::PromptText;

use super::{Wallet, hooks};
use crate::base::core::Core;
use crate::error::WalletError;
use crate::issuance::{self, PendingView};
use crate::{held, registration};

impl Wallet {
    /// The application that the wallet waits for, if it does. [`fetch_card`](Self::fetch_card) and [`sync`](Self::sync)
    /// answer `issuance.pending` meanwhile, and get the card once it is decided. A sync without a prompt asks no earlier than
    /// the authority wishes; a call with one, for a holder who was told that it is decided, asks at once, though no more than
    /// once a minute. The seconds in the answer are those until the same call asks. Works offline.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn pending(&self) -> Result<Option<PendingView>, WalletError> {
        self.run(|inner| async move { issuance::pending(&inner.core).await })
            .await
    }
}

/// Asks what became of the application, if the wallet waits for one and has no card. `true` if the card came.
pub(super) async fn ask(core: &Core, prompt: Option<PromptText>) -> Result<bool, WalletError> {
    let has_card = core.store.read(|tx| Ok(held::record::card(tx)?.is_some())).await?;
    if has_card || issuance::pending(core).await?.is_none() {
        return Ok(false);
    }
    let grant = registration::grant(core).await?;
    issuance::fetch(core, Some(&grant), prompt, hooks()).await?;
    Ok(true)
}
