//! Issuing and reading credentials: one test a rule.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop; the exception of clippy.toml covers test functions, not their helpers"
)]

mod common;

use std::collections::BTreeSet;

use common::{
    forge::{self, Map, int, item, text},
    *,
};
use permitcard_credential::{
    cose::{Algorithm, CoseError, cbor::CborError, encode_key},
    permit::{
        Category, Credential, Day, Employment, FileData, Group, IssueInput, Permit, PermitError, Person, Portrait,
        PortraitFormat, SocialSecurity, StatusRef,
        field::{self, Field, FieldKind},
        issue,
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
fn absent_groups_become_decoys_of_the_same_look() {
    let keys = Keys::new();
    let bare = Permit {
        employment: None,
        social_security: None,
        file: None,
        ..sample()
    };
    let bytes = issued(&input(&bare, keys.holder.public_key()), &keys);
    let credential = Credential::parse(&bytes).unwrap();
    credential.check_complete().unwrap();
    let decoys = credential
        .sd_cwt()
        .disclosures()
        .iter()
        .filter(|d| d.content() == Content::Decoy)
        .count();
    assert_eq!(decoys, 4);
    let full = issued(&input(&sample(), keys.holder.public_key()), &keys);
    let full = Credential::parse(&full).unwrap().sd_cwt().payload().len();
    assert_eq!(credential.sd_cwt().payload().len(), full);
    assert_eq!(credential.permit().unwrap(), bare);
}

#[test]
fn copies_of_a_batch_share_no_salt_and_no_hash() {
    let keys = Keys::new();
    let copies: Vec<_> = (0..10)
        .map(|_| issued(&input(&sample(), keys.holder.public_key()), &keys))
        .collect();
    let mut salts = BTreeSet::new();
    let mut hashes = BTreeSet::new();
    for copy in &copies {
        for disclosure in Credential::parse(copy).unwrap().sd_cwt().disclosures() {
            salts.insert(*disclosure.salt());
            hashes.insert(disclosure.wrapped_hash());
        }
    }
    assert_eq!((salts.len(), hashes.len()), (50, 50));
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
fn fields_are_cut_at_their_limits_and_what_names_things_is_refused() {
    let keys = Keys::new();
    let holder = keys.holder.public_key();
    let bytes = issued(&input(&beyond_limits(), holder), &keys);
    let permit = Credential::parse(&bytes).unwrap().permit().unwrap();
    let cut = |limit: usize| format!("{}…", "W".repeat(limit - 3));
    assert_eq!(permit.person.name, cut(39));
    let employment = permit.employment.unwrap();
    assert_eq!(employment.employer, cut(72));
    assert_eq!(employment.employer_id, cut(18));
    assert_eq!(employment.occupation, cut(36));
    assert_eq!(employment.place, cut(24));
    // The limits that design 11 fixes.
    let limits = [field::ISS, field::STATUS_URI, field::AUD].map(|f: Field| (f.limit, f.is_cut()));
    assert_eq!(limits, [(15, false), (28, false), (8, false)]);

    let permit = sample();
    let good = input(&permit, holder);
    let refused = Some(PermitError::FieldInvalid);
    for bad in [
        IssueInput {
            iss: "sandbox.example.",
            ..good.clone()
        },
        IssueInput {
            iss: "",
            ..good.clone()
        },
        IssueInput {
            sub: "123456789",
            ..good.clone()
        },
        IssueInput {
            sub: "",
            ..good.clone()
        },
        IssueInput {
            status: StatusRef {
                idx: 0,
                uri: "u".repeat(29),
            },
            ..good.clone()
        },
        IssueInput {
            permit: &Permit {
                restrictions: 24,
                ..sample()
            },
            ..good.clone()
        },
        IssueInput {
            permit: &Permit {
                valid_until: Day(65_536),
                ..sample()
            },
            ..good.clone()
        },
        IssueInput {
            permit: &Permit {
                valid_until: Day(-1),
                ..sample()
            },
            ..good.clone()
        },
        IssueInput {
            permit: &Permit {
                file: sample().file.map(|file| FileData {
                    birth_day: Day(-65_536),
                    ..file
                }),
                ..sample()
            },
            ..good.clone()
        },
    ] {
        assert_eq!(issue(&bad, keys.issuer()).err(), refused);
    }
    let large = Permit {
        portrait: Some(Portrait {
            bytes: vec![0; 1025],
            format: PortraitFormat::Jpeg,
        }),
        ..sample()
    };
    assert_eq!(
        issue(&input(&large, holder), keys.issuer()).err(),
        Some(PermitError::PortraitTooLarge)
    );
}

#[test]
fn the_times_of_a_credential_fit_together_and_the_permit() {
    let keys = Keys::new();
    let permit = sample();
    let good = input(&permit, keys.holder.public_key());
    let end = Day(permit.valid_until.0 + 1).start();
    let issue = |iat: i64, exp: i64| {
        issue(
            &IssueInput {
                iat,
                exp,
                ..good.clone()
            },
            keys.issuer(),
        )
        .map(drop)
    };
    assert_eq!(issue(NOW, end), Ok(()));
    assert_eq!(issue(NOW, end + 1), Err(PermitError::PeriodInvalid));
    assert_eq!(issue(NOW, NOW + 1), Ok(()));
    assert_eq!(issue(NOW, NOW), Err(PermitError::PeriodInvalid));
    assert_eq!(issue(-1, 5), Err(PermitError::PeriodInvalid));
    assert_eq!(issue(i64::MIN, i64::MAX), Err(PermitError::PeriodInvalid));
}

#[test]
fn keys_of_another_curve_are_refused() {
    let keys = Keys::new();
    let p384 = SigningKey::generate(Curve::P384).unwrap();
    let permit = sample();
    let refused = Some(PermitError::KeyUnsupported);
    assert_eq!(issue(&input(&permit, p384.public_key()), keys.issuer()).err(), refused);
    assert_eq!(
        issue(&input(&permit, keys.holder.public_key()), p384.public_key()).err(),
        refused
    );
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

/// What is left of a text: itself, or a beginning that ends with `…` and could not be longer.
fn is_cut_of(short: &str, text: &str, limit: usize) -> bool {
    if text.len() <= limit {
        return short == text;
    }
    let Some(kept) = short.strip_suffix('…') else {
        return false;
    };
    let Some(rest) = text.strip_prefix(kept) else {
        return false;
    };
    let next = rest.chars().next().map_or(0, char::len_utf8);
    short.len() <= limit && short.len() + next > limit
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,90}",
        ".{0,40}",
        "[\u{4e00}-\u{4eff}]{0,40}",
        "[\u{1f600}-\u{1f640}]{0,30}"
    ]
}

prop_compose! {
    fn permits()(
        test in any::<bool>(), category in 1u64..=3, valid_until in 20_800i32..=65_535, restrictions in 0u8..=23,
        names in proptest::collection::vec(texts(), 9), present in any::<[bool; 5]>(), birth in -65_535i32..=65_535,
        picture in proptest::collection::vec(any::<u8>(), 0..1024), format in 0usize..5, nationality in "[A-Z]{1,3}",
    ) -> Permit {
        let name = |index: usize| names[index].clone();
        Permit {
            test,
            category: Category::from_number(category).unwrap(),
            valid_until: Day(valid_until),
            restrictions,
            person: Person { name: name(0), nationality },
            portrait: present[0].then(|| Portrait { bytes: picture, format: PortraitFormat::ALL[format] }),
            employment: present[1].then(|| Employment {
                employer: name(1), employer_id: name(2), occupation: name(3), place: name(4),
            }),
            social_security: present[2].then(|| SocialSecurity { number: name(5), insurance_record: name(6) }),
            file: present[3].then(|| FileData {
                birth_day: Day(birth), passport: name(7), permit_number: name(8), phone: present[4].then(|| name(0)),
            }),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_issued_is_read_again(permit in permits()) {
        let keys = Keys::new();
        let bytes = issued(&input(&permit, keys.holder.public_key()), &keys);
        let credential = Credential::parse(&bytes).unwrap();
        credential.check_issuer(keys.issuer()).unwrap();
        credential.check_complete().unwrap();
        let read = credential.permit().unwrap();
        let visible = |permit: &Permit| (permit.test, permit.category, permit.valid_until, permit.restrictions);
        prop_assert_eq!(visible(&read), visible(&permit));
        prop_assert_eq!(&read.portrait, &permit.portrait);
        let pairs = |read: &Permit, permit: &Permit| {
            let mut pairs = vec![(field::NAME, read.person.name.clone(), permit.person.name.clone())];
            if let (Some(a), Some(b)) = (&read.employment, &permit.employment) {
                pairs.push((field::EMPLOYER, a.employer.clone(), b.employer.clone()));
                pairs.push((field::EMPLOYER_ID, a.employer_id.clone(), b.employer_id.clone()));
                pairs.push((field::OCCUPATION, a.occupation.clone(), b.occupation.clone()));
                pairs.push((field::PLACE, a.place.clone(), b.place.clone()));
            }
            if let (Some(a), Some(b)) = (&read.social_security, &permit.social_security) {
                pairs.push((field::SOCIAL_SECURITY_NUMBER, a.number.clone(), b.number.clone()));
                pairs.push((field::INSURANCE_RECORD, a.insurance_record.clone(), b.insurance_record.clone()));
            }
            if let (Some(a), Some(b)) = (&read.file, &permit.file) {
                pairs.push((field::PASSPORT, a.passport.clone(), b.passport.clone()));
                pairs.push((field::PERMIT_NUMBER, a.permit_number.clone(), b.permit_number.clone()));
                if let (Some(a), Some(b)) = (&a.phone, &b.phone) {
                    pairs.push((field::PHONE, a.clone(), b.clone()));
                }
            }
            pairs
        };
        let groups = |permit: &Permit| {
            let phone = permit.file.as_ref().map(|file| (file.birth_day, file.phone.is_some()));
            (permit.employment.is_some(), permit.social_security.is_some(), phone)
        };
        prop_assert_eq!(groups(&read), groups(&permit));
        for (field, short, text) in pairs(&read, &permit) {
            prop_assert!(is_cut_of(&short, &text, field.limit), "{}", field.name);
        }
    }

    #[test]
    fn a_cut_text_is_a_true_beginning(text in texts(), limit in 0usize..80) {
        let short = field::cut(&text, limit);
        prop_assert!(short.len() <= limit);
        if limit >= 3 || text.len() <= limit {
            prop_assert!(is_cut_of(&short, &text, limit), "{short}");
        }
    }

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
