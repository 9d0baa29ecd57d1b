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
    let mut state = TrustState {
        serial: 9,
        ..TrustState::default()
    };
    // As older vaults have it whose root never changed.
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
    state = TrustState {
        serial: 9,
        given: Some("gg".to_owned()),
        left: vec!["aa".to_owned(), "bb".to_owned()],
        ..TrustState::default()
    };
    frozen(&state, r#"{"serial":9,"given":"gg","left":["aa","bb"]}"#);
}

#[test]
fn a_stored_root_that_is_no_key_is_told_and_not_passed_over() {
    let given = SigningKey::generate(Curve::P384).unwrap();
    let given = given.public_key();
    let root = Some(ChangedRoot {
        given: Jwk::from_public_key(given),
        current: jwk("cccc"),
    });
    let state = TrustState {
        serial: 9,
        root,
        ..TrustState::default()
    };
    let known = Known::of(Some(state), given);
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
    let given = Some(Jwk::from_public_key(old.public_key()).thumbprint());
    let kept = |serial, root| TrustState {
        serial,
        root,
        given: given.clone(),
        left: Vec::new(),
    };
    assert_eq!(first, kept(8, None));
    let changed = raise(Some(first), &list(9, &[&old, &new])).unwrap();
    let root = ChangedRoot {
        given: Jwk::from_public_key(old.public_key()),
        current: Jwk::from_public_key(new.public_key()),
    };
    let root = Some(root);
    assert_eq!(changed, kept(9, root));
    for way in [&[&old][..], &[&old, &evil]] {
        let late = raise(Some(changed.clone()), &list(10, way));
        assert_eq!(late, Err(CheckCode::TrustListInvalid));
    }
    // An older serial of the same root takes nothing back.
    assert_eq!(raise(Some(changed.clone()), &list(8, &[&old, &new])), Ok(changed));
}

/// A client file that was replaced by a newer one does not come back, also not where the vault is older than that memory.
#[test]
fn an_older_client_file_is_known_again() {
    let key = || SigningKey::generate(Curve::P384).unwrap();
    let (old, new, third) = (key(), key(), key());
    let raise =
        |before, given: &SigningKey, serial| raised(before, given.public_key(), &list(serial, &[given])).unwrap();
    let with_old = raise(None, &old, 1).unwrap();
    let with_new = raise(Some(with_old.clone()), &new, 2).unwrap();
    for serial in [1, 2, 3, 1_000] {
        let back = raise(Some(with_new.clone()), &old, serial);
        assert_eq!(back, Err(CheckCode::TrustListInvalid), "{serial}");
    }
    // The newest one goes on, and so does a newer one.
    assert!(raise(Some(with_new.clone()), &new, 3).is_ok());
    let with_third = raise(Some(with_new), &third, 4).unwrap();
    for older in [&old, &new] {
        assert!(raise(Some(with_third.clone()), older, 9).is_err());
    }
    let older_vault = TrustState {
        serial: 9,
        root: Some(ChangedRoot {
            given: Jwk::from_public_key(old.public_key()),
            current: Jwk::from_public_key(third.public_key()),
        }),
        ..TrustState::default()
    };
    let with_new = raise(Some(older_vault), &new, 10).unwrap();
    assert!(raise(Some(with_new), &old, 11).is_err());
}

#[test]
fn so_many_client_files_are_remembered() {
    let mut state = TrustState::default();
    for number in 0..40 {
        state.note_given(&jwk(&format!("{number:04}")));
    }
    assert_eq!(state.left.len(), LEFT);
    assert!(state.was_left(&jwk("0038")) && !state.was_left(&jwk("0039")) && !state.was_left(&jwk("0001")));
}
