//! Beacon values: what is read, whose count, how old they are.

use super::*;
use crate::cose::{Algorithm, Typ, cbor::Writer, key_id};

const DAY: i64 = 86_400;

fn beacon(day: u8) -> Beacon {
    Beacon {
        value: [day; 8],
        published_at: NOW - DAY * (40 - i64::from(day)),
    }
}

fn list() -> BeaconList {
    BeaconList {
        uri: "https://sandbox.example/b".to_owned(),
        issued_at: NOW,
        beacons: vec![beacon(38), beacon(39), beacon(40)],
    }
}

impl Authority {
    fn beacons(&self, change: impl FnOnce(&mut BeaconList)) -> Vec<u8> {
        let mut list = list();
        change(&mut list);
        sign(list.build(self.status.public_key()).unwrap(), &self.status)
    }
}

#[test]
fn frozen_beacons() {
    let key = PublicKey::from_coordinates(Curve::P256, &[0x11; 32], &[0x22; 32]).unwrap();
    let bytes = list().build(&key).unwrap().finish(&[0x33; 64]).unwrap();
    assert_eq!(hex(&bytes), include_str!("frozen/beacons.hex").trim_end());
}

#[test]
fn ages_are_those_of_the_issuers_own_values() {
    let authority = authority();
    let items = [
        authority.trust(|_| ()),
        authority.beacons(|_| ()),
        authority.token(|_| ()),
    ];
    let snapshot = authority.parse(&items).unwrap();
    let age = |value: u8, iss, test, now| snapshot.beacon_age(&[value; 8], iss, test, now);
    assert_eq!(age(40, ISS, true, NOW + 7), Some(7));
    assert_eq!(age(39, ISS, true, NOW), Some(DAY));
    // Clocks differ: nothing is younger than now.
    assert_eq!(age(40, ISS, true, NOW - 5), Some(0));
    assert_eq!(age(41, ISS, true, NOW), None);
    assert_eq!(age(40, "other.example", true, NOW), None);
    assert_eq!(age(40, ISS, false, NOW), None);
    assert_eq!(age(40, ISS, true, i64::MIN), Some(0));
    assert_eq!(snapshot.newest_beacon(ISS, true), Some(beacon(40)));
    assert_eq!(snapshot.newest_beacon("other.example", true), None);
    // The status list behind them is still found.
    assert_eq!(snapshot.status(URI, ISS, true, 9, NOW), found(Status::Suspended));
    let times: Vec<_> = snapshot.times().map(|(uri, at)| (uri.to_owned(), at)).collect();
    let time = |uri: &str| (uri.to_owned(), NOW);
    assert_eq!(
        times,
        [
            time("https://sandbox.example/t"),
            time("https://sandbox.example/b"),
            time(URI)
        ]
    );
}

#[test]
fn beacons_count_only_if_their_signer_may_sign_status_lists() {
    let authority = authority();
    let changes: [fn(&mut TrustKey); 4] = [
        |key| key.usage = Usage::CREDENTIAL.and(Usage::TEST),
        |key| key.state = KeyState::Compromised,
        |key| key.not_before = NOW + DAY,
        |key| key.expires_at = NOW - 1,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let trust = authority.trust(|list| change(&mut list.keys[1]));
        let snapshot = authority.parse(&[trust, authority.beacons(|_| ())]).unwrap();
        assert_eq!(snapshot.newest_beacon(ISS, true), None, "change {number}");
        assert_eq!(snapshot.ignored(), 1);
    }
    let trust = authority.trust(|list| list.keys[1].state = KeyState::Retired);
    let snapshot = authority.parse(&[trust, authority.beacons(|_| ())]).unwrap();
    assert_eq!(snapshot.newest_beacon(ISS, true), Some(beacon(40)));
}

#[test]
fn a_second_entry_of_a_stolen_key_signs_no_beacons() {
    let authority = authority();
    for iss in [ISS, "other.example"] {
        let trust = authority.trust(|list| list.keys.push(stolen(authority.status.public_key(), iss)));
        let snapshot = authority.parse(&[trust, authority.beacons(|_| ())]).unwrap();
        assert_eq!(snapshot.newest_beacon(ISS, true), None);
        assert_eq!(snapshot.ignored(), 1);
    }
}

#[test]
fn beacons_stand_once_an_issuer_between_trust_list_and_status_lists() {
    let authority = authority();
    let (trust, token) = (authority.trust(|_| ()), authority.token(|_| ()));
    let beacons = authority.beacons(|_| ());
    let refused = |items: &[Vec<u8>], error| assert_eq!(authority.parse(items).map(drop), Err(error));
    refused(
        &[trust.clone(), token.clone(), beacons.clone()],
        SnapshotError::ItemUnexpected,
    );
    refused(&[beacons.clone(), trust.clone()], SnapshotError::TrustListMissing);
    let twice = authority.beacons(|list| list.uri.push('2'));
    refused(&[trust.clone(), beacons.clone(), twice], SnapshotError::Duplicate);
    refused(
        &[
            trust.clone(),
            authority.beacons(|list| list.issued_at = NOW + SKEW_S + 1),
        ],
        SnapshotError::FromFuture,
    );
    let late = authority.beacons(|list| list.issued_at = NOW + SKEW_S);
    assert!(authority.parse(&[trust.clone(), late]).is_ok());
    // Each issuer may have its own, up to a limit; those that do not count are counted as well.
    let foreign = SigningKey::generate(Curve::P256).unwrap();
    let mut items = vec![trust];
    items.extend((0..17).map(|_| sign(list().build(foreign.public_key()).unwrap(), &foreign)));
    refused(&items, SnapshotError::TooLarge);
    items.pop();
    assert_eq!(authority.parse(&items).unwrap().ignored(), 16);
}

#[test]
fn two_issuers_have_their_own_values() {
    let authority = authority();
    let second = SigningKey::generate(Curve::P256).unwrap();
    let trust = authority.trust(|list| {
        let mut key = trust_key(second.public_key(), Usage::STATUS);
        key.iss = "other.example".to_owned();
        list.keys.push(key);
    });
    let mut own = list();
    own.beacons = vec![beacon(12)];
    let own = sign(own.build(second.public_key()).unwrap(), &second);
    let snapshot = authority.parse(&[trust, authority.beacons(|_| ()), own]).unwrap();
    assert_eq!(snapshot.newest_beacon("other.example", true), Some(beacon(12)));
    assert_eq!(snapshot.beacon_age(&[12; 8], ISS, true, NOW), None);
    assert_eq!(snapshot.beacon_age(&[40; 8], "other.example", true, NOW), None);
}

#[test]
fn lists_that_no_reader_takes_are_not_built() {
    let signer = authority().status;
    let changes: [fn(&mut BeaconList); 8] = [
        |list| list.uri.clear(),
        |list| list.uri = "u".repeat(129),
        |list| list.beacons.clear(),
        |list| list.beacons.swap(0, 1),
        |list| list.beacons[1].published_at = list.beacons[0].published_at,
        |list| list.beacons[1].value = list.beacons[0].value,
        |list| list.issued_at = NOW - 1,
        |list| list.beacons = (0..=MAX_BEACONS as u8).map(beacon).collect(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut list = list();
        change(&mut list);
        let built = list.build(signer.public_key()).map(drop);
        assert_eq!(built, Err(SnapshotError::BeaconsInvalid), "change {number}");
    }
    let mut largest = list();
    largest.uri = "u".repeat(128);
    largest.beacons = (1..=MAX_BEACONS as u8).map(beacon).collect();
    let bytes = sign(largest.build(signer.public_key()).unwrap(), &signer);
    assert!(bytes.len() <= MAX_BEACON_LIST, "{}", bytes.len());
    let read = BeaconList::parse(&bytes).unwrap().open(signer.public_key());
    assert_eq!(read.unwrap(), largest);
}

/// What a key that may sign status lists signs all the same is refused with the file.
#[test]
fn broken_lists_of_a_listed_key_refuse_the_file() {
    let authority = authority();
    let kid = key_id(authority.status.public_key());
    let signed = |values: &[(&[u8], i64)], with_time: bool| {
        let mut writer = Writer::with_capacity(64);
        writer.map(if with_time { 3 } else { 2 }).int(2).text("u");
        if with_time {
            writer.int(6).int(NOW);
        }
        writer.int(-65_538).array(values.len());
        for (value, at) in values {
            writer.array(2).bytes(value).int(*at);
        }
        let typ = Typ::Text("application/vnd.permitcard.beacons+cwt");
        let unsigned = Unsigned::with_typ(Algorithm::Esp256, Some(&kid), typ, &writer.into_bytes());
        let item = sign(unsigned, &authority.status);
        authority.parse(&[authority.trust(|_| ()), item]).map(drop)
    };
    let invalid = Err(SnapshotError::BeaconsInvalid);
    assert_eq!(signed(&[(&[1; 8], NOW)], true), Ok(()));
    assert_eq!(signed(&[(&[1; 8], NOW)], false), invalid);
    assert_eq!(signed(&[], true), invalid);
    assert_eq!(signed(&[(&[1; 8], NOW + 1)], true), invalid);
    assert_eq!(signed(&[(&[1; 8], NOW), (&[2; 8], NOW - 1)], true), invalid);
    assert!(matches!(signed(&[(&[1; 7], NOW)], true), Err(SnapshotError::Cose(_))));
    let many: Vec<(&[u8], i64)> = (0..31).map(|_| (&[1; 8][..], NOW)).collect();
    assert!(matches!(signed(&many, true), Err(SnapshotError::Cose(_))));
}

#[test]
fn every_changed_byte_is_refused_or_takes_the_values_away() {
    let authority = authority();
    let (trust, beacons) = (authority.trust(|_| ()), authority.beacons(|_| ()));
    for at in 0..beacons.len() {
        let mut changed = beacons.clone();
        changed[at] ^= 1;
        if let Ok(snapshot) = authority.parse(&[trust.clone(), changed]) {
            assert_eq!(snapshot.newest_beacon(ISS, true), None, "byte {at}");
        }
    }
}
