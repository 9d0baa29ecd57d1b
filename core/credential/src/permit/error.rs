use permitcard_crypto::CryptoError;

use crate::{
    cose::{CoseError, cbor::CborError},
    sdcwt::SdCwtError,
};

/// Why a credential, a presentation or a card was refused, or was not made. The texts carry no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PermitError {
    /// The SD-CWT, its key binding token or its envelope was refused.
    #[error(transparent)]
    SdCwt(#[from] SdCwtError),
    /// A claim is missing, or not of the profile's form.
    #[error("the claims are not those of a permit credential")]
    ClaimsMalformed,
    /// A disclosed group lacks a field, or a field is not of the profile's form or too long.
    #[error("a disclosed group does not have the form of the profile")]
    GroupMalformed,
    /// Not every redacted claim has its disclosure, which a holder's own credential must have.
    #[error("a redacted claim has no disclosure")]
    DisclosuresIncomplete,
    /// A key of another curve than P-256.
    #[error("the key is not a P-256 key")]
    KeyUnsupported,
    /// A field that may not be cut is too long or out of its range.
    #[error("a field is too long or out of its range")]
    FieldInvalid,
    /// The portrait is too large.
    #[error("the portrait is too large")]
    PortraitTooLarge,
    /// The times contradict each other, or reach beyond the permit or the credential.
    #[error("the times of the credential or presentation contradict each other")]
    PeriodInvalid,
    /// The nonce is neither six digits nor eight bytes.
    #[error("the nonce is neither six digits nor eight bytes")]
    NonceInvalid,
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    RandomUnavailable,
}

impl From<CoseError> for PermitError {
    fn from(error: CoseError) -> Self {
        Self::SdCwt(error.into())
    }
}

impl From<CborError> for PermitError {
    fn from(error: CborError) -> Self {
        Self::SdCwt(error.into())
    }
}

impl From<CryptoError> for PermitError {
    fn from(_: CryptoError) -> Self {
        Self::RandomUnavailable
    }
}

impl PermitError {
    /// The stable code, `permit.snake_case`, or the code of the error inside.
    pub fn code(self) -> &'static str {
        match self {
            Self::SdCwt(error) => error.code(),
            Self::ClaimsMalformed => "permit.claims_malformed",
            Self::GroupMalformed => "permit.group_malformed",
            Self::DisclosuresIncomplete => "permit.disclosures_incomplete",
            Self::KeyUnsupported => "permit.key_unsupported",
            Self::FieldInvalid => "permit.field_invalid",
            Self::PortraitTooLarge => "permit.portrait_too_large",
            Self::PeriodInvalid => "permit.period_invalid",
            Self::NonceInvalid => "permit.nonce_invalid",
            Self::RandomUnavailable => "permit.random_unavailable",
        }
    }

    /// Every code of its own, for the table of `docs/protocol.md`; those of [`SdCwtError`] stand in its own list.
    pub const ALL: &'static [Self] = &[
        Self::ClaimsMalformed,
        Self::GroupMalformed,
        Self::DisclosuresIncomplete,
        Self::KeyUnsupported,
        Self::FieldInvalid,
        Self::PortraitTooLarge,
        Self::PeriodInvalid,
        Self::NonceInvalid,
        Self::RandomUnavailable,
    ];
}
