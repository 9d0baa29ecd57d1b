//! From claims to redacted ones and back, in any depth, with any subset disclosed.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{super::*, world::*};
use crate::cose::{AnyAlgorithm, value::Value};
use crate::sdcwt::SdCwtError;

/// The inspection log of the draft (14.2), shortened, with everything that can be marked.
fn log() -> Value {
    let record = |license: &str, region: &str| {
        map([
            (int(500), Value::Bool(true)),
            (tag(58, int(501)), text(license)),
            (
                tag(58, int(503)),
                map([
                    (int(1), text("us")),
                    (tag(58, int(2)), text(region)),
                    (tag(62, int(region.len() as i64)), Value::Null),
                ]),
            ),
        ])
    };
    with([(
        504,
        array([
            tag(58, record("DCBA-101777", "co")),
            record("ABCD-123456", "cal"),
            tag(62, int(9)),
            tag(1, int(7)),
        ]),
    )])
}

#[test]
fn nested_claims_come_back_whole() {
    let source = log();
    for hash in [SdHash::Sha256, SdHash::Sha384, SdHash::Sha512] {
        let bytes = issued_with(&source, hash);
        let token = SdCwtToken::parse(&bytes, &LIMITS).unwrap();
        assert_eq!(token.hash(), hash);
        assert_eq!(token.verify(&issuer_key()), Ok(()));
        let restored = token.restore().unwrap();
        assert_eq!(
            (
                restored.matched,
                restored.decoys,
                restored.unmatched,
                restored.undisclosed
            ),
            (7, 3, 0, 0)
        );
        assert_eq!(restored.claims.encode(), unmarked(&source).encode());
        assert_eq!(token.problems(&restored, Some(&TimeRules::at(1500))), []);
        // Without a disclosure nothing redacted is left, not even its marks.
        let claims = token.claims();
        let bare = forged(
            &map([protected(), vec![(int(170), int(hash.id()))]].concat()),
            &map([]),
            claims,
        );
        let restored = super::world::restored(&bare).unwrap();
        assert_eq!((restored.matched, restored.undisclosed, restored.hash), (0, 4, None));
        let open = array([map([(int(500), Value::Bool(true))]), tag(1, int(7))]);
        assert_eq!(restored.claims.label(504).map(Value::encode), Some(open.encode()));
    }
}

/// The claims without tags 58 and 62.
fn unmarked(value: &Value) -> Value {
    match value {
        Value::Map(entries) => map(entries.iter().filter_map(|(key, value)| match key {
            Value::Tag(62, _) => None,
            Value::Tag(58, key) => Some((key.as_ref().clone(), unmarked(value))),
            key => Some((key.clone(), unmarked(value))),
        })),
        Value::Array(items) => array(items.iter().filter_map(|item| match item {
            Value::Tag(62, _) => None,
            Value::Tag(58, item) => Some(unmarked(item)),
            item => Some(unmarked(item)),
        })),
        Value::Tag(number, content) => tag(*number, unmarked(content)),
        other => other.clone(),
    }
}

#[test]
fn what_stands_around_a_chosen_claim_is_disclosed_with_it() {
    let bytes = issued(&log());
    let token = SdCwtToken::parse(&bytes, &LIMITS).unwrap();
    let position = |wanted: &Value| {
        let is = |one: &OpenDisclosure| matches!(one.content(), OpenContent::Entry { value, .. } if value == wanted);
        token.disclosures().iter().position(is).unwrap()
    };
    let binding = Binding {
        aud: "verifier",
        iat: Some(1500),
        exp: Some(1560),
        nonce: Some(b"nonce"),
        ..Binding::default()
    };
    let present = |chosen: &[usize]| {
        let unsigned = bind(&token, chosen, AnyAlgorithm::Ed25519, &binding).unwrap();
        verify(&sign(unsigned, &holder()), &at(1500)).unwrap()
    };
    // The region stands inside of the location and that inside of the record.
    let restored = present(&[position(&text("co"))]);
    let shown = array([
        map([
            (int(500), Value::Bool(true)),
            (int(503), map([(int(1), text("us")), (int(2), text("co"))])),
        ]),
        map([(int(500), Value::Bool(true))]),
        tag(1, int(7)),
    ]);
    assert_eq!(restored.matched, 3);
    assert_eq!(restored.claims.label(504).map(Value::encode), Some(shown.encode()));
    assert_eq!(present(&[]).matched, 0);
    let error = bind(&token, &[99], AnyAlgorithm::Ed25519, &binding).err();
    assert_eq!(error, Some(SdCwtError::DisclosureUnmatched));
}

#[test]
fn headers_beside_the_disclosures_stay() {
    let redacted = redact(&with([]), SdHash::Sha256, &mut salts()).unwrap();
    let unprotected = map([
        (
            int(17),
            array([Value::from(&OpenDisclosure::write(&[0; 16], None, None)[..])]),
        ),
        (text("x"), int(1)),
    ]);
    let bytes = forged(&map(protected()), &unprotected, &redacted.claims);
    let token = SdCwtToken::parse(&bytes, &LIMITS).unwrap();
    let binding = Binding {
        aud: "verifier",
        iat: Some(1500),
        ..Binding::default()
    };
    let kbt = sign(bind(&token, &[], AnyAlgorithm::EdDsa, &binding).unwrap(), &holder());
    let kbt = KbtToken::parse(&kbt, &LIMITS).unwrap();
    assert!(kbt.sd_cwt().sign1().unprotected_header(17).is_none());
    let mut headers = kbt.sd_cwt().sign1().unprotected_headers();
    assert!(headers.any(|(label, value)| *label == text("x") && *value == int(1)));
    assert_eq!(
        kbt.verify(&[issuer_key()], &at(1500)).map(|restored| restored.matched),
        Ok(0)
    );
}

#[test]
fn debug_shows_nothing_of_a_claim() {
    let mut claims = usual();
    claims.push((tag(58, int(501)), text("GARCIA")));
    let redacted = redact(&Value::Map(claims), SdHash::Sha256, &mut salts()).unwrap();
    let shown = format!("{redacted:?} {:?}", redacted.claims);
    assert!(!shown.contains("GARCIA"), "{shown}");
    assert!(
        !shown.contains(&format!("{:?}", b"GARCIA").replace(['[', ']'], "")),
        "{shown}"
    );
    assert!(shown.starts_with("Redacted { disclosures: 1, hash: Sha256"), "{shown}");
}

/// A claim, what is left of it when only `kept` marked ones are shown, and where each marked one stands.
struct Shown<'k> {
    kept: &'k dyn Fn(usize) -> bool,
    next: usize,
}

impl Shown<'_> {
    /// Counts marks in the order in which they are redacted: what is inside before what is around.
    fn of(&mut self, value: &Value) -> Value {
        match value {
            Value::Map(entries) => map(entries
                .iter()
                .filter_map(|(key, value)| {
                    if matches!(key, Value::Tag(62, _)) {
                        self.next += 1;
                        return None;
                    }
                    let value = self.of(value);
                    match key {
                        Value::Tag(58, key) => self.mark().then(|| (key.as_ref().clone(), value)),
                        key => Some((key.clone(), value)),
                    }
                })
                .collect::<Vec<_>>()),
            Value::Array(items) => array(
                items
                    .iter()
                    .filter_map(|item| match item {
                        Value::Tag(62, _) => {
                            self.next += 1;
                            None
                        }
                        Value::Tag(58, item) => {
                            let item = self.of(item);
                            self.mark().then_some(item)
                        }
                        item => Some(self.of(item)),
                    })
                    .collect::<Vec<_>>(),
            ),
            other => other.clone(),
        }
    }

    fn mark(&mut self) -> bool {
        self.next += 1;
        (self.kept)(self.next - 1)
    }
}

/// Claims with marks anywhere. Decoys get their numbers afterwards.
fn marked() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool)
    ];
    let leaf = leaf.boxed();
    let value = leaf.prop_recursive(4, 40, 5, |inner| {
        let item = (inner.clone(), 0u8..4).prop_map(|(value, kind)| match kind {
            0 => tag(58, value),
            1 => tag(62, int(0)),
            _ => value,
        });
        let entry = (-40i64..40, inner, 0u8..4).prop_map(|(key, value, kind)| match kind {
            0 => (tag(58, int(key)), value),
            1 => (tag(62, int(0)), Value::Null),
            _ => (int(key), value),
        });
        prop_oneof![
            proptest::collection::vec(item, 0..5).prop_map(Value::Array),
            proptest::collection::vec(entry, 0..5).prop_map(Value::Map),
        ]
    });
    proptest::collection::vec((200i64..230, value, any::<bool>()), 1..6).prop_map(|entries| {
        let mut claims = usual();
        claims.extend(
            entries
                .into_iter()
                .map(|(key, value, mark)| (if mark { tag(58, int(key)) } else { int(key) }, value)),
        );
        numbered(Value::Map(claims), &mut 0)
    })
}

/// Keys once in each map, and each decoy its own number.
fn numbered(value: Value, decoys: &mut i64) -> Value {
    let decoy = |decoys: &mut i64| {
        *decoys += 1;
        tag(62, int(*decoys))
    };
    match value {
        Value::Map(entries) => {
            let mut seen = BTreeSet::new();
            let mut kept = Vec::new();
            for (key, value) in entries {
                let key = match key {
                    Value::Tag(62, _) => decoy(decoys),
                    key => key,
                };
                let plain = match &key {
                    Value::Tag(58, inner) => inner.encode(),
                    key => key.encode(),
                };
                if seen.insert(plain) {
                    kept.push((key, numbered(value, decoys)));
                }
            }
            Value::Map(kept)
        }
        Value::Array(items) => array(
            items
                .into_iter()
                .map(|item| match item {
                    Value::Tag(62, _) => decoy(decoys),
                    item => numbered(item, decoys),
                })
                .collect::<Vec<_>>(),
        ),
        Value::Tag(number, content) => tag(number, numbered(*content, decoys)),
        other => other,
    }
}

/// The same with the other form of hash for the disclosures that `turned` chooses.
fn rehashed(redacted: &Redacted, turned: &dyn Fn(usize) -> bool) -> Redacted {
    let mut hashes = Vec::new();
    let mut disclosures = Vec::new();
    // What is inside of a disclosure comes before it, so that its new hashes are known.
    for (at, old) in redacted.disclosures.iter().enumerate() {
        let new = replaced(&Value::decode(old, &LIMITS).unwrap(), &hashes).encode();
        let hash = if turned(at) {
            redacted.hash.bare(&new)
        } else {
            redacted.hash.wrapped(&new)
        };
        hashes.push((redacted.hash.wrapped(old), hash));
        disclosures.push(new);
    }
    Redacted {
        claims: replaced(&redacted.claims, &hashes),
        disclosures,
        hash: redacted.hash,
    }
}

fn replaced(value: &Value, hashes: &[(Vec<u8>, Vec<u8>)]) -> Value {
    match value {
        Value::Bytes(bytes) => match hashes.iter().find(|(old, _)| old == bytes) {
            Some((_, new)) => Value::from(new.as_slice()),
            None => value.clone(),
        },
        Value::Array(items) => array(items.iter().map(|item| replaced(item, hashes))),
        Value::Map(entries) => map(entries
            .iter()
            .map(|(key, value)| (key.clone(), replaced(value, hashes)))),
        Value::Tag(number, content) => tag(*number, replaced(content, hashes)),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn any_subset_comes_back_and_nothing_else(source in marked(), choice in any::<u64>(), other in any::<u64>()) {
        let redacted = redact(&source, SdHash::Sha256, &mut salts()).unwrap();
        let bytes = issued(&source);
        let token = SdCwtToken::parse(&bytes, &LIMITS).unwrap();
        prop_assert!(redacted.disclosures.iter().map(Vec::as_slice).eq(token.disclosures().iter().map(OpenDisclosure::encoded)));
        let whole = token.restore().unwrap();
        prop_assert_eq!(whole.claims.encode(), unmarked(&source).encode());
        prop_assert_eq!(whole.matched + whole.decoys, redacted.disclosures.len());

        let chosen: Vec<usize> = (0..redacted.disclosures.len()).filter(|at| choice >> (at % 64) & 1 == 1).collect();
        let binding = Binding { aud: "verifier", iat: Some(1500), ..Binding::default() };
        let unsigned = bind(&token, &chosen, AnyAlgorithm::Ed25519, &binding).unwrap();
        let kbt = sign(unsigned, &holder());
        let kbt = KbtToken::parse(&kbt, &LIMITS).unwrap();
        let restored = kbt.verify(&[issuer_key()], &at(1500)).unwrap();
        // What really came is at least what was chosen, and the claims are exactly those.
        let came: BTreeSet<&[u8]> = kbt.sd_cwt().disclosures().iter().map(OpenDisclosure::encoded).collect();
        prop_assert!(chosen.iter().all(|at| came.contains(redacted.disclosures[*at].as_slice())));
        let kept = |at: usize| came.contains(redacted.disclosures[at].as_slice());
        let expected = Shown { kept: &kept, next: 0 }.of(&source);
        prop_assert_eq!(restored.claims.encode(), expected.encode());

        // The other form of hash, in some places: the same claims.
        let turned = rehashed(&redacted, &|at| other >> (at % 64) & 1 == 1);
        let how = Issue { algorithm: AnyAlgorithm::EdDsa, kid: None, headers: &[] };
        let again = super::world::restored(&sign(issue(&turned, &how), &issuer())).unwrap();
        prop_assert_eq!(again.claims.encode(), whole.claims.encode());
        let count = redacted.disclosures.len();
        let bare = (0..count).filter(|at| other >> (at % 64) & 1 == 1).count();
        let form = match (bare, count - bare) {
            (0, 0) => None,
            (0, _) => Some(HashForm::Wrapped),
            (_, 0) => Some(HashForm::Bare),
            _ => Some(HashForm::Mixed),
        };
        prop_assert_eq!(again.hash, form);
    }

    #[test]
    fn any_bytes_give_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = SdCwtToken::parse(&bytes, &LIMITS);
        let _ = KbtToken::parse(&bytes, &LIMITS);
        let _ = OpenDisclosure::read(&bytes, &LIMITS);
    }
}
