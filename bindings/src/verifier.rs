use std::{fs, io, path::Path, sync::Arc, time::Duration};

use permitcard_checking::{self as core, Checker};
use permitcard_credential::verdict::Policy;
use permitcard_net::NetOptions;
use permitcard_protocol::ClientFile;

use crate::{
    CancelToken, PermitCardError,
    foreign::{Clock, ClockBridge, DeviceKeys, KeysBridge},
    runtime::Runtime,
    types::{
        Checked, Environment, Nonce, OpenOptions, OpenRequest, Profile, ReaderRequest, SnapshotInfo, TrustedTime,
        VerifyRequest,
    },
};

/// The verifier: after one snapshot it checks codes with no network. Safe to use from many threads. Its files are its own,
/// never the wallet's.
///
/// After `close` every call answers `Closed`.
#[derive(uniffi::Object)]
pub struct Verifier {
    checker: Arc<Checker>,
    runtime: Runtime,
    call_timeout: Duration,
}

#[uniffi::export]
impl Verifier {
    /// Opens the verifier in its folder, or makes a new one. Uses no network. Only a sandbox accepts test cards.
    ///
    /// # Errors
    /// `InvalidInput` for the client file; key store errors when the vault's key cannot be had (the data stays);
    /// `Storage` when the files cannot be used.
    #[uniffi::constructor(default(cancel = None))]
    pub async fn open(
        options: OpenOptions,
        keys: Arc<dyn DeviceKeys>,
        clock: Arc<dyn Clock>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Arc<Self>, PermitCardError> {
        let OpenOptions {
            dir,
            client_file,
            environment,
            call_timeout_s,
            sync_interval_s: _,
            os_major,
        } = options;
        let client = ClientFile::parse(client_file.as_bytes())?;
        let sandbox = environment == Environment::Sandbox;
        let call_timeout = Duration::from_secs(call_timeout_s.into());
        let runtime = Runtime::start()?;
        let checker = runtime
            .run_blocking(cancel, call_timeout, move || {
                let dir = Path::new(&dir);
                make_private_folder(dir).map_err(|_| core::CheckingError::Vault(permitcard_vault::VaultError::Io))?;
                let net = NetOptions::for_host(os_major);
                let clock = Arc::new(ClockBridge(clock));
                Checker::open_with(dir, &client, &KeysBridge(keys), clock, sandbox, net)
            })
            .await?;
        Ok(Arc::new(Self {
            checker: Arc::new(checker),
            runtime,
            call_timeout,
        }))
    }

    /// Fetches the trust list and every status list that it names, and takes them in as one snapshot. All or nothing:
    /// after an error the snapshot before is still the one in use. The only call that needs a network.
    ///
    /// # Errors
    /// `Network`, `Refused`, `Distrusted` for lists that are not signed as they should or are older than the ones
    /// before, `Storage`.
    #[uniffi::method(default(cancel = None))]
    pub async fn snapshot_fetch(&self, cancel: Option<Arc<CancelToken>>) -> Result<(), PermitCardError> {
        let checker = self.checker.clone();
        self.runtime
            .run(cancel, async move { checker.snapshot_fetch().await })
            .await
    }

    /// As `snapshot_fetch`, where there is no snapshot yet or a list of it should be renewed; tells whether there was
    /// anything to do.
    ///
    /// # Errors
    /// As `snapshot_fetch`. The snapshot before counts until it expires.
    #[uniffi::method(default(cancel = None))]
    pub async fn snapshot_refresh(&self, cancel: Option<Arc<CancelToken>>) -> Result<bool, PermitCardError> {
        let checker = self.checker.clone();
        self.runtime
            .run(cancel, async move { checker.snapshot_refresh().await })
            .await
    }

    /// Takes in a snapshot file. Serial and times of its lists never go back.
    ///
    /// # Errors
    /// `Distrusted`, `Storage`. The snapshot before stays in use.
    pub async fn snapshot_import(&self, file: Vec<u8>) -> Result<(), PermitCardError> {
        self.run(move |checker| checker.snapshot_import(&file)).await
    }

    /// The stored snapshot file, to carry to a verifier without network.
    ///
    /// # Errors
    /// `WrongState` without a snapshot, `Storage`.
    pub async fn snapshot_export(&self) -> Result<Vec<u8>, PermitCardError> {
        self.run(Checker::snapshot_export).await
    }

    /// What is known about the snapshot in use; none before the first one.
    ///
    /// # Errors
    /// `Closed`.
    pub async fn snapshot_info(&self) -> Result<Option<SnapshotInfo>, PermitCardError> {
        let info = self.run(|checker| Ok(checker.snapshot_info())).await?;
        Ok(info.map(Into::into))
    }

    /// The time that verifications use now.
    ///
    /// # Errors
    /// `WrongState` when the host gives no time, `Closed`.
    pub async fn time(&self) -> Result<TrustedTime, PermitCardError> {
        Ok(self.run(Checker::time).await?.into())
    }

    /// Verifies a scanned text, live or printed, or the token of several frames, with no network.
    ///
    /// # Errors
    /// `InvalidInput` for a text that is no presentation, `WrongState` without a snapshot, `Distrusted` for the snapshot
    /// of the request, `Storage`.
    pub async fn verify(&self, request: VerifyRequest) -> Result<Checked, PermitCardError> {
        let checked = self.run(move |checker| verify(checker, &request)).await?;
        Ok(checked.into())
    }

    /// Makes a request to show as a code (reverse QR): for what `profile` shows, with the portrait if it may be asked for,
    /// to this verifier's own audience of at most 8 bytes, with a new nonce. It is remembered for ten minutes, in place of
    /// the one before.
    ///
    /// # Errors
    /// `InvalidInput` for the audience or the portrait, `WrongState` when the host gives no time, `Storage`.
    pub async fn make_request(
        &self,
        aud: String,
        profile: Profile,
        portrait: bool,
    ) -> Result<ReaderRequest, PermitCardError> {
        let made = self.run(move |checker| checker.make_request(&aud, profile.into(), portrait));
        Ok(made.await?.into())
    }

    /// The request that waits for its answer, for `aud` and `nonce` of a `VerifyRequest`.
    ///
    /// # Errors
    /// `WrongState` when the host gives no time, `Storage`.
    pub async fn open_request(&self) -> Result<Option<OpenRequest>, PermitCardError> {
        Ok(self.run(Checker::open_request).await?.map(Into::into))
    }

    /// Forgets the request, once its answer was good: a nonce is for one answer.
    ///
    /// # Errors
    /// `Storage`.
    pub async fn forget_request(&self) -> Result<(), PermitCardError> {
        self.run(Checker::forget_request).await
    }

    /// Closes. Every later call answers `Closed`.
    pub async fn close(&self) {
        let closing = self.run(|checker| {
            checker.close();
            Ok(())
        });
        // Fails only when the threads are gone already, that is after another `close`.
        let _ = closing.await;
        self.runtime.stop();
    }
}

impl Verifier {
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Checker) -> Result<T, core::CheckingError> + Send + 'static,
    ) -> Result<T, PermitCardError> {
        let checker = self.checker.clone();
        self.runtime
            .run_blocking(None, self.call_timeout, move || work(&checker))
            .await
    }
}

fn verify(checker: &Checker, request: &VerifyRequest) -> Result<core::Checked, core::CheckingError> {
    let VerifyRequest {
        text,
        policy,
        aud,
        nonce,
        at,
        snapshot,
        remember,
        token,
    } = request;
    checker.verify(&core::VerifyRequest {
        text,
        token: token.as_deref(),
        policy: Policy::of((*policy).into()),
        aud: aud.as_deref(),
        nonce: nonce.as_ref().map(|nonce| match nonce {
            Nonce::Digits { digits } => digits.as_bytes(),
            Nonce::Bytes { bytes } => bytes,
        }),
        at: *at,
        snapshot: snapshot.as_deref(),
        remember: *remember,
    })
}

/// Erases the verifier in a folder: the key that wraps its vault first, then its files. One that is not there is no error.
/// To be called when none is open on it. `call_timeout_s` is as in `OpenOptions`.
///
/// # Errors
/// Key store errors, `Storage`.
#[uniffi::export(default(call_timeout_s = 90))]
pub async fn erase_verifier(
    dir: String,
    keys: Arc<dyn DeviceKeys>,
    call_timeout_s: u32,
) -> Result<(), PermitCardError> {
    let runtime = Runtime::start()?;
    let limit = Duration::from_secs(call_timeout_s.into());
    runtime
        .run_blocking(None, limit, move || Checker::erase(Path::new(&dir), &KeysBridge(keys)))
        .await
}

/// Only the app's own user reads it.
fn make_private_folder(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}
