//! `docs/credential.md` says what the bytes are: its CDDL holds for real ones, and its tables and its example are written
//! here. `UPDATE_DOCS=1` writes them anew.

use crate::{
    annotate, doc,
    forge::{self, Map, int, item, text},
    sample::*,
};
use cddl::{
    ast::CDDL,
    validator::{Validator, cbor::CBORValidator, cbor_value::decode_cbor},
};
use permitcard_credential::{
    permit::{
        Credential, Group, IssueInput, Permit, PresentInput, Presentation, Profile, StatusRef,
        field::{self, Field, FieldKind},
    },
    qr::{
        self,
        picture::{EcLevel, Matrix},
    },
    sdcwt::{Content, Disclosure},
};

#[test]
fn the_table_of_fields_is_the_data_of_the_code() {
    let mut table = String::from("| group | label | field | kind | limit | beyond it |\n|---|---|---|---|---|---|\n");
    for field in field::ALL {
        let group = field.group.map_or("claims".to_owned(), |g| {
            format!("{} {}", g.label(), g.name().replace('_', " "))
        });
        let (kind, limit) = match field.kind {
            FieldKind::Text => ("text", format!("{} bytes", field.limit)),
            FieldKind::Bytes => ("bytes", format!("{} bytes", field.limit)),
            FieldKind::Day => ("day", format!("{} days from 1970", field.limit)),
            FieldKind::Number => ("number", format!("{}", field.limit)),
        };
        let group = if [field::VALID_UNTIL, field::RESTRICTIONS].contains(field) {
            "visible".into()
        } else {
            group
        };
        let beyond = if field.is_cut() { "cut" } else { "refused" };
        table += &format!(
            "| {group} | {} | {} | {kind} | {limit} | {beyond} |\n",
            field.label, field.name
        );
    }
    doc::compare("fields", &table);
}

/// The CDDL of the document with one rule as its first.
pub struct Schema(CDDL<'static>);

impl Schema {
    /// For a library that does not decode simple(59): here, and in the bytes that it is given, that key is the integer 59.
    pub fn new(start: &str) -> Self {
        let rules = doc::fenced("cddl");
        assert!(rules.contains("#7.59 =>"));
        // The library borrows the text for as long as the rules live: a test's whole life.
        let text = format!("start = {start}\n{}", rules.replace("#7.59", "59")).leak();
        Self(cddl::cddl_from_str(text, true).unwrap())
    }

    pub fn holds(&self, bytes: &[u8]) -> Result<(), String> {
        let (simple, integer) = (b"\xf8\x3b\x85", b"\x18\x3b\x85");
        let places = bytes.windows(3).enumerate().filter(|(_, window)| window == simple);
        let mut copy = bytes.to_vec();
        for (at, _) in places {
            copy[at..at + 3].copy_from_slice(integer);
        }
        let item = decode_cbor(&copy).map_err(|error| error.to_string())?;
        CBORValidator::new(&self.0, item, None)
            .validate()
            .map_err(|error| error.to_string())
    }
}

#[test]
fn the_cddl_holds_for_frozen_bytes_and_not_for_one_another() {
    let files = [
        ("presentation", "presentation"),
        ("credential", "credential"),
        ("credential-test", "credential"),
        ("card", "card"),
    ];
    let schemas = ["presentation", "credential", "card"].map(|start| (start, Schema::new(start)));
    for (name, rule) in files {
        for (start, schema) in &schemas {
            let result = schema.holds(&frozen(name));
            assert_eq!(result.is_ok(), *start == rule, "{name} as {start}: {result:?}");
        }
    }
}

#[test]
fn the_cddl_holds_for_every_profile_and_at_every_limit() {
    let (whole, shown) = (Schema::new("credential"), Schema::new("presentation"));
    let keys = Keys::new();
    for permit in [sample(), beyond_limits()] {
        let credential = issued(&at_limits(&permit, &keys), &keys);
        whole.holds(&credential).unwrap();
        for profile in Profile::ALL {
            for nonce in [None, Some(&b"123456"[..]), Some(NONCE)] {
                let input = PresentInput {
                    nonce,
                    beacon: nonce.map(|_| BEACON),
                    ..show(*profile)
                };
                shown.holds(&presented(&credential, &input, &keys)).unwrap();
            }
        }
        let everything = PresentInput {
            groups: &Group::ALL,
            aud: "12345678",
            ..show(Profile::Police)
        };
        shown.holds(&presented(&credential, &everything, &keys)).unwrap();
    }
}

/// Document and reader agree on each field: at its limit both accept, one beyond it both refuse.
#[test]
fn the_cddl_and_the_reader_have_the_same_limits() {
    let (issued_schema, shown_schema) = (Schema::new("credential"), Schema::new("presentation"));
    let keys = Keys::new();
    let whole = issued(&input(&beyond_limits(), keys.holder.public_key()), &keys);
    let both = |bytes: &[u8]| {
        let read = Credential::parse(bytes).and_then(|credential| credential.disclosed());
        let schema = issued_schema.holds(bytes);
        assert_eq!(read.is_ok(), schema.is_ok(), "{read:?} {schema:?}");
        read.is_ok()
    };
    for field in field::ALL {
        let value = |more: usize| match field.kind {
            FieldKind::Text => text(&"x".repeat(field.limit + more)),
            FieldKind::Bytes => item(|w| w.bytes(&vec![0; field.limit + more])),
            FieldKind::Day | FieldKind::Number => int((field.limit + more) as i64),
        };
        let set = |more: usize| match field.group {
            Some(group) => with_field(&whole, group, field, value(more)),
            None if *field == field::STATUS_URI => forge::with_claims(&whole, |claims| {
                claims.inner(int(65535), |status| {
                    status.inner(text("status_list"), |list| list.set(text("uri"), value(more)))
                })
            }),
            None if [field::VALID_UNTIL, field::RESTRICTIONS].contains(field) => forge::with_claims(&whole, |claims| {
                claims.inner(int(-65537), |p| p.set(int(field.label), value(more)))
            }),
            None => forge::with_claims(&whole, |claims| claims.set(int(field.label), value(more))),
        };
        if *field == field::AUD {
            continue; // Not in a credential; see below.
        }
        assert!(both(&set(0)), "{}", field.name);
        assert!(!both(&set(1)), "{}", field.name);
    }
    for (length, accepted) in [(8, true), (9, false)] {
        let aud = "x".repeat(length);
        let claims = permitcard_credential::sdcwt::KbtClaims {
            aud: &aud,
            iat: NOW,
            exp: NOW,
            nonce: None,
            private: None,
        };
        let credential = Credential::parse(&whole).unwrap();
        let bytes = permitcard_credential::sdcwt::bind(credential.sd_cwt(), &[], &claims)
            .finish(&[1; 64])
            .unwrap();
        assert_eq!(Presentation::parse(&bytes).is_ok(), accepted);
        assert_eq!(shown_schema.holds(&bytes).is_ok(), accepted);
    }
}

fn with_field(whole: &[u8], group: Group, field: &Field, value: Vec<u8>) -> Vec<u8> {
    let credential = Credential::parse(whole).unwrap();
    let index = Group::ALL.iter().position(|other| *other == group).unwrap();
    let Content::Entry { value: old, .. } = credential.sd_cwt().disclosures()[index].content() else {
        panic!()
    };
    let mut map = Map::read(old);
    map.set(int(field.label), value);
    forge::with_disclosures(whole, &[Disclosure::entry(&[1; 16], &map.encode(), group.label())])
}

/// Issuing with the status URI at its limit, too.
fn at_limits<'a>(permit: &'a Permit, keys: &'a Keys) -> IssueInput<'a> {
    let usual = input(permit, keys.holder.public_key());
    if permit.person == sample().person {
        return usual;
    }
    IssueInput {
        status: StatusRef {
            idx: 88_231,
            uri: "https://sandbox.example/s/12".into(),
        },
        ..usual
    }
}

struct Size {
    bytes: usize,
    l: u8,
    m: u8,
}

fn size(permit: &Permit, profile: Profile, all_on: bool, aud: &str, keys: &Keys) -> Size {
    let permit = Permit {
        test: all_on,
        ..permit.clone()
    };
    let credential = issued(&at_limits(&permit, keys), keys);
    let (nonce, beacon) = if all_on {
        (Some(NONCE), Some(BEACON))
    } else {
        (None, None)
    };
    let bytes = presented(
        &credential,
        &PresentInput {
            nonce,
            beacon,
            aud,
            ..show(profile)
        },
        keys,
    );
    let text = qr::text::encode(&bytes);
    let version = |level| Matrix::new(&text, level, 1).unwrap().version();
    Size {
        bytes: bytes.len(),
        l: version(EcLevel::L),
        m: version(EcLevel::M),
    }
}

/// Sample plain, all on, and at all limits with all on.
fn sizes(profile: Profile, keys: &Keys) -> [Size; 3] {
    let aud = profile.aud();
    let longest = format!("{aud}xx");
    [
        size(&sample(), profile, false, aud, keys),
        size(&sample(), profile, true, aud, keys),
        size(&beyond_limits(), profile, true, &longest, keys),
    ]
}

/// The figures of design 11.
#[test]
fn an_employers_presentation_keeps_its_size() {
    let [plain, all_on, limits] = sizes(Profile::Employer, &Keys::new());
    for (name, size, goal, version) in [
        ("sample", &plain, 740, 19),
        ("all on", &all_on, 770, 20),
        ("at all limits", &limits, 860, 21),
    ] {
        println!(
            "employer, {name}: {} bytes (goal {goal}), QR {}-L (goal {version}-L)",
            size.bytes, size.l
        );
        assert!(size.bytes <= goal && size.l <= version);
    }
}

#[test]
fn the_table_of_sizes_is_measured() {
    let keys = Keys::new();
    let mut table = String::from("| profile | sample | all on | at all limits |\n|---|---|---|---|\n");
    let mut profiles: Vec<_> = Profile::ALL
        .iter()
        .map(|profile| (*profile, sizes(*profile, &keys)))
        .collect();
    profiles.sort_by_key(|(_, sizes)| sizes[0].bytes);
    for (profile, sizes) in profiles {
        let cells = sizes.map(|size| format!("{}, {}-L, {}-M", size.bytes, size.l, size.m));
        table += &format!("| {} | {} |\n", profile.name(), cells.join(" | "));
    }
    println!("{table}");
    doc::compare("sizes", &table);
}

/// Bytes, QR version at L, QR version at M.
type Row = (usize, u8, u8);

/// Bytes, and versions at L and M, of the sample, with everything on, and at all limits: what the format was chosen by.
const CHOSEN_BY: [(Profile, [Row; 3]); 7] = [
    // At 566 bytes as first measured, 16-L; the labels of the layout add up to 570.
    (Profile::Gate, [(570, 17, 19), (598, 17, 19), (601, 17, 19)]),
    (Profile::Hotel, [(620, 17, 20), (648, 18, 21), (671, 18, 21)]),
    (Profile::Hospital, [(680, 18, 21), (708, 19, 22), (735, 19, 22)]),
    (Profile::Police, [(690, 18, 22), (718, 19, 22), (747, 19, 22)]),
    (Profile::Employer, [(740, 19, 22), (768, 20, 23), (854, 21, 24)]),
    (Profile::Bank, [(810, 20, 23), (838, 21, 24), (930, 22, 25)]),
    (Profile::ServiceWindow, [(870, 21, 24), (898, 21, 25), (994, 23, 26)]),
];

#[test]
fn every_profile_keeps_the_size_that_the_format_was_chosen_by() {
    /// A byte here and there: another phone number, a longer audience.
    const MORE: usize = 2;
    let keys = Keys::new();
    assert_eq!(CHOSEN_BY.len(), Profile::ALL.len());
    for (profile, figures) in CHOSEN_BY {
        for (found, (bytes, l, m)) in sizes(profile, &keys).iter().zip(figures) {
            let name = profile.name();
            assert!(
                found.bytes <= bytes + MORE,
                "{name}: {} bytes, not {bytes}",
                found.bytes
            );
            assert!(found.l <= l && found.m <= m, "{name}: {}-L, {}-M", found.l, found.m);
        }
    }
}

#[test]
fn the_example_is_the_frozen_presentation() {
    let bytes = frozen("presentation");
    let lines = annotate::presentation(&bytes);
    let digits: String = lines.lines().map(|line| line.split(';').next().unwrap()).collect();
    assert_eq!(hex(&digits), bytes);
    doc::compare("example", &format!("```\n{lines}```\n"));
}
