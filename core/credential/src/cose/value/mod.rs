//! CBOR of other people's making as a tree (RFC 8949): a tolerant reader with limits, and a deterministic writer.
//!
//! The formats of Permit Card are read by the strict reader of [`cbor`](super::cbor), which allocates nothing. This one is
//! for what others wrote: map keys in any order and of any kind, floating-point numbers, `undefined`. It still refuses
//! indefinite lengths, numbers and lengths that are not in their shortest form, and a key that stands twice in a map,
//! because two readers could see different things there.

mod decode;
mod encode;
#[cfg(test)]
mod tests;

pub(crate) use decode::{Decoder, Entry};

use super::cbor::CborError;

/// Limits of one document, checked before anything is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest document, in bytes.
    pub bytes: usize,
    /// The deepest nesting of arrays, maps and tags (draft-ietf-spice-sd-cwt 6.5 counts them alike).
    pub depth: u8,
    /// The most items of the whole document, keys and values counted each.
    pub items: usize,
}

impl Limits {
    /// Limits with the depth of the SD-CWT draft, 16, and at most 16,384 items.
    pub const fn new(bytes: usize) -> Self {
        Self {
            bytes,
            depth: 16,
            items: 16_384,
        }
    }

    /// The same limits with another number of items.
    pub const fn items(self, items: usize) -> Self {
        Self { items, ..self }
    }
}

/// Most bytes of a text that is a map key.
pub const MAX_KEY_TEXT: usize = 255;

/// One CBOR item with all that is inside.
///
/// Two values are equal when they have the same entries in the same order; [`encode`](Self::encode) gives the same bytes for
/// maps in any order.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// An integer. CBOR has −2^64 to 2^64 − 1; others are written as bignums (RFC 8949 3.4.3).
    Int(i128),
    /// A byte string.
    Bytes(Vec<u8>),
    /// A text string.
    Text(String),
    /// An array.
    Array(Vec<Value>),
    /// A map, in the order of the input.
    Map(Vec<(Value, Value)>),
    /// A tag and its content.
    Tag(u64, Box<Value>),
    /// A simple value that has no variant of its own: 0 to 19 and 32 to 255. Others do not exist.
    Simple(u8),
    /// `false` or `true`.
    Bool(bool),
    /// `null`.
    Null,
    /// `undefined`.
    Undefined,
    /// A floating-point number of any of the three widths.
    Float(f64),
}

impl Value {
    /// Reads one item that fills `bytes`.
    ///
    /// # Errors
    /// [`CborError::TooLong`], [`CborError::TooDeep`], [`CborError::TooMany`] beyond the limits,
    /// [`CborError::NotDeterministic`] for a long form or an indefinite length, [`CborError::DuplicateKey`],
    /// [`CborError::TrailingBytes`], [`CborError::Malformed`] for what is not well-formed, and for a key text of more than
    /// [`MAX_KEY_TEXT`] bytes [`CborError::TooLong`].
    pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, CborError> {
        let mut decoder = Decoder::new(bytes, limits)?;
        let value = decoder.value()?;
        decoder.finish()?;
        Ok(value)
    }

    /// The deterministic encoding (RFC 8949 4.2.1): shortest forms, floating-point numbers in the shortest width that keeps
    /// the value, map keys in bytewise order of their encoding. That no key stands twice is the caller's part.
    pub fn encode(&self) -> Vec<u8> {
        encode::encode(self)
    }

    /// The integer.
    pub fn as_int(&self) -> Option<i128> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The byte string.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The text string.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map.
    pub fn as_map(&self) -> Option<&[(Value, Value)]> {
        match self {
            Self::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &Value) -> Option<&Value> {
        let (_, value) = self.as_map()?.iter().find(|(other, _)| other == key)?;
        Some(value)
    }

    /// The value of an integer label, if this is a map that has it.
    pub fn label(&self, label: i64) -> Option<&Value> {
        self.get(&Self::from(label))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

// Documents may carry personal data: only kinds and sizes are shown.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(_) => f.write_str("Int"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Text(text) => write!(f, "Text({})", text.len()),
            Self::Array(items) => write!(f, "Array({})", items.len()),
            Self::Map(entries) => write!(f, "Map({})", entries.len()),
            Self::Tag(number, content) => write!(f, "Tag({number}, {content:?})"),
            Self::Simple(_) => f.write_str("Simple"),
            Self::Bool(_) => f.write_str("Bool"),
            Self::Null => f.write_str("Null"),
            Self::Undefined => f.write_str("Undefined"),
            Self::Float(_) => f.write_str("Float"),
        }
    }
}
