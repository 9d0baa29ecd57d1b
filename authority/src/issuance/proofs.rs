use std::collections::BTreeSet;

use permitcard_credential::cose::jws::ParsedJws;
use permitcard_crypto::{
    ecdsa::{Curve, PublicKey},
    hash::sha256_of,
};
use permitcard_protocol::{
    WireCode,
    issuance::{PROOF_TYP, ProofClaims, ProofHeader},
    limits,
};

use crate::http::NonceMint;

/// The longest key proof.
const PROOF: usize = 2048;

/// The keys of a batch, each shown to be in the caller's hand.
pub(super) struct Proven {
    /// In the order of the proofs.
    pub(super) keys: Vec<PublicKey>,
    /// Names the nonce and the form in the replay memory: the same proofs may get each form once.
    pub(super) seen: [u8; 32],
}

/// Checks the key proofs of a credential request (OpenID4VCI 1.0, F.1 and F.4).
///
/// # Errors
/// [`WireCode::ProofInvalid`], or [`WireCode::NonceInvalid`] for good proofs over a nonce that does not count.
pub(super) fn check(
    proofs: &[String],
    audience: &str,
    transport: &str,
    configuration: &str,
    nonces: &NonceMint,
    now: i64,
) -> Result<Proven, WireCode> {
    if proofs.is_empty() || proofs.len() > limits::BATCH {
        return Err(WireCode::ProofInvalid);
    }
    let mut keys = Vec::with_capacity(proofs.len());
    // The transport key signs whatever the app sends; a credential must not be bound to it.
    let mut thumbprints = BTreeSet::from([transport.to_owned()]);
    let mut nonce: Option<String> = None;
    for proof in proofs {
        let (key, thumbprint, proof_nonce) = one(proof, audience)?;
        if !thumbprints.insert(thumbprint) {
            return Err(WireCode::ProofInvalid);
        }
        if *nonce.get_or_insert_with(|| proof_nonce.clone()) != proof_nonce {
            return Err(WireCode::ProofInvalid);
        }
        keys.push(key);
    }
    let nonce = nonce.unwrap_or_default();
    nonces.check(&nonce, now).map_err(|_| WireCode::NonceInvalid)?;
    Ok(Proven {
        keys,
        // A nonce that counts has a fixed length, so what is joined here has one reading.
        seen: sha256_of(&[b"c_nonce", nonce.as_bytes(), configuration.as_bytes()]),
    })
}

fn one(proof: &str, audience: &str) -> Result<(PublicKey, String, String), WireCode> {
    if proof.len() > PROOF {
        return Err(WireCode::ProofInvalid);
    }
    let parsed = ParsedJws::parse(proof).map_err(|_| WireCode::ProofInvalid)?;
    // Exactly one parameter names the key.
    if ["kid", "x5c", "trust_chain"]
        .iter()
        .any(|name| parsed.header.get(name).is_some())
    {
        return Err(WireCode::ProofInvalid);
    }
    let header: ProofHeader = serde_json::from_value(parsed.header.clone()).map_err(|_| WireCode::ProofInvalid)?;
    let claims: ProofClaims = serde_json::from_value(parsed.claims.clone()).map_err(|_| WireCode::ProofInvalid)?;
    if header.typ != PROOF_TYP || header.alg != "ES256" || claims.aud != audience {
        return Err(WireCode::ProofInvalid);
    }
    let key = header.jwk.to_public_key().map_err(|_| WireCode::ProofInvalid)?;
    if key.curve() != Curve::P256 {
        return Err(WireCode::ProofInvalid);
    }
    parsed.verify(&key).map_err(|_| WireCode::ProofInvalid)?;
    Ok((key, header.jwk.thumbprint(), claims.nonce))
}
