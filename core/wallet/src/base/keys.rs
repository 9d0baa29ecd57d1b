//! Calls of the host's key store: from a blocking thread, with a time limit, one prompt at a time.

use std::sync::Arc;
use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::ecdsa::{Curve, PublicKey, der_to_fixed};
use permitcard_net::{ProofSigner, SignFuture};
use permitcard_platform::{DeviceKeys, KeyError, KeyInfo, KeyPurpose, KeySpec, PromptText, SignRequest};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

/// A key of the device: the host's name and the public half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredKey", into = "StoredKey")]
pub(crate) struct DeviceKey {
    pub(crate) key_id: String,
    pub(crate) public: PublicKey,
}

/// The stored form of a [`DeviceKey`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    key_id: String,
    /// The uncompressed point, base64url.
    point: String,
}

impl From<DeviceKey> for StoredKey {
    fn from(key: DeviceKey) -> Self {
        Self {
            key_id: key.key_id,
            point: URL_SAFE_NO_PAD.encode(key.public.point()),
        }
    }
}

impl TryFrom<StoredKey> for DeviceKey {
    type Error = &'static str;

    fn try_from(stored: StoredKey) -> Result<Self, Self::Error> {
        let point = URL_SAFE_NO_PAD.decode(&stored.point).map_err(|_| "no base64url")?;
        let public = PublicKey::from_point(Curve::P256, &point).map_err(|_| "no point")?;
        Ok(Self {
            key_id: stored.key_id,
            public,
        })
    }
}

/// Calls that the host has not returned from. More than this many hang: do not feed it more threads.
const CALLS_AT_ONCE: usize = 8;

/// The host's key store, seen from async code.
#[derive(Clone)]
pub(crate) struct Keys {
    host: Arc<dyn DeviceKeys>,
    timeout: Duration,
    prompt: Arc<Semaphore>,
    calls: Arc<Semaphore>,
}

impl Keys {
    pub(crate) fn new(host: Arc<dyn DeviceKeys>, timeout: Duration) -> Self {
        Self {
            host,
            timeout,
            prompt: Arc::new(Semaphore::new(1)),
            calls: Arc::new(Semaphore::new(CALLS_AT_ONCE)),
        }
    }

    async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn DeviceKeys) -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let free = tokio::time::timeout(self.timeout, self.calls.clone().acquire_owned()).await;
        let permit = free.map_err(|_| KeyError::Busy)?.map_err(|_| KeyError::Busy)?;
        let host = self.host.clone();
        let task = tokio::task::spawn_blocking(move || {
            // A thread that the host never gives back keeps its place, also after the time limit.
            let _permit = permit;
            work(host.as_ref())
        });
        match tokio::time::timeout(self.timeout, task).await {
            Err(_) => Err(KeyError::TimedOut),
            Ok(Err(_)) => Err(KeyError::Unexpected),
            Ok(Ok(result)) => result,
        }
    }

    /// Makes signing keys.
    pub(crate) async fn create(
        &self,
        purpose: KeyPurpose,
        count: usize,
        attestation_nonce: Vec<u8>,
    ) -> Result<Vec<DeviceKey>, KeyError> {
        let wanted = u32::try_from(count).map_err(|_| KeyError::Unexpected)?;
        let made = self
            .call(move |host| host.create_many(KeySpec { purpose }, wanted, attestation_nonce))
            .await?;
        let keys: Option<Vec<DeviceKey>> = made.iter().map(device_key).collect();
        keys.filter(|keys| keys.len() == count && all_different(keys))
            .ok_or(KeyError::Unexpected)
    }

    /// Makes the key that wraps the vault.
    pub(crate) async fn create_wrapping(&self) -> Result<String, KeyError> {
        let spec = KeySpec {
            purpose: KeyPurpose::Wrapping,
        };
        let made = self.call(move |host| host.create_many(spec, 1, Vec::new())).await?;
        match made.as_slice() {
            [key] => Ok(key.key_id.clone()),
            _ => Err(KeyError::Unexpected),
        }
    }

    pub(crate) async fn seal(&self, key_id: &str, aad: Vec<u8>, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let key_id = key_id.to_owned();
        self.call(move |host| host.seal(key_id, aad, plaintext)).await
    }

    pub(crate) async fn open_sealed(&self, key_id: &str, aad: Vec<u8>, sealed: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let key_id = key_id.to_owned();
        self.call(move |host| host.open_sealed(key_id, aad, sealed)).await
    }

    /// Asks the user. A second prompt while one is open is `Busy` at once, also while the first one hangs.
    pub(crate) async fn begin_session(&self, prompt: PromptText) -> Result<(), KeyError> {
        let permit = self.prompt.clone().try_acquire_owned().map_err(|_| KeyError::Busy)?;
        self.call(move |host| {
            let _permit = permit;
            host.begin_session(prompt)
        })
        .await
    }

    pub(crate) async fn end_session(&self) -> Result<(), KeyError> {
        self.call(|host| host.end_session()).await
    }

    /// Signs a message; the answer is `r || s` and was verified, so that a wrong key shows here and not at a verifier.
    pub(crate) async fn sign(&self, key: &DeviceKey, message: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let key_id = key.key_id.clone();
        let to_sign = message.clone();
        let der = self.call(move |host| host.sign(key_id, to_sign)).await?;
        fixed(&key.public, &message, &der)
    }

    /// Signs one message with each key.
    pub(crate) async fn sign_many(&self, work: &[(&DeviceKey, Vec<u8>)]) -> Result<Vec<Vec<u8>>, KeyError> {
        let requests: Vec<SignRequest> = work
            .iter()
            .map(|(key, message)| SignRequest {
                key_id: key.key_id.clone(),
                message: message.clone(),
            })
            .collect();
        let signatures = self.call(move |host| host.sign_many(requests)).await?;
        if signatures.len() != work.len() {
            return Err(KeyError::Unexpected);
        }
        work.iter()
            .zip(&signatures)
            .map(|((key, message), der)| fixed(&key.public, message, der))
            .collect()
    }

    pub(crate) async fn list(&self) -> Result<Vec<KeyInfo>, KeyError> {
        self.call(|host| host.list()).await
    }

    pub(crate) async fn delete(&self, key_id: &str) -> Result<(), KeyError> {
        let key_id = key_id.to_owned();
        self.call(move |host| host.delete(key_id)).await
    }

    /// The transport key as a signer of DPoP proofs.
    pub(crate) fn signer(&self, key: DeviceKey) -> Arc<dyn ProofSigner> {
        Arc::new(TransportSigner {
            keys: self.clone(),
            key,
        })
    }
}

fn device_key(info: &KeyInfo) -> Option<DeviceKey> {
    let public = PublicKey::from_point(Curve::P256, &info.public_key).ok()?;
    Some(DeviceKey {
        key_id: info.key_id.clone(),
        public,
    })
}

fn all_different(keys: &[DeviceKey]) -> bool {
    keys.iter().enumerate().all(|(at, key)| {
        keys.iter()
            .skip(at + 1)
            .all(|other| other.key_id != key.key_id && other.public != key.public)
    })
}

fn fixed(public: &PublicKey, message: &[u8], der: &[u8]) -> Result<Vec<u8>, KeyError> {
    let signature = der_to_fixed(Curve::P256, der).map_err(|_| KeyError::Unexpected)?;
    public.verify(message, &signature).map_err(|_| KeyError::Unexpected)?;
    Ok(signature)
}

struct TransportSigner {
    keys: Keys,
    key: DeviceKey,
}

impl ProofSigner for TransportSigner {
    fn public_key(&self) -> &PublicKey {
        &self.key.public
    }

    fn sign(&self, message: Vec<u8>) -> SignFuture<'_> {
        Box::pin(self.keys.sign(&self.key, message))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};

    use permitcard_platform::DevicePolicy;
    use permitcard_platform::file_keys::FileKeys;
    use tempfile::TempDir;

    use super::*;

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
            let made = keys.create(KeyPurpose::Transport, 2, Vec::new()).await;
            assert_eq!(made.err(), Some(KeyError::Unexpected));
        }
        assert_eq!(
            patient(Odd::new())
                .create(KeyPurpose::Transport, 2, Vec::new())
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
        let made = keys.create(KeyPurpose::Transport, 2, Vec::new()).await.unwrap();
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
        let made = keys.create(KeyPurpose::Transport, 2, Vec::new()).await.unwrap();
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
}
