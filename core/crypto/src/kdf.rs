//! HKDF-SHA-256 (RFC 5869).

use ring::hkdf;
use zeroize::Zeroizing;

/// A 32-byte key for one purpose: HKDF-SHA-256 with input key `secret`, `salt`, and `info` as the purpose.
pub fn derive_key(secret: &[u8], salt: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    // 32 bytes is one block of SHA-256: neither call can fail for that length.
    if let Ok(okm) = prk.expand(info, hkdf::HKDF_SHA256) {
        let filled = okm.fill(out.as_mut_slice());
        debug_assert!(filled.is_ok());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_5869_case_1_first_block() {
        let salt: Vec<u8> = (0..=0x0c).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let key = derive_key(&[0x0b; 22], &salt, &[&info]);
        let text: String = key.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(text, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }
}
