//! Nonces that the server recognises without having stored them: time, random bytes, and a MAC over both.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::{Zeroizing, mac, random};

use crate::AuthorityError;

const TIME_LEN: usize = 8;
const RANDOM_LEN: usize = 12;
const MAC_LEN: usize = 16;

/// Makes nonces for one purpose and recognises them.
pub(crate) struct NonceMint {
    key: Zeroizing<[u8; 32]>,
    life_s: i64,
}

/// The nonce is not ours, or too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stale;

impl NonceMint {
    pub(crate) fn new(key: Zeroizing<[u8; 32]>, life_s: i64) -> Self {
        Self { key, life_s }
    }

    /// Seconds that a nonce counts.
    pub(crate) fn life_s(&self) -> i64 {
        self.life_s
    }

    pub(crate) fn make(&self, now: i64) -> Result<String, AuthorityError> {
        let random: [u8; RANDOM_LEN] = random::bytes().map_err(|_| AuthorityError::CryptoFailed)?;
        let mut bytes = now.to_be_bytes().to_vec();
        bytes.extend_from_slice(&random);
        let mac = mac::hmac_sha256(self.key.as_slice(), &[&bytes]);
        bytes.extend(mac.iter().take(MAC_LEN));
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(crate) fn check(&self, nonce: &str, now: i64) -> Result<(), Stale> {
        const LEN: usize = TIME_LEN + RANDOM_LEN + MAC_LEN;
        if nonce.len() != LEN.div_ceil(3) * 4 {
            return Err(Stale);
        }
        let bytes = URL_SAFE_NO_PAD.decode(nonce).map_err(|_| Stale)?;
        let (made, given_mac) = bytes.split_at_checked(TIME_LEN + RANDOM_LEN).ok_or(Stale)?;
        let (time, _) = made.split_first_chunk::<TIME_LEN>().ok_or(Stale)?;
        let mac = mac::hmac_sha256(self.key.as_slice(), &[made]);
        let (own_mac, _) = mac.split_first_chunk::<MAC_LEN>().ok_or(Stale)?;
        mac::verify_equal(own_mac, given_mac).map_err(|_| Stale)?;
        let age = now.saturating_sub(i64::from_be_bytes(*time));
        // A nonce from the future means that this clock was set back; the caller gets a new one.
        if (0..=self.life_s).contains(&age) {
            Ok(())
        } else {
            Err(Stale)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_for_its_life_and_only_here() {
        let mint = NonceMint::new(Zeroizing::new([1; 32]), 300);
        let nonce = mint.make(1000).unwrap();
        assert_ne!(nonce, mint.make(1000).unwrap());
        for (now, good) in [(999, false), (1000, true), (1300, true), (1301, false)] {
            assert_eq!(mint.check(&nonce, now).is_ok(), good, "{now}");
        }
        assert_eq!(
            NonceMint::new(Zeroizing::new([2; 32]), 300).check(&nonce, 1000),
            Err(Stale)
        );
        for at in 0..nonce.len() {
            let mut changed = nonce.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(mint.check(std::str::from_utf8(&changed).unwrap(), 1000), Err(Stale));
            assert_eq!(mint.check(&nonce[..at], 1000), Err(Stale));
        }
    }
}
