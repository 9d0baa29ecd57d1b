//! Building and reading cards: one test a rule.

use crate::{
    forge::{Map, int},
    sample::*,
};
use permitcard_credential::{
    cose::{Algorithm, Typ, Unsigned, decode_key},
    permit::{
        Category, Day, FileData, Permit, PermitError, Person, Portrait, PortraitFormat,
        card::{self, Card},
    },
    sdcwt::SdCwtError,
};
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use proptest::prelude::*;

fn card_of(permit: Permit, keys: &Keys) -> Card {
    Card {
        iss: ISS.into(),
        version: 1,
        tier: 1,
        iat: NOW,
        permit,
        portrait_hash: [1; 32],
        portrait_format: PortraitFormat::Png,
        holder: keys.holder.public_key().clone(),
    }
}

fn signed(card: &Card, keys: &Keys) -> Vec<u8> {
    let unsigned = card::build(card, keys.issuer()).unwrap();
    let signature = keys.issuer.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

#[test]
fn texts_are_longer_than_in_a_credential_and_the_portrait_stays_outside() {
    let keys = Keys::new();
    let mut permit = Permit {
        portrait: Some(Portrait {
            bytes: vec![1],
            format: PortraitFormat::Png,
        }),
        ..sample()
    };
    permit.person.name = "W".repeat(255);
    let read = card::parse(&signed(&card_of(permit.clone(), &keys), &keys), keys.issuer()).unwrap();
    assert_eq!(
        read,
        card_of(
            Permit {
                portrait: None,
                ..permit.clone()
            },
            &keys
        )
    );
    permit.person.name = "W".repeat(256);
    let read = card::parse(&signed(&card_of(permit, &keys), &keys), keys.issuer()).unwrap();
    assert_eq!(read.permit.person.name, format!("{}…", "W".repeat(252)));
}

#[test]
fn the_signature_counts_and_names_its_key() {
    let (keys, other) = (Keys::new(), Keys::new());
    let bytes = signed(&card_of(sample(), &keys), &keys);
    assert!(card::parse(&bytes, other.issuer()).is_err());
    let claimed = card::claimed_issuer(&bytes).unwrap();
    assert_eq!(claimed.iss, ISS);
    assert_eq!(claimed.kid, permitcard_credential::cose::key_id(keys.issuer()));
}

#[test]
fn every_single_bit_of_the_frozen_card_counts() {
    let bytes = frozen("card");
    let issuer = decode_key(&frozen("issuer-key")).unwrap();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            // The unprotected header is empty and the tag fixed: nothing is outside of the signature but the frame.
            assert!(card::parse(&changed, &issuer).is_err(), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn another_type_is_refused() {
    let keys = Keys::new();
    let bytes = signed(&card_of(sample(), &keys), &keys);
    let limits = permitcard_credential::cose::cbor::Limits::new(8192);
    let payload = permitcard_credential::cose::Sign1::parse(&bytes, &limits)
        .unwrap()
        .payload()
        .to_vec();
    for typ in [Typ::Number(293), Typ::Text("application/statuslist+cwt")] {
        let unsigned = Unsigned::with_typ(Algorithm::Esp256, Some(b"12345678"), typ, &payload);
        let signature = keys.issuer.sign(unsigned.to_sign()).unwrap();
        let refused = card::parse(&unsigned.finish(&signature).unwrap(), keys.issuer()).err();
        assert_eq!(refused, Some(PermitError::SdCwt(SdCwtError::TypeUnexpected)));
    }
    assert!(card::parse(&frozen("credential"), &decode_key(&frozen("issuer-key")).unwrap()).is_err());
}

#[test]
fn every_claim_is_needed() {
    let issuer = SigningKey::generate(Curve::P256).unwrap();
    let limits = permitcard_credential::cose::cbor::Limits::new(8192);
    let bytes = frozen("card");
    let payload = permitcard_credential::cose::Sign1::parse(&bytes, &limits)
        .unwrap()
        .payload()
        .to_vec();
    let parse = |edit: &dyn for<'a> Fn(&'a mut Map) -> &'a mut Map| {
        let mut claims = Map::read(&payload);
        edit(&mut claims);
        let unsigned = Unsigned::with_typ(
            Algorithm::Esp256,
            Some(b"12345678"),
            Typ::Text(card::CARD_TYP),
            &claims.encode(),
        );
        let signature = issuer.sign(unsigned.to_sign()).unwrap();
        card::parse(&unsigned.finish(&signature).unwrap(), issuer.public_key()).map(drop)
    };
    assert_eq!(parse(&|c| c), Ok(()));
    for claim in [1, 6, 8, -65539] {
        let missing = parse(&|c| c.remove(&int(claim)));
        assert_eq!(missing, Err(PermitError::ClaimsMalformed), "{claim}");
    }
    for label in [1, 2, 3, 20, 25, 26, 27, 28] {
        let missing = parse(&|c| c.inner(int(-65539), |body| body.remove(&int(label))));
        assert_eq!(missing, Err(PermitError::ClaimsMalformed), "{label}");
    }
    for label in [22, 23, 24] {
        assert_eq!(
            parse(&|c| c.inner(int(-65539), |body| body.remove(&int(label)))),
            Ok(())
        );
    }
    let set = |label: i64, value: Vec<u8>| parse(&|c| c.inner(int(-65539), |body| body.set(int(label), value.clone())));
    assert_eq!(set(29, int(1)), Ok(()));
    assert_eq!(set(21, int(1)), Err(PermitError::ClaimsMalformed));
    for tier in [0, 3] {
        assert_eq!(set(26, int(tier)), Err(PermitError::ClaimsMalformed));
    }
    assert_eq!(set(28, int(5)), Err(PermitError::ClaimsMalformed));
}

#[test]
fn what_does_not_fit_is_not_built() {
    let keys = Keys::new();
    let good = card_of(sample(), &keys);
    let error = |card: Card| card::build(&card, keys.issuer()).err();
    assert_eq!(error(good.clone()), None);
    let invalid = Some(PermitError::FieldInvalid);
    assert_eq!(
        error(Card {
            tier: 0,
            ..good.clone()
        }),
        invalid
    );
    assert_eq!(
        error(Card {
            tier: 3,
            ..good.clone()
        }),
        invalid
    );
    assert_eq!(
        error(Card {
            iss: "x".repeat(16),
            ..good.clone()
        }),
        invalid
    );
    assert_eq!(
        error(Card {
            iat: -1,
            ..good.clone()
        }),
        invalid
    );
    let p384 = SigningKey::generate(Curve::P384).unwrap().public_key().clone();
    assert_eq!(card::build(&good, &p384).err(), Some(PermitError::KeyUnsupported));
    assert_eq!(error(Card { holder: p384, ..good }), Some(PermitError::KeyUnsupported));
}

#[test]
fn debug_output_shows_nobody() {
    let keys = Keys::new();
    let text = format!("{:?}", card_of(sample(), &keys));
    assert!(!text.contains("GARCIA"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_built_is_read_again(
        version in any::<u64>(), tier in 1u8..=2, name in ".{0,60}", phone in proptest::option::of("[0-9]{0,16}"),
        iat in 0i64.., hash in any::<[u8; 32]>(), test in any::<bool>(), birth in -30_000i32..30_000,
    ) {
        let keys = Keys::new();
        let file = FileData { birth_day: Day(birth), passport: "P".into(), permit_number: "N".into(), phone };
        let person = Person { name, nationality: "D".into() };
        let permit =
            Permit { test, category: Category::A, person, file: Some(file), employment: None, ..sample() };
        let card = Card { version, tier, iat, portrait_hash: hash, ..card_of(permit, &keys) };
        prop_assert_eq!(card::parse(&signed(&card, &keys), keys.issuer()).unwrap(), card);
    }

    #[test]
    fn any_bytes_give_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = card::claimed_issuer(&bytes);
    }
}
