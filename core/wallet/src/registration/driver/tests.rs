use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use permitcard_credential::cose::Jwk;
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_platform::file_keys::FileKeys;
use permitcard_platform::{DeviceKeys, DevicePolicy, KeyError, KeyInfo, KeySpec, PromptText, SignRequest, SystemClock};
use permitcard_protocol::ClientFile;

use super::*;
use crate::base::files;
use crate::base::keys::Keys;
use crate::base::link::{Link, Reply};
use crate::base::time::HostClock;

/// No network.
struct Offline;

impl Link for Offline {
    fn send<'a>(&'a self, _: &'a Request) -> Reply<'a> {
        Box::pin(async { Err(NetError::Offline) })
    }
}

/// A key store that makes a transport key once it is let.
struct Slow {
    inner: FileKeys,
    asked: AtomicBool,
    let_go: AtomicBool,
}

impl DeviceKeys for Slow {
    fn create_many(&self, spec: KeySpec, count: u32, nonce: Vec<u8>) -> Result<Vec<KeyInfo>, KeyError> {
        if spec.purpose == KeyPurpose::Transport {
            self.asked.store(true, Ordering::SeqCst);
            while !self.let_go.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        self.inner.create_many(spec, count, nonce)
    }
    fn begin_session(&self, prompt: PromptText) -> Result<(), KeyError> {
        self.inner.begin_session(prompt)
    }
    fn sign(&self, key_id: String, message: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.inner.sign(key_id, message)
    }
    fn sign_many(&self, requests: Vec<SignRequest>) -> Result<Vec<Vec<u8>>, KeyError> {
        self.inner.sign_many(requests)
    }
    fn end_session(&self) -> Result<(), KeyError> {
        self.inner.end_session()
    }
    fn seal(&self, key_id: String, aad: Vec<u8>, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.inner.seal(key_id, aad, plaintext)
    }
    fn open_sealed(&self, key_id: String, aad: Vec<u8>, ciphertext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.inner.open_sealed(key_id, aad, ciphertext)
    }
    fn list(&self) -> Result<Vec<KeyInfo>, KeyError> {
        self.inner.list()
    }
    fn delete(&self, key_id: String) -> Result<(), KeyError> {
        self.inner.delete(key_id)
    }
    fn policy(&self) -> Result<DevicePolicy, KeyError> {
        self.inner.policy()
    }
}

async fn core(dir: &std::path::Path) -> (Core, Arc<Slow>) {
    let host = Arc::new(Slow {
        inner: FileKeys::open(&dir.join("keys")).unwrap(),
        asked: AtomicBool::default(),
        let_go: AtomicBool::default(),
    });
    let limit = Duration::from_secs(60);
    let keys = Keys::new(host.clone(), limit);
    let (store, _) = files::open(dir, &keys).await.unwrap();
    let root = SigningKey::generate(Curve::P384).unwrap();
    let client = ClientFile {
        url: "https://authority.example".into(),
        ca: String::new(),
        root_key: Jwk::from_public_key(root.public_key()),
    };
    let clock = HostClock::new(Arc::new(SystemClock), limit);
    let core = Core::new(keys, clock, store, Arc::new(Offline), &client, true).unwrap();
    (core, host)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_comes_after_its_cancel_is_not_stored() {
    let dir = tempfile::tempdir().unwrap();
    let (core, host) = core(dir.path()).await;
    let starting = tokio::spawn({
        let core = core.clone();
        async move { start(&core, Tier::Permit).await }
    });
    while !host.asked.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    cancel(&core).await.unwrap();
    host.let_go.store(true, Ordering::SeqCst);
    assert_eq!(starting.await.unwrap().err(), Some(WalletError::Cancelled));
    assert_eq!(view(&core).await.unwrap(), None);
    assert!(core.store.read(|tx| tx.outbox()).await.unwrap().is_empty());
    assert_eq!(host.list().unwrap().len(), 1, "the wrapping key alone");
    // The next one is.
    assert!(matches!(start(&core, Tier::Permit).await, Err(WalletError::Network(_))));
    assert_eq!(view(&core).await.unwrap(), Some(RegistrationView::Starting));
}

#[tokio::test]
async fn only_the_code_of_the_running_registration_is_granted() {
    let dir = tempfile::tempdir().unwrap();
    let (core, host) = core(dir.path()).await;
    host.let_go.store(true, Ordering::SeqCst);
    let granted = |code: &'static str| {
        let core = core.clone();
        async move { core.store.read(move |tx| is_granted(tx, code)).await.unwrap() }
    };
    start(&core, Tier::Permit).await.unwrap_err();
    assert!(!granted("g").await);
    let event = Event::Granted { code: "g".into() };
    core.store
        .write(move |tx| record::advance(tx, event, None, 0))
        .await
        .unwrap()
        .unwrap();
    assert!(granted("g").await && !granted("h").await);
    cancel(&core).await.unwrap();
    assert!(!granted("g").await);
}
