//! Registration, tier 2, consents and services: what happens before and beside the card.

use std::sync::Arc;

use permitcard_wallet as core;

use super::Wallet;
use crate::{
    CancelToken, PermitCardError, panics,
    types::{
        ConsentKind, ConsentStatus, IdentityInput, IdentityPreview, PendingView, RegistrationView, ServiceView,
        StepAnswer, Withdrawal,
    },
};

#[uniffi::export]
impl Wallet {
    /// Where the registration stands, from the store alone; none if none was started since the last one was cancelled.
    ///
    /// # Errors
    /// `Storage`, `Closed`.
    pub async fn registration(&self) -> Result<Option<RegistrationView>, PermitCardError> {
        let view = self
            .run(None, |wallet| async move { wallet.registration().await })
            .await?;
        Ok(view.map(Into::into))
    }

    /// Starts a registration: makes the transport key and asks the authority for the first step. Called again after a
    /// failure it goes on with the same request.
    ///
    /// # Errors
    /// `WrongState` when one runs already or there is a card; network, key store and storage errors.
    #[uniffi::method(default(cancel = None))]
    pub async fn start_registration(
        &self,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<RegistrationView, PermitCardError> {
        let view = self
            .run(cancel, |wallet| async move { wallet.start_registration().await })
            .await?;
        Ok(view.into())
    }

    /// Answers a step. The answer is stored before it is sent: after `Network`, `Cancelled` or a crash it goes out again
    /// with `resume_registration`, and the holder is not asked twice. While an older answer has no reply, that one is
    /// sent, the one given here is not used, and the view tells what is next.
    ///
    /// An answer that did not pass is no error: the view has the step again, with `failure` and the other ways that are
    /// open. Any open step may be answered, also another one than the last time.
    ///
    /// # Errors
    /// `InvalidInput` (nothing stored, nothing sent), `WrongState`, `Refused` when the authority ended the registration;
    /// network, key store and storage errors.
    #[uniffi::method(default(cancel = None))]
    pub async fn answer(
        &self,
        answer: StepAnswer,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<RegistrationView, PermitCardError> {
        let view = self
            .run(cancel, |wallet| async move { wallet.answer(answer.into()).await })
            .await?;
        Ok(view.into())
    }

    /// Sends a stored request that has no reply yet again. Without one it answers as `registration`.
    ///
    /// # Errors
    /// As `answer`.
    #[uniffi::method(default(cancel = None))]
    pub async fn resume_registration(
        &self,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Option<RegistrationView>, PermitCardError> {
        let view = self
            .run(cancel, |wallet| async move { wallet.resume_registration().await })
            .await?;
        Ok(view.map(Into::into))
    }

    /// Forgets the running registration with its keys, also while an answer or `fetch_card` is under way: those answer
    /// `Cancelled`. Works offline. Without one it does nothing.
    ///
    /// # Errors
    /// `Storage`, `Closed`.
    pub async fn cancel_registration(&self) -> Result<(), PermitCardError> {
        self.run(None, |wallet| async move { wallet.cancel_registration().await })
            .await
    }

    /// Starts the further real-name step that opens social security services (tier 2), for a holder whose physical social
    /// security card the register knows. It runs like a registration: `answer`, `fetch_card`. The card stays usable
    /// meanwhile, and as it is if the authority refuses or the holder cancels before the last step passed; a cancel after
    /// that may leave the services open, and the next `sync` brings the card that the authority has.
    ///
    /// # Errors
    /// `NotRegistered` without a card, `WrongState`, `Refused`; network, key store and storage errors.
    #[uniffi::method(default(cancel = None))]
    pub async fn start_tier_2(&self, cancel: Option<Arc<CancelToken>>) -> Result<RegistrationView, PermitCardError> {
        let view = self
            .run(cancel, |wallet| async move { wallet.start_tier_2().await })
            .await?;
        Ok(view.into())
    }

    /// The application that the wallet waits for, if it does. `fetch_card` and `sync` get the card once it is decided; until
    /// then they answer `Refused` with the seconds until the same call asks. Works offline.
    ///
    /// # Errors
    /// `Storage`, `Closed`.
    pub async fn pending(&self) -> Result<Option<PendingView>, PermitCardError> {
        let view = self.run(None, |wallet| async move { wallet.pending().await }).await?;
        Ok(view.map(Into::into))
    }

    /// Every service of the card, which are open, and why the others are not. Works offline.
    ///
    /// # Errors
    /// `Storage`, `Closed`.
    pub async fn services(&self) -> Result<Vec<ServiceView>, PermitCardError> {
        let services = self.run(None, |wallet| async move { wallet.services().await }).await?;
        Ok(services.into_iter().map(Into::into).collect())
    }

    /// What the authority keeps of the holder's consents, and what a withdrawal of each would mean for the card.
    ///
    /// # Errors
    /// `NotRegistered`, `Refused`; network, key store and storage errors.
    #[uniffi::method(default(cancel = None))]
    pub async fn consents(&self, cancel: Option<Arc<CancelToken>>) -> Result<Vec<ConsentStatus>, PermitCardError> {
        let consents = self
            .run(cancel, |wallet| async move { wallet.consents().await })
            .await?;
        Ok(consents.into_iter().map(Into::into).collect())
    }

    /// Withdraws a consent. The authority deletes what rested on it; where the card rested on it the card ends, and is not
    /// shown any more from then on; where there is none yet the registration ends. Stored before it is sent: after `Network`,
    /// `sync` or the same call again sends it once more.
    ///
    /// # Errors
    /// `NotRegistered`, `Refused`; network, key store and storage errors.
    #[uniffi::method(default(cancel = None))]
    pub async fn withdraw_consent(
        &self,
        kind: ConsentKind,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Withdrawal, PermitCardError> {
        let withdrawal = self
            .run(cancel, move |wallet| async move {
                wallet.withdraw_consent(kind.into()).await
            })
            .await?;
        Ok(withdrawal.into())
    }
}

/// How an identity will be sent and what looks unusual about it. Stores and sends nothing.
///
/// # Errors
/// `InvalidInput`.
#[uniffi::export]
pub fn preview_identity(identity: IdentityInput) -> Result<IdentityPreview, PermitCardError> {
    panics::guard(|| Ok(core::Wallet::preview_identity(&identity.into())?.into()))
}
