use permitcard_crypto::CryptoError;

use crate::cose::CoseError;

/// Why an SD-JWT was refused, or could not be made. The texts carry no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SdJwtError {
    /// The signature, a key, a certificate or the JWS.
    #[error(transparent)]
    Jws(#[from] CoseError),
    /// Longer than the limit.
    #[error("the SD-JWT is too long")]
    TooLong,
    /// The parts do not have the form of RFC 9901, or a JSON object has a name twice.
    #[error("the SD-JWT does not have the expected form")]
    Malformed,
    /// A claim is missing or of another kind.
    #[error("a claim is missing or does not have the expected form")]
    ClaimsMalformed,
    /// Another type of credential.
    #[error("the credential type is not known")]
    TypeUnknown,
    /// A disclosure whose digest the issuer did not sign, a second one of a claim, or a digest that stands twice.
    #[error("a disclosure does not match its signed digest")]
    DigestMismatch,
    /// The claims are not those of the permit.
    #[error("the claims are not those of the permit")]
    ContentMismatch,
    /// A key of another curve than P-256.
    #[error("the key is not a P-256 key")]
    KeyUnsupported,
    /// A field that may not be cut is too long or out of its range.
    #[error("a field is too long or out of its range")]
    FieldInvalid,
    /// The times contradict each other, or reach beyond the permit or the credential.
    #[error("the times of the SD-JWT contradict each other")]
    PeriodInvalid,
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    RandomUnavailable,
}

impl From<CryptoError> for SdJwtError {
    fn from(_: CryptoError) -> Self {
        Self::RandomUnavailable
    }
}

impl SdJwtError {
    /// The stable code, `sdjwt.snake_case`, or the code of the error inside.
    pub fn code(self) -> &'static str {
        match self {
            Self::Jws(error) => error.code(),
            Self::TooLong => "sdjwt.too_long",
            Self::Malformed => "sdjwt.malformed",
            Self::ClaimsMalformed => "sdjwt.claims_malformed",
            Self::TypeUnknown => "sdjwt.type_unknown",
            Self::DigestMismatch => "sdjwt.digest_mismatch",
            Self::ContentMismatch => "sdjwt.content_mismatch",
            Self::KeyUnsupported => "sdjwt.key_unsupported",
            Self::FieldInvalid => "sdjwt.field_invalid",
            Self::PeriodInvalid => "sdjwt.period_invalid",
            Self::RandomUnavailable => "sdjwt.random_unavailable",
        }
    }

    /// Every code of its own, for the table of `docs/protocol.md`; those of [`CoseError`] stand in its own list.
    pub const ALL: &'static [Self] = &[
        Self::TooLong,
        Self::Malformed,
        Self::ClaimsMalformed,
        Self::TypeUnknown,
        Self::DigestMismatch,
        Self::ContentMismatch,
        Self::KeyUnsupported,
        Self::FieldInvalid,
        Self::PeriodInvalid,
        Self::RandomUnavailable,
    ];
}
