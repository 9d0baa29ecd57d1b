//! Key attestation: what the maker of a phone says about a key, and what the authority makes of it.
//!
//! It travels in the header of the key proof as `key_attestation` (OpenID4VCI 1.0, D.1 and F.1): a JWT whose `x5c` is the
//! chain of the phone's key store as it is, signed with the attested key. What counts stands in the chain alone.

mod chain;
mod description;
mod level;

use base64::{Engine, engine::general_purpose::STANDARD};
use permitcard_credential::cose::{Jwk, certificate_key, jws::ParsedJws};
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_protocol::{
    WireCode,
    issuance::{ATTESTATION_TYP, AttestationClaims, AttestationHeader},
    limits,
};

pub(crate) use chain::{Root, Roots};
pub(crate) use level::ProvenLevel;

/// What the authority asks of keys that credentials are to be bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum AttestationPolicy {
    /// Attestations are not looked at.
    Off,
    /// An attestation that is sent is checked, and its level is kept with the batch. One that contradicts itself or the
    /// request is refused. A key without one, or with one of a maker that is not trusted, is taken as unproven.
    #[default]
    Recorded,
    /// Every key needs an attestation of a trusted maker.
    Required,
}

/// What an attestation has to fit.
pub(super) struct Expected<'a> {
    /// The key that signed the proof.
    pub(super) key: &'a PublicKey,
    /// The same key, as the proof names it.
    pub(super) jwk: &'a Jwk,
    /// The nonce of the proof.
    pub(super) nonce: &'a str,
    /// Seconds since 1970.
    pub(super) now: i64,
}

/// Judges one attestation.
///
/// # Errors
/// [`WireCode::AttestationInvalid`] for one that cannot be read, or speaks of another key, another nonce or another time;
/// where attestations are required also for one that no trusted root stands behind.
pub(super) fn judge(
    attestation: &str,
    expected: &Expected<'_>,
    roots: &Roots,
    policy: AttestationPolicy,
) -> Result<ProvenLevel, WireCode> {
    const INVALID: WireCode = WireCode::AttestationInvalid;
    let parsed = ParsedJws::parse(attestation).map_err(|_| INVALID)?;
    let header: AttestationHeader = serde_json::from_value(parsed.header.clone()).map_err(|_| INVALID)?;
    let claims: AttestationClaims = serde_json::from_value(parsed.claims.clone()).map_err(|_| INVALID)?;
    let fits = header.typ == ATTESTATION_TYP
        && header.alg == "ES256"
        && claims.nonce == expected.nonce
        && claims.exp >= expected.now
        && claims.attested_keys == std::slice::from_ref(expected.jwk);
    if !fits || parsed.verify(expected.key).is_err() {
        return Err(INVALID);
    }
    let chain = certificates(&header.x5c).ok_or(INVALID)?;
    let leaf = chain.first().ok_or(INVALID)?;
    if certificate_key(leaf).map_err(|_| INVALID)? != *expected.key {
        return Err(INVALID);
    }
    let described = description::read(leaf).ok_or(INVALID)?;
    if let Some(description) = &described
        && description.challenge != expected.nonce.as_bytes()
    {
        return Err(INVALID);
    }
    let proven = described.zip(roots.behind(&chain, expected.now));
    match (proven, policy) {
        // What is said in a maker's name counts no more than the maker.
        (Some((description, most)), _) => Ok(description.level.min(most)),
        (None, AttestationPolicy::Required) => Err(INVALID),
        (None, _) => Ok(ProvenLevel::Unproven),
    }
}

/// The chain in DER, within its limits.
fn certificates(x5c: &[String]) -> Option<Vec<Vec<u8>>> {
    if x5c.len() > limits::ATTESTATION_CERTIFICATES {
        return None;
    }
    let decode = |text: &String| {
        let der = STANDARD.decode(text).ok()?;
        (der.len() <= limits::ATTESTATION_CERTIFICATE).then_some(der)
    };
    x5c.iter().map(decode).collect()
}

#[cfg(test)]
mod tests;
