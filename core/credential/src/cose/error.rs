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
    /// No header names an algorithm.
    #[error("no header names an algorithm")]
    AlgorithmMissing,
    /// A label stands in both headers (RFC 9052 3).
    #[error("a label stands in both headers")]
    HeaderDuplicate,
    /// The payload is not inside (`nil`, RFC 9052 4.1).
    #[error("the payload is not inside the signed object")]
    PayloadDetached,
    /// An elliptic curve point without its coordinate y (RFC 9053 7.1.1), which the crypto library cannot expand.
    #[error("the key is a compressed point")]
    KeyCompressed,
    /// A header marks itself critical (`crit`) and is not understood.
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
            Self::AlgorithmMissing => "cose.algorithm_missing",
            Self::HeaderDuplicate => "cose.header_duplicate",
            Self::PayloadDetached => "cose.payload_detached",
            Self::KeyCompressed => "cose.key_compressed",
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
        Self::AlgorithmMissing,
        Self::HeaderDuplicate,
        Self::PayloadDetached,
        Self::KeyCompressed,
        Self::CriticalHeader,
        Self::KeyInvalid,
        Self::SignatureInvalid,
    ];
}
