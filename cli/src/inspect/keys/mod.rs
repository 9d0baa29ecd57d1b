//! Keys from files: PEM, JWK, COSE_Key. Of a private key only the public part is kept.

mod cose_key;
mod jwk;
mod pem;

use permitcard_credential::cose::{AnyKey, value::Limits};

use super::input::hex_text;

/// The longest key file, in bytes.
pub const MAX_KEY_FILE: usize = 64 * 1024;
/// The most keys of one file.
const MAX_KEYS: usize = 64;
/// Limits of a COSE_Key or a set of them.
const LIMITS: Limits = Limits::new(MAX_KEY_FILE);

/// A public key and the name that its file gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub key: AnyKey,
    /// `kid` of a JWK, as its UTF-8 bytes, or label 2 of a COSE_Key.
    pub name: Option<Vec<u8>>,
}

/// The file holds no key that this tool can verify with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUnreadable;

impl std::fmt::Display for KeyUnreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no PEM, JWK or COSE_Key with a P-256, P-384 or Ed25519 key")
    }
}

impl std::error::Error for KeyUnreadable {}

/// Reads the keys of a file by its content: PEM (`PUBLIC KEY`, `PRIVATE KEY`, `EC PRIVATE KEY`), a JWK or a JWK Set, a
/// COSE_Key or a COSE_KeySet as CBOR or as its hex. P-256, P-384 and Ed25519.
///
/// # Errors
/// [`KeyUnreadable`] when a key that stands alone or in a PEM file cannot be used, or when there are none that can, or more
/// than 64.
pub fn read_keys(file: &[u8]) -> Result<Vec<Key>, KeyUnreadable> {
    if file.len() > MAX_KEY_FILE {
        return Err(KeyUnreadable);
    }
    let keys = match std::str::from_utf8(file).map(str::trim) {
        Ok(text) if text.contains("-----BEGIN ") => pem::read(text)?,
        Ok(text) if text.starts_with('{') => jwk::read(text)?,
        Ok(text) => match hex_text(text) {
            Some(bytes) => cose_key::read(&bytes)?,
            None => cose_key::read(file)?,
        },
        Err(_) => cose_key::read(file)?,
    };
    if keys.is_empty() || keys.len() > MAX_KEYS {
        return Err(KeyUnreadable);
    }
    Ok(keys)
}
