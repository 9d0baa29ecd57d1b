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

use super::attestation::{self, AttestationPolicy, ProvenLevel, Roots};
use crate::http::NonceMint;

/// The longest key proof without an attestation.
const PROOF: usize = 2048;

/// The keys of a batch, each shown to be in the caller's hand.
pub(super) struct Proven {
    /// In the order of the proofs.
    pub(super) keys: Vec<PublicKey>,
    /// The same keys by their RFC 7638 thumbprints, with what an attestation shows; `None` where there is none.
    pub(super) shown: Vec<(String, Option<ProvenLevel>)>,
    /// Names the nonce and the form in the replay memory: the same proofs may get each form once.
    pub(super) seen: [u8; 32],
}

/// What proofs have to fit.
pub(super) struct Expected<'a> {
    /// The credential issuer's identifier.
    pub(super) audience: &'a str,
    /// Thumbprint of the transport key.
    pub(super) transport: &'a str,
    /// The form that is asked for.
    pub(super) configuration: &'a str,
    pub(super) nonces: &'a NonceMint,
    pub(super) roots: &'a Roots,
    pub(super) policy: AttestationPolicy,
    /// Seconds since 1970.
    pub(super) now: i64,
}

/// Checks the key proofs of a credential request (OpenID4VCI 1.0, F.1 and F.4), with the attestations in them. Whether an
/// attestation had to be there is not asked here.
///
/// # Errors
/// [`WireCode::ProofInvalid`], [`WireCode::AttestationInvalid`], or [`WireCode::NonceInvalid`] for good proofs over a nonce
/// that does not count.
pub(super) fn check(proofs: &[String], expected: &Expected<'_>) -> Result<Proven, WireCode> {
    if proofs.is_empty() || proofs.len() > limits::BATCH {
        return Err(WireCode::ProofInvalid);
    }
    let mut keys = Vec::with_capacity(proofs.len());
    let mut shown = Vec::with_capacity(proofs.len());
    // The transport key signs whatever the app sends; a credential must not be bound to it.
    let mut thumbprints = BTreeSet::from([expected.transport.to_owned()]);
    let mut nonce: Option<String> = None;
    for proof in proofs {
        let one = one(proof, expected)?;
        if !thumbprints.insert(one.thumbprint.clone()) {
            return Err(WireCode::ProofInvalid);
        }
        if *nonce.get_or_insert_with(|| one.nonce.clone()) != one.nonce {
            return Err(WireCode::ProofInvalid);
        }
        keys.push(one.key);
        shown.push((one.thumbprint, one.level));
    }
    let nonce = nonce.unwrap_or_default();
    expected
        .nonces
        .check(&nonce, expected.now)
        .map_err(|_| WireCode::NonceInvalid)?;
    Ok(Proven {
        keys,
        shown,
        // A nonce that counts has a fixed length, so what is joined here has one reading.
        seen: sha256_of(&[b"c_nonce", nonce.as_bytes(), expected.configuration.as_bytes()]),
    })
}

/// One good proof.
struct Good {
    key: PublicKey,
    thumbprint: String,
    nonce: String,
    level: Option<ProvenLevel>,
}

fn one(proof: &str, expected: &Expected<'_>) -> Result<Good, WireCode> {
    if proof.len() > limits::PROOF {
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
    if header.typ != PROOF_TYP || header.alg != "ES256" || claims.aud != expected.audience {
        return Err(WireCode::ProofInvalid);
    }
    if header.key_attestation.is_none() && proof.len() > PROOF {
        return Err(WireCode::ProofInvalid);
    }
    let key = header.jwk.to_public_key().map_err(|_| WireCode::ProofInvalid)?;
    if key.curve() != Curve::P256 {
        return Err(WireCode::ProofInvalid);
    }
    parsed.verify(&key).map_err(|_| WireCode::ProofInvalid)?;
    let level = match &header.key_attestation {
        Some(text) if expected.policy != AttestationPolicy::Off => {
            let expected_key = attestation::Expected {
                key: &key,
                jwk: &header.jwk,
                nonce: &claims.nonce,
                now: expected.now,
            };
            Some(attestation::judge(
                text,
                &expected_key,
                expected.roots,
                expected.policy,
            )?)
        }
        _ => None,
    };
    Ok(Good {
        thumbprint: header.jwk.thumbprint(),
        key,
        nonce: claims.nonce,
        level,
    })
}
