use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey};
use p256::elliptic_curve::sec1::ToSec1Point;
use permitcard_credential::cose::AnyKey;
use permitcard_crypto::{
    ecdsa::{Curve, PublicKey},
    eddsa,
};

use super::{Key, KeyUnreadable};

/// Reads the PEM blocks (RFC 7468) of a text. `EC PARAMETERS`, which some tools write in front of a key, is passed over.
pub(super) fn read(text: &str) -> Result<Vec<Key>, KeyUnreadable> {
    let blocks = pem::parse_many(text).map_err(|_| KeyUnreadable)?;
    let keys = blocks.iter().filter(|block| block.tag() != "EC PARAMETERS");
    keys.map(|block| {
        let key = match block.tag() {
            // SubjectPublicKeyInfo (RFC 5280 4.1.2.7, RFC 5480, RFC 8410).
            "PUBLIC KEY" => public(block.contents()),
            // PKCS #8 (RFC 5958), with or without the public key inside.
            "PRIVATE KEY" => private(block.contents()),
            // SEC 1 (RFC 5915).
            "EC PRIVATE KEY" => sec1(block.contents()),
            _ => None,
        };
        Ok(Key {
            key: key.ok_or(KeyUnreadable)?,
            name: None,
        })
    })
    .collect()
}

fn public(der: &[u8]) -> Option<AnyKey> {
    if let Ok(key) = p256::PublicKey::from_public_key_der(der) {
        return p256_key(&key);
    }
    if let Ok(key) = p384::PublicKey::from_public_key_der(der) {
        return p384_key(&key);
    }
    let key = ed25519_dalek::VerifyingKey::from_public_key_der(der).ok()?;
    ed25519_key(&key)
}

fn private(der: &[u8]) -> Option<AnyKey> {
    if let Ok(key) = p256::SecretKey::from_pkcs8_der(der) {
        return p256_key(&key.public_key());
    }
    if let Ok(key) = p384::SecretKey::from_pkcs8_der(der) {
        return p384_key(&key.public_key());
    }
    let key = ed25519_dalek::SigningKey::from_pkcs8_der(der).ok()?;
    ed25519_key(&key.verifying_key())
}

fn sec1(der: &[u8]) -> Option<AnyKey> {
    if let Ok(key) = p256::SecretKey::from_sec1_der(der) {
        return p256_key(&key.public_key());
    }
    let key = p384::SecretKey::from_sec1_der(der).ok()?;
    p384_key(&key.public_key())
}

fn p256_key(key: &p256::PublicKey) -> Option<AnyKey> {
    point(Curve::P256, key.to_sec1_point(false).as_bytes())
}

fn p384_key(key: &p384::PublicKey) -> Option<AnyKey> {
    point(Curve::P384, key.to_sec1_point(false).as_bytes())
}

fn point(curve: Curve, point: &[u8]) -> Option<AnyKey> {
    PublicKey::from_point(curve, point).ok().map(AnyKey::from)
}

fn ed25519_key(key: &ed25519_dalek::VerifyingKey) -> Option<AnyKey> {
    eddsa::PublicKey::from_bytes(key.as_bytes()).ok().map(AnyKey::from)
}
