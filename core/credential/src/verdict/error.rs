use crate::{permit::PermitError, qr::QrError};

/// Why there are no verdicts: the text is no presentation. Carries no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerdictError {
    /// Longer than any presentation.
    #[error("the text is too long for a presentation")]
    TextTooLong,
    /// Some other QR code.
    #[error("the text is no presentation of a permit card")]
    TextForeign,
    /// It begins like a presentation, but was not read whole.
    #[error("the text is damaged")]
    TextDamaged,
    /// The bytes are not of the profile, or go beyond its limits.
    #[error("the presentation does not have the form of the profile")]
    Malformed(PermitError),
}

impl VerdictError {
    /// The stable code, `verdict.snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TextTooLong => "verdict.text_too_long",
            Self::TextForeign => "verdict.text_foreign",
            Self::TextDamaged => "verdict.text_damaged",
            Self::Malformed(_) => "verdict.presentation_malformed",
        }
    }

    /// One of each variant, for the table of `docs/protocol.md`.
    pub const ALL: &'static [Self] = &[
        Self::TextTooLong,
        Self::TextForeign,
        Self::TextDamaged,
        Self::Malformed(PermitError::ClaimsMalformed),
    ];
}

impl From<QrError> for VerdictError {
    fn from(error: QrError) -> Self {
        match error {
            QrError::TooLong => Self::TextTooLong,
            QrError::PrefixUnknown => Self::TextForeign,
            _ => Self::TextDamaged,
        }
    }
}
