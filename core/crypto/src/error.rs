/// Why a cryptographic call failed. The texts carry no input bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// A public key that is no point of its curve, or of the wrong length or form.
    #[error("the public key is not a point of its curve in uncompressed form")]
    KeyInvalid,
    /// A private key that cannot be read.
    #[error("the private key cannot be read")]
    PrivateKeyInvalid,
    /// A signature that does not verify.
    #[error("the signature does not verify")]
    SignatureInvalid,
    /// A DER signature that is not the strict encoding of two integers of the curve's size.
    #[error("the signature is not strict DER")]
    SignatureMalformed,
    /// A sealed text that was changed, or opened with the wrong key or the wrong additional data.
    #[error("the sealed data does not open with this key and context")]
    SealBroken,
    /// A message authentication code that differs.
    #[error("the authentication code differs")]
    MacMismatch,
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    RandomUnavailable,
}

impl CryptoError {
    /// The stable code, `crypto.snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::KeyInvalid => "crypto.key_invalid",
            Self::PrivateKeyInvalid => "crypto.private_key_invalid",
            Self::SignatureInvalid => "crypto.signature_invalid",
            Self::SignatureMalformed => "crypto.signature_malformed",
            Self::SealBroken => "crypto.seal_broken",
            Self::MacMismatch => "crypto.mac_mismatch",
            Self::RandomUnavailable => "crypto.random_unavailable",
        }
    }

    /// Every code of this crate, for the table of `docs/protocol.md`.
    pub const ALL: &'static [Self] = &[
        Self::KeyInvalid,
        Self::PrivateKeyInvalid,
        Self::SignatureInvalid,
        Self::SignatureMalformed,
        Self::SealBroken,
        Self::MacMismatch,
        Self::RandomUnavailable,
    ];
}
