//! DPoP proofs (RFC 9449): each request shows that it comes from the holder of the transport key.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::cose::{Jwk, jws};
use permitcard_crypto::{ecdsa::PublicKey, hash::sha256, random};
use permitcard_platform::KeyError;
use serde::Serialize;

use crate::NetError;

/// What [`ProofSigner::sign`] returns.
pub type SignFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, KeyError>> + Send + 'a>>;

/// The transport key, wherever it lives. Asynchronous, because the device's key store blocks and may ask the user.
pub trait ProofSigner: Send + Sync {
    /// The public key, P-256.
    fn public_key(&self) -> &PublicKey;

    /// Signs `message` with ES256; the answer is `r || s`, 64 bytes.
    ///
    /// # Errors
    /// Any [`KeyError`]; it ends the request and is never retried.
    fn sign(&self, message: Vec<u8>) -> SignFuture<'_>;
}

/// What a request needs for its proofs. Each attempt gets a proof of its own, with a fresh `jti`. `Debug` shows no value.
#[derive(Clone)]
pub struct Dpop {
    /// The transport key.
    pub signer: Arc<dyn ProofSigner>,
    /// The access token, where the request carries one.
    pub access_token: Option<String>,
    /// The wall clock now, seconds since 1970. Freshness rests on the server's nonce, not on this.
    pub now_s: i64,
}

impl fmt::Debug for Dpop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dpop { .. }")
    }
}

#[derive(Serialize)]
struct Header {
    typ: &'static str,
    alg: &'static str,
    jwk: Jwk,
}

#[derive(Serialize)]
struct Claims<'a> {
    jti: String,
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

/// One proof (RFC 9449, 4.2): `htm` is the method, `htu` the URL without query and fragment, `iat` seconds since 1970, `nonce`
/// the server's last one. The `jti` is 128 random bits.
pub(crate) async fn proof(
    dpop: &Dpop,
    htm: &str,
    htu: &str,
    iat: i64,
    nonce: Option<&str>,
) -> Result<String, NetError> {
    let jti: [u8; 16] = random::bytes().map_err(NetError::Crypto)?;
    let header = Header {
        typ: "dpop+jwt",
        alg: "ES256",
        jwk: Jwk::from_public_key(dpop.signer.public_key()),
    };
    let claims = Claims {
        jti: URL_SAFE_NO_PAD.encode(jti),
        htm,
        htu,
        iat,
        ath: dpop
            .access_token
            .as_ref()
            .map(|token| URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()))),
        nonce,
    };
    // Structs of strings and numbers always serialise.
    let header = serde_json::to_string(&header).map_err(|_| NetError::RequestInvalid)?;
    let claims = serde_json::to_string(&claims).map_err(|_| NetError::RequestInvalid)?;
    let signing_input = jws::signing_input(&header, &claims);
    let signature = dpop
        .signer
        .sign(signing_input.clone().into_bytes())
        .await
        .map_err(NetError::Keys)?;
    if signature.len() != 64 {
        return Err(NetError::Keys(KeyError::Unexpected));
    }
    Ok(jws::compact(&signing_input, &signature))
}
