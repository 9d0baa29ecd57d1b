use permitcard_crypto::CryptoError;

use crate::cose::{CoseError, cbor::CborError};

/// Why a mobile document was refused, or could not be made. The texts carry no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MdocError {
    /// The signed envelope, a key, a certificate or the CBOR.
    #[error(transparent)]
    Cose(#[from] CoseError),
    /// The parts do not have the form of ISO/IEC 18013-5.
    #[error("the mobile document does not have the expected form")]
    Malformed,
    /// Neither a permit nor a test of one.
    #[error("the document type is not known")]
    DocTypeUnknown,
    /// An item whose digest the issuer did not sign, or a second one of an identifier.
    #[error("an element does not match its signed digest")]
    DigestMismatch,
    /// The elements are not those of the permit.
    #[error("the elements are not those of the permit")]
    ContentMismatch,
    /// A key of another curve than P-256.
    #[error("the key is not a P-256 key")]
    KeyUnsupported,
    /// A field that may not be cut is too long or out of its range.
    #[error("a field is too long or out of its range")]
    FieldInvalid,
    /// The times contradict each other, or reach beyond the permit.
    #[error("the times of the mobile document contradict each other")]
    PeriodInvalid,
    /// The session transcript is no array of three items, or too long.
    #[error("the session transcript does not have the expected form")]
    TranscriptInvalid,
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    RandomUnavailable,
}

impl From<CborError> for MdocError {
    fn from(error: CborError) -> Self {
        Self::Cose(error.into())
    }
}

impl From<CryptoError> for MdocError {
    fn from(_: CryptoError) -> Self {
        Self::RandomUnavailable
    }
}

impl MdocError {
    /// The stable code, `mdoc.snake_case`, or the code of the error inside.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cose(error) => error.code(),
            Self::Malformed => "mdoc.malformed",
            Self::DocTypeUnknown => "mdoc.doc_type_unknown",
            Self::DigestMismatch => "mdoc.digest_mismatch",
            Self::ContentMismatch => "mdoc.content_mismatch",
            Self::KeyUnsupported => "mdoc.key_unsupported",
            Self::FieldInvalid => "mdoc.field_invalid",
            Self::PeriodInvalid => "mdoc.period_invalid",
            Self::TranscriptInvalid => "mdoc.transcript_invalid",
            Self::RandomUnavailable => "mdoc.random_unavailable",
        }
    }

    /// Every code of its own, for the table of `docs/protocol.md`; those of [`CoseError`] stand in its own list.
    pub const ALL: &'static [Self] = &[
        Self::Malformed,
        Self::DocTypeUnknown,
        Self::DigestMismatch,
        Self::ContentMismatch,
        Self::KeyUnsupported,
        Self::FieldInvalid,
        Self::PeriodInvalid,
        Self::TranscriptInvalid,
        Self::RandomUnavailable,
    ];
}
