use permitcard_crypto::hash::{sha256_of, sha384_of, sha512_of};

use crate::cose::value::Value;
use crate::sdcwt::{SdCwtError, disclosure::wrapping, label::SHA_256};

/// The hash algorithm of redacted claims, header label 170 (`sd_alg`; RFC 9054).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SdHash {
    /// SHA-256, −16: the default.
    #[default]
    Sha256,
    /// SHA-384, −43.
    Sha384,
    /// SHA-512, −44.
    Sha512,
}

impl SdHash {
    /// The number in the header.
    pub const fn id(self) -> i64 {
        match self {
            Self::Sha256 => SHA_256,
            Self::Sha384 => -43,
            Self::Sha512 => -44,
        }
    }

    /// The algorithm that a header names.
    ///
    /// # Errors
    /// [`SdCwtError::HashUnsupported`] for any other.
    pub fn from_header(value: &Value) -> Result<Self, SdCwtError> {
        [Self::Sha256, Self::Sha384, Self::Sha512]
            .into_iter()
            .find(|hash| *value == Value::from(hash.id()))
            .ok_or(SdCwtError::HashUnsupported)
    }

    /// Bytes of a hash.
    pub const fn size(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The hash that issuers write: over the disclosure as a byte string, as the draft's appendix and its vectors have it.
    pub fn wrapped(self, disclosure: &[u8]) -> Vec<u8> {
        self.of(&[&wrapping(disclosure), disclosure])
    }

    /// The other hash that is accepted: over the array itself, as the draft's figure 8 and other programs have it.
    pub fn bare(self, disclosure: &[u8]) -> Vec<u8> {
        self.of(&[disclosure])
    }

    fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Self::Sha256 => sha256_of(parts).to_vec(),
            Self::Sha384 => sha384_of(parts).to_vec(),
            Self::Sha512 => sha512_of(parts).to_vec(),
        }
    }
}

/// What the hashes of a token were made over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HashForm {
    /// The disclosure as a byte string.
    Wrapped,
    /// The array itself.
    Bare,
    /// Some of each.
    Mixed,
}

impl HashForm {
    /// The form's name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wrapped => "wrapped",
            Self::Bare => "bare",
            Self::Mixed => "mixed",
        }
    }

    /// This form and another one in the same token.
    pub(super) fn and(self, other: Option<Self>) -> Self {
        match other {
            Some(other) if other != self => Self::Mixed,
            _ => self,
        }
    }
}
