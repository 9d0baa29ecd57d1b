//! DPoP proofs (RFC 9449). Freshness comes from the server's nonce, not from the caller's clock, which may be wrong.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::cose::{Jwk, jws::ParsedJws};
use permitcard_crypto::{
    ecdsa::{Curve, PublicKey},
    hash::{sha256, sha256_of},
};
use permitcard_protocol::WireCode;
use serde_json::Value;

use super::NonceMint;

/// The longest `jti`.
const JTI: usize = 128;

/// A proof that was checked, except for its first use.
pub(super) struct Proof {
    pub(super) key: PublicKey,
    pub(super) jkt: String,
    /// Names this proof in the replay memory.
    pub(super) seen: [u8; 32],
}

/// What a proof must be made for.
pub(super) struct Expected<'a> {
    pub(super) method: &'static str,
    pub(super) url: &'a str,
    pub(super) access_token: Option<&'a str>,
    pub(super) now: i64,
}

/// Checks a proof (RFC 9449, 4.3).
///
/// # Errors
/// [`WireCode::DpopInvalid`], or [`WireCode::DpopNonceRequired`] for a good proof with an old nonce or none.
pub(super) fn check(proof: &str, expected: &Expected<'_>, nonces: &NonceMint) -> Result<Proof, WireCode> {
    let parsed = ParsedJws::parse(proof).map_err(|_| WireCode::DpopInvalid)?;
    let header = |name: &str| parsed.header.get(name).and_then(Value::as_str);
    let claim = |name: &str| parsed.claims.get(name).and_then(Value::as_str);
    if header("typ") != Some("dpop+jwt") || header("alg") != Some("ES256") {
        return Err(WireCode::DpopInvalid);
    }
    let jwk = parsed.header.get("jwk").cloned().ok_or(WireCode::DpopInvalid)?;
    // A private key in the header is refused by the type.
    let jwk: Jwk = serde_json::from_value(jwk).map_err(|_| WireCode::DpopInvalid)?;
    let key = jwk.to_public_key().map_err(|_| WireCode::DpopInvalid)?;
    if key.curve() != Curve::P256 {
        return Err(WireCode::DpopInvalid);
    }
    parsed.verify(&key).map_err(|_| WireCode::DpopInvalid)?;

    let jti = claim("jti")
        .filter(|jti| !jti.is_empty() && jti.len() <= JTI)
        .ok_or(WireCode::DpopInvalid)?;
    let ath = expected
        .access_token
        .map(|token| URL_SAFE_NO_PAD.encode(sha256(token.as_bytes())));
    let made_for_this = claim("htm") == Some(expected.method)
        && claim("htu") == Some(expected.url)
        && claim("ath").map(str::to_owned) == ath
        && parsed.claims.get("iat").is_some_and(Value::is_i64);
    if !made_for_this {
        return Err(WireCode::DpopInvalid);
    }
    let nonce = claim("nonce").ok_or(WireCode::DpopNonceRequired)?;
    nonces
        .check(nonce, expected.now)
        .map_err(|_| WireCode::DpopNonceRequired)?;

    let jkt = Jwk::from_public_key(&key).thumbprint();
    // The thumbprint has a fixed length, so the two cannot run into each other.
    let seen = sha256_of(&[b"dpop", jkt.as_bytes(), jti.as_bytes()]);
    Ok(Proof { key, jkt, seen })
}
