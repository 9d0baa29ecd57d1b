//! The calls of a registration, and what depends on it: services and consents.

use permitcard_protocol::consents::ConsentStatus;
use permitcard_protocol::registration::{ConsentKind, Tier};
use permitcard_vault::ReadTx;

use super::{Wallet, card};
use crate::consents::{self, Withdrawal};
use crate::error::{StateCode, WalletError};
use crate::issuance;
use crate::registration::{self, IdentityInput, IdentityPreview, RegistrationView, StepAnswer};
use crate::services::{self, ServiceView};

impl Wallet {
    /// How an identity will be sent and what looks unusual about it. Stores and sends nothing.
    ///
    /// # Errors
    /// [`WalletError::InvalidInput`].
    pub fn preview_identity(identity: &IdentityInput) -> Result<IdentityPreview, WalletError> {
        registration::preview(identity)
    }

    /// Where the registration stands, from the store alone; none if none was started since the last one was cancelled.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn registration(&self) -> Result<Option<RegistrationView>, WalletError> {
        self.run(|inner| async move { registration::view(&inner.core).await })
            .await
    }

    /// Starts a registration: makes the transport key and asks the authority for the first step. Called again after a
    /// failure it goes on with the same request.
    ///
    /// # Errors
    /// [`WalletError::WrongState`] when one runs already or there is a card; network, key store and storage errors.
    pub async fn start_registration(&self) -> Result<RegistrationView, WalletError> {
        self.flow(|inner| async move { registration::start(&inner.core, Tier::Permit).await })
            .await
    }

    /// Starts the further real-name step that opens social security services (tier 2), for a holder whose physical social
    /// security card the register knows. It runs like a registration: [`answer`](Self::answer),
    /// [`fetch_card`](Self::fetch_card). The card stays usable meanwhile, and as it is if the authority refuses or the
    /// holder cancels before the last step passed; a cancel after that may leave the services open, and the next
    /// [`sync`](Self::sync) brings the card that the authority has. [`registration`](Self::registration) then says `Finished`.
    ///
    /// # Errors
    /// [`WalletError::NotRegistered`] without a card, [`WalletError::WrongState`] (`already_tier_two`, or a registration
    /// runs), [`WalletError::Refused`] (`physical_card_missing`, `card_missing`); network, key store and storage errors.
    pub async fn start_tier_2(&self) -> Result<RegistrationView, WalletError> {
        self.flow(|inner| async move {
            let has = card(&inner.core).await?.ok_or(WalletError::NotRegistered)?;
            let running = registration::view(&inner.core).await?;
            if has.tier >= Tier::SocialSecurity.number() && running == Some(RegistrationView::Finished) {
                return Err(StateCode::AlreadyTier2.into());
            }
            registration::start(&inner.core, Tier::SocialSecurity).await
        })
        .await
    }

    /// Every service of the card, which are open, and why the others are not. Works offline.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn services(&self) -> Result<Vec<ServiceView>, WalletError> {
        self.run(|inner| async move {
            let now = inner.core.now().await?.at;
            let read = move |tx: &ReadTx<'_>| services::services(tx, issuance::deferred(tx)?.is_some(), now);
            inner.core.store.read(read).await
        })
        .await
    }

    /// What the authority keeps of the holder's consents, and what a withdrawal of each would mean for the card.
    ///
    /// # Errors
    /// [`WalletError::NotRegistered`], [`WalletError::Refused`]; network, key store and storage errors.
    pub async fn consents(&self) -> Result<Vec<ConsentStatus>, WalletError> {
        self.flow(|inner| async move { consents::list(&inner.core).await })
            .await
    }

    /// Withdraws a consent. The authority deletes what rested on it; where the card rested on it the card ends, and is not
    /// shown any more from then on; where there is none yet the registration ends. Stored before it is sent: after a network error [`sync`](Self::sync), or the same call
    /// again, sends it once more.
    ///
    /// # Errors
    /// [`WalletError::NotRegistered`], [`WalletError::Refused`]; network, key store and storage errors.
    pub async fn withdraw_consent(&self, kind: ConsentKind) -> Result<Withdrawal, WalletError> {
        self.flow(move |inner| async move {
            inner.pace.outdate();
            consents::withdraw(&inner.core, kind).await
        })
        .await
    }

    /// Answers a step. The answer is stored before it is sent: after [`WalletError::Network`], a crash or a dropped future
    /// it goes out again with [`resume_registration`](Self::resume_registration), and the holder is not asked twice.
    /// While an older answer has no reply, that one is sent, the one given here is not used, and the view tells what is next.
    ///
    /// An answer that did not pass is no error: the view has the step again, with `failure` and the other ways that are
    /// open. Any open step may be answered, also another one than the last time.
    ///
    /// # Errors
    /// [`WalletError::InvalidInput`] (nothing stored, nothing sent), [`WalletError::WrongState`],
    /// [`WalletError::Refused`] when the authority ended the registration; network, key store and storage errors.
    pub async fn answer(&self, answer: StepAnswer) -> Result<RegistrationView, WalletError> {
        self.flow(|inner| async move { registration::answer(&inner.core, answer).await })
            .await
    }

    /// Sends a stored request that has no reply yet again, with the same idempotency key and body. Without one it
    /// answers as [`registration`](Self::registration).
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub async fn resume_registration(&self) -> Result<Option<RegistrationView>, WalletError> {
        self.flow(|inner| async move { registration::resume(&inner.core).await })
            .await
    }

    /// Forgets the running registration with its keys, also while an answer or `fetch_card` is under way: those return
    /// [`WalletError::Cancelled`]. Works offline. Without one it does nothing.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn cancel_registration(&self) -> Result<(), WalletError> {
        self.run(|inner| async move {
            let running = match registration::view(&inner.core).await? {
                Some(RegistrationView::Starting | RegistrationView::Step(_) | RegistrationView::ReadyToFetch) => true,
                // A start whose key is being made is not stored yet.
                None => true,
                Some(RegistrationView::Ended { .. } | RegistrationView::Finished) => false,
            };
            if running {
                inner.halt.send_modify(|halts| *halts += 1);
            }
            inner.has_turn(registration::cancel(&inner.core)).await
        })
        .await
    }
}
