//! The public key of an X.509 certificate (RFC 5280 4.1). Only where the key stands is read here: paths, names and periods
//! are checked by other people's verifiers; the wallet takes the key only if the trust list has it.

use permitcard_crypto::ecdsa::{Curve, PublicKey};

use super::CoseError;

/// The longest certificate that is read, in bytes.
pub const MAX_CERTIFICATE: usize = 4096;
/// `SubjectPublicKeyInfo` of a P-256 key up to its point (RFC 5480 2.1).
const P256_SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;
/// `[0]`, which holds the version.
const VERSION: u8 = 0xa0;

/// The P-256 key that a certificate in DER names.
///
/// # Errors
/// [`CoseError::TooLong`], [`CoseError::Malformed`] for what is no certificate, [`CoseError::KeyInvalid`] for another kind
/// of key.
pub fn certificate_key(der: &[u8]) -> Result<PublicKey, CoseError> {
    if der.len() > MAX_CERTIFICATE {
        return Err(CoseError::TooLong);
    }
    let (certificate, rest) = item(der, SEQUENCE).ok_or(CoseError::Malformed)?;
    if !rest.is_empty() {
        return Err(CoseError::Malformed);
    }
    let key_info = key_info(certificate).ok_or(CoseError::Malformed)?;
    let point = key_info.strip_prefix(&P256_SPKI).ok_or(CoseError::KeyInvalid)?;
    PublicKey::from_point(Curve::P256, point).map_err(|_| CoseError::KeyInvalid)
}

/// The bytes of `subjectPublicKeyInfo`: after version, serial number, algorithm, issuer, validity and subject.
fn key_info(certificate: &[u8]) -> Option<&[u8]> {
    let (body, _) = item(certificate, SEQUENCE)?;
    let (_, mut rest) = item(body, VERSION)?;
    for tag in [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] {
        rest = item(rest, tag)?.1;
    }
    let (_, after) = item(rest, SEQUENCE)?;
    rest.get(..rest.len().checked_sub(after.len())?)
}

/// Content of the next item, which has the tag, and what follows it.
fn item(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if *first != tag {
        return None;
    }
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81 => {
            let ([length], rest) = rest.split_first_chunk()?;
            (usize::from(*length), rest)
        }
        0x82 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::test_certificate;

    fn key() -> PublicKey {
        PublicKey::from_coordinates(Curve::P256, &[1; 32], &[2; 32]).unwrap()
    }

    #[test]
    fn the_key_is_found_where_it_stands() {
        let der = test_certificate(&key());
        assert_eq!(certificate_key(&der), Ok(key()));
        // The same bytes somewhere else are no key.
        let spki = [P256_SPKI.as_slice(), key().point()].concat();
        assert_eq!(certificate_key(&spki), Err(CoseError::Malformed));
    }

    #[test]
    fn what_is_no_certificate() {
        let der = test_certificate(&key());
        for length in 0..der.len() {
            assert!(certificate_key(&der[..length]).is_err(), "{length}");
        }
        assert_eq!(
            certificate_key(&[der.as_slice(), &[0]].concat()),
            Err(CoseError::Malformed)
        );
        assert_eq!(
            certificate_key(&vec![0x30; MAX_CERTIFICATE + 1]),
            Err(CoseError::TooLong)
        );
        let mut other = der.clone();
        let at = other.windows(26).position(|w| w == P256_SPKI).unwrap();
        other[at + 22] ^= 1;
        assert_eq!(certificate_key(&other), Err(CoseError::KeyInvalid));
    }
}
