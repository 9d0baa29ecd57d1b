use crate::cose::CoseError;

/// Why a status list or its token was refused. Carries no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatusError {
    /// Entries have 1, 2, 4 or 8 bits.
    #[error("a status list has entries of 1, 2, 4 or 8 bits")]
    BitsInvalid,
    /// More entries than [`MAX_ENTRIES`](super::MAX_ENTRIES), or a list that inflates to more.
    #[error("the status list is too large")]
    TooLarge,
    /// The compressed list is no complete zlib stream (RFC 1950), or bytes follow it.
    #[error("the status list does not inflate")]
    InflateFailed,
    /// The list has no such entry.
    #[error("the index is outside of the status list")]
    IndexOutside,
    /// The value needs more bits than an entry has.
    #[error("the value does not fit an entry of the status list")]
    ValueInvalid,
    /// The token is no COSE_Sign1 of the expected kind, or its signature is not good.
    #[error(transparent)]
    Cose(#[from] CoseError),
    /// The token's claims are not those of a status list.
    #[error("the token does not hold the claims of a status list")]
    ClaimsInvalid,
}

impl StatusError {
    /// The stable code, `status.snake_case`, or that of the error inside.
    pub fn code(self) -> &'static str {
        match self {
            Self::BitsInvalid => "status.bits_invalid",
            Self::TooLarge => "status.too_large",
            Self::InflateFailed => "status.inflate_failed",
            Self::IndexOutside => "status.index_outside",
            Self::ValueInvalid => "status.value_invalid",
            Self::Cose(error) => error.code(),
            Self::ClaimsInvalid => "status.claims_invalid",
        }
    }

    /// Every code of its own.
    pub const ALL: &'static [Self] = &[
        Self::BitsInvalid,
        Self::TooLarge,
        Self::InflateFailed,
        Self::IndexOutside,
        Self::ValueInvalid,
        Self::ClaimsInvalid,
    ];
}
