//! A sealed text: `01 || key version u32 || nonce 12 || ciphertext || tag 16`.
//! Inside: the length of the content u32, the content, zeros up to a multiple of 256 bytes.
//! The content of a record: the length of its key u16, its key, its value. Numbers are big endian.

use permitcard_crypto::{
    CryptoError, Zeroizing,
    aead::{AeadKey, NONCE_LEN, TAG_LEN},
};

use super::{KEY_VERSION, Place};
use crate::VaultError;

const FORMAT: u8 = 1;
const STEP: usize = 256;
const HEADER_LEN: usize = 5;
const SHORTEST: usize = HEADER_LEN + NONCE_LEN + STEP + TAG_LEN;

/// The longest key of a record, in bytes.
pub(crate) const LONGEST_KEY: usize = 1024;
/// The longest value of a record or entry of the log, in bytes.
pub(crate) const LONGEST_VALUE: usize = 16 * 1024 * 1024;
/// What sealing adds at most.
pub(crate) const LONGEST_SEALED: usize = LONGEST_VALUE + LONGEST_KEY + 2 * STEP;

pub(crate) type Tag = [u8; TAG_LEN];

/// Seals `content` so that it opens only at `place`.
pub(crate) fn seal(key: &AeadKey, place: &Place<'_>, content: &[u8]) -> Result<Vec<u8>, VaultError> {
    let sealed = key.seal(&place.aad(), &pad(content)).map_err(|error| match error {
        CryptoError::RandomUnavailable => VaultError::RandomUnavailable,
        _ => VaultError::TooLarge,
    })?;
    let mut out = Vec::with_capacity(HEADER_LEN + sealed.len());
    out.push(FORMAT);
    out.extend_from_slice(&KEY_VERSION.to_be_bytes());
    out.extend_from_slice(&sealed);
    Ok(out)
}

/// Opens what [`seal`] made for the same place.
pub(crate) fn open(key: &AeadKey, place: &Place<'_>, record: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let padded = Zeroizing::new(key.open(&place.aad(), body(record)?).map_err(|_| VaultError::Corrupt)?);
    unpad(&padded).ok_or(VaultError::Corrupt)
}

/// The tag of a sealed text, which stands for all of it in the manifest.
pub(crate) fn tag(record: &[u8]) -> Result<Tag, VaultError> {
    body(record)?.last_chunk().copied().ok_or(VaultError::Corrupt)
}

/// Joins the key and the value of a record.
pub(crate) fn join(key: &[u8], value: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(2 + key.len() + value.len()));
    out.extend_from_slice(&(key.len() as u16).to_be_bytes());
    out.extend_from_slice(key);
    out.extend_from_slice(value);
    out
}

/// Takes apart what [`join`] made.
pub(crate) fn split(content: &[u8]) -> Result<(&[u8], &[u8]), VaultError> {
    content
        .split_first_chunk::<2>()
        .and_then(|(length, rest)| rest.split_at_checked(usize::from(u16::from_be_bytes(*length))))
        .ok_or(VaultError::Corrupt)
}

fn body(record: &[u8]) -> Result<&[u8], VaultError> {
    match record {
        [FORMAT, rest @ ..] if record.len() >= SHORTEST => rest.strip_prefix(&KEY_VERSION.to_be_bytes()),
        _ => None,
    }
    .ok_or(VaultError::Corrupt)
}

fn pad(content: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = (4 + content.len()).next_multiple_of(STEP);
    let mut out = Zeroizing::new(Vec::with_capacity(length));
    out.extend_from_slice(&(content.len() as u32).to_be_bytes());
    out.extend_from_slice(content);
    out.resize(length, 0);
    out
}

fn unpad(padded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (length, rest) = padded.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (content, zeros) = rest.split_at_checked(length)?;
    // One padding for one content: otherwise two seals could hold the same record at different lengths.
    let shortest = padded.len() == (4 + length).next_multiple_of(STEP);
    (shortest && zeros.iter().all(|byte| *byte == 0)).then(|| Zeroizing::new(content.to_vec()))
}
