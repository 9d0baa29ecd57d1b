/// Why a text or a picture could not be made or read. Carries no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QrError {
    /// Longer than one QR code may carry here.
    #[error("the text is too long")]
    TooLong,
    /// No text of this product and version.
    #[error("the text does not begin with a known prefix")]
    PrefixUnknown,
    /// Not base45 as RFC 9285 defines it.
    #[error("the text is not base45")]
    Base45Invalid,
    /// A character outside of the alphanumeric mode of QR.
    #[error("the text has a character that the code cannot carry")]
    CharacterInvalid,
    /// The text does not fit the largest QR code.
    #[error("the text does not fit a QR code")]
    DoesNotFit,
    /// A QR version is 1 to 40.
    #[error("there is no such QR version")]
    VersionInvalid,
    /// A picture of no pixels, or of too many.
    #[error("the picture would have no pixels, or too many")]
    SizeInvalid,
    /// The picture could not be written.
    #[error("the picture could not be written")]
    NotWritten,
    /// A frame whose numbers or part cannot be those of a message.
    #[error("the frame is not one of a message")]
    FrameInvalid,
    /// Enough frames came, and they do not make the message that they announced.
    #[error("the frames do not make the message that they announced")]
    MessageDamaged,
    /// A printed code whose compressed bytes are damaged.
    #[error("the compressed bytes are damaged")]
    InflateFailed,
    /// Not a request of a verifier as this version knows it.
    #[error("the request does not have the form of this version")]
    RequestInvalid,
}

impl QrError {
    /// The stable code, `qr.snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "qr.too_long",
            Self::PrefixUnknown => "qr.prefix_unknown",
            Self::Base45Invalid => "qr.base45_invalid",
            Self::CharacterInvalid => "qr.character_invalid",
            Self::DoesNotFit => "qr.does_not_fit",
            Self::VersionInvalid => "qr.version_invalid",
            Self::SizeInvalid => "qr.size_invalid",
            Self::NotWritten => "qr.not_written",
            Self::FrameInvalid => "qr.frame_invalid",
            Self::MessageDamaged => "qr.message_damaged",
            Self::InflateFailed => "qr.inflate_failed",
            Self::RequestInvalid => "qr.request_invalid",
        }
    }

    /// Every code of this enum.
    pub const ALL: &'static [Self] = &[
        Self::TooLong,
        Self::PrefixUnknown,
        Self::Base45Invalid,
        Self::CharacterInvalid,
        Self::DoesNotFit,
        Self::VersionInvalid,
        Self::SizeInvalid,
        Self::NotWritten,
        Self::FrameInvalid,
        Self::MessageDamaged,
        Self::InflateFailed,
        Self::RequestInvalid,
    ];
}
