use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::{
    ecdsa::{Curve, PublicKey},
    hash::sha256,
};
use serde::{Deserialize, Serialize};

use super::CoseError;

/// The longest member that is looked at: a P-384 coordinate has 64 characters.
const MEMBER_LEN: usize = 64;

/// A public elliptic curve key as JSON Web Key (RFC 7517, RFC 7518 6.2).
///
/// Other members, such as `kid` or `use`, are ignored when it is read; a private member `d` is refused, so that a key that
/// was sent by mistake is noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Read")]
pub struct Jwk {
    /// Always `EC`.
    pub kty: String,
    /// `P-256` or `P-384`.
    pub crv: String,
    /// The coordinate x, base64url without padding.
    pub x: String,
    /// The coordinate y, base64url without padding.
    pub y: String,
}

#[derive(Deserialize)]
struct Read {
    kty: String,
    crv: String,
    x: String,
    y: String,
    #[serde(default)]
    d: Option<serde::de::IgnoredAny>,
}

impl TryFrom<Read> for Jwk {
    type Error = CoseError;

    fn try_from(read: Read) -> Result<Self, CoseError> {
        let members = [&read.kty, &read.crv, &read.x, &read.y];
        if read.d.is_some() || members.iter().any(|member| member.len() > MEMBER_LEN) {
            return Err(CoseError::KeyInvalid);
        }
        Ok(Self {
            kty: read.kty,
            crv: read.crv,
            x: read.x,
            y: read.y,
        })
    }
}

impl Jwk {
    /// The JWK of a public key.
    pub fn from_public_key(key: &PublicKey) -> Self {
        let crv = match key.curve() {
            Curve::P256 => "P-256",
            Curve::P384 => "P-384",
        };
        Self {
            kty: "EC".to_owned(),
            crv: crv.to_owned(),
            x: URL_SAFE_NO_PAD.encode(key.x()),
            y: URL_SAFE_NO_PAD.encode(key.y()),
        }
    }

    /// The public key.
    ///
    /// # Errors
    /// [`CoseError::KeyInvalid`] for another key type or curve, or coordinates of another length or encoding.
    pub fn to_public_key(&self) -> Result<PublicKey, CoseError> {
        let curve = match (self.kty.as_str(), self.crv.as_str()) {
            ("EC", "P-256") => Curve::P256,
            ("EC", "P-384") => Curve::P384,
            _ => return Err(CoseError::KeyInvalid),
        };
        if self.x.len() > MEMBER_LEN || self.y.len() > MEMBER_LEN {
            return Err(CoseError::KeyInvalid);
        }
        let coordinate = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| CoseError::KeyInvalid);
        PublicKey::from_coordinates(curve, &coordinate(&self.x)?, &coordinate(&self.y)?)
            .map_err(|_| CoseError::KeyInvalid)
    }

    /// The thumbprint (RFC 7638): base64url of SHA-256 over the required members in alphabetic order.
    pub fn thumbprint(&self) -> String {
        // The members are base64url or fixed names in every key that converts, so nothing needs escaping; a key with
        // other characters gets a thumbprint that no valid key has.
        let json = format!(
            r#"{{"crv":"{}","kty":"{}","x":"{}","y":"{}"}}"#,
            self.crv, self.kty, self.x, self.y
        );
        URL_SAFE_NO_PAD.encode(sha256(json.as_bytes()))
    }
}
