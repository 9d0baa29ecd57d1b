use std::sync::Arc;

use permitcard_platform as core;

/// What a device key is for; one purpose a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum KeyPurpose {
    /// Wraps the vault's master key. Symmetric or sealed in hardware; needs an unlocked phone, no prompt.
    Wrapping,
    /// Signs requests to the authority. P-256, no prompt.
    Transport,
    /// Signs presentations; one for each credential of a batch. P-256, usable for 180 s after one user authentication.
    Presentation,
}

/// What kind of key to make.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct KeySpec {
    /// The purpose.
    pub purpose: KeyPurpose,
}

/// Where a key lives, best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum KeyLevel {
    /// A plain file: command line and tests only.
    File,
    /// Software keys of the operating system.
    Software,
    /// A trusted execution environment.
    TrustedEnvironment,
    /// A separate secure element (StrongBox, Secure Enclave).
    SecureElement,
}

/// What the host says about a key. Never the private part.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct KeyInfo {
    /// The host's name of the key.
    pub key_id: String,
    /// The purpose it was made for.
    pub purpose: KeyPurpose,
    /// The uncompressed P-256 point `04 || x || y`, 65 bytes; empty for a wrapping key.
    pub public_key: Vec<u8>,
    /// Where the key lives.
    pub level: KeyLevel,
    /// The attestation chain, DER certificates, leaf first; empty where the host has none.
    pub attestation: Vec<Vec<u8>>,
}

/// What the user reads while the host asks for a fingerprint or a face.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PromptText {
    /// One line.
    pub title: String,
    /// Why, in one sentence.
    pub reason: String,
}

/// One signature to make.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SignRequest {
    /// The key.
    pub key_id: String,
    /// The message itself, not its digest.
    pub message: Vec<u8>,
}

/// What the device can promise.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DevicePolicy {
    /// A screen lock is set.
    pub screen_lock: bool,
    /// The best level that keys get here.
    pub level: KeyLevel,
}

/// Why the host's key store did not do as asked. No variant carries text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum KeyError {
    /// The user said no.
    #[error("the user cancelled")]
    Cancelled,
    /// Too many failed attempts; the device asks to wait.
    #[error("the device is locked out")]
    LockedOut {
        /// Seconds until the next attempt, where the device tells.
        retry_after_s: Option<u32>,
    },
    /// The key needs the user first: begin a session.
    #[error("the user has to authenticate first")]
    NeedsUser,
    /// Failed now, may work later. Data stays.
    #[error("the key store failed for the moment")]
    Transient,
    /// The key is gone for good, for instance after the fingerprints changed.
    #[error("the key was invalidated")]
    Invalidated,
    /// No key of that name.
    #[error("there is no such key")]
    NotFound,
    /// There is no key store, or no screen lock that it needs.
    #[error("the key store is unavailable")]
    Unavailable,
    /// Anything else. What the host threw is dropped.
    #[error("the key store failed in an unexpected way")]
    Unexpected,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for KeyError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unexpected
    }
}

/// The key store of the device. Private keys never leave it.
///
/// Every method may block (a prompt is open, hardware is slow) and is called from any thread but the main one. Two
/// calls may run at once. An implementation must not call the wallet that uses it, and should catch everything and
/// throw a [`KeyError`]: anything else that it throws counts as [`KeyError::Unexpected`].
#[uniffi::export(foreign)]
pub trait DeviceKeys: Send + Sync {
    /// Makes `count` keys (1 to 64) of one kind. `attestation_nonce` is the server's challenge for the attestation;
    /// empty asks for none. When it fails, no key stays behind.
    ///
    /// # Errors
    /// Any [`KeyError`].
    fn create_many(&self, spec: KeySpec, count: u32, attestation_nonce: Vec<u8>) -> Result<Vec<KeyInfo>, KeyError>;

    /// Asks the user once; afterwards presentation keys sign for 180 s, or until `end_session`.
    ///
    /// # Errors
    /// [`KeyError::Cancelled`] or [`KeyError::LockedOut`] when the user did not pass.
    fn begin_session(&self, prompt: PromptText) -> Result<(), KeyError>;

    /// Signs `message` with ECDSA P-256/SHA-256; the answer is ASN.1 DER, as phone hardware gives it.
    ///
    /// # Errors
    /// [`KeyError::NeedsUser`] for a presentation key outside of a session.
    fn sign(&self, key_id: String, message: Vec<u8>) -> Result<Vec<u8>, KeyError>;

    /// Signs several messages, for the proofs of a batch. All or none; the answers are in the order of the requests.
    ///
    /// # Errors
    /// As `sign`.
    fn sign_many(&self, requests: Vec<SignRequest>) -> Result<Vec<Vec<u8>>, KeyError>;

    /// Ends the session at once. Without a session it does nothing.
    ///
    /// # Errors
    /// Any [`KeyError`].
    fn end_session(&self) -> Result<(), KeyError>;

    /// Encrypts `plaintext` under a wrapping key, authenticated together with `aad`. Wipe the plaintext afterwards.
    ///
    /// # Errors
    /// Any [`KeyError`].
    fn seal(&self, key_id: String, aad: Vec<u8>, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError>;

    /// Opens what `seal` made under the same key and `aad`.
    ///
    /// # Errors
    /// [`KeyError::Invalidated`] when the ciphertext does not belong to the key.
    fn open_sealed(&self, key_id: String, aad: Vec<u8>, ciphertext: Vec<u8>) -> Result<Vec<u8>, KeyError>;

    /// All keys of this wallet.
    ///
    /// # Errors
    /// Any [`KeyError`].
    fn list(&self) -> Result<Vec<KeyInfo>, KeyError>;

    /// Destroys a key. A key that is not there is not an error.
    ///
    /// # Errors
    /// Any [`KeyError`].
    fn delete(&self, key_id: String) -> Result<(), KeyError>;

    /// What the device can promise.
    ///
    /// # Errors
    /// Any [`KeyError`].
    fn policy(&self) -> Result<DevicePolicy, KeyError>;
}

/// A host's [`DeviceKeys`] as the core wants it.
pub(crate) struct KeysBridge(pub(crate) Arc<dyn DeviceKeys>);

impl core::DeviceKeys for KeysBridge {
    fn create_many(
        &self,
        spec: core::KeySpec,
        count: u32,
        attestation_nonce: Vec<u8>,
    ) -> Result<Vec<core::KeyInfo>, core::KeyError> {
        let core::KeySpec { purpose } = spec;
        let infos = self.0.create_many(
            KeySpec {
                purpose: purpose.into(),
            },
            count,
            attestation_nonce,
        )?;
        Ok(infos.into_iter().map(Into::into).collect())
    }

    fn begin_session(&self, prompt: core::PromptText) -> Result<(), core::KeyError> {
        let core::PromptText { title, reason } = prompt;
        Ok(self.0.begin_session(PromptText { title, reason })?)
    }

    fn sign(&self, key_id: String, message: Vec<u8>) -> Result<Vec<u8>, core::KeyError> {
        Ok(self.0.sign(key_id, message)?)
    }

    fn sign_many(&self, requests: Vec<core::SignRequest>) -> Result<Vec<Vec<u8>>, core::KeyError> {
        let requests = requests
            .into_iter()
            .map(|core::SignRequest { key_id, message }| SignRequest { key_id, message })
            .collect();
        Ok(self.0.sign_many(requests)?)
    }

    fn end_session(&self) -> Result<(), core::KeyError> {
        Ok(self.0.end_session()?)
    }

    fn seal(&self, key_id: String, aad: Vec<u8>, plaintext: Vec<u8>) -> Result<Vec<u8>, core::KeyError> {
        Ok(self.0.seal(key_id, aad, plaintext)?)
    }

    fn open_sealed(&self, key_id: String, aad: Vec<u8>, ciphertext: Vec<u8>) -> Result<Vec<u8>, core::KeyError> {
        Ok(self.0.open_sealed(key_id, aad, ciphertext)?)
    }

    fn list(&self) -> Result<Vec<core::KeyInfo>, core::KeyError> {
        Ok(self.0.list()?.into_iter().map(Into::into).collect())
    }

    fn delete(&self, key_id: String) -> Result<(), core::KeyError> {
        Ok(self.0.delete(key_id)?)
    }

    fn policy(&self) -> Result<core::DevicePolicy, core::KeyError> {
        let DevicePolicy { screen_lock, level } = self.0.policy()?;
        Ok(core::DevicePolicy {
            screen_lock,
            level: level.into(),
        })
    }
}

impl From<PromptText> for core::PromptText {
    fn from(prompt: PromptText) -> Self {
        let PromptText { title, reason } = prompt;
        Self { title, reason }
    }
}

impl From<core::KeyPurpose> for KeyPurpose {
    fn from(purpose: core::KeyPurpose) -> Self {
        match purpose {
            core::KeyPurpose::Wrapping => Self::Wrapping,
            core::KeyPurpose::Transport => Self::Transport,
            core::KeyPurpose::Presentation => Self::Presentation,
        }
    }
}

impl From<KeyPurpose> for core::KeyPurpose {
    fn from(purpose: KeyPurpose) -> Self {
        match purpose {
            KeyPurpose::Wrapping => Self::Wrapping,
            KeyPurpose::Transport => Self::Transport,
            KeyPurpose::Presentation => Self::Presentation,
        }
    }
}

impl From<KeyLevel> for core::KeyLevel {
    fn from(level: KeyLevel) -> Self {
        match level {
            KeyLevel::File => Self::File,
            KeyLevel::Software => Self::Software,
            KeyLevel::TrustedEnvironment => Self::TrustedEnvironment,
            KeyLevel::SecureElement => Self::SecureElement,
        }
    }
}

impl From<KeyInfo> for core::KeyInfo {
    fn from(info: KeyInfo) -> Self {
        let KeyInfo {
            key_id,
            purpose,
            public_key,
            level,
            attestation,
        } = info;
        Self {
            key_id,
            purpose: purpose.into(),
            public_key,
            level: level.into(),
            attestation,
        }
    }
}

impl From<KeyError> for core::KeyError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Cancelled => Self::Cancelled,
            KeyError::LockedOut { retry_after_s } => Self::LockedOut { retry_after_s },
            KeyError::NeedsUser => Self::NeedsUser,
            KeyError::Transient => Self::Transient,
            KeyError::Invalidated => Self::Invalidated,
            KeyError::NotFound => Self::NotFound,
            KeyError::Unavailable => Self::Unavailable,
            KeyError::Unexpected => Self::Unexpected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_host_keeps_its_meaning() {
        let all = [
            KeyError::Cancelled,
            KeyError::LockedOut { retry_after_s: Some(7) },
            KeyError::NeedsUser,
            KeyError::Transient,
            KeyError::Invalidated,
            KeyError::NotFound,
            KeyError::Unavailable,
            KeyError::Unexpected,
        ];
        for error in all {
            assert_eq!(format!("{:?}", core::KeyError::from(error)), format!("{error:?}"));
        }
        let ours = all.map(|error| core::KeyError::from(error).code());
        let made_by_the_core: Vec<_> = core::KeyError::ALL
            .iter()
            .map(|error| error.code())
            .filter(|code| !ours.contains(code))
            .collect();
        assert_eq!(made_by_the_core, ["keys.timed_out", "keys.busy", "keys.too_weak"]);
    }

    #[test]
    fn what_the_host_threw_is_dropped() {
        let thrown = uniffi::UnexpectedUniFFICallbackError::new("GARCIA");
        assert_eq!(KeyError::from(thrown), KeyError::Unexpected);
    }

    #[test]
    fn purposes_and_levels_keep_their_names() {
        for purpose in [
            core::KeyPurpose::Wrapping,
            core::KeyPurpose::Transport,
            core::KeyPurpose::Presentation,
        ] {
            assert_eq!(core::KeyPurpose::from(KeyPurpose::from(purpose)), purpose);
            assert_eq!(format!("{:?}", KeyPurpose::from(purpose)), format!("{purpose:?}"));
        }
        for level in [
            KeyLevel::File,
            KeyLevel::Software,
            KeyLevel::TrustedEnvironment,
            KeyLevel::SecureElement,
        ] {
            assert_eq!(format!("{:?}", core::KeyLevel::from(level)), format!("{level:?}"));
        }
    }
}
