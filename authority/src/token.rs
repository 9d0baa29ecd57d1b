//! Opaque random names: tokens, codes, sessions, receipts.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::random;

use crate::AuthorityError;

/// 256 random bits, base64url: 43 characters.
pub(crate) fn random() -> Result<String, AuthorityError> {
    let bytes: [u8; 32] = random::bytes().map_err(|_| AuthorityError::CryptoFailed)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A random number below `bound`, every one equally likely.
pub(crate) fn below(bound: u32) -> Result<u32, AuthorityError> {
    // Values from the last, incomplete run of `bound` would make small numbers likelier.
    let limit = u32::MAX - u32::MAX % bound.max(1);
    loop {
        let value = u32::from_be_bytes(random::bytes().map_err(|_| AuthorityError::CryptoFailed)?);
        if value < limit {
            return Ok(value % bound.max(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_numbers_stay_below() {
        assert_ne!(random().unwrap(), random().unwrap());
        assert_eq!(random().unwrap().len(), 43);
        let mut seen = [false; 7];
        for _ in 0..2000 {
            seen[below(7).unwrap() as usize] = true;
        }
        assert_eq!(seen, [true; 7]);
    }
}
