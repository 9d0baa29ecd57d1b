use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use permitcard_platform::DevicePolicy;
use permitcard_platform::file_keys::FileKeys;
use tempfile::TempDir;

use super::*;
use crate::base::calls::CALLS_AT_ONCE;

type Create = dyn Fn(Vec<KeyInfo>) -> Vec<KeyInfo> + Send + Sync;

/// A key store that answers something else than it was asked.
struct Odd {
    inner: FileKeys,
    create: Box<Create>,
    sign_with: Mutex<Option<String>>,
    drop_last: bool,
    hangs: Arc<AtomicBool>,
    _dir: TempDir,
}

impl Odd {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        Self {
            inner: FileKeys::open(dir.path()).unwrap(),
            create: Box::new(|keys| keys),
            sign_with: Mutex::default(),
            drop_last: false,
            hangs: Arc::default(),
            _dir: dir,
        }
    }
}

impl DeviceKeys for Odd {
    fn create_many(&self, spec: KeySpec, count: u32, nonce: Vec<u8>) -> Result<Vec<KeyInfo>, KeyError> {
        Ok((self.create)(self.inner.create_many(spec, count, nonce)?))
    }
    fn begin_session(&self, prompt: PromptText) -> Result<(), KeyError> {
        self.inner.begin_session(prompt)
    }
    fn sign(&self, key_id: String, message: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let with = self.sign_with.lock().unwrap().clone();
        self.inner.sign(with.unwrap_or(key_id), message)
    }
    fn sign_many(&self, mut requests: Vec<SignRequest>) -> Result<Vec<Vec<u8>>, KeyError> {
        if self.drop_last {
            requests.pop();
        }
        self.inner.sign_many(requests)
    }
    fn end_session(&self) -> Result<(), KeyError> {
        while self.hangs.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
        }
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

fn patient(odd: Odd) -> Keys {
    Keys::new(Arc::new(odd), Duration::from_secs(60))
}

#[tokio::test]
async fn keys_that_are_not_what_was_asked_for_are_refused() {
    let answers: [Box<Create>; 4] = [
        Box::new(|mut keys| {
            keys.pop();
            keys
        }),
        Box::new(|mut keys| {
            keys[1] = keys[0].clone();
            keys
        }),
        Box::new(|mut keys| {
            keys[1].public_key = keys[0].public_key.clone();
            keys
        }),
        Box::new(|mut keys| {
            keys[0].public_key.truncate(33);
            keys
        }),
    ];
    for create in answers {
        let keys = patient(Odd { create, ..Odd::new() });
        let made = keys.create(KeyPurpose::Transport, 2).await;
        assert_eq!(made.err(), Some(KeyError::Unexpected));
    }
    assert_eq!(
        patient(Odd::new())
            .create(KeyPurpose::Transport, 2)
            .await
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn a_signature_of_another_key_is_found_at_once() {
    let odd = Arc::new(Odd::new());
    let keys = Keys::new(odd.clone(), Duration::from_secs(60));
    let made = keys.create(KeyPurpose::Transport, 2).await.unwrap();
    let signature = keys.sign(&made[0], b"message".to_vec()).await.unwrap();
    made[0].public.verify(b"message", &signature).unwrap();
    *odd.sign_with.lock().unwrap() = Some(made[1].key_id.clone());
    assert_eq!(
        keys.sign(&made[0], b"message".to_vec()).await,
        Err(KeyError::Unexpected)
    );
}

#[tokio::test]
async fn all_signatures_or_none() {
    let keys = patient(Odd {
        drop_last: true,
        ..Odd::new()
    });
    let made = keys.create(KeyPurpose::Transport, 2).await.unwrap();
    let work = [(&made[0], b"a".to_vec()), (&made[1], b"b".to_vec())];
    assert_eq!(keys.sign_many(&work).await, Err(KeyError::Unexpected));
}

#[tokio::test]
async fn a_host_that_gives_no_thread_back_gets_no_more_of_them() {
    let odd = Odd::new();
    let hangs = odd.hangs.clone();
    hangs.store(true, Ordering::SeqCst);
    let keys = Keys::new(Arc::new(odd), Duration::from_millis(1));
    for _ in 0..CALLS_AT_ONCE {
        assert_eq!(keys.end_session().await, Err(KeyError::TimedOut));
    }
    assert_eq!(keys.end_session().await, Err(KeyError::Busy));
    hangs.store(false, Ordering::SeqCst);
}
