use permitcard_credential::cose::Unsigned;
use permitcard_credential::snapshot::{RootChange, TrustList};
use permitcard_crypto::ecdsa::{Curve, SigningKey};

use super::*;

fn jwk(x: &str) -> Jwk {
    Jwk {
        kty: "EC".to_owned(),
        crv: "P-384".to_owned(),
        x: x.to_owned(),
        y: "yyyy".to_owned(),
    }
}

fn frozen(state: &TrustState, json: &str) {
    assert_eq!(serde_json::to_string(state).unwrap(), json);
    assert_eq!(serde_json::from_str::<TrustState>(json).unwrap(), *state);
}

#[test]
fn stored_forms_are_frozen() {
    let mut state = TrustState { serial: 9, root: None };
    // As every vault has it whose root never changed, older ones too.
    frozen(&state, r#"{"serial":9}"#);
    state.root = Some(ChangedRoot {
        given: jwk("gggg"),
        current: jwk("cccc"),
    });
    frozen(
        &state,
        concat!(
            r#"{"serial":9,"root":{"given":{"kty":"EC","crv":"P-384","x":"gggg","y":"yyyy"},"#,
            r#""current":{"kty":"EC","crv":"P-384","x":"cccc","y":"yyyy"}}}"#
        ),
    );
}

#[test]
fn a_stored_root_that_is_no_key_is_told_and_not_passed_over() {
    let given = SigningKey::generate(Curve::P384).unwrap();
    let given = given.public_key();
    let root = Some(ChangedRoot {
        given: Jwk::from_public_key(given),
        current: jwk("cccc"),
    });
    let known = Known::of(Some(TrustState { serial: 9, root }), given);
    assert_eq!(known.err(), Some(VaultError::Corrupt));
}

fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

/// A list of the last of these roots; each one before names the next.
fn list(serial: u64, way: &[&SigningKey]) -> Snapshot {
    let mut file = Vec::new();
    for pair in way.windows(2) {
        let change = RootChange {
            issued_at: 0,
            new_root: pair[1].public_key().clone(),
        };
        file.extend(sign(change.build(pair[0].public_key()), pair[0]));
    }
    let list = TrustList {
        uri: "https://sandbox.example/t".to_owned(),
        issued_at: 0,
        expires_at: 100,
        ttl_s: 60,
        serial,
        keys: vec![],
        status_lists: vec![],
        next_root: None,
    };
    let last = way[way.len() - 1];
    file.extend(sign(list.build(last.public_key()).unwrap(), last));
    Snapshot::parse(&file, way[0].public_key(), 0).unwrap()
}

/// Two flows got their lists at once, and the one whose root was replaced comes to be kept second.
#[test]
fn a_list_that_was_checked_before_the_root_changed_is_not_kept_after_it() {
    let key = || SigningKey::generate(Curve::P384).unwrap();
    let (old, new, evil) = (key(), key(), key());
    let raise = |before, list: &Snapshot| raised(before, old.public_key(), list).unwrap();
    let first = raise(None, &list(8, &[&old])).unwrap();
    assert_eq!(first, TrustState { serial: 8, root: None });
    let changed = raise(Some(first), &list(9, &[&old, &new])).unwrap();
    let root = ChangedRoot {
        given: Jwk::from_public_key(old.public_key()),
        current: Jwk::from_public_key(new.public_key()),
    };
    let root = Some(root);
    assert_eq!(changed, TrustState { serial: 9, root });
    for way in [&[&old][..], &[&old, &evil]] {
        let late = raise(Some(changed.clone()), &list(10, way));
        assert_eq!(late, Err(CheckCode::TrustListInvalid));
    }
    // An older serial of the same root takes nothing back.
    assert_eq!(raise(Some(changed.clone()), &list(8, &[&old, &new])), Ok(changed));
}
