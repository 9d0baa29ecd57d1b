//! The calls that show the card: preview, show session, export, and the log of it all.

use permitcard_credential::permit::{Group, Profile};
use permitcard_platform::PromptText;

use super::Wallet;
use crate::error::WalletError;
use crate::held::FieldValue;
use crate::presentation::{
    self, DisclosureEntry, DisclosureView, ExportRequest, ExportView, PresentRequest, PresentationView, ShowTarget,
    ShowView,
};

impl Wallet {
    /// What a profile shows to its verifier. Works offline, signs nothing.
    ///
    /// # Errors
    /// [`WalletError::NotRegistered`], [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn preview(&self, profile: Profile) -> Result<DisclosureView, WalletError> {
        self.preview_for(ShowTarget::Profile {
            profile,
            portrait: false,
        })
        .await
    }

    /// What a target is shown: a profile, with the portrait if it may ask for it, or one verifier's request. Works offline,
    /// signs nothing. For a request this is what the holder has to see before [`begin_show_for`](Self::begin_show_for).
    ///
    /// # Errors
    /// As [`preview`](Self::preview); [`WalletError::InvalidInput`] (`request_invalid`, `request_unsupported`,
    /// `portrait_not_allowed`).
    pub async fn preview_for(&self, target: ShowTarget) -> Result<DisclosureView, WalletError> {
        self.run(move |inner| async move { presentation::preview(&inner.core, &target).await })
            .await
    }

    /// Begins a show session: asks the user once and chooses one credential for the whole session, which lasts at most
    /// ten minutes. Works offline. A session that still runs is over.
    ///
    /// # Errors
    /// [`WalletError::NotRegistered`], [`WalletError::WrongState`] (`card_revoked`, `card_superseded`, `card_expired`),
    /// [`WalletError::Cancelled`]; key store and storage errors.
    pub async fn begin_show(&self, profile: Profile, prompt: PromptText) -> Result<ShowView, WalletError> {
        self.begin_show_for(
            ShowTarget::Profile {
                profile,
                portrait: false,
            },
            prompt,
        )
        .await
    }

    /// As [`begin_show`](Self::begin_show), for any target. Every code of a verifier's request carries the audience and the
    /// nonce of the request, and the same audience gets the same credential again.
    ///
    /// # Errors
    /// As [`begin_show`](Self::begin_show) and [`preview_for`](Self::preview_for).
    pub async fn begin_show_for(&self, target: ShowTarget, prompt: PromptText) -> Result<ShowView, WalletError> {
        self.run(move |inner| async move { presentation::begin(&inner.core, &inner.shows, &target, prompt).await })
            .await
    }

    /// Asks the user again within the running session, with the same credential: device keys sign for 180 s after an
    /// authentication, and [`present`](Self::present) says [`WalletError::NeedsUser`] afterwards.
    ///
    /// # Errors
    /// As [`present`](Self::present) where the session is over, [`WalletError::Cancelled`]; key store errors.
    pub async fn continue_show(&self, prompt: PromptText) -> Result<(), WalletError> {
        self.run(move |inner| async move { presentation::resume(&inner.core, &inner.shows, prompt).await })
            .await
    }

    /// Signs one code of the running session. It is in the disclosure log before it is given out. Works offline. The
    /// session ends when a sync learnt that the card was revoked, was suspended, or has a newer version.
    ///
    /// # Errors
    /// [`WalletError::WrongState`] (`no_show_session`, `show_session_over`, `card_revoked`, `card_superseded`; the session
    /// is over), [`WalletError::InvalidInput`] for the nonce,
    /// [`WalletError::NeedsUser`] (see [`continue_show`](Self::continue_show)); key store and storage errors.
    pub async fn present(&self, request: PresentRequest) -> Result<PresentationView, WalletError> {
        self.run(move |inner| async move { presentation::sign(&inner.core, &inner.shows, request).await })
            .await
    }

    /// Ends the show session, also one whose prompt is still open. Without one it does nothing.
    ///
    /// # Errors
    /// [`WalletError::KeyStore`], [`WalletError::Closed`]; the session is over in any case.
    pub async fn end_show(&self) -> Result<(), WalletError> {
        self.run(|inner| async move { presentation::end(&inner.core, &inner.shows).await })
            .await
    }

    /// What was shown to whom and when, oldest first. Never a value.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn disclosure_log(&self) -> Result<Vec<DisclosureEntry>, WalletError> {
        self.run(|inner| async move { presentation::entries(&inner.core).await })
            .await
    }

    /// What an export with these groups shows: the always visible fields first. Works offline, signs nothing. The holder has
    /// to see it before [`export`](Self::export).
    ///
    /// # Errors
    /// [`WalletError::NotRegistered`], [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn preview_export(&self, groups: Vec<Group>) -> Result<Vec<FieldValue>, WalletError> {
        self.run(move |inner| async move { presentation::preview_export(&inner.core, groups).await })
            .await
    }

    /// Signs the permit in a form for readers of other people, for one verifier or one session. It is in the log before it
    /// is given out. A show session that runs ends. Works offline.
    ///
    /// # Errors
    /// [`WalletError::InvalidInput`] (`export_invalid`), [`WalletError::NotRegistered`], [`WalletError::WrongState`]
    /// (`export_missing`, `card_revoked`, `card_superseded`, `card_expired`, `show_session_over` when the card was renewed
    /// while the prompt was open), [`WalletError::Cancelled`]; key store and storage errors.
    pub async fn export(&self, request: ExportRequest, prompt: PromptText) -> Result<ExportView, WalletError> {
        self.run(move |inner| async move { presentation::export(&inner.core, &inner.shows, request, prompt).await })
            .await
    }
}
