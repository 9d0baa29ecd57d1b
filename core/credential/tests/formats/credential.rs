//! Reading credentials: one test a rule.

use crate::{
    forge::{self, Map, int, item, text},
    sample::*,
};
use permitcard_credential::{
    cose::{Algorithm, CoseError, cbor::CborError, encode_key},
    permit::{
        Credential, Group, Permit, PermitError, Portrait, PortraitFormat,
        field::{self, FieldKind},
    },
    sdcwt::{Content, Disclosure, SdCwt, SdCwtError},
};
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use proptest::prelude::*;

const PERMIT: i64 = -65537;

fn original() -> Vec<u8> {
    frozen("credential")
}

fn parse(edit: impl for<'a> FnOnce(&'a mut Map) -> &'a mut Map) -> Result<(), PermitError> {
    Credential::parse(&forge::with_claims(&original(), edit)).map(drop)
}

fn parse_permit(edit: impl for<'a> FnOnce(&'a mut Map) -> &'a mut Map) -> Result<(), PermitError> {
    parse(|claims| claims.inner(int(PERMIT), edit))
}

#[test]
fn the_way_there_and_back() {
    let keys = Keys::new();
    let permit = Permit {
        portrait: Some(Portrait {
            bytes: vec![1, 2, 3],
            format: PortraitFormat::WebP,
        }),
        ..sample()
    };
    let bytes = issued(&input(&permit, keys.holder.public_key()), &keys);
    let credential = Credential::parse(&bytes).unwrap();
    credential.check_issuer(keys.issuer()).unwrap();
    credential.check_complete().unwrap();
    assert_eq!(credential.permit().unwrap(), permit);
    assert_eq!(credential.holder_key(), keys.holder.public_key());
    assert_eq!(credential.sd_cwt().sign1().algorithm(), Algorithm::Esp256);
    let other = SigningKey::generate(Curve::P256).unwrap();
    let refused = PermitError::SdCwt(SdCwtError::Cose(CoseError::SignatureInvalid));
    assert_eq!(credential.check_issuer(other.public_key()), Err(refused));
}

#[test]
fn every_claim_is_needed() {
    assert_eq!(parse(|c| c), Ok(()));
    for claim in [1, 2, 4, 6, 8, 11, 65535, PERMIT] {
        assert_eq!(
            parse(|c| c.remove(&int(claim))),
            Err(PermitError::ClaimsMalformed),
            "claim {claim}"
        );
    }
    for label in [1, 2, 3] {
        let removed = parse_permit(|p| p.remove(&int(label)));
        assert_eq!(removed, Err(PermitError::ClaimsMalformed), "label {label}");
    }
    assert_eq!(
        parse_permit(|p| p.remove(forge::REDACTED)),
        Err(PermitError::ClaimsMalformed)
    );
}

#[test]
fn claims_of_a_later_version_are_read_over() {
    let unknown = || item(|w| w.map(1).text("x").array(1).uint(1));
    assert_eq!(parse(|c| c.set(int(99), unknown()).set(text("x"), unknown())), Ok(()));
    assert_eq!(parse_permit(|p| p.set(int(19), unknown())), Ok(()));
    // Strictly all the same: a long form inside of something unknown is refused.
    let long = parse(|c| c.set(int(99), vec![0x18, 1]));
    assert_eq!(long.map_err(PermitError::code), Err(CborError::NotDeterministic.code()));
    // Another version of the profile is not read over.
    assert_eq!(
        parse(|c| c.set(int(11), text("permitcard/2"))),
        Err(PermitError::ClaimsMalformed)
    );
}

#[test]
fn the_test_flag_is_true_or_absent() {
    let truth = item(|w| w.bool(true));
    let bytes = forge::with_claims(&original(), |c| c.inner(int(PERMIT), |p| p.set(int(0), truth)));
    assert!(Credential::parse(&bytes).unwrap().test());
    assert!(!Credential::parse(&original()).unwrap().test());
    let lie = item(|w| w.bool(false));
    assert_eq!(parse_permit(|p| p.set(int(0), lie)), Err(PermitError::ClaimsMalformed));
    assert!(parse_permit(|p| p.set(int(0), int(1))).is_err());
}

#[test]
fn visible_values_stay_in_their_range() {
    for (label, good, bad) in [
        (1, [1, 3], [0, 4]),
        (2, [0, 65_535], [-1, 65_536]),
        (3, [0, 23], [24, 256]),
    ] {
        for value in good {
            assert_eq!(
                parse_permit(|p| p.set(int(label), int(value))),
                Ok(()),
                "{label}: {value}"
            );
        }
        for value in bad {
            assert!(
                parse_permit(|p| p.set(int(label), int(value))).is_err(),
                "{label}: {value}"
            );
        }
    }
}

#[test]
fn exactly_five_hashes_sorted_and_different() {
    let hashes = |list: Vec<[u8; 32]>| parse_permit(|p| p.set(forge::REDACTED.to_vec(), forge::hash_list(&list)));
    let five: Vec<[u8; 32]> = (0..5).map(|n| [n; 32]).collect();
    assert_eq!(hashes(five.clone()), Ok(()));
    let malformed = Err(PermitError::SdCwt(SdCwtError::DisclosureMalformed));
    assert_eq!(hashes(five[..4].to_vec()), malformed);
    assert_eq!(hashes((0..6).map(|n| [n; 32]).collect()), malformed);
    assert_eq!(hashes(five.iter().rev().copied().collect()), malformed);
    let twice = vec![[0; 32], [1; 32], [1; 32], [2; 32], [3; 32]];
    assert_eq!(hashes(twice), Err(PermitError::SdCwt(SdCwtError::DisclosureDuplicate)));
}

#[test]
fn texts_of_claims_keep_their_limits() {
    let status = |uri: &str| {
        let inner = item(|w| w.map(2).text("idx").uint(1).text("uri").text(uri));
        item(|w| w.map(1).text("status_list").raw(&inner))
    };
    for (field, claim) in [(field::ISS, 1), (field::SUB, 2), (field::STATUS_URI, 65535)] {
        let set = |length: usize| {
            let value = "x".repeat(length);
            let value = if claim == 65535 { status(&value) } else { text(&value) };
            parse(|c| c.set(int(claim), value))
        };
        assert_eq!(set(field.limit), Ok(()), "{}", field.name);
        assert_eq!(
            set(field.limit + 1),
            Err(PermitError::ClaimsMalformed),
            "{}",
            field.name
        );
        assert_eq!(set(0), Err(PermitError::ClaimsMalformed), "{}", field.name);
    }
}

#[test]
fn the_status_claim_names_a_status_list() {
    let set = |value: Vec<u8>| parse(|c| c.set(int(65535), value));
    let malformed = Err(PermitError::ClaimsMalformed);
    assert_eq!(set(item(|w| w.map(0))), malformed);
    let only = |key: &str, value: Vec<u8>| set(item(|w| w.map(1).text("status_list").map(1).text(key).raw(&value)));
    assert_eq!(only("idx", int(1)), malformed);
    assert_eq!(only("uri", text("u")), malformed);
    let whole = item(|w| {
        w.map(2).text("other").map(0);
        w.text("status_list").map(2).text("idx").uint(1).text("uri").text("u")
    });
    // Another mechanism beside it does no harm.
    assert_eq!(set(whole), Ok(()));
}

#[test]
fn the_holder_is_named_by_a_whole_p256_key() {
    let cnf = |value: Vec<u8>| parse(|c| c.set(int(8), value));
    let p256 = encode_key(SigningKey::generate(Curve::P256).unwrap().public_key());
    let p384 = encode_key(SigningKey::generate(Curve::P384).unwrap().public_key());
    assert_eq!(cnf(item(|w| w.map(1).int(1).raw(&p256))), Ok(()));
    assert!(cnf(item(|w| w.map(1).int(1).raw(&p384))).is_err());
    // A thumbprint alone, or beside the key.
    assert!(cnf(item(|w| w.map(1).int(5).bytes(&[0; 32]))).is_err());
    assert!(cnf(item(|w| w.map(2).int(1).raw(&p256).int(5).bytes(&[0; 32]))).is_err());
    assert!(cnf(item(|w| w.map(0))).is_err());
}

#[test]
fn algorithms_of_the_issuer() {
    let bytes = original();
    let credential = Credential::parse(&bytes).unwrap();
    let key = SigningKey::generate(Curve::P256).unwrap();
    let build = |algorithm: Algorithm| SdCwt::build(algorithm, &forge::NOBODY, credential.sd_cwt().payload(), &[]);
    // -7 is accepted with P-256, as other people's software writes it.
    let unsigned = build(Algorithm::Es256);
    let signature = key.sign(unsigned.to_sign()).unwrap();
    let es256 = unsigned.finish(&signature).unwrap();
    Credential::parse(&es256)
        .unwrap()
        .check_issuer(key.public_key())
        .unwrap();
    for algorithm in [Algorithm::Es384, Algorithm::Esp384] {
        let other = build(algorithm).finish(&[1; 96]).unwrap();
        assert_eq!(Credential::parse(&other).err(), Some(PermitError::KeyUnsupported));
    }
}

#[test]
fn the_key_name_has_eight_bytes() {
    // A key name of seven bytes: one byte taken out, and both lengths around it put right.
    let mut bytes = original();
    let at = bytes.windows(2).position(|w| w == [0x04, 0x48]).unwrap();
    bytes[at + 1] = 0x47;
    bytes.remove(at + 2);
    bytes[2] -= 1;
    assert_eq!(Credential::parse(&bytes).err(), Some(PermitError::ClaimsMalformed));
}

#[test]
fn an_incomplete_copy_is_noticed() {
    let bytes = original();
    let credential = Credential::parse(&bytes).unwrap();
    let disclosures: Vec<_> = credential
        .sd_cwt()
        .disclosures()
        .iter()
        .map(|d| d.encoded().to_vec())
        .collect();
    let rebuilt = |disclosures: &[Vec<u8>]| {
        let payload = credential.sd_cwt().payload();
        let unsigned = SdCwt::build(Algorithm::Esp256, credential.kid(), payload, disclosures);
        let bytes = unsigned.finish(credential.signature()).unwrap();
        let copy = Credential::parse(&bytes).unwrap();
        (copy.check_complete(), copy.disclosed().map(drop))
    };
    assert_eq!(rebuilt(&disclosures), (Ok(()), Ok(())));
    for missing in 0..5 {
        let mut fewer = disclosures.clone();
        fewer.remove(missing);
        assert_eq!(rebuilt(&fewer), (Err(PermitError::DisclosuresIncomplete), Ok(())));
    }
    let unmatched = Err(PermitError::SdCwt(SdCwtError::DisclosureUnmatched));
    let mut foreign = disclosures.clone();
    foreign[0] = Disclosure::entry(&[0; 16], &[0xa0], 20);
    assert_eq!(rebuilt(&foreign), (unmatched, unmatched));
    let mut twice = disclosures;
    twice[1] = twice[0].clone();
    let duplicate = Err(PermitError::SdCwt(SdCwtError::DisclosureDuplicate));
    assert_eq!(rebuilt(&twice), (duplicate, duplicate));
}

fn disclosed(disclosures: &[Vec<u8>]) -> Result<(), PermitError> {
    let bytes = forge::with_disclosures(&original(), disclosures);
    Credential::parse(&bytes).unwrap().disclosed().map(drop)
}

#[test]
fn disclosures_may_not_stand_for_what_is_always_visible_nor_twice_for_a_group() {
    let malformed = Err(PermitError::SdCwt(SdCwtError::DisclosureMalformed));
    let entry = |salt: u8, label: i64, value: &[u8]| Disclosure::entry(&[salt; 16], value, label);
    let person = b"\xa2\x04\x61A\x06\x61D";
    assert_eq!(disclosed(&[entry(1, 20, person)]), Ok(()));
    for label in 0..=3 {
        assert_eq!(disclosed(&[entry(1, label, b"\x01")]), malformed, "{label}");
    }
    let twice = disclosed(&[entry(1, 20, person), entry(2, 20, person)]);
    assert_eq!(twice, Err(PermitError::SdCwt(SdCwtError::DisclosureDuplicate)));
    let salt = [0x50].into_iter().chain([3; 16]).collect::<Vec<_>>();
    let element = [&[0x82][..], &salt, &[0x01]].concat();
    assert_eq!(disclosed(&[element]), malformed);
    let redacted = [&[0x83][..], &salt, &[0x80], forge::REDACTED].concat();
    assert_eq!(disclosed(&[redacted]), malformed);
    // A group of a later version, a text label and a decoy say nothing and do no harm.
    let named = [&[0x83][..], &salt, &[0x01], &text("x")].concat();
    assert_eq!(
        disclosed(&[entry(1, 25, b"\x01"), named, Disclosure::decoy(&[4; 16])]),
        Ok(())
    );
}

/// The map of a whole group at its limits, to be changed entry by entry.
fn group_map(group: Group) -> Map {
    let keys = Keys::new();
    let bytes = issued(&input(&beyond_limits(), keys.holder.public_key()), &keys);
    let credential = Credential::parse(&bytes).unwrap();
    let disclosures = credential.sd_cwt().disclosures();
    let position = Group::ALL.iter().position(|other| *other == group).unwrap();
    match disclosures[position].content() {
        Content::Entry { value, .. } => Map::read(value),
        _ => unreachable!(),
    }
}

fn with_group(group: Group, map: &Map) -> Result<(), PermitError> {
    disclosed(&[Disclosure::entry(&[1; 16], &map.encode(), group.label())])
}

#[test]
fn every_field_of_a_group_is_needed_but_the_phone() {
    for field in field::ALL {
        let Some(group) = field.group else { continue };
        let mut map = group_map(group);
        assert_eq!(with_group(group, &map), Ok(()), "{}", field.name);
        map.remove(&int(field.label));
        let expected = if *field == field::PHONE {
            Ok(())
        } else {
            Err(PermitError::GroupMalformed)
        };
        assert_eq!(with_group(group, &map), expected, "{}", field.name);
        // A label of a later version is read over.
        assert_eq!(
            with_group(group, group_map(group).set(int(99), int(1))),
            Ok(()),
            "{}",
            field.name
        );
    }
}

#[test]
fn every_field_of_a_group_keeps_its_limit_and_type() {
    for field in field::ALL {
        let Some(group) = field.group else { continue };
        let (at, beyond) = match field.kind {
            FieldKind::Text => (text(&"x".repeat(field.limit)), text(&"x".repeat(field.limit + 1))),
            FieldKind::Bytes => {
                let bytes = |length| item(|w| w.bytes(&vec![0; length]));
                (bytes(field.limit), bytes(field.limit + 1))
            }
            FieldKind::Day | FieldKind::Number => (int(field.limit as i64), int(field.limit as i64 + 1)),
        };
        assert_eq!(
            with_group(group, group_map(group).set(int(field.label), at)),
            Ok(()),
            "{}",
            field.name
        );
        let refused = with_group(group, group_map(group).set(int(field.label), beyond));
        assert_eq!(refused, Err(PermitError::GroupMalformed), "{}", field.name);
        let other_type = with_group(group, group_map(group).set(int(field.label), vec![0xf5]));
        assert!(other_type.is_err(), "{}", field.name);
    }
}

#[test]
fn bytes_behind_the_end_and_too_many_of_them_are_refused() {
    let mut bytes = original();
    bytes.push(0);
    let error = |bytes: &[u8]| Credential::parse(bytes).err().map(PermitError::code);
    assert_eq!(error(&bytes), Some("cbor.trailing_bytes"));
    assert_eq!(error(&[0; 4097]), Some("cbor.too_long"));
}

#[test]
fn debug_output_shows_nobody() {
    let bytes = original();
    let credential = Credential::parse(&bytes).unwrap();
    let permit = credential.permit().unwrap();
    let texts = [
        format!("{credential:?}"),
        format!("{permit:?}"),
        format!("{:?}", credential.disclosed().unwrap()),
        format!("{:?} {:?} {:?}", permit.person, permit.employment, permit.file),
        format!("{:?}", input(&permit, credential.holder_key())),
        format!("{:?}", credential.sd_cwt().disclosures()[0]),
    ];
    for text in texts {
        assert!(
            !text.contains("GARCIA") && !text.contains("G12345678") && !text.contains("71, 65"),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_give_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Credential::parse(&bytes);
    }

    /// Bytes thrown into a real credential: read, or refused, but always in an orderly way.
    #[test]
    fn any_change_gives_a_result(
        at in any::<prop::sample::Index>(), new in proptest::collection::vec(any::<u8>(), 0..9), cut in 0usize..9,
    ) {
        let mut bytes = original();
        let at = at.index(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, new);
        if let Ok(credential) = Credential::parse(&bytes) {
            let _ = credential.disclosed();
            let _ = credential.check_complete();
        }
    }
}
