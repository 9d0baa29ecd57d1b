//! The status list token as JWT (draft-ietf-oauth-status-list 5.1), for readers that speak JOSE.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::ecdsa::{Curve, PublicKey};
use serde::{Deserialize, Serialize};

use super::{MAX_TOKEN, MAX_URI, StatusBits, StatusError, StatusList, StatusToken};
use crate::cose::{CoseError, KeyId, json, jws, key_id};

/// The type of the token.
const TYP: &str = "statuslist+jwt";
/// The longest header that is read, in characters of base64url.
const MAX_HEADER: usize = 2_048;
/// The longest token that is read, in characters: base64url is applied twice to the list.
pub const MAX_JWT: usize = MAX_TOKEN / 9 * 16 + MAX_HEADER;

#[derive(Serialize)]
struct Header {
    alg: &'static str,
    kid: String,
    typ: &'static str,
}

#[derive(Serialize, Deserialize)]
struct Claims<'a> {
    #[serde(borrow)]
    sub: Cow<'a, str>,
    iat: i64,
    exp: i64,
    #[serde(default)]
    ttl: u64,
    #[serde(borrow)]
    status_list: List<'a>,
}

#[derive(Serialize, Deserialize)]
struct List<'a> {
    bits: u64,
    #[serde(borrow)]
    lst: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    aggregation_uri: Option<Cow<'a, str>>,
}

/// A status list token as JWT whose signature is still to be made.
#[derive(Clone)]
pub struct UnsignedStatusJwt(String);

impl std::fmt::Debug for UnsignedStatusJwt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnsignedStatusJwt { .. }")
    }
}

impl UnsignedStatusJwt {
    /// The message to sign, not its digest.
    pub fn to_sign(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The compact form with the signature `r || s`. It is not verified here: whoever signs knows the key.
    pub fn finish(self, signature: &[u8]) -> String {
        jws::compact(&self.0, signature)
    }
}

impl StatusToken {
    /// Prepares the JWT (ES256 or ES384) for the signature of `signer`. `kid` is the key's name in base64url.
    pub fn build_jwt(&self, signer: &PublicKey) -> UnsignedStatusJwt {
        let header = Header {
            alg: algorithm(signer.curve()),
            kid: URL_SAFE_NO_PAD.encode(key_id(signer)),
            typ: TYP,
        };
        let claims = Claims {
            sub: self.uri.as_str().into(),
            iat: self.issued_at,
            exp: self.expires_at,
            ttl: self.ttl_s,
            status_list: List {
                bits: u64::from(self.list.bits().count()),
                lst: URL_SAFE_NO_PAD.encode(self.list.compress()).into(),
                aggregation_uri: self.aggregation_uri.as_deref().map(Into::into),
            },
        };
        // Texts and numbers always become JSON.
        let json = |value: Result<String, _>| value.unwrap_or_default();
        UnsignedStatusJwt(jws::signing_input(
            &json(serde_json::to_string(&header)),
            &json(serde_json::to_string(&claims)),
        ))
    }

    /// Reads the header. Nothing else is decoded before [`SignedStatusJwt::open`] verified the signature.
    ///
    /// # Errors
    /// [`StatusError::Cose`] for another size, structure, type or algorithm, or a critical header.
    pub fn parse_jwt(compact: &str) -> Result<SignedStatusJwt<'_>, StatusError> {
        if compact.len() > MAX_JWT {
            return Err(CoseError::TooLong.into());
        }
        let (signing_input, signature) = compact.rsplit_once('.').ok_or(CoseError::Malformed)?;
        let (header, claims) = signing_input.split_once('.').ok_or(CoseError::Malformed)?;
        if header.len() > MAX_HEADER || signature.len() > MAX_HEADER {
            return Err(CoseError::TooLong.into());
        }
        let header = json::parse(&decode(header)?).ok_or(CoseError::Malformed)?;
        // None is understood, so that one that is critical refuses the token (RFC 7515 4.1.11).
        if header.get("crit").is_some() {
            return Err(CoseError::CriticalHeader.into());
        }
        let text = |name| header.get(name).and_then(serde_json::Value::as_str);
        if text("typ") != Some(TYP) {
            return Err(CoseError::Malformed.into());
        }
        let alg = text("alg").ok_or(CoseError::Malformed)?;
        let curve = [Curve::P256, Curve::P384]
            .into_iter()
            .find(|curve| algorithm(*curve) == alg)
            .ok_or(CoseError::AlgorithmUnsupported)?;
        let kid = text("kid").and_then(|kid| URL_SAFE_NO_PAD.decode(kid).ok());
        Ok(SignedStatusJwt {
            kid: kid.and_then(|kid| KeyId::try_from(kid).ok()),
            curve,
            signing_input,
            claims,
            signature: decode(signature)?,
        })
    }
}

/// A status list token as JWT whose signature is not verified yet.
#[derive(Clone)]
pub struct SignedStatusJwt<'a> {
    kid: Option<KeyId>,
    curve: Curve,
    signing_input: &'a str,
    claims: &'a str,
    signature: Vec<u8>,
}

impl std::fmt::Debug for SignedStatusJwt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedStatusJwt")
            .field("curve", &self.curve)
            .finish_non_exhaustive()
    }
}

impl SignedStatusJwt<'_> {
    /// The name of the key that is said to have signed it, where the header has one in our form.
    pub fn kid(&self) -> Option<KeyId> {
        self.kid
    }

    /// Verifies the signature, then reads the claims and inflates the list. Unknown claims are ignored.
    ///
    /// # Errors
    /// [`StatusError::Cose`] when it does not verify, [`StatusError::ClaimsInvalid`] for claims that are missing, doubled
    /// or contradict each other, or an error of the list inside.
    pub fn open(&self, signer: &PublicKey) -> Result<StatusToken, StatusError> {
        if signer.curve() != self.curve {
            return Err(CoseError::AlgorithmUnsupported.into());
        }
        signer
            .verify(self.signing_input.as_bytes(), &self.signature)
            .map_err(|_| CoseError::SignatureInvalid)?;
        let json = decode(self.claims)?;
        let claims: Claims<'_> = serde_json::from_slice(&json).map_err(|_| StatusError::ClaimsInvalid)?;
        let long = |uri: &str| uri.is_empty() || uri.len() > MAX_URI;
        let aggregation_uri = claims.status_list.aggregation_uri;
        if long(&claims.sub) || aggregation_uri.as_deref().is_some_and(long) || claims.exp < claims.iat {
            return Err(StatusError::ClaimsInvalid);
        }
        let bits = StatusBits::from_count(claims.status_list.bits)?;
        let lst = decode(&claims.status_list.lst)?;
        Ok(StatusToken {
            uri: claims.sub.into_owned(),
            issued_at: claims.iat,
            expires_at: claims.exp,
            ttl_s: claims.ttl,
            aggregation_uri: aggregation_uri.map(Cow::into_owned),
            list: StatusList::decompress(bits, &lst)?,
        })
    }
}

/// RFC 7518 3.4.
const fn algorithm(curve: Curve) -> &'static str {
    match curve {
        Curve::P256 => "ES256",
        Curve::P384 => "ES384",
    }
}

fn decode(part: &str) -> Result<Vec<u8>, CoseError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| CoseError::Malformed)
}

#[cfg(test)]
mod tests;
