//! ECDSA over P-256 with SHA-256 and over P-384 with SHA-384 (FIPS 186-5), with fixed-length signatures `r || s`.

use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING,
        ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair,
        UnparsedPublicKey,
    },
};
use zeroize::Zeroizing;

use crate::CryptoError;

/// The curves in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Curve {
    /// NIST P-256 (secp256r1), with SHA-256.
    P256,
    /// NIST P-384 (secp384r1), with SHA-384.
    P384,
}

impl Curve {
    /// Bytes of a coordinate, of `r` and of `s`: 32 or 48.
    pub const fn size(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }

    /// Bytes of an uncompressed point, `04 || x || y`: 65 or 97.
    pub const fn point_len(self) -> usize {
        1 + 2 * self.size()
    }

    fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        }
    }
}

/// A public key: a curve and an uncompressed point. That the point lies on the curve is checked when it verifies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    curve: Curve,
    point: Vec<u8>,
}

impl PublicKey {
    /// Takes an uncompressed point, `04 || x || y`.
    ///
    /// # Errors
    /// [`CryptoError::KeyInvalid`] for another length or a compressed point.
    pub fn from_point(curve: Curve, point: &[u8]) -> Result<Self, CryptoError> {
        if point.len() == curve.point_len() && point.first() == Some(&4) {
            Ok(Self {
                curve,
                point: point.to_vec(),
            })
        } else {
            Err(CryptoError::KeyInvalid)
        }
    }

    /// Takes the two coordinates, each of [`Curve::size`] bytes.
    ///
    /// # Errors
    /// [`CryptoError::KeyInvalid`] for another length.
    pub fn from_coordinates(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, CryptoError> {
        if x.len() != curve.size() || y.len() != curve.size() {
            return Err(CryptoError::KeyInvalid);
        }
        let mut point = Vec::with_capacity(curve.point_len());
        point.push(4);
        point.extend_from_slice(x);
        point.extend_from_slice(y);
        Ok(Self { curve, point })
    }

    /// The curve.
    pub fn curve(&self) -> Curve {
        self.curve
    }

    /// The uncompressed point, `04 || x || y`.
    pub fn point(&self) -> &[u8] {
        &self.point
    }

    /// The coordinate x, [`Curve::size`] bytes.
    pub fn x(&self) -> &[u8] {
        self.point.get(1..1 + self.curve.size()).unwrap_or_default()
    }

    /// The coordinate y, [`Curve::size`] bytes.
    pub fn y(&self) -> &[u8] {
        self.point.get(1 + self.curve.size()..).unwrap_or_default()
    }

    /// Verifies a fixed-length signature `r || s` over `message` (not over its digest).
    ///
    /// # Errors
    /// [`CryptoError::SignatureInvalid`] when it does not verify, or the point is not on the curve.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let verified = match self.curve {
            Curve::P256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.point).verify(message, signature),
            Curve::P384 => UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, &self.point).verify(message, signature),
        };
        verified.map_err(|_| CryptoError::SignatureInvalid)
    }
}

/// A private key held in memory: the authority's keys, and the file key store of command line and tests.
pub struct SigningKey {
    pair: EcdsaKeyPair,
    public: PublicKey,
    pkcs8: Zeroizing<Vec<u8>>,
}

impl SigningKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`CryptoError::RandomUnavailable`] without random bytes.
    pub fn generate(curve: Curve) -> Result<Self, CryptoError> {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(curve.signing(), &SystemRandom::new())
            .map_err(|_| CryptoError::RandomUnavailable)?;
        Self::from_pkcs8(curve, pkcs8.as_ref())
    }

    /// Reads a PKCS #8 v1 document with the public key inside, as [`to_pkcs8`](Self::to_pkcs8) gives it.
    ///
    /// # Errors
    /// [`CryptoError::PrivateKeyInvalid`] when it cannot be read.
    pub fn from_pkcs8(curve: Curve, pkcs8: &[u8]) -> Result<Self, CryptoError> {
        let pair = EcdsaKeyPair::from_pkcs8(curve.signing(), pkcs8, &SystemRandom::new())
            .map_err(|_| CryptoError::PrivateKeyInvalid)?;
        let public = PublicKey::from_point(curve, pair.public_key().as_ref())?;
        Ok(Self {
            pair,
            public,
            pkcs8: Zeroizing::new(pkcs8.to_vec()),
        })
    }

    /// The PKCS #8 v1 document of this key, to be kept secret.
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        self.pkcs8.clone()
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs `message`; the result is `r || s`, 64 or 96 bytes. Two signatures of one message differ.
    ///
    /// # Errors
    /// [`CryptoError::RandomUnavailable`] without random bytes.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.pair
            .sign(&SystemRandom::new(), message)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| CryptoError::RandomUnavailable)
    }

    /// Signs as phone hardware does: an ASN.1 DER `SEQUENCE` of two integers. P-256 only.
    ///
    /// # Errors
    /// [`CryptoError::PrivateKeyInvalid`] for another curve, [`CryptoError::RandomUnavailable`] without random bytes.
    pub fn sign_der(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let random = SystemRandom::new();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.pkcs8, &random)
            .map_err(|_| CryptoError::PrivateKeyInvalid)?
            .sign(&random, message)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| CryptoError::RandomUnavailable)
    }
}

/// Turns the DER signature of phone hardware into `r || s` of `curve`. Only the strict encoding is taken
/// (X.690 10 and 8.3: shortest lengths, shortest integers, no sign); the range of r and s is checked by verification.
///
/// # Errors
/// [`CryptoError::SignatureMalformed`] for anything else.
pub fn der_to_fixed(curve: Curve, der: &[u8]) -> Result<Vec<u8>, CryptoError> {
    // Both curves stay below 128 bytes, so that every length is one byte.
    let body = match der {
        [0x30, length, body @ ..] if *length < 0x80 && usize::from(*length) == body.len() => body,
        _ => return Err(CryptoError::SignatureMalformed),
    };
    let (r, rest) = der_integer(body)?;
    let (s, rest) = der_integer(rest)?;
    if !rest.is_empty() {
        return Err(CryptoError::SignatureMalformed);
    }
    let mut out = Vec::with_capacity(2 * curve.size());
    for part in [r, s] {
        let padding = curve
            .size()
            .checked_sub(part.len())
            .ok_or(CryptoError::SignatureMalformed)?;
        out.extend(std::iter::repeat_n(0, padding));
        out.extend_from_slice(part);
    }
    Ok(out)
}

/// The magnitude of one positive DER INTEGER without its leading zero, and what follows it.
fn der_integer(bytes: &[u8]) -> Result<(&[u8], &[u8]), CryptoError> {
    let (length, rest) = match bytes {
        [0x02, length, rest @ ..] if *length < 0x80 && *length > 0 => (usize::from(*length), rest),
        _ => return Err(CryptoError::SignatureMalformed),
    };
    let (value, rest) = rest.split_at_checked(length).ok_or(CryptoError::SignatureMalformed)?;
    match value {
        [0] => Err(CryptoError::SignatureMalformed),
        [0, high, ..] if *high < 0x80 => Err(CryptoError::SignatureMalformed),
        [0, magnitude @ ..] => Ok((magnitude, rest)),
        [high, ..] if *high >= 0x80 => Err(CryptoError::SignatureMalformed),
        _ => Ok((value, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_verifies_on_both_curves() {
        for curve in [Curve::P256, Curve::P384] {
            let key = SigningKey::generate(curve).unwrap();
            let signature = key.sign(b"message").unwrap();
            assert_eq!(signature.len(), 2 * curve.size());
            key.public_key().verify(b"message", &signature).unwrap();
            assert_eq!(
                key.public_key().verify(b"other", &signature),
                Err(CryptoError::SignatureInvalid)
            );
            let again = SigningKey::from_pkcs8(curve, &key.to_pkcs8()).unwrap();
            assert_eq!(again.public_key(), key.public_key());
            let copy = PublicKey::from_coordinates(curve, key.public_key().x(), key.public_key().y()).unwrap();
            assert_eq!(&copy, key.public_key());
        }
    }

    #[test]
    fn der_of_hardware_becomes_fixed_length() {
        let key = SigningKey::generate(Curve::P256).unwrap();
        for _ in 0..200 {
            let fixed = der_to_fixed(Curve::P256, &key.sign_der(b"message").unwrap()).unwrap();
            key.public_key().verify(b"message", &fixed).unwrap();
        }
    }

    #[test]
    fn der_pads_short_integers_on_the_left() {
        let fixed = der_to_fixed(Curve::P256, &[0x30, 7, 2, 1, 5, 2, 2, 0, 0x80]).unwrap();
        assert_eq!(fixed[31], 5);
        assert_eq!(fixed[63], 0x80);
        assert!(fixed[..31].iter().all(|b| *b == 0));
    }

    #[test]
    fn der_that_is_not_strict_is_refused() {
        let refused: &[&[u8]] = &[
            &[],
            &[0x30],
            &[0x31, 6, 2, 1, 5, 2, 1, 5],
            &[0x30, 7, 2, 1, 5, 2, 1, 5],
            &[0x30, 6, 2, 1, 5, 2, 1, 5, 0],
            &[0x30, 0x81, 6, 2, 1, 5, 2, 1, 5],
            &[0x30, 7, 2, 2, 0, 5, 2, 1, 5],
            &[0x30, 6, 2, 1, 0x80, 2, 1, 5],
            &[0x30, 6, 2, 1, 0, 2, 1, 5],
            &[0x30, 5, 2, 0, 2, 1, 5],
            &[0x30, 9, 2, 1, 5, 2, 1, 5, 2, 1, 5],
            &[0x30, 6, 2, 4, 5, 2, 1, 5],
        ];
        for der in refused {
            assert_eq!(
                der_to_fixed(Curve::P256, der),
                Err(CryptoError::SignatureMalformed),
                "{der:02x?}"
            );
        }
        let mut long = vec![0x30, 38, 2, 33, 1];
        long.extend([0; 32]);
        long.extend([2, 1, 5]);
        assert_eq!(der_to_fixed(Curve::P256, &long), Err(CryptoError::SignatureMalformed));
    }

    #[test]
    fn compressed_and_foreign_points_are_refused() {
        let key = SigningKey::generate(Curve::P256).unwrap();
        let mut compressed = vec![2];
        compressed.extend_from_slice(key.public_key().x());
        assert_eq!(
            PublicKey::from_point(Curve::P256, &compressed),
            Err(CryptoError::KeyInvalid)
        );
        assert_eq!(
            PublicKey::from_point(Curve::P384, key.public_key().point()),
            Err(CryptoError::KeyInvalid)
        );
        let off_curve = PublicKey::from_coordinates(Curve::P256, &[1; 32], &[1; 32]).unwrap();
        assert_eq!(off_curve.verify(b"m", &[1; 64]), Err(CryptoError::SignatureInvalid));
    }
}
