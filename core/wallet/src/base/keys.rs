//! Calls of the host's key store: from a blocking thread, with a time limit, one prompt at a time.

use std::sync::Arc;
use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::ecdsa::{Curve, PublicKey, der_to_fixed};
use permitcard_net::{ProofSigner, SignFuture};
use permitcard_platform::{DeviceKeys, KeyError, KeyInfo, KeyLevel, KeyPurpose, KeySpec, PromptText, SignRequest};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::base::calls::{Calls, NoResult};

/// A key of the device: the host's name and the public half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredKey", into = "StoredKey")]
pub(crate) struct DeviceKey {
    pub(crate) key_id: String,
    pub(crate) public: PublicKey,
}

/// A new key with what its store says about it.
pub(crate) struct AttestedKey {
    pub(crate) key: DeviceKey,
    /// DER certificates, leaf first; empty where the host has none.
    pub(crate) chain: Vec<Vec<u8>>,
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

/// The host's key store, seen from async code.
#[derive(Clone)]
pub(crate) struct Keys {
    host: Arc<dyn DeviceKeys>,
    prompt: Arc<Semaphore>,
    calls: Calls,
    /// The least that a key must be worth.
    least: KeyLevel,
}

impl From<NoResult> for KeyError {
    fn from(missed: NoResult) -> Self {
        match missed {
            NoResult::Busy => Self::Busy,
            NoResult::TimedOut => Self::TimedOut,
            NoResult::Died => Self::Unexpected,
        }
    }
}

impl Keys {
    /// Takes keys of every level.
    pub(crate) fn new(host: Arc<dyn DeviceKeys>, timeout: Duration) -> Self {
        Self {
            host,
            prompt: Arc::new(Semaphore::new(1)),
            calls: Calls::new(timeout),
            least: KeyLevel::File,
        }
    }

    /// Refuses keys in a plain file from now on.
    ///
    /// # Errors
    /// [`KeyError::TooWeak`] when the host has nothing better; what the host says otherwise.
    pub(crate) async fn without_file_keys(mut self) -> Result<Self, KeyError> {
        self.least = KeyLevel::Software;
        let policy = self.call(|host| host.policy()).await?;
        if policy.level < self.least {
            return Err(KeyError::TooWeak);
        }
        Ok(self)
    }

    async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn DeviceKeys) -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let host = self.host.clone();
        self.calls.run(move || work(host.as_ref())).await?
    }

    /// Waits until the host has returned from every call, also from those that nobody waits for any more.
    ///
    /// # Errors
    /// [`KeyError::TimedOut`] when it does not within the time limit of one call.
    pub(crate) async fn all_returned(&self) -> Result<(), KeyError> {
        Ok(self.calls.all_returned().await?)
    }

    /// Makes signing keys that nothing attests.
    pub(crate) async fn create(&self, purpose: KeyPurpose, count: usize) -> Result<Vec<DeviceKey>, KeyError> {
        let made = self.create_attested(purpose, count, Vec::new()).await?;
        Ok(made.into_iter().map(|made| made.key).collect())
    }

    /// Makes signing keys for the server's `nonce`, and gives what the host has to say about them.
    pub(crate) async fn create_attested(
        &self,
        purpose: KeyPurpose,
        count: usize,
        nonce: Vec<u8>,
    ) -> Result<Vec<AttestedKey>, KeyError> {
        let wanted = u32::try_from(count).map_err(|_| KeyError::Unexpected)?;
        let made = self.make(purpose, wanted, nonce).await?;
        let keys: Option<Vec<DeviceKey>> = made.iter().map(device_key).collect();
        let keys = keys
            .filter(|keys| keys.len() == count && all_different(keys))
            .ok_or(KeyError::Unexpected)?;
        let attested = |(key, info): (DeviceKey, KeyInfo)| AttestedKey {
            key,
            chain: info.attestation,
        };
        Ok(keys.into_iter().zip(made).map(attested).collect())
    }

    /// Makes the key that wraps the vault.
    pub(crate) async fn create_wrapping(&self) -> Result<String, KeyError> {
        let made = self.make(KeyPurpose::Wrapping, 1, Vec::new()).await?;
        match made.as_slice() {
            [key] => Ok(key.key_id.clone()),
            _ => Err(KeyError::Unexpected),
        }
    }

    async fn make(&self, purpose: KeyPurpose, count: u32, nonce: Vec<u8>) -> Result<Vec<KeyInfo>, KeyError> {
        let made = self
            .call(move |host| host.create_many(KeySpec { purpose }, count, nonce))
            .await?;
        if made.iter().all(|key| key.level >= self.least) {
            return Ok(made);
        }
        for key in made {
            // One that stays is swept like any other that nothing knows.
            let _ = self.delete(&key.key_id).await;
        }
        Err(KeyError::TooWeak)
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
mod tests;
