use super::marks::check_key;
use crate::cose::value::{Limits, Value};
use crate::sdcwt::{SALT_LEN, Salt, SdCwtError};

/// What a disclosure discloses.
#[derive(Debug, Clone, PartialEq)]
pub enum OpenContent {
    /// A claim of a map.
    Entry {
        /// Its key, an integer or a text.
        key: Value,
        /// Its value, which may have redacted claims inside.
        value: Value,
    },
    /// An item of an array, which may have redacted claims inside.
    Element(Value),
    /// Nothing: only fills a place.
    Decoy,
}

/// One disclosure of a token of anyone: `[salt, value, key]`, `[salt, value]` or `[salt]`.
#[derive(Clone, PartialEq)]
pub struct OpenDisclosure {
    encoded: Vec<u8>,
    content: OpenContent,
}

impl OpenDisclosure {
    /// Reads a disclosure from the content of its byte string.
    ///
    /// # Errors
    /// [`SdCwtError::DisclosureMalformed`] for another structure, another length of the salt or another kind of key,
    /// [`SdCwtError::Cose`] for its encoding.
    pub fn read(encoded: &[u8], limits: &Limits) -> Result<Self, SdCwtError> {
        let malformed = SdCwtError::DisclosureMalformed;
        let Value::Array(items) = Value::decode(encoded, limits)? else {
            return Err(malformed);
        };
        let mut items = items.into_iter();
        match items.next() {
            Some(Value::Bytes(salt)) if salt.len() == SALT_LEN => {}
            _ => return Err(malformed),
        }
        let content = match (items.next(), items.next(), items.next()) {
            (Some(value), Some(key), None) => {
                check_key(&key).map_err(|_| malformed)?;
                OpenContent::Entry { key, value }
            }
            (Some(value), None, _) => OpenContent::Element(value),
            (None, ..) => OpenContent::Decoy,
            _ => return Err(malformed),
        };
        Ok(Self {
            encoded: encoded.to_vec(),
            content,
        })
    }

    /// The encoded array, as it came.
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// What it discloses.
    pub fn content(&self) -> &OpenContent {
        &self.content
    }

    /// Encodes the disclosure of a map's claim, of an item of an array (no key), or of a decoy (nothing).
    pub(super) fn write(salt: &Salt, value: Option<Value>, key: Option<Value>) -> Vec<u8> {
        let salt = Value::Bytes(salt.to_vec());
        Value::Array([Some(salt), value, key].into_iter().flatten().collect()).encode()
    }
}

// A disclosure carries personal data.
impl std::fmt::Debug for OpenDisclosure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenDisclosure")
            .field("bytes", &self.encoded.len())
            .finish_non_exhaustive()
    }
}
