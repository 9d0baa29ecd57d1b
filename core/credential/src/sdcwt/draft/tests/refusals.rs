//! Redacted claims and disclosures that the draft does not have: each with its own error.

use super::{super::*, world::*};
use crate::cose::{
    CoseError,
    cbor::CborError,
    value::{Limits, Value},
};
use crate::sdcwt::SdCwtError;

#[test]
fn a_disclosure_has_one_place_of_its_kind() {
    let (one, two) = (entry(500, int(1)), element(int(2)));
    let good = claims([keys([hash(&one)]), (int(600), array([tag(60, hash(&two))]))]);
    assert_eq!(error(&[&one, &two], &good), None);
    assert_eq!(error(&[&two, &one], &good), None);
    // No place.
    assert_eq!(
        error(&[&one, &two], &claims([keys([hash(&one)])])),
        Some(SdCwtError::DisclosureUnmatched)
    );
    // The same twice; two places of one; a hash that stands twice without a disclosure; its two forms in two places.
    let duplicate = Some(SdCwtError::DisclosureDuplicate);
    assert_eq!(error(&[&one, &one], &good), duplicate);
    assert_eq!(error(&[&one], &claims([keys([hash(&one), hash(&one)])])), duplicate);
    assert_eq!(
        error(
            &[],
            &claims([keys([hash(&one)]), (int(600), map([keys([hash(&one)])]))])
        ),
        duplicate
    );
    let bare = Value::Bytes(SdHash::Sha256.bare(&one));
    assert_eq!(error(&[&one], &claims([keys([hash(&one), bare])])), duplicate);
    // An item in a map, an entry in an array.
    let malformed = Some(SdCwtError::DisclosureMalformed);
    assert_eq!(error(&[&two], &claims([keys([hash(&two)])])), malformed);
    assert_eq!(
        error(&[&one], &claims([(int(600), array([tag(60, hash(&one))]))])),
        malformed
    );
}

#[test]
fn unmatched_disclosures_are_counted_for_those_who_ask() {
    let (one, two, three) = (entry(500, int(1)), element(int(2)), decoy());
    let claims = claims([keys([hash(&one), hash(&three), Value::Bytes(vec![9; 32])])]);
    let bytes = with_disclosures(&[&one, &two, &three], &claims);
    let token = SdCwtToken::parse(&bytes, &LIMITS).unwrap();
    assert_eq!(token.restore().err(), Some(SdCwtError::DisclosureUnmatched));
    let restored = token.restore_counting().unwrap();
    assert_eq!(
        (
            restored.matched,
            restored.unmatched,
            restored.decoys,
            restored.undisclosed
        ),
        (1, 1, 1, 1)
    );
    assert_eq!(token.problems(&restored, None), [SdCwtError::DisclosureUnmatched]);
    // What is inside of a value that is not disclosed has no place either.
    let inner = entry(500, int(1));
    let outer = element(map([keys([hash(&inner)])]));
    let claims = super::world::claims([(int(600), array([tag(60, hash(&outer))]))]);
    assert_eq!(error(&[&inner, &outer], &claims), None);
    assert_eq!(error(&[&inner], &claims), Some(SdCwtError::DisclosureUnmatched));
}

#[test]
fn a_disclosed_key_is_new_in_its_map() {
    let one = entry(500, int(1));
    let other = OpenDisclosure::write(&[4; 16], Some(int(2)), Some(int(500)));
    let exists = Some(SdCwtError::KeyExists);
    assert_eq!(
        error(&[&one], &claims([keys([hash(&one)]), (int(500), int(1))])),
        exists
    );
    assert_eq!(
        error(&[&one, &other], &claims([keys([hash(&one), hash(&other)])])),
        exists
    );
    // In two maps it may stand.
    let both = claims([keys([hash(&one)]), (int(600), map([keys([hash(&other)])]))]);
    assert_eq!(error(&[&one, &other], &both), None);
}

#[test]
fn some_claims_are_never_redacted() {
    for label in [1, 3, 4, 5, 6, 7, 8, 39] {
        let value = usual()
            .into_iter()
            .find(|(key, _)| *key == int(label))
            .map_or(int(1000), |(_, value)| value);
        let disclosure = entry(label, value);
        let open = with([(label, Value::Null)]);
        let claims = map(open
            .as_map()
            .unwrap()
            .iter()
            .cloned()
            .chain([keys([hash(&disclosure)])]));
        assert_eq!(
            error(&[&disclosure], &claims),
            Some(SdCwtError::RedactionForbidden),
            "{label}"
        );
        // Deeper they are claims like others.
        let inside = super::world::claims([(int(600), map([keys([hash(&disclosure)])]))]);
        assert_eq!(error(&[&disclosure], &inside), None, "{label}");
        let source = map([(tag(58, int(label)), int(1))]);
        assert_eq!(
            redact(&source, SdHash::Sha256, &mut salts()).err(),
            Some(SdCwtError::RedactionForbidden)
        );
    }
    let subject = entry(2, text("subject"));
    let open = with([(2, Value::Null)]);
    let claims = map(open.as_map().unwrap().iter().cloned().chain([keys([hash(&subject)])]));
    assert_eq!(error(&[&subject], &claims), None);
}

#[test]
fn marks_of_redaction_have_hashes_and_their_places() {
    let one = hash(&decoy());
    let malformed = Some(SdCwtError::RedactionMalformed);
    for bad in [
        (Value::Simple(59), one.clone()),
        keys([int(1)]),
        keys([Value::Bytes(vec![0; 31])]),
        keys([Value::Bytes(vec![0; 48])]),
        keys([tag(60, one.clone())]),
        (int(600), array([tag(60, int(1))])),
        (int(600), array([tag(60, Value::Bytes(vec![0; 33]))])),
        (int(600), tag(60, one.clone())),
        (int(600), tag(1, tag(60, one.clone()))),
        (int(600), Value::Simple(59)),
        (int(600), array([Value::Simple(59)])),
    ] {
        assert_eq!(error(&[], &claims([bad.clone()])), malformed, "{bad:?}");
    }
    assert_eq!(error(&[], &claims([keys([])])), None);
    let inside = element(map([(int(1), tag(60, one))]));
    assert_eq!(
        error(&[&inside], &claims([(int(600), array([tag(60, hash(&inside))]))])),
        malformed
    );
}

#[test]
fn tags_of_tokens_before_their_issuance_are_refused() {
    let pre = Some(SdCwtError::PreIssuance);
    for number in [58, 62] {
        for bad in [
            (tag(number, int(600)), Value::Null),
            (int(600), array([tag(number, int(1))])),
            (int(600), tag(number, int(1))),
            (int(600), map([(int(1), tag(number, int(1)))])),
        ] {
            assert_eq!(error(&[], &claims([bad.clone()])), pre, "{bad:?}");
        }
        let inside = entry(500, tag(number, int(1)));
        assert_eq!(error(&[&inside], &claims([keys([hash(&inside)])])), pre);
    }
}

#[test]
fn keys_of_claims_are_integers_and_texts() {
    for bad in [
        Value::Null,
        Value::Bytes(vec![1]),
        Value::Float(1.0),
        array([]),
        Value::Simple(60),
        tag(1, int(1)),
    ] {
        assert_eq!(
            error(&[], &claims([(bad.clone(), int(1))])),
            Some(SdCwtError::ClaimsMalformed),
            "{bad:?}"
        );
        assert_eq!(
            error(&[], &claims([(int(600), map([(bad.clone(), int(1))]))])),
            Some(SdCwtError::ClaimsMalformed)
        );
        let disclosure = OpenDisclosure::write(&[1; 16], Some(int(1)), Some(bad.clone()));
        assert_eq!(
            error(&[&disclosure], &claims([])),
            Some(SdCwtError::DisclosureMalformed),
            "{bad:?}"
        );
    }
    let key = |length: usize| OpenDisclosure::write(&[1; 16], Some(int(1)), Some(text(&"k".repeat(length))));
    assert_eq!(error(&[&key(255)], &claims([keys([hash(&key(255))])])), None);
    assert_eq!(
        error(&[&key(256)], &claims([keys([hash(&key(256))])])),
        Some(SdCwtError::DisclosureMalformed)
    );
    assert_eq!(
        error(&[], &claims([(text(&"k".repeat(256)), int(1))])),
        Some(CborError::TooLong.into())
    );
}

#[test]
fn disclosures_of_other_forms() {
    let salt = Value::Bytes(vec![1; 16]);
    for bad in [
        array([]),
        array([salt.clone(), int(1), int(2), int(3)]),
        array([Value::Bytes(vec![1; 15]), int(1)]),
        array([Value::Bytes(vec![1; 17]), int(1)]),
        array([text("0123456789abcdef"), int(1)]),
        map([(int(1), salt.clone())]),
        tag(1, array([salt.clone()])),
        salt.clone(),
    ] {
        assert_eq!(
            error(&[&bad.encode()], &claims([])),
            Some(SdCwtError::DisclosureMalformed),
            "{bad:?}"
        );
    }
    assert_eq!(error(&[&[0x81]], &claims([])), Some(CborError::Malformed.into()));
    assert_eq!(
        error(&[&[array([salt]).encode(), vec![0]].concat()], &claims([])),
        Some(CborError::TrailingBytes.into())
    );
}

#[test]
fn nesting_ends_at_16_levels_with_disclosed_values_in_place() {
    let nested = |levels: usize| (0..levels).fold(int(1), |inside, _| array([inside]));
    let too_deep = Some(SdCwtError::from(CborError::TooDeep));
    // The map of the claims is the first level.
    assert_eq!(error(&[], &claims([(int(600), nested(15))])), None);
    assert_eq!(error(&[], &claims([(int(600), nested(16))])), too_deep);
    // Two disclosures, each within the limits, one inside of the other.
    for (levels, expected) in [(7, None), (8, too_deep)] {
        let inner = element(nested(levels));
        let outer = entry(
            500,
            (0..7).fold(array([tag(60, hash(&inner))]), |inside, _| array([inside])),
        );
        assert_eq!(
            error(&[&inner, &outer], &claims([keys([hash(&outer)])])),
            expected,
            "{levels}"
        );
    }
    let source = with([(600, nested(16))]);
    assert_eq!(redact(&source, SdHash::Sha256, &mut salts()).err(), too_deep);
    // 10,000 arrays cost nothing.
    let mut bytes = vec![0x81; 10_000];
    bytes.push(0);
    assert_eq!(
        SdCwtToken::parse(&bytes, &LIMITS).err(),
        Some(CoseError::Malformed.into())
    );
    let long = vec![0; MAX_TOKEN + 1];
    assert_eq!(SdCwtToken::parse(&long, &LIMITS).err(), Some(CborError::TooLong.into()));
    let few = Limits::new(MAX_TOKEN).items(8);
    assert_eq!(
        SdCwtToken::parse(&issued(&with([])), &few).err(),
        Some(CborError::TooMany.into())
    );
}

#[test]
fn what_cannot_be_redacted_is_not_issued() {
    let refused = |source: Value| redact(&source, SdHash::Sha256, &mut salts()).err();
    let malformed = Some(SdCwtError::RedactionMalformed);
    assert_eq!(refused(array([])), Some(SdCwtError::ClaimsMalformed));
    assert_eq!(refused(map([(Value::Null, int(1))])), Some(SdCwtError::ClaimsMalformed));
    // A key with and without the tag is there twice.
    assert_eq!(
        refused(map([(int(500), int(1)), (tag(58, int(500)), int(1))])),
        Some(SdCwtError::KeyExists)
    );
    for bad in [
        // Marks in other places, or on each other.
        map([(int(500), tag(58, int(1)))]),
        map([(int(500), tag(62, int(1)))]),
        map([(tag(58, tag(58, int(500))), int(1))]),
        map([(int(500), array([tag(58, tag(58, int(1)))]))]),
        map([(int(500), tag(1, tag(58, int(1))))]),
        // Decoys without their own positive number, or with a value.
        map([(tag(62, int(0)), Value::Null)]),
        map([(tag(62, int(-1)), Value::Null)]),
        map([(tag(62, text("1")), Value::Null)]),
        map([(tag(62, int(1)), int(1))]),
        map([(tag(62, int(1)), Value::Null), (int(500), array([tag(62, int(1))]))]),
        // Redacted already.
        map([(Value::Simple(59), array([]))]),
        map([(int(500), array([tag(60, Value::Bytes(vec![0; 32]))]))]),
    ] {
        assert_eq!(refused(bad.clone()), malformed, "{bad:?}");
    }
    let mut none = || Err(SdCwtError::SaltUnavailable);
    let source = map([(tag(58, int(500)), int(1))]);
    assert_eq!(
        redact(&source, SdHash::Sha256, &mut none).err(),
        Some(SdCwtError::SaltUnavailable)
    );
}

/// As many entries as the limits allow, in one map and in both maps of claims: the work grows with them, not with their square.
#[test]
fn large_tokens_are_read_entry_by_entry() {
    let entries = |from: i64| map((from..from + 4000).map(|key| (int(key), Value::Null)));
    let header = map([protected(), vec![(int(15), entries(10_000))]].concat());
    let one = entry(9, int(1));
    let payload = map(usual()
        .into_iter()
        .chain([keys([hash(&one)])])
        .chain(entries(20_000).as_map().unwrap().to_vec()));
    let bytes = forged(&header, &map([(int(17), array([Value::Bytes(one)]))]), &payload);
    let restored = restored(&bytes).unwrap();
    assert_eq!(restored.claims.as_map().map(<[_]>::len), Some(8006));
}
