//! Frozen bytes, every byte, any subset.

use proptest::prelude::*;

use super::world::*;
use crate::{
    cose::decode_key,
    mdoc::{IssueInput, IssuerSigned, issue::issue_with_salts, respond},
    permit::{Element, sample::sample_permit},
    testing::{frozen, update_frozen},
};

/// A permit as document, with its device response to everybody.
fn update() {
    if !update_frozen() {
        return;
    }
    let mut world = World::new();
    world.permit = sample_permit();
    let bytes = world.issued();
    frozen::write("mdoc", &bytes);
    let document = IssuerSigned::parse(&bytes).unwrap();
    let unsigned = respond(&document, &Element::shown(&[]), TRANSCRIPT).unwrap();
    let signature = world.device.sign(unsigned.to_sign()).unwrap();
    frozen::write("mdoc-response", &unsigned.finish(&signature).unwrap());
    frozen::write("mdoc-signer-key", &crate::cose::encode_key(world.signer.public_key()));
}

#[test]
fn frozen_documents_verify_and_are_made_again() {
    update();
    let signer = decode_key(&frozen::read("mdoc-signer-key")).unwrap();
    let bytes = frozen::read("mdoc");
    let document = IssuerSigned::parse(&bytes).unwrap();
    document.check_issuer(&signer).unwrap();
    document.check_digests().unwrap();
    document.check_content(&sample_permit()).unwrap();

    // The portrait's salt is its decoy's secret: every other salt can be read.
    let mut salts = [[0; 16]; Element::COUNT];
    let mut by_id: Vec<(u64, [u8; 16], Element)> = document
        .items()
        .iter()
        .map(|item| {
            let at = item.bytes.windows(6).position(|window| window == b"random").unwrap() + 7;
            let salt = item.bytes[at..at + 16].try_into().unwrap();
            (item.digest_id, salt, Element::from_mdoc_name(item.name).unwrap())
        })
        .collect();
    by_id.sort();
    assert!(
        by_id.windows(2).all(|pair| pair[0].1 < pair[1].1),
        "ids in the order of the salts"
    );
    for (_, salt, element) in &by_id {
        let at = Element::ALL.iter().position(|one| one == element).unwrap();
        salts[at] = *salt;
    }
    // The decoy's salt is the one between its neighbours; any such one gives all bytes but its own digest.
    let decoy = document
        .mso_digests()
        .iter()
        .map(|(id, _)| *id)
        .find(|id| by_id.iter().all(|(known, _, _)| known != id))
        .unwrap();
    let mut between = match by_id.iter().rev().find(|(id, _, _)| *id < decoy) {
        Some((_, salt, _)) => u128::from_be_bytes(*salt) + 1,
        None => 0,
    }
    .to_be_bytes();
    let at = Element::ALL.iter().position(|one| *one == Element::Portrait).unwrap();
    std::mem::swap(&mut salts[at], &mut between);
    let permit = sample_permit();
    let chain: [&[u8]; 1] = [&crate::testing::test_certificate(&signer)];
    let input = IssueInput {
        signed_at: document.signed_at(),
        expires_at: document.valid_until(),
        holder: document.device_key(),
        status: crate::permit::StatusRef {
            idx: document.status_idx(),
            uri: document.status_uri().into(),
        },
        permit: &permit,
        chain: &chain,
    };
    let again = issue_with_salts(&input, &salts).unwrap();
    let (_, frozen_digest) = document.mso_digests().into_iter().find(|(id, _)| *id == decoy).unwrap();
    let made = permitcard_crypto::hash::sha256(&salts[at]);
    let mut remade = again.finish(document.signature()).unwrap();
    let at = remade.windows(32).position(|window| window == made).unwrap();
    remade[at..at + 32].copy_from_slice(frozen_digest);
    assert_eq!(remade, bytes);

    let response = frozen::read("mdoc-response");
    let unsigned = respond(&document, &Element::shown(&[]), TRANSCRIPT).unwrap();
    let at = response
        .windows(3)
        .position(|window| window == b"\xf6\x58\x40")
        .unwrap()
        + 3;
    let signature = &response[at..at + 64];
    document.device_key().verify(unsigned.to_sign(), signature).unwrap();
    assert_eq!(unsigned.finish(signature).unwrap(), response);
}

#[test]
fn every_byte_counts() {
    let world = World::new();
    let good = world.issued();
    let certificate = crate::testing::test_certificate(world.signer.public_key());
    let at = good
        .windows(certificate.len())
        .position(|window| window == certificate)
        .unwrap();
    let of_certificate = at..at + certificate.len();
    for position in 0..good.len() {
        for bit in [1u8, 0x80] {
            let mut bytes = good.clone();
            bytes[position] ^= bit;
            // The certificate is no part of the signature; its key is, because the issuer's key must be it.
            let outside = of_certificate.contains(&position);
            assert!(world.check(&bytes).is_err() || outside, "byte {position}");
        }
    }
    for length in 0..good.len() {
        assert!(IssuerSigned::parse(&good[..length]).is_err(), "{length}");
    }
    assert!(IssuerSigned::parse(&[good.as_slice(), &[0]].concat()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_subset_is_shown_and_nothing_else(chosen in proptest::sample::subsequence(Element::ALL.to_vec(), 0..=Element::COUNT)) {
        let world = World::new();
        let bytes = world.issued();
        let document = IssuerSigned::parse(&bytes).unwrap();
        let response = respond(&document, &chosen, TRANSCRIPT).unwrap().finish(&[0; 64]).unwrap();
        for item in document.items() {
            let is_shown = response.windows(item.bytes.len()).any(|window| window == item.bytes);
            let element = Element::from_mdoc_name(item.name).unwrap();
            prop_assert_eq!(is_shown, chosen.contains(&element), "{}", item.name);
        }
    }

    #[test]
    fn garbage_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(IssuerSigned::parse(&bytes).is_err());
    }
}
