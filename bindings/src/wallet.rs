pub(crate) mod registering;

use std::{future::Future, sync::Arc, time::Duration};

use permitcard_wallet as core;

use crate::{
    CancelToken, PermitCardError,
    foreign::{Clock, ClockBridge, DeviceKeys, KeysBridge, PromptText},
    runtime::Runtime,
    types::{
        CardView, DisclosureEntry, DisclosureView, ExportRequest, ExportView, FieldValue, Group, OpenOptions,
        PortraitView, PresentRequest, PresentationView, PrintedView, Profile, ShowTarget, ShowView, SyncReport,
        WalletState,
    },
};

/// The holder's wallet: one folder, one card. Safe to use from many threads.
///
/// Calls that may wait long take a `CancelToken`. After `close` or `erase` every call answers `Closed`.
#[derive(uniffi::Object)]
pub struct Wallet {
    inner: core::Wallet,
    runtime: Runtime,
}

#[uniffi::export]
impl Wallet {
    /// Opens the wallet in its folder, or makes a new one. Uses no network.
    ///
    /// # Errors
    /// `InvalidInput` for the client file; key store errors when the vault's key cannot be had (the data stays);
    /// `Storage` when the files cannot be used; `Distrusted` for a test card in a wallet that is not opened as sandbox.
    #[uniffi::constructor(default(cancel = None))]
    pub async fn open(
        options: OpenOptions,
        keys: Arc<dyn DeviceKeys>,
        clock: Arc<dyn Clock>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Arc<Self>, PermitCardError> {
        let options = options.into_core()?;
        let runtime = Runtime::start()?;
        let opening = core::Wallet::open(options, Arc::new(KeysBridge(keys)), Arc::new(ClockBridge(clock)));
        let inner = runtime.run(cancel, opening).await?;
        Ok(Arc::new(Self { inner, runtime }))
    }

    /// What the wallet holds.
    ///
    /// # Errors
    /// `Storage`, `Closed`.
    pub async fn state(&self) -> Result<WalletState, PermitCardError> {
        self.run(None, |wallet| async move { wallet.state().await })
            .await
            .map(Into::into)
    }

    /// The card, if there is one. Works offline.
    ///
    /// # Errors
    /// `Storage`, `Closed`.
    pub async fn card(&self) -> Result<Option<CardView>, PermitCardError> {
        let card = self.run(None, |wallet| async move { wallet.card().await }).await?;
        Ok(card.map(Into::into))
    }

    /// The card's picture, if there is one. Works offline.
    ///
    /// # Errors
    /// `Storage`, `Closed`.
    pub async fn portrait(&self) -> Result<Option<PortraitView>, PermitCardError> {
        let portrait = self.run(None, |wallet| async move { wallet.portrait().await }).await?;
        Ok(portrait.map(Into::into))
    }

    /// Gets the card of a finished registration. The prompt is shown once, for the new keys sign their proofs. Can be
    /// called again after any failure or crash and goes on; with a card and no registration for tier 2 it answers the card.
    /// As long as the application is being decided it answers `Refused` with `issuance.pending`, see `pending`. Where the
    /// authority says that there will be no card, the registration is over.
    ///
    /// # Errors
    /// `WrongState` before the registration is finished, `Distrusted` when a check fails (nothing is kept), `Cancelled`
    /// when the user said no; network, key store and storage errors.
    #[uniffi::method(default(cancel = None))]
    pub async fn fetch_card(
        &self,
        prompt: PromptText,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<CardView, PermitCardError> {
        let card = self
            .run(cancel, |wallet| async move { wallet.fetch_card(prompt.into()).await })
            .await?;
        Ok(card.into())
    }

    /// Delivers what is stored, compares the card's version, asks for its status, renews credentials where it is time.
    /// With a prompt the user is asked when new keys need it; without one that part waits and the report says
    /// `needs_user`.
    ///
    /// # Errors
    /// `NotRegistered`, `Refused`, `Distrusted`; network, key store and storage errors. What was done before the error
    /// stays done.
    #[uniffi::method(default(prompt = None, cancel = None))]
    pub async fn sync(
        &self,
        prompt: Option<PromptText>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<SyncReport, PermitCardError> {
        let report = self
            .run(
                cancel,
                |wallet| async move { wallet.sync(prompt.map(Into::into)).await },
            )
            .await?;
        Ok(report.into())
    }

    /// What a profile shows to its verifier. Works offline, signs nothing.
    ///
    /// # Errors
    /// `NotRegistered`, `Storage`, `Closed`.
    pub async fn preview(&self, profile: Profile) -> Result<DisclosureView, PermitCardError> {
        let view = self
            .run(None, move |wallet| async move { wallet.preview(profile.into()).await })
            .await?;
        Ok(view.into())
    }

    /// What a target is shown: a profile, with the portrait if it may ask for it, or one verifier's request. Works offline,
    /// signs nothing. For a request this is what the holder has to see before `begin_show_for`.
    ///
    /// # Errors
    /// As `preview`; `InvalidInput` for a request or a portrait that cannot be shown.
    pub async fn preview_for(&self, target: ShowTarget) -> Result<DisclosureView, PermitCardError> {
        let view = self
            .run(
                None,
                move |wallet| async move { wallet.preview_for(target.into()).await },
            )
            .await?;
        Ok(view.into())
    }

    /// Begins a show session: asks the user once and chooses one credential for the whole session, which lasts at most ten
    /// minutes. Works offline. A session that still runs is over.
    ///
    /// # Errors
    /// `NotRegistered`, `WrongState`, `Cancelled` when the user said no; key store and storage errors.
    #[uniffi::method(default(cancel = None))]
    pub async fn begin_show(
        &self,
        profile: Profile,
        prompt: PromptText,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<ShowView, PermitCardError> {
        let view = self
            .run(cancel, move |wallet| async move {
                wallet.begin_show(profile.into(), prompt.into()).await
            })
            .await?;
        Ok(view.into())
    }

    /// As `begin_show`, for any target. Every code of a verifier's request carries the audience and the nonce of the
    /// request, and the same audience gets the same credential again.
    ///
    /// # Errors
    /// As `begin_show` and `preview_for`.
    #[uniffi::method(default(cancel = None))]
    pub async fn begin_show_for(
        &self,
        target: ShowTarget,
        prompt: PromptText,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<ShowView, PermitCardError> {
        let view = self
            .run(cancel, move |wallet| async move {
                wallet.begin_show_for(target.into(), prompt.into()).await
            })
            .await?;
        Ok(view.into())
    }

    /// Asks the user again within the running session, with the same credential: device keys sign for 180 s after an
    /// authentication, and `present` says `NeedsUser` afterwards.
    ///
    /// # Errors
    /// `WrongState`, `Cancelled` when the user said no; key store errors.
    #[uniffi::method(default(cancel = None))]
    pub async fn continue_show(
        &self,
        prompt: PromptText,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), PermitCardError> {
        self.run(
            cancel,
            |wallet| async move { wallet.continue_show(prompt.into()).await },
        )
        .await
    }

    /// Signs one code of the running session. It is in the disclosure log before it is given out. Works offline.
    ///
    /// # Errors
    /// `WrongState`, also when a sync learnt that the card was revoked or has a newer version: the session is over then;
    /// `InvalidInput` for the nonce, `NeedsUser` (see `continue_show`); key store and storage errors.
    #[uniffi::method(default(cancel = None))]
    pub async fn present(
        &self,
        request: PresentRequest,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<PresentationView, PermitCardError> {
        let view = self
            .run(cancel, |wallet| async move { wallet.present(request.into()).await })
            .await?;
        Ok(view.into())
    }

    /// What an export with these groups shows: the always visible fields first. Works offline, signs nothing. The holder has
    /// to see it before `export`.
    ///
    /// # Errors
    /// `NotRegistered`, `Storage`, `Closed`.
    pub async fn preview_export(&self, groups: Vec<Group>) -> Result<Vec<FieldValue>, PermitCardError> {
        let groups = groups.into_iter().map(Into::into).collect();
        let fields = self
            .run(None, move |wallet| async move { wallet.preview_export(groups).await })
            .await?;
        Ok(fields.into_iter().map(Into::into).collect())
    }

    /// Signs the permit in a form for readers of other people, for one verifier or one session. It is in the disclosure log
    /// before it is given out. A show session that runs ends. Works offline.
    ///
    /// # Errors
    /// `InvalidInput`, `NotRegistered`, `WrongState` (also when no copy in that form is kept), `Cancelled` when the user
    /// said no; key store and storage errors.
    #[uniffi::method(default(cancel = None))]
    pub async fn export(
        &self,
        request: ExportRequest,
        prompt: PromptText,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<ExportView, PermitCardError> {
        let view = self
            .run(cancel, move |wallet| async move {
                wallet.export(request.into(), prompt.into()).await
            })
            .await?;
        Ok(view.into())
    }

    /// The permit to print, if one is kept that still counts: a document only, that proves nothing about who shows it.
    /// `sync` keeps it fresh. Works offline.
    ///
    /// # Errors
    /// `Storage`, `Closed`.
    pub async fn printed(&self, portrait: bool) -> Result<Option<PrintedView>, PermitCardError> {
        let view = self
            .run(None, move |wallet| async move { wallet.printed(portrait).await })
            .await?;
        Ok(view.map(Into::into))
    }

    /// Gets the permit to print from the authority now, whatever is kept; afterwards `printed` has it. `false` if a newer
    /// version of the card waits: sync with a prompt first.
    ///
    /// # Errors
    /// `NotRegistered`, `Refused`, `Distrusted`; network, key store and storage errors. What was kept before stays.
    #[uniffi::method(default(cancel = None))]
    pub async fn fetch_printed(&self, cancel: Option<Arc<CancelToken>>) -> Result<bool, PermitCardError> {
        self.run(cancel, |wallet| async move { wallet.fetch_printed().await })
            .await
    }

    /// Ends the show session. Without one it does nothing.
    ///
    /// # Errors
    /// Key store errors, `Closed`; the session is over in any case.
    pub async fn end_show(&self) -> Result<(), PermitCardError> {
        self.run(None, |wallet| async move { wallet.end_show().await }).await
    }

    /// What was shown to whom and when, oldest first. Never a value.
    ///
    /// # Errors
    /// `Storage`, `Closed`.
    pub async fn disclosure_log(&self) -> Result<Vec<DisclosureEntry>, PermitCardError> {
        let entries = self
            .run(None, |wallet| async move { wallet.disclosure_log().await })
            .await?;
        Ok(entries.into_iter().map(Into::into).collect())
    }

    /// Erases everything: keys first, then files. Works offline. Stops what is under way and closes the wallet.
    ///
    /// # Errors
    /// Key store errors when a key stays (the file stays only while the key that wraps it does; `erase_unopened_wallet`
    /// tries again), `Storage`, `Closed`.
    pub async fn erase(&self) -> Result<(), PermitCardError> {
        self.run(None, |wallet| async move { wallet.erase().await }).await
    }

    /// To be called when the app goes to the background: drops connections that nothing uses, for the system ends them
    /// without a word. What is under way goes on.
    pub fn on_background(&self) {
        self.inner.on_background();
    }

    /// Waits for what is under way, then closes. Every later call answers `Closed`. A wallet that is dropped without it
    /// is closed as well, but without waiting.
    pub async fn close(&self) {
        let closing = self.run(None, |wallet| async move {
            wallet.close().await;
            Ok(())
        });
        // Fails only when the threads are gone already, that is after another `close`.
        let _ = closing.await;
        self.runtime.stop();
    }
}

impl Wallet {
    async fn run<T, W>(
        &self,
        cancel: Option<Arc<CancelToken>>,
        work: impl FnOnce(core::Wallet) -> W,
    ) -> Result<T, PermitCardError>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, core::WalletError>> + Send + 'static,
    {
        self.runtime.run(cancel, work(self.inner.clone())).await
    }
}

/// Erases a wallet that is not open, for instance because its key is gone: the signing keys of the key store and the
/// vault's wrapping key, then the files of the folder. `call_timeout_s` is as in `OpenOptions`.
///
/// # Errors
/// As `erase` of the wallet.
#[uniffi::export(default(call_timeout_s = 90))]
pub async fn erase_unopened_wallet(
    dir: String,
    keys: Arc<dyn DeviceKeys>,
    call_timeout_s: u32,
) -> Result<(), PermitCardError> {
    let runtime = Runtime::start()?;
    let timeout = Duration::from_secs(call_timeout_s.into());
    let erasing = core::Wallet::erase_unopened(dir.into(), Arc::new(KeysBridge(keys)), timeout);
    runtime.run(None, erasing).await
}
