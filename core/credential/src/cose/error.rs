use super::cbor::CborError;

/// Why a signed object or a key was refused. The texts carry no input bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CoseError {
    /// The bytes are no CBOR of our profile.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// Longer than the limit of its kind.
    #[error("the signed object is too long")]
    TooLong,
    /// CBOR or text, but not the structure that was expected (RFC 9052 4.2, RFC 7515 3.1).
    #[error("the signed object does not have the expected structure")]
    Malformed,
    /// An algorithm that is not accepted, or one that does not belong to the key.
    #[error("the algorithm is not accepted for this key")]
    AlgorithmUnsupported,
    /// A header marks itself critical (`crit`); none is understood.
    #[error("a critical header is not understood")]
    CriticalHeader,
    /// A key that is no P-256 or P-384 public key in the form of our profile.
    #[error("the key is not a public key of a supported curve")]
    KeyInvalid,
    /// The signature does not verify, or has the wrong length.
    #[error("the signature does not verify")]
    SignatureInvalid,
}

impl CoseError {
    /// The stable code, `cose.snake_case`, or the code of the CBOR error inside.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cbor(error) => error.code(),
            Self::TooLong => "cose.too_long",
            Self::Malformed => "cose.malformed",
            Self::AlgorithmUnsupported => "cose.algorithm_unsupported",
            Self::CriticalHeader => "cose.critical_header",
            Self::KeyInvalid => "cose.key_invalid",
            Self::SignatureInvalid => "cose.signature_invalid",
        }
    }

    /// Every code of its own, for the table of `docs/protocol.md`; those of [`CborError`] stand in its own list.
    pub const ALL: &'static [Self] = &[
        Self::TooLong,
        Self::Malformed,
        Self::AlgorithmUnsupported,
        Self::CriticalHeader,
        Self::KeyInvalid,
        Self::SignatureInvalid,
    ];
}
