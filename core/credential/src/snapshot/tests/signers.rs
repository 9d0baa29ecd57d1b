//! Whose status lists count.

use super::*;
use crate::{
    cose::{Algorithm, Typ, cbor::Writer, key_id},
    status::StatusError,
};

#[test]
fn a_status_is_found_by_uri_issuer_and_test_bit() {
    let authority = authority();
    let snapshot = authority
        .parse(&[authority.trust(|_| ()), authority.token(|_| ())])
        .unwrap();
    let status = |uri, iss, test, index| snapshot.status(uri, iss, test, index, NOW);
    assert_eq!(status(URI, ISS, true, 9), found(Status::Suspended));
    assert_eq!(status(URI, ISS, true, 63), found(Status::Valid));
    assert_eq!(status(URI, ISS, true, 64), StatusAnswer::Outside { issued_at: NOW });
    assert_eq!(
        status(URI, ISS, true, u64::MAX),
        StatusAnswer::Outside { issued_at: NOW }
    );
    assert_eq!(status(URI, "other.example", true, 9), StatusAnswer::Missing);
    assert_eq!(status(URI, ISS, false, 9), StatusAnswer::Missing);
    assert_eq!(
        status("https://sandbox.example/s/2", ISS, true, 9),
        StatusAnswer::Missing
    );
}

#[test]
fn a_status_list_counts_until_its_last_second() {
    let authority = authority();
    let token = authority.token(|token| token.expires_at = NOW + 60);
    let snapshot = authority.parse(&[authority.trust(|_| ()), token]).unwrap();
    assert_eq!(snapshot.status(URI, ISS, true, 9, NOW + 60), found(Status::Suspended));
    assert_eq!(
        snapshot.status(URI, ISS, true, 9, NOW + 61),
        StatusAnswer::Expired { issued_at: NOW }
    );
}

#[test]
fn a_token_counts_only_if_its_signer_may_sign_status_lists() {
    let authority = authority();
    let changes: [fn(&mut TrustKey); 5] = [
        |key| key.usage = Usage::CREDENTIAL.and(Usage::TEST),
        |key| key.state = KeyState::Compromised,
        |key| key.iss = "other.example".to_owned(),
        |key| key.not_before = NOW + 86_400,
        |key| key.expires_at = NOW - 1,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let trust = authority.trust(|list| change(&mut list.keys[1]));
        let snapshot = authority.parse(&[trust, authority.token(|_| ())]).unwrap();
        assert_eq!(
            snapshot.status(URI, ISS, true, 9, NOW),
            StatusAnswer::Missing,
            "change {number}"
        );
        // Under another issuer it counts, only not here.
        assert_eq!(snapshot.ignored(), usize::from(number != 2));
    }
    // The same token under a key that is only retired counts.
    let trust = authority.trust(|list| list.keys[1].state = KeyState::Retired);
    let snapshot = authority.parse(&[trust, authority.token(|_| ())]).unwrap();
    assert_eq!(snapshot.status(URI, ISS, true, 9, NOW), found(Status::Suspended));
}

#[test]
fn a_second_entry_of_a_stolen_key_signs_no_list() {
    let authority = authority();
    for iss in [ISS, "other.example"] {
        let trust = authority.trust(|list| list.keys.push(stolen(authority.status.public_key(), iss)));
        let snapshot = authority.parse(&[trust, authority.token(|_| ())]).unwrap();
        assert_eq!(snapshot.status(URI, ISS, true, 9, NOW), StatusAnswer::Missing);
        assert_eq!(snapshot.ignored(), 1);
    }
}

#[test]
fn two_issuers_may_name_their_lists_alike() {
    let authority = authority();
    let second = SigningKey::generate(Curve::P256).unwrap();
    let trust = authority.trust(|list| {
        let mut key = trust_key(second.public_key(), Usage::STATUS);
        key.iss = "other.example".to_owned();
        list.keys.push(key);
    });
    let mut list = StatusList::new(StatusBits::Two, 64).unwrap();
    list.set(9, Status::Invalid).unwrap();
    let token = StatusToken {
        uri: URI.to_owned(),
        issued_at: NOW,
        expires_at: NOW,
        ttl_s: 0,
        aggregation_uri: None,
        list,
    };
    let other = sign(token.build(second.public_key()), &second);
    let snapshot = authority.parse(&[trust, other, authority.token(|_| ())]).unwrap();
    assert_eq!(snapshot.status(URI, ISS, true, 9, NOW), found(Status::Suspended));
    assert_eq!(
        snapshot.status(URI, "other.example", true, 9, NOW),
        found(Status::Invalid)
    );
}

#[test]
fn a_broken_list_of_a_listed_key_refuses_the_file() {
    let authority = authority();
    let mut writer = Writer::with_capacity(64);
    writer.map(4).int(2).text(URI).int(4).int(NOW).int(6).int(NOW);
    writer
        .int(65_533)
        .map(2)
        .text("lst")
        .bytes(&[1, 2, 3])
        .text("bits")
        .uint(2);
    let kid = key_id(authority.status.public_key());
    let typ = Typ::Text("application/statuslist+cwt");
    let unsigned = Unsigned::with_typ(Algorithm::Esp256, Some(&kid), typ, &writer.into_bytes());
    let token = sign(unsigned, &authority.status);
    let refused = authority.parse(&[authority.trust(|_| ()), token]).map(drop);
    assert_eq!(refused, Err(SnapshotError::Status(StatusError::InflateFailed)));
}
