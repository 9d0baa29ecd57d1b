use permitcard_benches::bad::forge::{Map, Parts, item};
use permitcard_credential::{
    cose::Algorithm,
    permit::Credential,
    sdcwt::{
        Disclosure, SdCwt,
        draft::{LIMITS, SdCwtToken, TimeRules},
    },
};

use crate::{pieces, split, world::shared};

/// Credentials: as they came, or any disclosures under the hashes of a credential.
pub fn sd_cwt(data: &[u8]) {
    let (way, rest) = split(data, 2);
    match way {
        0 => read(rest),
        _ => read(&with_disclosures(rest)),
    }
}

fn read(bytes: &[u8]) {
    if let Ok(credential) = Credential::parse(bytes) {
        let _ = credential.check_complete();
        let _ = credential.disclosed();
        // Nobody but the issuer signs.
        let signed = credential.check_issuer(&shared().issuer).is_ok();
        assert!(!signed || bytes_of_the_frozen(&credential), "a forgery verified");
    }
    if let Ok(token) = SdCwtToken::parse(bytes, &LIMITS) {
        let _ = token.holder_key();
        let _ = token.restore();
        if let Ok(restored) = token.restore_counting() {
            assert!(restored.matched + restored.unmatched + restored.decoys <= token.disclosures().len());
            let _ = token.problems(&restored, Some(&TimeRules::at(0)));
        }
    }
}

/// Whether a credential is one of those that the key of the frozen bytes signed.
fn bytes_of_the_frozen(credential: &Credential<'_>) -> bool {
    [frozen_credential("credential"), frozen_credential("credential-test")]
        .iter()
        .any(|frozen| {
            let frozen = Credential::parse(frozen).unwrap();
            let (one, other) = (frozen.sd_cwt().sign1(), credential.sd_cwt().sign1());
            (one.protected(), one.payload()) == (other.protected(), other.payload())
        })
}

fn frozen_credential(name: &str) -> Vec<u8> {
    match name {
        "credential" => crate::world::frozen!("credential"),
        _ => crate::world::frozen!("credential-test"),
    }
}

/// An unsigned credential whose redacted claims are the pieces of the input, filled up with hashes of nothing.
fn with_disclosures(data: &[u8]) -> Vec<u8> {
    let parts = Parts::of(&shared().credential);
    let disclosures: Vec<Vec<u8>> = pieces(data).take(5).map(<[u8]>::to_vec).collect();
    let mut hashes: Vec<_> = disclosures.iter().map(|one| Disclosure::hash_of(one)).collect();
    for filler in 0..5 {
        if hashes.len() < 5 {
            hashes.push([filler; 32]);
        }
    }
    hashes.sort_unstable();
    let permit = item(|w| {
        w.map(4)
            .int(1)
            .uint(1)
            .int(2)
            .uint(21_000)
            .int(3)
            .uint(0)
            .simple(59)
            .array(5);
        for hash in &hashes {
            w.bytes(hash);
        }
        w
    });
    let claims = Map::read(&parts.payload).set(-65_537, permit).encode();
    let kid = *Credential::parse(&shared().credential).unwrap().kid();
    let unsigned = SdCwt::build(Algorithm::Esp256, &kid, &claims, &disclosures);
    unsigned.finish(&[1; 64]).unwrap()
}
