use crate::cose::{CoseError, cbor::CborError};

/// Why an SD-CWT or a key binding token was refused. The texts carry no input bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SdCwtError {
    /// The envelope was refused.
    #[error(transparent)]
    Cose(#[from] CoseError),
    /// The type header names something else.
    #[error("the signed object is of another type")]
    TypeUnexpected,
    /// Encrypted claims, which the profile does not have.
    #[error("encrypted claims are not supported")]
    EncryptedClaims,
    /// Redacted claims are hashed with another algorithm than SHA-256.
    #[error("the hash algorithm of the redacted claims is not supported")]
    HashUnsupported,
    /// More disclosures than allowed.
    #[error("there are more disclosures than allowed")]
    TooManyDisclosures,
    /// A disclosure, the list of them, or a list of redacted claims is not of the draft's form.
    #[error("a disclosure does not have the expected structure")]
    DisclosureMalformed,
    /// A disclosure that no redacted claim names.
    #[error("a disclosure matches no redacted claim")]
    DisclosureUnmatched,
    /// Two disclosures for one claim, or one claim redacted twice.
    #[error("a claim is disclosed twice")]
    DisclosureDuplicate,
    /// The key binding token does not have the expected structure.
    #[error("the key binding token does not have the expected structure")]
    BindingMalformed,
}

impl From<CborError> for SdCwtError {
    fn from(error: CborError) -> Self {
        Self::Cose(error.into())
    }
}

impl SdCwtError {
    /// The stable code, `sdcwt.snake_case`, or the code of the error inside.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cose(error) => error.code(),
            Self::TypeUnexpected => "sdcwt.type_unexpected",
            Self::EncryptedClaims => "sdcwt.encrypted_claims",
            Self::HashUnsupported => "sdcwt.hash_unsupported",
            Self::TooManyDisclosures => "sdcwt.too_many_disclosures",
            Self::DisclosureMalformed => "sdcwt.disclosure_malformed",
            Self::DisclosureUnmatched => "sdcwt.disclosure_unmatched",
            Self::DisclosureDuplicate => "sdcwt.disclosure_duplicate",
            Self::BindingMalformed => "sdcwt.binding_malformed",
        }
    }

    /// Every code of its own, for the table of `docs/protocol.md`; those of [`CoseError`] stand in its own list.
    pub const ALL: &'static [Self] = &[
        Self::TypeUnexpected,
        Self::EncryptedClaims,
        Self::HashUnsupported,
        Self::TooManyDisclosures,
        Self::DisclosureMalformed,
        Self::DisclosureUnmatched,
        Self::DisclosureDuplicate,
        Self::BindingMalformed,
    ];
}
