use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::{ecdsa::PublicKey, hash::sha256};
use serde::Serialize;

use super::{ALG, SdJwt, SdJwtError, TYP_KB};
use crate::{
    cose::{CoseError, jws},
    permit::Element,
};

/// The longest audience, in bytes.
pub const MAX_AUD: usize = 255;
/// The longest nonce, in bytes.
pub const MAX_NONCE: usize = 255;

/// What to show, to whom, and when.
#[derive(Debug, Clone, Copy)]
pub struct PresentInput<'a> {
    /// The elements to disclose; one that the SD-JWT does not have is left out, a visible one is there anyway.
    pub elements: &'a [Element],
    /// For whom: the verifier's identifier, 1 to 255 bytes.
    pub aud: &'a str,
    /// The verifier's nonce, 1 to 255 bytes.
    pub nonce: &'a str,
    /// Now, seconds since 1970; within the life of the SD-JWT.
    pub iat: i64,
}

/// Header of the key binding JWT. Members are written in this order.
#[derive(Serialize)]
struct Header {
    alg: &'static str,
    typ: &'static str,
}

/// Claims of the key binding JWT (RFC 9901 4.3). Members are written in this order.
#[derive(Serialize)]
struct Claims<'a> {
    iat: i64,
    aud: &'a str,
    nonce: &'a str,
    sd_hash: String,
}

/// Prepares a presentation: the issuer-signed JWT, the chosen disclosures, and a key binding JWT (ES256) over both.
///
/// # Errors
/// [`SdJwtError::FieldInvalid`] for audience or nonce, [`SdJwtError::PeriodInvalid`] outside of the SD-JWT's life.
pub fn present(sd_jwt: &SdJwt<'_>, input: &PresentInput<'_>) -> Result<UnsignedPresentation, SdJwtError> {
    let fits = |text: &str, limit| (1..=limit).contains(&text.len());
    if !fits(input.aud, MAX_AUD) || !fits(input.nonce, MAX_NONCE) {
        return Err(SdJwtError::FieldInvalid);
    }
    if input.iat < sd_jwt.iat() || input.iat > sd_jwt.exp() {
        return Err(SdJwtError::PeriodInvalid);
    }
    let mut shown = format!("{}~", sd_jwt.jwt());
    for one in sd_jwt.disclosures() {
        if Element::from_claim_name(&one.name).is_some_and(|element| input.elements.contains(&element)) {
            shown.push_str(one.text);
            shown.push('~');
        }
    }
    let header = Header { alg: ALG, typ: TYP_KB };
    let claims = Claims {
        iat: input.iat,
        aud: input.aud,
        nonce: input.nonce,
        sd_hash: URL_SAFE_NO_PAD.encode(sha256(shown.as_bytes())),
    };
    let json = |value: Result<String, serde_json::Error>| value.map_err(|_| SdJwtError::Malformed);
    Ok(UnsignedPresentation {
        holder: sd_jwt.holder_key().clone(),
        signing_input: jws::signing_input(
            &json(serde_json::to_string(&header))?,
            &json(serde_json::to_string(&claims))?,
        ),
        shown,
    })
}

/// A presentation without the holder's signature. `Debug` shows no value.
#[derive(Clone)]
pub struct UnsignedPresentation {
    holder: PublicKey,
    signing_input: String,
    shown: String,
}

impl std::fmt::Debug for UnsignedPresentation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnsignedPresentation").finish_non_exhaustive()
    }
}

impl UnsignedPresentation {
    /// The key that has to sign.
    pub fn holder_key(&self) -> &PublicKey {
        &self.holder
    }

    /// The message to sign, not its digest.
    pub fn to_sign(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// The SD-JWT with key binding, `<JWT>~<disclosure>~…~<KB-JWT>`, with the signature `r || s`.
    ///
    /// # Errors
    /// [`SdJwtError::Jws`] for a length other than 64.
    pub fn finish(self, signature: &[u8]) -> Result<String, SdJwtError> {
        if signature.len() != 64 {
            return Err(CoseError::SignatureInvalid.into());
        }
        let mut text = self.shown;
        text.push_str(&jws::compact(&self.signing_input, signature));
        Ok(text)
    }
}
