use permitcard_crypto::hash::{sha256, sha256_of};

use super::{SdCwtError, label::REDACTED_KEYS};
use crate::cose::cbor::{CborError, Key, Kind, Reader, Writer};

/// Bytes of a salt.
pub const SALT_LEN: usize = 16;
/// Bytes of the hash of a redacted claim.
pub const HASH_LEN: usize = 32;
/// A salt.
pub type Salt = [u8; SALT_LEN];
/// The hash of a redacted claim.
pub type Hash = [u8; HASH_LEN];

/// What a disclosure discloses. Values are encoded items.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Content<'a> {
    /// A claim of a map.
    Entry {
        /// Its key.
        key: Key<'a>,
        /// Its encoded value.
        value: &'a [u8],
    },
    /// An item of an array.
    Element {
        /// Its encoded value.
        value: &'a [u8],
    },
    /// Nothing: only fills a place.
    Decoy,
}

/// One disclosure: `[salt, value, key]`, `[salt, value]` or `[salt]`. Borrows from the input.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Disclosure<'a> {
    encoded: &'a [u8],
    salt: &'a Salt,
    content: Content<'a>,
}

impl<'a> Disclosure<'a> {
    /// Reads a disclosure from the content of its byte string; `document` lends its limits.
    ///
    /// # Errors
    /// [`SdCwtError::DisclosureMalformed`] for another structure, [`SdCwtError::Cose`] for its encoding.
    pub fn read(document: &Reader<'_>, encoded: &'a [u8]) -> Result<Self, SdCwtError> {
        let limits = document.limits();
        let mut reader = Reader::new(encoded, &limits)?;
        let (mut salt, mut value, mut key) = (None, None, None);
        reader.array(|index, reader| -> Result<(), SdCwtError> {
            match index {
                0 => salt = Some(reader.bytes_of::<SALT_LEN>()?),
                1 => value = Some(reader.raw()?),
                2 => key = Some(reader.key()?),
                _ => return Err(SdCwtError::DisclosureMalformed),
            }
            Ok(())
        })?;
        reader.finish()?;
        let salt = salt.ok_or(SdCwtError::DisclosureMalformed)?;
        let content = match (value, key) {
            (Some(value), Some(key)) => Content::Entry { key, value },
            (Some(value), None) => Content::Element { value },
            (None, _) => Content::Decoy,
        };
        Ok(Self { encoded, salt, content })
    }

    /// The encoded array.
    pub fn encoded(&self) -> &'a [u8] {
        self.encoded
    }

    /// The salt.
    pub fn salt(&self) -> &'a Salt {
        self.salt
    }

    /// What it discloses.
    pub fn content(&self) -> Content<'a> {
        self.content
    }

    /// The hash that our issuers write: over the disclosure as a byte string.
    pub fn wrapped_hash(&self) -> Hash {
        Self::hash_of(self.encoded)
    }

    /// The wrapped hash of an encoded disclosure.
    pub fn hash_of(encoded: &[u8]) -> Hash {
        sha256_of(&[&wrapping(encoded), encoded])
    }

    /// The other hash that is accepted: over the array itself.
    pub fn bare_hash(&self) -> Hash {
        sha256(self.encoded)
    }

    /// Encodes the disclosure of a map's claim.
    pub fn entry(salt: &Salt, value: &[u8], key: i64) -> Vec<u8> {
        let mut writer = Writer::with_capacity(32 + value.len());
        writer.array(3).bytes(salt).raw(value).int(key);
        writer.into_bytes()
    }

    /// Encodes a decoy.
    pub fn decoy(salt: &Salt) -> Vec<u8> {
        let mut writer = Writer::with_capacity(2 + SALT_LEN);
        writer.array(1).bytes(salt);
        writer.into_bytes()
    }
}

/// What stands in front of a disclosure when its wrapped hash is made: the head of a byte string.
pub(super) fn wrapping(encoded: &[u8]) -> Vec<u8> {
    let mut head = Writer::with_capacity(9);
    head.bytes_head(encoded.len());
    head.into_bytes()
}

// A disclosure carries personal data.
impl std::fmt::Debug for Disclosure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Disclosure")
            .field("bytes", &self.encoded.len())
            .finish()
    }
}

impl std::fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Entry { .. } => "Entry",
            Self::Element { .. } => "Element",
            Self::Decoy => "Decoy",
        })
    }
}

/// Whether the key of a map stands for its redacted claims.
pub(crate) fn is_redacted_key(key: Key<'_>) -> bool {
    key == Key::Simple(REDACTED_KEYS)
}

/// Reads the value under simple(59): exactly `N` hashes in ascending order, none twice. The order is a rule of our
/// profile; the draft has none.
///
/// # Errors
/// [`SdCwtError::DisclosureMalformed`] for another number or order, [`SdCwtError::DisclosureDuplicate`] for equal ones.
pub fn read_redacted<'a, const N: usize>(reader: &mut Reader<'a>) -> Result<[&'a Hash; N], SdCwtError> {
    let mut hashes: [&Hash; N] = [&[0; HASH_LEN]; N];
    let mut previous: Option<&Hash> = None;
    let length = reader.array(|index, reader| -> Result<(), SdCwtError> {
        let hash = reader.bytes_of::<HASH_LEN>()?;
        match previous {
            Some(before) if before == hash => return Err(SdCwtError::DisclosureDuplicate),
            Some(before) if before > hash => return Err(SdCwtError::DisclosureMalformed),
            _ => previous = Some(hash),
        }
        *hashes.get_mut(index).ok_or(SdCwtError::DisclosureMalformed)? = hash;
        Ok(())
    })?;
    if length == N {
        Ok(hashes)
    } else {
        Err(SdCwtError::DisclosureMalformed)
    }
}

/// Writes the key simple(59) and its list of hashes, which must be the last entry of its map.
pub fn write_redacted(writer: &mut Writer, hashes: &[Hash]) {
    writer.simple(REDACTED_KEYS).array(hashes.len());
    for hash in hashes {
        writer.bytes(hash);
    }
}

/// Finds for each disclosure its redacted claim: the result has, in the order of `disclosures`, positions in `hashes`.
/// Claims without a disclosure stay redacted.
///
/// # Errors
/// [`SdCwtError::DisclosureUnmatched`] for a disclosure without a claim, [`SdCwtError::DisclosureDuplicate`] for two of one
/// claim.
pub fn match_disclosures(hashes: &[&Hash], disclosures: &[Disclosure<'_>]) -> Result<Vec<usize>, SdCwtError> {
    let mut found = Vec::with_capacity(disclosures.len());
    for disclosure in disclosures {
        let position = |wanted: Hash| hashes.iter().position(|hash| **hash == wanted);
        let position = position(disclosure.wrapped_hash())
            .or_else(|| position(disclosure.bare_hash()))
            .ok_or(SdCwtError::DisclosureUnmatched)?;
        if found.contains(&position) {
            return Err(SdCwtError::DisclosureDuplicate);
        }
        found.push(position);
    }
    Ok(found)
}

/// Reads the list under `sd_claims`, at least one and at most `limit` disclosures.
pub(crate) fn read_disclosures<'a>(reader: &mut Reader<'a>, limit: usize) -> Result<Vec<Disclosure<'a>>, SdCwtError> {
    if reader.peek()? != Kind::Array {
        return Err(CborError::UnexpectedType.into());
    }
    let mut disclosures = Vec::new();
    reader.array(|index, reader| -> Result<(), SdCwtError> {
        if index >= limit {
            return Err(SdCwtError::TooManyDisclosures);
        }
        let encoded = reader.bytes()?;
        disclosures.push(Disclosure::read(reader, encoded)?);
        Ok(())
    })?;
    // The draft calls an empty list invalid: without disclosures the header is left out.
    if disclosures.is_empty() {
        Err(SdCwtError::SdClaimsEmpty)
    } else {
        Ok(disclosures)
    }
}
