use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::{
    ecdsa::{self, Curve},
    eddsa,
};

use super::{
    Algorithm, CoseError, Jwk, KeyId, encode_key,
    key::{CRV, D, EC2, KEY_OPS, KTY, OKP, X, Y, id_of},
    value::{Limits, Value},
};

/// Label of the algorithm inside of a COSE_Key (RFC 9052 7.1).
const KEY_ALG: i64 = 3;
/// The key operation "verify" (RFC 9052 7.1).
const VERIFY: i64 = 2;
/// The curve Ed25519 (RFC 9053 7.1).
const ED25519: i64 = 6;
/// A P-384 key with a name and a certificate chain stays far below.
const LIMITS: Limits = Limits::new(8 * 1024).items(256);

/// A signature algorithm that is verified for other people's objects (IANA COSE Algorithms; RFC 9053, RFC 9864).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnyAlgorithm {
    /// ECDSA, which the formats of Permit Card have, too.
    Ecdsa(Algorithm),
    /// EdDSA, −8: with Ed25519 only.
    EdDsa,
    /// Ed25519, −19.
    Ed25519,
}

impl AnyAlgorithm {
    /// The number in header label 1.
    pub const fn id(self) -> i64 {
        match self {
            Self::Ecdsa(algorithm) => algorithm.id(),
            Self::EdDsa => -8,
            Self::Ed25519 => -19,
        }
    }

    /// The algorithm of a number; none for any other.
    pub const fn from_id(id: i64) -> Option<Self> {
        match id {
            -8 => Some(Self::EdDsa),
            -19 => Some(Self::Ed25519),
            _ => match Algorithm::from_id(id) {
                Some(algorithm) => Some(Self::Ecdsa(algorithm)),
                None => None,
            },
        }
    }

    /// The name in the IANA registry.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ecdsa(algorithm) => algorithm.name(),
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// Bytes of a signature: 64 or 96.
    pub const fn signature_len(self) -> usize {
        match self {
            Self::Ecdsa(algorithm) => algorithm.signature_len(),
            Self::EdDsa | Self::Ed25519 => eddsa::SIGNATURE_LEN,
        }
    }
}

impl From<Algorithm> for AnyAlgorithm {
    fn from(algorithm: Algorithm) -> Self {
        Self::Ecdsa(algorithm)
    }
}

/// A public key of any kind that is verified with here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AnyKey {
    /// P-256 or P-384.
    Ecdsa(ecdsa::PublicKey),
    /// Ed25519.
    Ed25519(eddsa::PublicKey),
}

impl AnyKey {
    /// Reads a COSE_Key (RFC 9052 7, RFC 9053 7). Members that it does not need are read over, a private one among them.
    ///
    /// # Errors
    /// [`CoseError::Cbor`] for its encoding, [`CoseError::KeyCompressed`] for a point without its coordinate y,
    /// [`CoseError::KeyInvalid`] for another kind of key, or one whose `alg` or `key_ops` does not allow to verify.
    pub fn from_cose_key(bytes: &[u8]) -> Result<Self, CoseError> {
        Self::from_value(&Value::decode(bytes, &LIMITS)?)
    }

    /// Reads a COSE_Key that stands inside of a document, as [`from_cose_key`](Self::from_cose_key) does.
    ///
    /// # Errors
    /// As [`from_cose_key`](Self::from_cose_key).
    pub fn from_value(key: &Value) -> Result<Self, CoseError> {
        let number = |label| {
            let number = key.label(label).and_then(Value::as_int);
            number.and_then(|number| i64::try_from(number).ok())
        };
        let bytes = |label| key.label(label).and_then(Value::as_bytes).ok_or(CoseError::KeyInvalid);
        let read = match (number(KTY), number(CRV)) {
            (Some(EC2), Some(1)) => Self::ec2(Curve::P256, bytes(X)?, key.label(Y)),
            (Some(EC2), Some(2)) => Self::ec2(Curve::P384, bytes(X)?, key.label(Y)),
            (Some(OKP), Some(ED25519)) => Self::ed25519(bytes(X)?),
            _ => Err(CoseError::KeyInvalid),
        }?;
        // A member that restricts the key is kept to (RFC 9052 7.1).
        if key.label(KEY_ALG).is_some() {
            let algorithm = number(KEY_ALG).and_then(AnyAlgorithm::from_id);
            if !algorithm.is_some_and(|algorithm| read.fits(algorithm)) {
                return Err(CoseError::KeyInvalid);
            }
        }
        let operations = key
            .label(KEY_OPS)
            .map(|operations| operations.as_array().unwrap_or_default());
        let verifies = operations.is_none_or(|operations| operations.contains(&Value::from(VERIFY)));
        // The operation of a private key is to sign; its public part is taken.
        if verifies || key.label(D).is_some() {
            Ok(read)
        } else {
            Err(CoseError::KeyInvalid)
        }
    }

    fn ec2(curve: Curve, x: &[u8], y: Option<&Value>) -> Result<Self, CoseError> {
        match y {
            Some(Value::Bytes(y)) => ecdsa::PublicKey::from_coordinates(curve, x, y)
                .map(Self::Ecdsa)
                .map_err(|_| CoseError::KeyInvalid),
            // Only the sign of y.
            Some(Value::Bool(_)) => Err(CoseError::KeyCompressed),
            _ => Err(CoseError::KeyInvalid),
        }
    }

    /// Reads a JWK (RFC 7517; RFC 7518 6.2, RFC 8037 2). Members that it does not need are read over, a private one among
    /// them.
    ///
    /// # Errors
    /// [`CoseError::KeyInvalid`] for another kind of key, or members of another form.
    pub fn from_jwk(jwk: &serde_json::Value) -> Result<Self, CoseError> {
        let text = |name: &str| {
            jwk.get(name)
                .and_then(serde_json::Value::as_str)
                .ok_or(CoseError::KeyInvalid)
        };
        if text("kty")? == "OKP" {
            let x = text("x")?;
            if text("crv")? != "Ed25519" || x.len() > 2 * eddsa::KEY_LEN {
                return Err(CoseError::KeyInvalid);
            }
            let x = URL_SAFE_NO_PAD.decode(x).map_err(|_| CoseError::KeyInvalid)?;
            return Self::ed25519(&x);
        }
        let member = |name| text(name).map(str::to_owned);
        let jwk = Jwk {
            kty: member("kty")?,
            crv: member("crv")?,
            x: member("x")?,
            y: member("y")?,
        };
        jwk.to_public_key().map(Self::Ecdsa)
    }

    fn ed25519(x: &[u8]) -> Result<Self, CoseError> {
        eddsa::PublicKey::from_bytes(x)
            .map(Self::Ed25519)
            .map_err(|_| CoseError::KeyInvalid)
    }

    /// The COSE_Key as a value: the required members only.
    pub fn to_value(&self) -> Value {
        let members = match self {
            Self::Ecdsa(key) => vec![
                (KTY, Value::from(EC2)),
                (CRV, Value::from(if key.curve() == Curve::P256 { 1 } else { 2 })),
                (X, key.x().into()),
                (Y, key.y().into()),
            ],
            Self::Ed25519(key) => vec![
                (KTY, Value::from(OKP)),
                (CRV, Value::from(ED25519)),
                (X, key.as_bytes().as_slice().into()),
            ],
        };
        Value::Map(
            members
                .into_iter()
                .map(|(label, value)| (label.into(), value))
                .collect(),
        )
    }

    /// The deterministic COSE_Key of the required members.
    pub fn to_cose_key(&self) -> Vec<u8> {
        match self {
            Self::Ecdsa(key) => encode_key(key),
            Self::Ed25519(_) => self.to_value().encode(),
        }
    }

    /// The name that Permit Card gives a key: the first 8 bytes of its thumbprint (design 4.4; RFC 9679 without the rest).
    pub fn key_id(&self) -> KeyId {
        id_of(&self.to_cose_key())
    }

    /// Whether the algorithm is used with this key: ES256 with P-256 only, ES384 with P-384 only, EdDSA with Ed25519 only.
    pub fn fits(&self, algorithm: AnyAlgorithm) -> bool {
        match (self, algorithm) {
            (Self::Ecdsa(key), AnyAlgorithm::Ecdsa(algorithm)) => key.curve() == algorithm.curve(),
            (Self::Ed25519(_), AnyAlgorithm::EdDsa | AnyAlgorithm::Ed25519) => true,
            _ => false,
        }
    }

    /// Verifies a signature over `message`, not over its digest.
    ///
    /// # Errors
    /// [`CoseError::AlgorithmUnsupported`] when the algorithm does not fit the key, [`CoseError::SignatureInvalid`] when it
    /// does not verify.
    pub fn verify(&self, algorithm: AnyAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), CoseError> {
        if !self.fits(algorithm) {
            return Err(CoseError::AlgorithmUnsupported);
        }
        match self {
            Self::Ecdsa(key) => key.verify(message, signature),
            Self::Ed25519(key) => key.verify(message, signature),
        }
        .map_err(|_| CoseError::SignatureInvalid)
    }
}

impl From<ecdsa::PublicKey> for AnyKey {
    fn from(key: ecdsa::PublicKey) -> Self {
        Self::Ecdsa(key)
    }
}

impl From<eddsa::PublicKey> for AnyKey {
    fn from(key: eddsa::PublicKey) -> Self {
        Self::Ed25519(key)
    }
}
