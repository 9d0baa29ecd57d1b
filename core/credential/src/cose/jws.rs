//! JSON Web Signature in compact form (RFC 7515), with ES256 and ES384 only (RFC 7518 3.4).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::ecdsa::{Curve, PublicKey};
use serde_json::Value;

use super::{CoseError, json};

/// The longest JWS that is read, in characters.
pub const MAX_LEN: usize = 16 * 1024;

/// The text to sign: both parts in base64url, joined by a dot. The signature is made over its ASCII bytes.
pub fn signing_input(header_json: &str, claims_json: &str) -> String {
    let mut text = URL_SAFE_NO_PAD.encode(header_json);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(claims_json, &mut text);
    text
}

/// The compact form from a signing input and its signature `r || s`.
pub fn compact(signing_input: &str, signature: &[u8]) -> String {
    let mut text = String::with_capacity(signing_input.len() + 1 + signature.len().div_ceil(3) * 4);
    text.push_str(signing_input);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut text);
    text
}

/// A parsed, not yet verified JWS with JSON claims.
#[derive(Clone)]
pub struct ParsedJws {
    /// The header, a JSON object.
    pub header: Value,
    /// The claims, a JSON object.
    pub claims: Value,
    curve: Curve,
    signing_input: String,
    signature: Vec<u8>,
}

impl std::fmt::Debug for ParsedJws {
    // Claims may name a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParsedJws")
            .field("curve", &self.curve)
            .finish_non_exhaustive()
    }
}

impl ParsedJws {
    /// Reads the compact form.
    ///
    /// # Errors
    /// [`CoseError::TooLong`], [`CoseError::Malformed`] for anything but three base64url parts with two JSON objects in which
    /// no name stands twice, [`CoseError::CriticalHeader`] for `crit`, [`CoseError::AlgorithmUnsupported`] for an `alg` other
    /// than ES256 and ES384.
    pub fn parse(compact: &str) -> Result<Self, CoseError> {
        if compact.len() > MAX_LEN {
            return Err(CoseError::TooLong);
        }
        let (signing_input, signature) = compact.rsplit_once('.').ok_or(CoseError::Malformed)?;
        let (header, claims) = signing_input.split_once('.').ok_or(CoseError::Malformed)?;
        let header = object(header)?;
        if header.get("crit").is_some() {
            return Err(CoseError::CriticalHeader);
        }
        let curve = match header.get("alg").and_then(Value::as_str) {
            Some("ES256") => Curve::P256,
            Some("ES384") => Curve::P384,
            _ => return Err(CoseError::AlgorithmUnsupported),
        };
        let claims = object(claims)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| CoseError::Malformed)?;
        Ok(Self {
            header,
            claims,
            curve,
            signing_input: signing_input.to_owned(),
            signature,
        })
    }

    /// Verifies the signature.
    ///
    /// # Errors
    /// [`CoseError::AlgorithmUnsupported`] for a key of another curve, [`CoseError::SignatureInvalid`] when it does not
    /// verify.
    pub fn verify(&self, key: &PublicKey) -> Result<(), CoseError> {
        if key.curve() != self.curve {
            return Err(CoseError::AlgorithmUnsupported);
        }
        key.verify(self.signing_input.as_bytes(), &self.signature)
            .map_err(|_| CoseError::SignatureInvalid)
    }
}

fn object(part: &str) -> Result<Value, CoseError> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| CoseError::Malformed)?;
    json::parse(&json).filter(Value::is_object).ok_or(CoseError::Malformed)
}
