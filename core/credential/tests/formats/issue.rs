//! Issuing: what is cut, what is refused, what a copy has of its own.

use std::collections::BTreeSet;

use crate::sample::*;
use permitcard_credential::{
    permit::{
        Category, Credential, Day, Employment, FileData, IssueInput, Permit, PermitError, Person, Portrait,
        PortraitFormat, SocialSecurity, StatusRef,
        field::{self, Field},
        issue,
    },
    sdcwt::Content,
};
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use proptest::prelude::*;

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
fn fields_are_cut_at_their_limits_and_what_names_things_is_refused() {
    let keys = Keys::new();
    let holder = keys.holder.public_key();
    let bytes = issued(&input(&beyond_limits(), holder), &keys);
    // What `MAX_LEN` says.
    assert!(bytes.len() < 2000, "{}", bytes.len());
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
    // Midnight in China.
    let end = permit.valid_until.start() + 16 * 3600 - 1;
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
}
