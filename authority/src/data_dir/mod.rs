//! The data directory: everything that outlives a run of the authority.
//!
//! ```text
//! DATA/client.json        what wallet, verifier and tests take
//!      config.json        port, names, end of the TLS certificate; written last at the first start
//!      providers.json      the real providers, where there are some (docs/providers.md)
//!      sandbox.json        the port of the sandbox's service of providers
//!      authority.db       the database, and its -wal and -shm
//!      authority.lock     held by the running server
//!      ca.pem server.pem  certificates of the server
//!      iaca.pem document-signer.pem  certificates of what is signed as mdoc and SD-JWT VC; readers are given the first
//!      attestation-root.pem attestation-roots.pem  who is trusted to speak about keys: the sandbox's own test root, and
//!                         the roots that the operator puts there
//!      test-key-maker.pem  private: a key below the test root, with which stand-ins for phones attest their keys
//!      keys/              private keys and the server's secret, mode 0600
//! ```

mod config;
mod document_signer;
mod files;
mod keys;
mod sandbox;
mod test_maker;
mod tls;

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use permitcard_credential::cose::Jwk;
use permitcard_protocol::ClientFile;

use crate::{AuthorityError, issuance::Roots, providers::WebhookSecret};
pub(crate) use config::Config;
pub(crate) use document_signer::DocumentSigner;
pub(crate) use keys::{Keys, SecretPurpose};
pub(crate) use sandbox::SandboxFile;
pub(crate) use tls::TlsMaterial;

/// Paths below a data directory.
#[derive(Debug, Clone)]
pub(crate) struct Layout(PathBuf);

impl Layout {
    pub(crate) fn new(root: &Path) -> Self {
        Self(root.to_owned())
    }

    pub(crate) fn client_file(&self) -> PathBuf {
        self.0.join("client.json")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("authority.db")
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.0.join("config.json")
    }

    /// Reads a text file of at most 64 KiB, relative to the data directory; `None` if it is not there.
    pub(crate) fn read_text(&self, path: &str) -> Result<Option<String>, AuthorityError> {
        files::read(&self.0.join(path))?
            .map(|bytes| String::from_utf8(bytes).map_err(|_| AuthorityError::DataDamaged))
            .transpose()
    }

    fn lock(&self) -> PathBuf {
        self.0.join("authority.lock")
    }

    fn key(&self, name: &str) -> PathBuf {
        self.0.join("keys").join(name)
    }

    fn certificate(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// A data directory that this process serves from: nobody else does until it is dropped.
pub(crate) struct DataDir {
    layout: Layout,
    // The lock goes with the file handle, also when the process dies.
    _lock: File,
}

impl DataDir {
    /// Makes the directory where it is missing, and takes its lock.
    pub(crate) fn lock(root: &Path) -> Result<Self, AuthorityError> {
        let layout = Layout::new(root);
        files::create_private_dir(root)?;
        files::create_private_dir(&root.join("keys"))?;
        let lock = files::open_private(&layout.lock())?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { layout, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(AuthorityError::DataInUse),
            Err(TryLockError::Error(_)) => Err(AuthorityError::DataUnusable),
        }
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The kept keys, or at the first start new ones. A key missing later is damage, never a reason to make another.
    pub(crate) fn keys(&self) -> Result<Keys, AuthorityError> {
        Keys::load_or_create(&self.layout, self.started_before()?)
    }

    /// The kept certificates; the server's is renewed from the kept CA before it ends.
    pub(crate) fn tls(&self, config: Option<&Config>) -> Result<TlsMaterial, AuthorityError> {
        TlsMaterial::load_or_create(
            &self.layout,
            self.started_before()?,
            config.map(|config| config.server_not_after),
        )
    }

    /// The signer of mobile documents and SD-JWT VCs, made where a directory has none yet. `now` is the authority's time.
    pub(crate) fn document_signer(&self, config: &Config, now: i64) -> Result<DocumentSigner, AuthorityError> {
        DocumentSigner::load_or_create(&self.layout, config.issuer_uri(), now)
    }

    /// The roots that key attestations may lead to; the sandbox's own is made where a directory has none yet.
    pub(crate) fn attestation_roots(&self) -> Result<Roots, AuthorityError> {
        test_maker::load_or_create(&self.layout)
    }

    /// Where the sandbox's service listened last, and the secret that it shares with the authority.
    pub(crate) fn sandbox(&self) -> Result<(Option<SandboxFile>, WebhookSecret), AuthorityError> {
        Ok((SandboxFile::load(&self.layout)?, sandbox::secret(&self.layout)?))
    }

    /// Keeps where the sandbox's service listens.
    pub(crate) fn keep_sandbox(&self, file: SandboxFile) -> Result<(), AuthorityError> {
        file.store(&self.layout)
    }

    /// What the last start kept.
    pub(crate) fn config(&self) -> Result<Option<Config>, AuthorityError> {
        Config::load(&self.layout)
    }

    /// Keeps the configuration, which also marks the first start as complete, and writes the client file.
    pub(crate) fn keep(&self, config: &Config, tls: &TlsMaterial, keys: &Keys) -> Result<ClientFile, AuthorityError> {
        let client = ClientFile {
            url: config.url(),
            ca: tls.ca_pem.clone(),
            root_key: Jwk::from_public_key(keys.root.public_key()),
        };
        files::write_public(&self.layout.client_file(), client.to_json().as_bytes())?;
        config.store(&self.layout)?;
        Ok(client)
    }

    fn started_before(&self) -> Result<bool, AuthorityError> {
        Ok(self.config()?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let held = DataDir::lock(dir.path()).unwrap();
        assert_eq!(DataDir::lock(dir.path()).err(), Some(AuthorityError::DataInUse));
        drop(held);
        DataDir::lock(dir.path()).unwrap();
    }

    #[test]
    fn keys_and_certificates_are_kept_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::lock(dir.path()).unwrap();
        let keys = data.keys().unwrap();
        let tls = data.tls(None).unwrap();
        let config = Config::new(4433, 0, tls.server_not_after);
        let client = data.keep(&config, &tls, &keys).unwrap();
        assert_eq!(client.url, "https://127.0.0.1:4433");

        let again = data.keys().unwrap();
        assert_eq!(again.root.public_key(), keys.root.public_key());
        assert_eq!(again.issuer.public_key(), keys.issuer.public_key());
        assert_eq!(again.status.public_key(), keys.status.public_key());
        let kept = data.config().unwrap().unwrap();
        let tls_again = data.tls(Some(&kept)).unwrap();
        assert_eq!((tls_again.ca_pem, tls_again.server_pem), (tls.ca_pem, tls.server_pem));

        #[cfg(unix)]
        for entry in std::fs::read_dir(dir.path().join("keys")).unwrap() {
            use std::os::unix::fs::PermissionsExt;
            let entry = entry.unwrap();
            assert_eq!(
                entry.metadata().unwrap().permissions().mode() & 0o777,
                0o600,
                "{:?}",
                entry.file_name()
            );
        }
    }

    #[test]
    fn a_lost_or_changed_key_is_damage() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::lock(dir.path()).unwrap();
        let (keys, tls) = (data.keys().unwrap(), data.tls(None).unwrap());
        data.keep(&Config::new(1, 0, tls.server_not_after), &tls, &keys)
            .unwrap();
        let issuer = data.layout().key("issuer.p8");
        let bytes = std::fs::read(&issuer).unwrap();
        std::fs::write(&issuer, b"no key").unwrap();
        assert_eq!(data.keys().err(), Some(AuthorityError::DataDamaged));
        std::fs::remove_file(&issuer).unwrap();
        assert_eq!(data.keys().err(), Some(AuthorityError::DataDamaged));
        std::fs::write(&issuer, bytes).unwrap();
        assert!(data.keys().is_ok());
    }

    #[test]
    fn an_ending_server_certificate_is_renewed_under_the_same_ca() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::lock(dir.path()).unwrap();
        let (keys, tls) = (data.keys().unwrap(), data.tls(None).unwrap());
        let mut config = Config::new(1, 0, tls.server_not_after);
        data.keep(&config, &tls, &keys).unwrap();
        config.server_not_after = 1;
        let renewed = data.tls(Some(&config)).unwrap();
        assert_eq!(renewed.ca_pem, tls.ca_pem);
        assert_ne!(renewed.server_pem, tls.server_pem);
    }
}
