//! The mark in the lock file: how far the vault has come. It finds an older or emptied database file, also one whose
//! write-ahead log was damaged, as long as the mark itself was not put back as well.
//!
//! `01 || epoch u64 || generation u64 || first 16 bytes of HMAC(K_mark, the 17 bytes before)`, big endian.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
};

use permitcard_crypto::mac::{hmac_sha256, verify_equal};

use crate::{VaultError, format::keys::Keys};

const FORMAT: u8 = 1;
const BODY_LEN: usize = 17;
const LENGTH: usize = BODY_LEN + 16;

/// A point in the life of a vault; later ones are greater.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reached {
    pub epoch: u64,
    pub generation: u64,
}

/// The bytes of the mark, not yet checked.
pub(crate) fn read(file: &File) -> Result<Vec<u8>, VaultError> {
    let mut file = file;
    let mut bytes = Vec::with_capacity(LENGTH);
    file.seek(SeekFrom::Start(0))
        .and_then(|_| file.take(LENGTH as u64 + 1).read_to_end(&mut bytes))
        .map_err(|_| VaultError::Io)?;
    Ok(bytes)
}

/// What the mark says; `None` when it is not one that these keys made. Such a mark says nothing: whoever can write it
/// could also remove it.
pub(crate) fn check(keys: &Keys, bytes: &[u8]) -> Option<Reached> {
    let (body, mac) = bytes.split_at_checked(BODY_LEN)?;
    verify_equal(&mac_of(keys, body), mac).ok()?;
    let (epoch, rest) = body.strip_prefix(&[FORMAT])?.split_first_chunk()?;
    Some(Reached {
        epoch: u64::from_be_bytes(*epoch),
        generation: u64::from_be_bytes(rest.try_into().ok()?),
    })
}

/// Writes the mark. A failure is no error: the change that it stands for is already on the disk, and an older mark only
/// finds less.
pub(crate) fn write(file: &File, keys: &Keys, reached: Reached) {
    let mut file = file;
    let _ = file
        .seek(SeekFrom::Start(0))
        .and_then(|_| file.write_all(&encode(keys, reached)));
}

pub(crate) fn encode(keys: &Keys, reached: Reached) -> Vec<u8> {
    let mut out = vec![FORMAT];
    out.extend_from_slice(&reached.epoch.to_be_bytes());
    out.extend_from_slice(&reached.generation.to_be_bytes());
    let mac = mac_of(keys, &out);
    out.extend_from_slice(&mac);
    out
}

fn mac_of(keys: &Keys, body: &[u8]) -> [u8; 16] {
    let mac = hmac_sha256(keys.mark().as_slice(), &[body]);
    mac.first_chunk().copied().unwrap_or_default()
}
