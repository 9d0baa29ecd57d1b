/// Why bytes are no CBOR of our profile. The texts carry no input bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CborError {
    /// More bytes than the limit.
    #[error("the data is longer than allowed")]
    TooLong,
    /// Nested deeper than the limit.
    #[error("the data is nested deeper than allowed")]
    TooDeep,
    /// An array or a map with more entries than the limit.
    #[error("an array or a map has more entries than allowed")]
    TooMany,
    /// Cut short, a reserved encoding, text that is not UTF-8, or a kind of value that the profile does not have.
    #[error("the data is not well-formed")]
    Malformed,
    /// Not the deterministic encoding: a long form, an indefinite length, map keys out of order or twice.
    #[error("the data is not in deterministic encoding")]
    NotDeterministic,
    /// A key stands twice in a map. The strict reader says [`NotDeterministic`](Self::NotDeterministic) for it.
    #[error("a key stands twice in a map")]
    DuplicateKey,
    /// Well-formed, but another type, number of entries or range than expected here.
    #[error("the data has another type than expected")]
    UnexpectedType,
    /// Bytes after the end.
    #[error("there are bytes after the end of the data")]
    TrailingBytes,
}

impl CborError {
    /// The stable code, `cbor.snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "cbor.too_long",
            Self::TooDeep => "cbor.too_deep",
            Self::TooMany => "cbor.too_many",
            Self::Malformed => "cbor.malformed",
            Self::NotDeterministic => "cbor.not_deterministic",
            Self::DuplicateKey => "cbor.duplicate_key",
            Self::UnexpectedType => "cbor.unexpected_type",
            Self::TrailingBytes => "cbor.trailing_bytes",
        }
    }

    /// Every code of this enum, for the table of `docs/protocol.md`.
    pub const ALL: &'static [Self] = &[
        Self::TooLong,
        Self::TooDeep,
        Self::TooMany,
        Self::Malformed,
        Self::NotDeterministic,
        Self::DuplicateKey,
        Self::UnexpectedType,
        Self::TrailingBytes,
    ];
}
