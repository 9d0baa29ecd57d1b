mod application;
mod ending;
mod inner;
mod registering;
mod showing;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use permitcard_net::{HttpClient, NetOptions};
use permitcard_platform::{Clock, DeviceKeys, PromptText};
use permitcard_protocol::WireCode;
use permitcard_vault::ReadTx;

use self::inner::Inner;
use crate::base::core::Core;
use crate::base::link::Link;
use crate::base::task;
use crate::error::WalletError;
use crate::held::{self, CardView, PortraitView, PrintedView};
use crate::issuance::Hooks;
use crate::options::{OpenOptions, Phase, WalletState};
use crate::registration::{self, RegistrationView};
use crate::sync::{self, SyncReport};
use crate::{consents, issuance};

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
        let link = HttpClient::new(&options.client, NetOptions::for_host(options.os_major))?;
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
    /// `issuance.pending` and the seconds until it asks again, see [`pending`](Self::pending); with a card and no registration
    /// for tier 2 it answers the card. Where the authority says that there will be no card, the registration is over.
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
        grant_lost: registration::grant_lost,
        card_stored: registration::card_stored,
    }
}

async fn card(core: &Core) -> Result<Option<CardView>, WalletError> {
    let now = core.now().await?.at;
    core.store.read(move |tx| held::card_view(tx, now)).await
}
