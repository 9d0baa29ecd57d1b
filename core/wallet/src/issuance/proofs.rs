//! Key proofs, and the attestations that go with them.

use base64::{Engine, engine::general_purpose::STANDARD};
use permitcard_credential::cose::{Jwk, jws};
use permitcard_protocol::issuance::{
    ATTESTATION_TYP, AttestationClaims, AttestationHeader, PROOF_TYP, ProofClaims, ProofHeader,
};
use permitcard_protocol::limits;
use serde::Serialize;

use super::record::{AttemptRecord, Attestation};
use crate::base::core::Core;
use crate::base::keys::{AttestedKey, DeviceKey};
use crate::error::WalletError;

/// Seconds that an attestation says it counts. The authority goes by its nonce; this is wide enough for a wrong clock.
const ATTESTATION_LIFE_S: i64 = 86_400;

/// The attempt of new keys that were made for a nonce.
pub(super) fn attested(made: Vec<AttestedKey>, nonce: String) -> AttemptRecord {
    let chains: Vec<Vec<String>> = made.iter().map(|made| sendable(&made.chain)).collect();
    let any = chains.iter().any(|chain| !chain.is_empty());
    AttemptRecord {
        keys: made.into_iter().map(|made| made.key).collect(),
        attestation: any.then_some(Attestation { nonce, chains }),
        deferred: None,
    }
}

/// A chain as it is sent; none if it is longer than any authority reads: an attestation must not keep anybody from a card.
fn sendable(chain: &[Vec<u8>]) -> Vec<String> {
    let fits = chain.len() <= limits::ATTESTATION_CERTIFICATES
        && chain.iter().all(|der| der.len() <= limits::ATTESTATION_CERTIFICATE)
        // In base64 twice more, and beside the rest of the proof.
        && chain.iter().map(Vec::len).sum::<usize>() <= limits::PROOF / 3;
    if fits {
        chain.iter().map(|der| STANDARD.encode(der)).collect()
    } else {
        Vec::new()
    }
}

/// One proof for each key (OpenID4VCI 1.0, F.1), with its attestation where there is one.
pub(super) async fn proofs(
    core: &Core,
    keys: &[DeviceKey],
    nonce: String,
    attestation: Option<&Attestation>,
) -> Result<Vec<String>, WalletError> {
    let iat = core.now().await?.at;
    let attestations = match attestation {
        Some(attestation) => attestations(core, keys, attestation, iat).await?,
        None => Vec::new(),
    };
    let claims = json(&ProofClaims {
        aud: core.url.clone(),
        iat,
        nonce,
    })?;
    let mut attestations = attestations.into_iter();
    let inputs = keys.iter().map(|key| {
        let header = ProofHeader {
            typ: PROOF_TYP.to_owned(),
            alg: "ES256".to_owned(),
            jwk: Jwk::from_public_key(&key.public),
            key_attestation: attestations.next().flatten(),
        };
        Ok(jws::signing_input(&json(&header)?, &claims))
    });
    let inputs = inputs.collect::<Result<Vec<String>, WalletError>>()?;
    signed(core, keys.iter().zip(inputs).collect()).await
}

/// The attestation of each key (OpenID4VCI 1.0, D.1), signed by the key itself; `None` where there is no chain for it.
async fn attestations(
    core: &Core,
    keys: &[DeviceKey],
    attestation: &Attestation,
    iat: i64,
) -> Result<Vec<Option<String>>, WalletError> {
    let mut work = Vec::new();
    for (key, chain) in keys.iter().zip(&attestation.chains) {
        if chain.is_empty() {
            continue;
        }
        let header = json(&AttestationHeader {
            typ: ATTESTATION_TYP.to_owned(),
            alg: "ES256".to_owned(),
            x5c: chain.clone(),
        })?;
        let claims = json(&AttestationClaims {
            iat,
            exp: iat.saturating_add(ATTESTATION_LIFE_S),
            attested_keys: vec![Jwk::from_public_key(&key.public)],
            nonce: attestation.nonce.clone(),
        })?;
        work.push((key, jws::signing_input(&header, &claims)));
    }
    let mut signed = signed(core, work).await?.into_iter();
    let in_order = attestation
        .chains
        .iter()
        .map(|chain| if chain.is_empty() { None } else { signed.next() });
    Ok(in_order.collect())
}

/// Signs each text with its key; gives the compact forms.
async fn signed(core: &Core, work: Vec<(&DeviceKey, String)>) -> Result<Vec<String>, WalletError> {
    let messages: Vec<_> = work
        .iter()
        .map(|(key, input)| (*key, input.clone().into_bytes()))
        .collect();
    let signatures = core.keys.sign_many(&messages).await?;
    let compact = |((_, input), signature): (&(&DeviceKey, String), &Vec<u8>)| jws::compact(input, signature);
    Ok(work.iter().zip(&signatures).map(compact).collect())
}

fn json(value: &impl Serialize) -> Result<String, WalletError> {
    serde_json::to_string(value).map_err(|_| WalletError::Internal)
}

#[cfg(test)]
mod tests {
    use permitcard_crypto::ecdsa::{Curve, PublicKey};

    use super::*;

    fn made(chain: Vec<Vec<u8>>) -> AttestedKey {
        let public = PublicKey::from_coordinates(Curve::P256, &[1; 32], &[2; 32]).unwrap();
        let key_id = "k".into();
        AttestedKey {
            key: DeviceKey { key_id, public },
            chain,
        }
    }

    #[test]
    fn what_no_authority_reads_is_not_sent() {
        let good = vec![vec![7; 600], vec![8; 3_000]];
        let attempt = attested(vec![made(Vec::new()), made(good.clone())], "n".into());
        let sent = attempt.attestation.unwrap();
        assert_eq!(sent.nonce, "n");
        assert_eq!(
            sent.chains,
            [Vec::new(), good.iter().map(|der| STANDARD.encode(der)).collect()]
        );
        for chain in [vec![vec![7; 4_097]], vec![vec![7; 10]; 7], vec![vec![7; 3_000]; 3]] {
            assert_eq!(attested(vec![made(chain)], "n".into()).attestation, None);
        }
    }
}
