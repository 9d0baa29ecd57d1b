mod application;
mod inner;
mod registering;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use permitcard_credential::permit::{Group, Profile};
use permitcard_net::{HttpClient, NetOptions};
use permitcard_platform::{Clock, DeviceKeys, PromptText};
use permitcard_protocol::WireCode;
use permitcard_vault::ReadTx;

use self::inner::Inner;
use crate::base::core::Core;
use crate::base::keys::Keys;
use crate::base::link::Link;
use crate::base::task;
use crate::consents;
use crate::error::WalletError;
use crate::held::{self, CardView, FieldValue, PortraitView, PrintedView};
use crate::issuance::Hooks;
use crate::options::{OpenOptions, Phase, WalletState};
use crate::presentation::{
    self, DisclosureEntry, DisclosureView, ExportRequest, ExportView, PresentRequest, PresentationView, ShowTarget,
    ShowView,
};
use crate::registration::{self, RegistrationView};
use crate::sync::{self, SyncReport};
use crate::{erase, issuance};

/// The holder's wallet: one folder, one card. Safe to use from many threads. Every method does its work in a task of its
/// own on the current tokio runtime: a dropped future loses nothing, the work ends by itself.
///
/// After [`close`](Self::close) or [`erase`](Self::erase) every method answers [`WalletError::Closed`].
#[derive(Clone)]
pub struct Wallet {
    inner: Arc<Inner>,
}

impl Wallet {
    /// Opens the wallet in its folder, or makes a new one. Needs a tokio runtime with time and I/O; no network is used.
    ///
    /// # Errors
    /// [`WalletError::KeyStore`] when the vault's key cannot be had (the data stays), also when the key store keeps keys in
    /// a plain file and real cards are wanted (`keys.too_weak`), [`WalletError::Storage`] when the files cannot be used, [`WalletError::Network`] (`network.configuration_invalid`) for a client file that cannot be
    /// used, [`WalletError::Distrusted`] (`check.test_mismatch`) for a test card in a wallet that is not opened as sandbox.
    pub async fn open(
        options: OpenOptions,
        keys: Arc<dyn DeviceKeys>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, WalletError> {
        let link = HttpClient::new(&options.client, NetOptions::default())?;
        Self::open_over(options, keys, clock, Arc::new(link)).await
    }

    /// As [`open`](Self::open), with another way to the authority.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_over(
        options: OpenOptions,
        keys: Arc<dyn DeviceKeys>,
        clock: Arc<dyn Clock>,
        link: Arc<dyn Link>,
    ) -> Result<Self, WalletError> {
        // A task of its own: a key that was made for a new vault is stored also when the caller goes away.
        let inner = task::spawn(Inner::open(options, keys, clock, link))
            .result()
            .await
            .map_err(|_| WalletError::Internal)??;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs work in a task of its own, unless the wallet is closed.
    async fn run<T, F>(&self, work: impl FnOnce(Arc<Inner>) -> F) -> Result<T, WalletError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, WalletError>> + Send + 'static,
    {
        let inner = self.inner.clone();
        if inner.closing.load(Ordering::Acquire) {
            return Err(WalletError::Closed);
        }
        let closed = inner.closed.clone();
        let work = work(inner);
        let task = task::spawn(async move {
            let closed = closed.read_owned().await;
            if *closed { Err(WalletError::Closed) } else { work.await }
        });
        task.result().await.map_err(|_| WalletError::Internal)?
    }

    /// Runs a flow: one at a time, and it stops where it is when it is halted.
    async fn flow<T, F>(&self, work: impl FnOnce(Arc<Inner>) -> F + Send + 'static) -> Result<T, WalletError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, WalletError>> + Send + 'static,
    {
        let mut halt = self.inner.halt.subscribe();
        self.run(|inner| async move {
            let flow = work(inner.clone());
            tokio::select! {
                biased;
                _ = halt.changed() => Err(WalletError::Cancelled),
                result = inner.has_turn(flow) => result,
            }
        })
        .await
    }

    /// What the wallet holds.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn state(&self) -> Result<WalletState, WalletError> {
        self.run(|inner| async move {
            let registration = registration::view(&inner.core).await?;
            let (has_card, unanswered) = inner
                .core
                .store
                .read(|tx| Ok((held::record::card(tx)?.is_some(), tx.outbox()?.len())))
                .await?;
            let phase = match registration {
                _ if has_card => Phase::Ready,
                Some(RegistrationView::Starting | RegistrationView::Step(_)) => Phase::Registering,
                Some(RegistrationView::ReadyToFetch) => Phase::ReadyToFetch,
                None | Some(RegistrationView::Ended { .. } | RegistrationView::Finished) => Phase::Empty,
            };
            Ok(WalletState {
                phase,
                environment: inner.environment,
                unanswered: u32::try_from(unanswered).unwrap_or(u32::MAX),
                last_contact_at: inner.core.time_record().await?.server.map(|server| server.at),
            })
        })
        .await
    }

    /// The card, if there is one. Works offline.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn card(&self) -> Result<Option<CardView>, WalletError> {
        self.run(|inner| async move { card(&inner.core).await }).await
    }

    /// The card's picture, if there is one. Works offline.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn portrait(&self) -> Result<Option<PortraitView>, WalletError> {
        self.run(|inner| async move { inner.core.store.read(held::portrait_view).await })
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

    /// The permit to print, if one is kept that still counts: a document only, that proves nothing about who shows it. With
    /// `portrait` the one with the small portrait, where there is one. [`sync`](Self::sync) keeps it fresh. Works offline.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub async fn printed(&self, portrait: bool) -> Result<Option<PrintedView>, WalletError> {
        self.run(move |inner| async move {
            let now = inner.core.now().await?.at;
            let read = move |tx: &ReadTx<'_>| held::printed_view(tx, portrait, now);
            inner.core.store.read(read).await
        })
        .await
    }

    /// Gets the permit to print from the authority now, whatever is kept; afterwards [`printed`](Self::printed) has it.
    /// `false` if a newer version of the card waits: sync with a prompt first.
    ///
    /// # Errors
    /// [`WalletError::NotRegistered`], [`WalletError::Refused`], [`WalletError::Distrusted`]; network, key store and
    /// storage errors. What was kept before stays.
    pub async fn fetch_printed(&self) -> Result<bool, WalletError> {
        self.flow(|inner| async move {
            let core = &inner.core;
            let tokens = core.store.read(issuance::tokens).await?;
            let tokens = issuance::fresh(core, tokens.ok_or(WalletError::NotRegistered)?).await?;
            match issuance::renew_printed(core, &tokens, true).await {
                Err(WalletError::Refused(refusal)) if refusal.code == WireCode::TokenInvalid => {
                    let tokens = issuance::refreshed(core, tokens).await?;
                    issuance::renew_printed(core, &tokens, true).await
                }
                other => other,
            }
        })
        .await
    }

    /// Gets the card of a finished registration: tokens, one key a credential, credentials, card, portrait, all checks,
    /// one transaction. The prompt is shown once, for the new keys sign their proofs. Can be called again after any
    /// failure or crash and goes on. As long as the application is being decided it answers [`WalletError::Refused`] with
    /// `issuance.pending` and the seconds to wait, see [`pending`](Self::pending); with a card and no registration for tier 2 it answers the card.
    ///
    /// # Errors
    /// [`WalletError::WrongState`] before the registration is finished, [`WalletError::Distrusted`] when a check fails
    /// (nothing is kept), [`WalletError::Cancelled`] when the user said no; network, key store and storage errors.
    pub async fn fetch_card(&self, prompt: PromptText) -> Result<CardView, WalletError> {
        self.flow(|inner| async move {
            let granted = registration::view(&inner.core).await? == Some(RegistrationView::ReadyToFetch);
            if !granted && let Some(card) = card(&inner.core).await? {
                return Ok(card);
            }
            let grant = registration::grant(&inner.core).await?;
            inner.pace.outdate();
            issuance::fetch(&inner.core, Some(&grant), Some(prompt), hooks()).await?;
            card(&inner.core).await?.ok_or(WalletError::Internal)
        })
        .await
    }

    /// Delivers what is stored, compares the card's version, asks for its status, renews credentials at ten days or three
    /// unused left. With a prompt the user is asked when new keys need it; without one that part waits and the report
    /// says `needs_user`.
    ///
    /// A sync that comes within [`OpenOptions::sync_interval`](crate::OpenOptions::sync_interval) of the one before asks nobody:
    /// it answers that one's report, with nothing done, or as long as the authority wished to be left alone its error. After
    /// [`fetch_card`](Self::fetch_card) or [`withdraw_consent`](Self::withdraw_consent) that report is old, and it asks. Apps
    /// that sync in the background take [`background_delay`] between two of them.
    ///
    /// # Errors
    /// [`WalletError::NotRegistered`], [`WalletError::Refused`], [`WalletError::Distrusted`]; network, key store and
    /// storage errors. What was done before the error stays done.
    pub async fn sync(&self, prompt: Option<PromptText>) -> Result<SyncReport, WalletError> {
        self.flow(|inner| async move {
            let began = inner.core.clock.read().await?;
            if let Some(answer) = inner.pace.too_soon(&began, prompt.is_some()) {
                return answer;
            }
            let result = match consents::deliver(&inner.core).await {
                Ok(_) => match application::ask(&inner.core, prompt.clone()).await {
                    Ok(decided) => sync::sync(&inner.core, prompt).await.map(|report| SyncReport {
                        application_decided: decided,
                        ..report
                    }),
                    Err(error) => Err(error),
                },
                Err(error) => Err(error),
            };
            inner.pace.note(began, inner.sync_interval, &result);
            result
        })
        .await
    }

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

/// How long an app that syncs every `period` in the background waits this time: up to a fifth less or more, by chance, so
/// that a million phones do not come at once.
pub fn background_delay(period: Duration) -> Duration {
    permitcard_net::spread(period)
}

/// What a registration does inside of the transactions of issuance.
fn hooks() -> Hooks {
    Hooks {
        is_granted: registration::is_granted,
        code_refused: registration::code_refused,
        card_stored: registration::card_stored,
    }
}

async fn card(core: &Core) -> Result<Option<CardView>, WalletError> {
    let now = core.now().await?.at;
    core.store.read(move |tx| held::card_view(tx, now)).await
}
