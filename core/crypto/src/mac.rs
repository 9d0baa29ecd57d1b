//! HMAC-SHA-256 (RFC 2104) and comparison in constant time.

use ring::hmac;

use crate::CryptoError;

/// HMAC-SHA-256 over the concatenation of `parts`. Callers that join fields give each its length first.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(context.sign().as_ref()) {
        *to = *from;
    }
    out
}

/// Compares two byte strings in time that depends only on their lengths.
///
/// # Errors
/// [`CryptoError::MacMismatch`] when they differ.
pub fn verify_equal(a: &[u8], b: &[u8]) -> Result<(), CryptoError> {
    if a.len() != b.len() {
        return Err(CryptoError::MacMismatch);
    }
    let difference = a.iter().zip(b).fold(0u8, |acc, (x, y)| acc | (x ^ y));
    if std::hint::black_box(difference) == 0 {
        Ok(())
    } else {
        Err(CryptoError::MacMismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4231_case_2() {
        let mac = hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        let text: String = mac.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(text, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn equal_only_when_every_byte_and_the_length_agree() {
        assert!(verify_equal(b"abc", b"abc").is_ok());
        assert!(verify_equal(b"abc", b"abd").is_err());
        assert!(verify_equal(b"abc", b"ab").is_err());
    }
}
