//! Frozen text, every character, any subset.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::Value;

use super::world::*;
use crate::{
    cose::decode_key,
    permit::{Element, StatusRef, sample::sample_permit},
    sdjwt::{IssueInput, PresentInput, SdJwt, issue::issue_with_salts, present},
    testing::{frozen, test_certificate, update_frozen},
};

const SHOWN: PresentInput<'static> = PresentInput {
    elements: &[Element::FamilyName, Element::Employer],
    aud: "https://verifier.example",
    nonce: "1234567890",
    iat: NOW,
};

fn update() {
    if !update_frozen() {
        return;
    }
    let world = World::new();
    let text = world.issued();
    frozen::write("sdjwt", text.as_bytes());
    let sd_jwt = SdJwt::parse(&text).unwrap();
    let unsigned = present(&sd_jwt, &SHOWN).unwrap();
    let signature = world.holder.sign(unsigned.to_sign()).unwrap();
    frozen::write("sdjwt-presentation", unsigned.finish(&signature).unwrap().as_bytes());
    frozen::write("sdjwt-signer-key", &crate::cose::encode_key(world.signer.public_key()));
}

#[test]
fn frozen_texts_verify_and_are_made_again() {
    update();
    let signer = decode_key(&frozen::read("sdjwt-signer-key")).unwrap();
    let text = String::from_utf8(frozen::read("sdjwt")).unwrap();
    let sd_jwt = SdJwt::parse(&text).unwrap();
    sd_jwt.check_issuer(&signer).unwrap();
    sd_jwt.check_digests().unwrap();
    sd_jwt.check_content(&sample_permit()).unwrap();

    let mut salts = [[0; 16]; Element::COUNT];
    for disclosure in disclosures(&text) {
        let element = Element::from_claim_name(disclosure[1].as_str().unwrap()).unwrap();
        let at = Element::ALL.iter().position(|one| *one == element).unwrap();
        salts[at] = URL_SAFE_NO_PAD
            .decode(disclosure[0].as_str().unwrap())
            .unwrap()
            .try_into()
            .unwrap();
    }
    let permit = sample_permit();
    let certificate = test_certificate(&signer);
    let input = IssueInput {
        iss: sd_jwt.iss(),
        iat: sd_jwt.iat(),
        exp: sd_jwt.exp(),
        holder: sd_jwt.holder_key(),
        status: StatusRef {
            idx: sd_jwt.status_idx(),
            uri: sd_jwt.status_uri().into(),
        },
        permit: &permit,
        chain: &[&certificate],
    };
    // The salt of the one decoy, the portrait's, is not known; everything but its digest is the same.
    let again = issue_with_salts(&input, &salts).unwrap().finish(&[0; 64]).unwrap();
    let (jwt, rest) = text.split_once('~').unwrap();
    let (jwt_again, rest_again) = again.split_once('~').unwrap();
    assert_eq!(rest_again, rest);
    assert_eq!(jwt_again.split('.').next(), jwt.split('.').next());
    let without_decoy = |jwt: &str| {
        let json = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&json).unwrap();
        let known: Vec<String> = rest
            .split('~')
            .map(|one| URL_SAFE_NO_PAD.encode(permitcard_crypto::hash::sha256(one.as_bytes())))
            .collect();
        let mut text = String::from_utf8(json).unwrap();
        let decoys: Vec<&str> = claims["_sd"]
            .as_array()
            .unwrap()
            .iter()
            .map(|digest| digest.as_str().unwrap())
            .filter(|digest| !known.contains(&(*digest).to_owned()))
            .collect();
        assert_eq!(decoys.len(), 1);
        for part in [format!(",\"{}\"", decoys[0]), format!("\"{}\",", decoys[0])] {
            text = text.replace(&part, "");
        }
        text
    };
    assert_eq!(without_decoy(jwt_again), without_decoy(jwt));

    let shown = String::from_utf8(frozen::read("sdjwt-presentation")).unwrap();
    let unsigned = present(&sd_jwt, &SHOWN).unwrap();
    let signature = URL_SAFE_NO_PAD.decode(shown.rsplit('.').next().unwrap()).unwrap();
    sd_jwt.holder_key().verify(unsigned.to_sign(), &signature).unwrap();
    assert_eq!(unsigned.finish(&signature).unwrap(), shown);
}

#[test]
fn every_character_counts() {
    let world = World::new();
    let good = world.issued();
    for position in 0..good.len() {
        for other in [b'A', b'b', b'~'] {
            let mut bytes = good.clone().into_bytes();
            if bytes[position] == other {
                continue;
            }
            bytes[position] = other;
            let changed = String::from_utf8(bytes).unwrap();
            assert!(world.check(&changed).is_err(), "character {position}");
        }
    }
    for length in 0..good.len() {
        assert!(world.check(&good[..length]).is_err(), "{length}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_subset_is_shown_and_nothing_else(chosen in proptest::sample::subsequence(Element::ALL.to_vec(), 0..=Element::COUNT)) {
        let world = World::new();
        let text = world.issued();
        let sd_jwt = SdJwt::parse(&text).unwrap();
        let input = PresentInput { elements: &chosen, ..SHOWN };
        let shown = present(&sd_jwt, &input).unwrap().finish(&[0; 64]).unwrap();
        let (shown, _) = shown.rsplit_once('~').unwrap();
        let shown = format!("{shown}~");
        let parsed = SdJwt::parse(&shown).unwrap();
        parsed.check_issuer(world.signer.public_key()).unwrap();
        parsed.check_digests().unwrap();
        let mut elements = parsed.elements();
        elements.sort();
        let expected: Vec<Element> = chosen
            .into_iter()
            .filter(|one| one.group().is_some() && *one != Element::Portrait)
            .collect();
        prop_assert_eq!(elements, expected);
    }

    #[test]
    fn garbage_is_refused(text in "[A-Za-z0-9_~.-]{0,400}") {
        prop_assert!(SdJwt::parse(&text).is_err());
    }
}
