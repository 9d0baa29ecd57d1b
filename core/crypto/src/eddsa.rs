//! Ed25519 (RFC 8032 5.1), without a context and without prehash.

use ring::{
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use zeroize::Zeroizing;

use crate::CryptoError;

/// Bytes of a public key.
pub const KEY_LEN: usize = 32;
/// Bytes of a signature.
pub const SIGNATURE_LEN: usize = 64;

/// A public key. That it is a point of the curve is checked when it verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; KEY_LEN]);

impl PublicKey {
    /// Takes the encoded point of [`KEY_LEN`] bytes.
    ///
    /// # Errors
    /// [`CryptoError::KeyInvalid`] for another length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        bytes.try_into().map(Self).map_err(|_| CryptoError::KeyInvalid)
    }

    /// The encoded point.
    pub fn as_bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// Verifies a signature over `message`.
    ///
    /// # Errors
    /// [`CryptoError::SignatureInvalid`] when it does not verify, has another length, or the key is no point of the curve.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(message, signature)
            .map_err(|_| CryptoError::SignatureInvalid)
    }
}

/// A private key held in memory: issuers that choose this algorithm, and tests.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

impl SigningKey {
    /// Makes a new key, and its PKCS #8 document (RFC 8410), to be kept secret.
    ///
    /// # Errors
    /// [`CryptoError::RandomUnavailable`] without random bytes.
    pub fn generate() -> Result<(Self, Zeroizing<Vec<u8>>), CryptoError> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| CryptoError::RandomUnavailable)?;
        let key = Self::from_pkcs8(pkcs8.as_ref())?;
        Ok((key, Zeroizing::new(pkcs8.as_ref().to_vec())))
    }

    /// Reads a PKCS #8 document, with or without the public key inside.
    ///
    /// # Errors
    /// [`CryptoError::PrivateKeyInvalid`] when it cannot be read.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, CryptoError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| CryptoError::PrivateKeyInvalid)?;
        Self::from_pair(pair)
    }

    /// Takes the seed of [`KEY_LEN`] bytes (RFC 8032 5.1.5).
    ///
    /// # Errors
    /// [`CryptoError::PrivateKeyInvalid`] for another length.
    pub fn from_seed(seed: &[u8]) -> Result<Self, CryptoError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| CryptoError::PrivateKeyInvalid)?;
        Self::from_pair(pair)
    }

    fn from_pair(pair: Ed25519KeyPair) -> Result<Self, CryptoError> {
        let public = PublicKey::from_bytes(pair.public_key().as_ref())?;
        Ok(Self { pair, public })
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs `message`; the result has [`SIGNATURE_LEN`] bytes and is the same each time.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    /// RFC 8032 7.1, tests 1 to 3: seed, public key, message, signature.
    const RFC_8032: [[&str; 4]; 3] = [
        [
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ],
        [
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ],
        [
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ],
    ];

    #[test]
    fn vectors_of_rfc_8032() {
        for [seed, public, message, signature] in RFC_8032 {
            let key = SigningKey::from_seed(&hex(seed)).unwrap();
            assert_eq!(key.public_key().as_bytes()[..], hex(public)[..]);
            assert_eq!(key.sign(&hex(message)), hex(signature));
            assert_eq!(key.public_key().verify(&hex(message), &hex(signature)), Ok(()));
        }
    }

    #[test]
    fn every_bit_of_message_and_signature_counts() {
        let [_, public, message, signature] = RFC_8032[2];
        let key = PublicKey::from_bytes(&hex(public)).unwrap();
        let invalid = Err(CryptoError::SignatureInvalid);
        for at in 0..SIGNATURE_LEN * 8 {
            let mut changed = hex(signature);
            changed[at / 8] ^= 1 << (at % 8);
            assert_eq!(key.verify(&hex(message), &changed), invalid, "bit {at}");
        }
        assert_eq!(key.verify(b"other", &hex(signature)), invalid);
        assert_eq!(key.verify(&hex(message), &hex(signature)[..63]), invalid);
        assert_eq!(key.verify(&hex(message), &[]), invalid);
    }

    #[test]
    fn keys_are_made_and_read() {
        let (key, pkcs8) = SigningKey::generate().unwrap();
        let again = SigningKey::from_pkcs8(&pkcs8).unwrap();
        assert_eq!(key.public_key(), again.public_key());
        assert_eq!(again.public_key().verify(b"message", &key.sign(b"message")), Ok(()));
        let invalid = Some(CryptoError::PrivateKeyInvalid);
        assert_eq!(SigningKey::from_pkcs8(&pkcs8[1..]).err(), invalid);
        assert_eq!(SigningKey::from_seed(&[1; 31]).err(), invalid);
        assert_eq!(PublicKey::from_bytes(&[1; 33]).err(), Some(CryptoError::KeyInvalid));
    }
}
