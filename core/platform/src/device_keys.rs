use std::fmt;

/// What a device key is for; one purpose a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyPurpose {
    /// Wraps the vault's master key. Symmetric or sealed in hardware; needs an unlocked phone, no prompt.
    Wrapping,
    /// Signs requests to the authority (DPoP). P-256, no prompt.
    Transport,
    /// Signs presentations; one for each credential of a batch. P-256, usable for 180 s after one user authentication.
    Presentation,
}

/// What kind of key to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeySpec {
    /// The purpose.
    pub purpose: KeyPurpose,
}

/// Where a key lives, best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptText {
    /// One line.
    pub title: String,
    /// Why, in one sentence.
    pub reason: String,
}

/// One signature to make. `Debug` does not show the message.
#[derive(Clone, PartialEq, Eq)]
pub struct SignRequest {
    /// The key.
    pub key_id: String,
    /// The message itself, not its digest.
    pub message: Vec<u8>,
}

impl fmt::Debug for SignRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignRequest")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// What the device can promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DevicePolicy {
    /// A screen lock is set.
    pub screen_lock: bool,
    /// The best level that keys get here.
    pub level: KeyLevel,
}

/// Why the host's key store did not do as asked. No variant carries text of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
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
    /// The call did not return in time; made by the core, never by a host.
    #[error("the key store did not answer in time")]
    TimedOut,
    /// Another prompt is open; made by the core, never by a host.
    #[error("another request waits for the user")]
    Busy,
    /// The host has only keys in a plain file, which never hold a real card; made by the core, never by a host.
    #[error("the key store keeps its keys in a plain file")]
    TooWeak,
    /// The host threw something else. Its text is dropped.
    #[error("the key store failed in an unexpected way")]
    Unexpected,
}

impl KeyError {
    /// The stable code, `keys.snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "keys.cancelled",
            Self::LockedOut { .. } => "keys.locked_out",
            Self::NeedsUser => "keys.needs_user",
            Self::Transient => "keys.transient",
            Self::Invalidated => "keys.invalidated",
            Self::NotFound => "keys.not_found",
            Self::Unavailable => "keys.unavailable",
            Self::TimedOut => "keys.timed_out",
            Self::Busy => "keys.busy",
            Self::TooWeak => "keys.too_weak",
            Self::Unexpected => "keys.unexpected",
        }
    }

    /// One of each variant, for the table of `docs/protocol.md`.
    pub const ALL: &'static [Self] = &[
        Self::Cancelled,
        Self::LockedOut { retry_after_s: None },
        Self::NeedsUser,
        Self::Transient,
        Self::Invalidated,
        Self::NotFound,
        Self::Unavailable,
        Self::TimedOut,
        Self::Busy,
        Self::TooWeak,
        Self::Unexpected,
    ];
}

/// The key store of the device. Private keys never leave it.
///
/// Every method may block (a prompt is open, hardware is slow) and may be called from any thread, never from the
/// main thread, and never while the core holds a lock. Errors are final answers: the core retries nothing by itself.
pub trait DeviceKeys: Send + Sync {
    /// Makes `count` keys (1 to 64) of one kind. `attestation_nonce` is the server's challenge for the attestation;
    /// empty asks for none.
    ///
    /// # Errors
    /// Any [`KeyError`]; no key stays behind when it fails.
    fn create_many(&self, spec: KeySpec, count: u32, attestation_nonce: Vec<u8>) -> Result<Vec<KeyInfo>, KeyError>;

    /// Asks the user once; afterwards presentation keys sign for 180 s, or until [`end_session`](Self::end_session).
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
    /// As [`sign`](Self::sign).
    fn sign_many(&self, requests: Vec<SignRequest>) -> Result<Vec<Vec<u8>>, KeyError>;

    /// Ends the session at once.
    ///
    /// # Errors
    /// Any [`KeyError`]; without a session it does nothing.
    fn end_session(&self) -> Result<(), KeyError>;

    /// Encrypts `plaintext` under a wrapping key, authenticated together with `aad`.
    ///
    /// # Errors
    /// Any [`KeyError`].
    fn seal(&self, key_id: String, aad: Vec<u8>, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError>;

    /// Opens what [`seal`](Self::seal) made under the same key and `aad`.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_message() {
        let request = SignRequest {
            key_id: "key".into(),
            message: b"CANARY".to_vec(),
        };
        let shown = format!("{request:?} {request:#?}");
        assert!(
            shown.contains("key") && !shown.contains("CANARY") && !shown.contains("67"),
            "{shown}"
        );
    }
}
