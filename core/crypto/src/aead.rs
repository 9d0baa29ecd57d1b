//! AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce for each sealed text.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::{CryptoError, random};

/// Bytes of a nonce.
pub const NONCE_LEN: usize = 12;
/// Bytes of an authentication tag.
pub const TAG_LEN: usize = 16;

/// An expanded AES-256-GCM key.
pub struct AeadKey(LessSafeKey);

impl AeadKey {
    /// Expands 32 key bytes.
    ///
    /// # Errors
    /// [`CryptoError::KeyInvalid`] if ring refuses the key, which it does only for a wrong length.
    pub fn new(key: &[u8; 32]) -> Result<Self, CryptoError> {
        UnboundKey::new(&AES_256_GCM, key)
            .map(|key| Self(LessSafeKey::new(key)))
            .map_err(|_| CryptoError::KeyInvalid)
    }

    /// Seals `plaintext` bound to `aad`. The result is `nonce(12) || ciphertext || tag(16)`.
    ///
    /// # Errors
    /// [`CryptoError::RandomUnavailable`] without a nonce, [`CryptoError::SealBroken`] for a text too long for GCM.
    pub fn seal(&self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let nonce: [u8; NONCE_LEN] = random::bytes()?;
        let mut out = Vec::with_capacity(NONCE_LEN + plaintext.len() + TAG_LEN);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plaintext);
        let (_, text) = out.split_at_mut(NONCE_LEN);
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), text)
            .map_err(|_| CryptoError::SealBroken)?;
        out.extend_from_slice(tag.as_ref());
        Ok(out)
    }

    /// Opens what [`seal`](Self::seal) made with the same key and `aad`.
    ///
    /// # Errors
    /// [`CryptoError::SealBroken`] when a byte, the key or `aad` differs.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(CryptoError::SealBroken)?;
        let mut text = text.to_vec();
        let length = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &mut text)
            .map_err(|_| CryptoError::SealBroken)?
            .len();
        text.truncate(length);
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_unchanged_under_the_same_key_and_context() {
        let key = AeadKey::new(&[7; 32]).unwrap();
        let sealed = key.seal(b"context", b"text").unwrap();
        assert_eq!(key.open(b"context", &sealed).unwrap(), b"text");
        assert_eq!(key.open(b"other", &sealed), Err(CryptoError::SealBroken));
        let other = AeadKey::new(&[8; 32]).unwrap();
        assert_eq!(other.open(b"context", &sealed), Err(CryptoError::SealBroken));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(b"context", &changed), Err(CryptoError::SealBroken));
            assert_eq!(key.open(b"context", &sealed[..at]), Err(CryptoError::SealBroken));
        }
    }

    #[test]
    fn two_seals_of_one_text_differ() {
        let key = AeadKey::new(&[7; 32]).unwrap();
        assert_ne!(key.seal(b"", b"text").unwrap(), key.seal(b"", b"text").unwrap());
    }
}
