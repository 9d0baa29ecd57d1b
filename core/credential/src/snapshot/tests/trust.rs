use permitcard_crypto::hash::sha256;

use super::*;
use crate::cose::{CoseError, EMPTY_MAP, Sign1, cbor::Limits, encode_key};

#[test]
fn frozen_trust_list() {
    let key = |curve, byte: u8| {
        let half = vec![byte; Curve::size(curve)];
        PublicKey::from_coordinates(curve, &half, &half).unwrap()
    };
    let mut compromised = trust_key(&key(Curve::P256, 0x22), Usage::STATUS);
    compromised.state = KeyState::Compromised;
    compromised.compromised_at = Some(NOW);
    let list = TrustList {
        uri: "t".to_owned(),
        keys: vec![
            trust_key(&key(Curve::P256, 0x11), Usage::CREDENTIAL.and(Usage::CARD)),
            compromised,
        ],
        next_root: Some([0x44; 32]),
        ..authority().list()
    };
    let bytes = list
        .build(&key(Curve::P384, 0x33))
        .unwrap()
        .finish(&[0x55; 96])
        .unwrap();
    assert_eq!(hex(&bytes), include_str!("frozen/trust_list.hex").trim_end());
}

#[test]
fn frozen_root_change() {
    let key = |byte| PublicKey::from_coordinates(Curve::P384, &[byte; 48], &[byte; 48]).unwrap();
    let change = RootChange {
        issued_at: NOW,
        new_root: key(0x11),
    };
    let bytes = change.build(&key(0x33)).finish(&[0x55; 96]).unwrap();
    assert_eq!(hex(&bytes), include_str!("frozen/root_change.hex").trim_end());
}

#[test]
fn reads_back_under_its_root_only() {
    let authority = authority();
    let mut list = authority.list();
    list.next_root = Some([7; 32]);
    list.keys[1].state = KeyState::Compromised;
    list.keys[1].compromised_at = Some(NOW - 5);
    list.keys[0].state = KeyState::Retired;
    let bytes = sign(list.build(authority.root.public_key()).unwrap(), &authority.root);
    assert_eq!(TrustList::parse(&bytes, authority.root.public_key()).unwrap(), list);
    let other = SigningKey::generate(Curve::P384).unwrap();
    assert_eq!(
        TrustList::parse(&bytes, other.public_key()),
        Err(SnapshotError::RootSignatureInvalid)
    );
    // A root key of another curve never verifies, whatever the header says.
    let issuer = authority.issuer.public_key();
    assert_eq!(
        TrustList::parse(&bytes, issuer),
        Err(SnapshotError::RootSignatureInvalid)
    );
}

#[test]
fn keys_are_found_by_name_and_issuer_and_at_most_four() {
    let authority = authority();
    let own = trust_key(authority.issuer.public_key(), Usage::CREDENTIAL);
    let mut other = own.clone();
    other.iss = "other.example".to_owned();
    let trust = authority.trust(|list| {
        list.keys = vec![other.clone()];
        list.keys.extend(vec![own.clone(); 5]);
    });
    let snapshot = authority.parse(&[trust]).unwrap();
    assert_eq!(snapshot.keys(own.kid(), ISS).count(), MAX_CANDIDATES);
    assert_eq!(snapshot.keys(own.kid(), "other.example").collect::<Vec<_>>(), [&other]);
    assert_eq!(snapshot.keys(own.kid(), "third.example").count(), 0);
    assert_eq!(snapshot.keys([0; 8], ISS).count(), 0);
}

#[test]
fn a_root_changes_only_by_the_old_one() {
    let old = authority();
    let new = SigningKey::generate(Curve::P384).unwrap();
    let change = |signer: &SigningKey| {
        let change = RootChange {
            issued_at: NOW,
            new_root: new.public_key().clone(),
        };
        sign(change.build(old.root.public_key()), signer)
    };
    let mut list = old.list();
    list.serial = 8;
    let next = sign(list.build(new.public_key()).unwrap(), &new);
    let snapshot = old.parse(&[change(&old.root), next.clone()]).unwrap();
    assert_eq!((snapshot.serial(), snapshot.root()), (8, new.public_key()));
    let both = old.parse(&[old.trust(|_| ()), change(&old.root), next.clone()]);
    assert_eq!(both.unwrap().serial(), 8);

    let refused = |items: &[Vec<u8>], error| assert_eq!(old.parse(items).map(drop), Err(error));
    refused(&[change(&new), next.clone()], SnapshotError::RootSignatureInvalid);
    refused(std::slice::from_ref(&next), SnapshotError::RootSignatureInvalid);
    // The new root has to sign a list, and the old one signs no more.
    refused(&[change(&old.root)], SnapshotError::TrustListMissing);
    refused(&[old.trust(|_| ()), change(&old.root)], SnapshotError::TrustListMissing);
    refused(
        &[change(&old.root), old.trust(|_| ())],
        SnapshotError::RootSignatureInvalid,
    );
    // An announced root binds.
    let announced = |hash| old.trust(|list| list.next_root = Some(hash));
    let hash = sha256(&encode_key(new.public_key()));
    assert!(old.parse(&[announced(hash), change(&old.root), next.clone()]).is_ok());
    refused(
        &[announced([0; 32]), change(&old.root), next],
        SnapshotError::RootUnannounced,
    );
}

#[test]
fn serials_rise_within_a_file() {
    let authority = authority();
    let with = |serial| authority.trust(|list| list.serial = serial);
    assert_eq!(authority.parse(&[with(7), with(9)]).unwrap().serial(), 9);
    assert_eq!(
        authority.parse(&[with(7), with(7)]).map(drop),
        Err(SnapshotError::SerialNotRising)
    );
    assert_eq!(
        authority.parse(&[with(7), with(6)]).map(drop),
        Err(SnapshotError::SerialNotRising)
    );
}

#[test]
fn lists_that_no_reader_takes_are_not_built() {
    let authority = authority();
    let root = authority.root.public_key();
    let changes: [fn(&mut TrustList); 14] = [
        |list| list.uri.clear(),
        |list| list.uri = "u".repeat(129),
        |list| list.expires_at = list.issued_at - 1,
        |list| list.keys = vec![list.keys[0].clone(); MAX_KEYS + 1],
        |list| list.status_lists = vec![list.status_lists[0].clone(); MAX_STATUS_LISTS + 1],
        |list| list.status_lists[0].uri.clear(),
        |list| list.status_lists[0].uri = "u".repeat(129),
        |list| list.status_lists[0].path = "status/1".to_owned(),
        |list| list.status_lists[0].path = "//other".to_owned(),
        |list| list.status_lists[0].path = "/status/../1".to_owned(),
        |list| list.status_lists[0].path = format!("/{}", "p".repeat(128)),
        |list| list.keys[0].iss.clear(),
        |list| list.keys[0].iss = "i".repeat(65),
        |list| list.keys[0].not_before = list.keys[0].expires_at + 1,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut list = authority.list();
        change(&mut list);
        assert_eq!(
            list.build(root).map(drop),
            Err(SnapshotError::TrustListInvalid),
            "change {number}"
        );
    }
    let mut largest = authority.list();
    largest.keys = vec![largest.keys[0].clone(); MAX_KEYS];
    let bytes = sign(largest.build(root).unwrap(), &authority.root);
    assert!(bytes.len() < MAX_TRUST_LIST);
    assert_eq!(TrustList::parse(&bytes, root).unwrap(), largest);
}

/// The same list with one byte of its payload changed, under a good signature.
fn resigned(authority: &Authority, find: &[u8], offset: usize) -> Result<TrustList, SnapshotError> {
    let bytes = authority.trust(|_| ());
    let sign1 = Sign1::parse(&bytes, &Limits::new(bytes.len())).unwrap();
    let mut payload = sign1.payload().to_vec();
    let at = payload.windows(find.len()).position(|window| window == find).unwrap();
    payload[at + offset] ^= 1;
    let unsigned = Unsigned::new(sign1.algorithm(), sign1.protected(), &EMPTY_MAP, &payload);
    TrustList::parse(&sign(unsigned, &authority.root), authority.root.public_key())
}

#[test]
fn a_list_states_the_true_name_of_each_key() {
    let authority = authority();
    let kid = authority.list().keys[0].kid();
    assert_eq!(
        resigned(&authority, &kid, 0),
        Err(SnapshotError::Cose(CoseError::Malformed))
    );
    // What would not be built is not read either: here a path that does not begin with a slash.
    assert_eq!(
        resigned(&authority, b"/status/1", 0),
        Err(SnapshotError::TrustListInvalid)
    );
    // Another claim may well be changed by whoever has the root key.
    assert!(resigned(&authority, b"/status/1", 8).is_ok());
}

#[test]
fn other_types_are_no_trust_list() {
    let authority = authority();
    let (root, token) = (authority.root.public_key(), authority.token(|_| ()));
    assert_eq!(TrustList::parse(&token, root), Err(SnapshotError::ItemUnexpected));
    assert_eq!(
        RootChange::parse(&authority.trust(|_| ()), root),
        Err(SnapshotError::ItemUnexpected)
    );
}

#[test]
fn a_key_covers_the_whole_day_of_its_first_second() {
    let mut key = trust_key(authority().issuer.public_key(), Usage::CREDENTIAL);
    key.not_before = 86_400 * 3 + 40_000;
    key.expires_at = 86_400 * 4;
    assert!(!key.covers(86_400 * 3 - 1));
    assert!(key.covers(86_400 * 3));
    assert!(key.covers(86_400 * 4));
    assert!(!key.covers(86_400 * 4 + 1));
}
