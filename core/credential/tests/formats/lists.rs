//! The parts of a snapshot: the CDDL of `docs/credential.md` over real ones, and over no other.

use crate::{document::Schema, sample::NOW};
use permitcard_credential::{
    cose::{Algorithm, Typ, Unsigned, cbor::Writer, key_id},
    snapshot::{Beacon, BeaconList, KeyState, MAX_BEACONS, RootChange, StatusPointer, TrustKey, TrustList, Usage},
    status::{Status, StatusBits, StatusList, StatusToken},
};
use permitcard_crypto::ecdsa::{Curve, SigningKey};

const RULES: [&str; 4] = ["trust-list", "root-change", "beacon-list", "status-token"];

fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

struct Schemas([(&'static str, Schema); 4]);

impl Schemas {
    fn new() -> Self {
        Self(RULES.map(|start| (start, Schema::new(start))))
    }

    fn only(&self, rule: &str, item: &[u8]) {
        for (start, schema) in &self.0 {
            let result = schema.holds(item);
            assert_eq!(result.is_ok(), *start == rule, "{rule} as {start}: {result:?}");
        }
    }
}

fn trust_list(key: &SigningKey) -> TrustList {
    let entry = TrustKey {
        iss: "i".repeat(64),
        key: key.public_key().clone(),
        not_before: NOW,
        expires_at: NOW,
        usage: Usage(255),
        state: KeyState::Retired,
        compromised_at: None,
    };
    let stolen = TrustKey {
        state: KeyState::Compromised,
        compromised_at: Some(NOW),
        ..entry.clone()
    };
    TrustList {
        uri: "u".repeat(128),
        issued_at: NOW,
        expires_at: NOW,
        ttl_s: 0,
        serial: u64::MAX,
        keys: vec![entry, stolen],
        status_lists: vec![StatusPointer {
            uri: "u".repeat(128),
            path: format!("/{}", "p".repeat(127)),
        }],
        next_root: Some([7; 32]),
    }
}

#[test]
fn the_cddl_holds_for_each_part_of_a_snapshot() {
    let schemas = Schemas::new();
    for curve in [Curve::P256, Curve::P384] {
        let key = SigningKey::generate(curve).unwrap();
        let public = key.public_key();
        let full = trust_list(&key);
        schemas.only("trust-list", &sign(full.build(public).unwrap(), &key));
        let empty = TrustList {
            keys: Vec::new(),
            status_lists: Vec::new(),
            next_root: None,
            ..full
        };
        schemas.only("trust-list", &sign(empty.build(public).unwrap(), &key));
        let change = RootChange {
            issued_at: NOW,
            new_root: public.clone(),
        };
        schemas.only("root-change", &sign(change.build(public), &key));
        for count in [1, MAX_BEACONS as u8] {
            let list = BeaconList {
                uri: "u".repeat(128),
                issued_at: NOW,
                beacons: (1..=count)
                    .map(|day| Beacon {
                        value: [day; 8],
                        published_at: NOW - 100 + i64::from(day),
                    })
                    .collect(),
            };
            schemas.only("beacon-list", &sign(list.build(public).unwrap(), &key));
        }
        for bits in [StatusBits::One, StatusBits::Two, StatusBits::Four, StatusBits::Eight] {
            let mut list = StatusList::new(bits, 100).unwrap();
            list.set(7, Status::Invalid).unwrap();
            let token = StatusToken {
                uri: "u".repeat(128),
                issued_at: NOW,
                expires_at: NOW,
                ttl_s: u64::MAX,
                aggregation_uri: None,
                list,
            };
            schemas.only("status-token", &sign(token.build(public), &key));
        }
    }
}

/// Document and reader agree on how many values a list has, and on what one is.
#[test]
fn the_cddl_and_the_reader_have_the_same_limits() {
    let schema = Schema::new("beacon-list");
    let key = SigningKey::generate(Curve::P256).unwrap();
    for (count, length, good) in [
        (1, 8, true),
        (30, 8, true),
        (0, 8, false),
        (31, 8, false),
        (2, 7, false),
        (2, 9, false),
    ] {
        let mut claims = Writer::with_capacity(1_024);
        claims.map(3).int(2).text("u").int(6).int(NOW).int(-65_538).array(count);
        for number in 0..count {
            let value = vec![number as u8; length];
            claims.array(2).bytes(&value).int(NOW - 100 + number as i64);
        }
        let typ = Typ::Text("application/vnd.permitcard.beacons+cwt");
        let kid = key_id(key.public_key());
        let unsigned = Unsigned::with_typ(Algorithm::Esp256, Some(&kid), typ, &claims.into_bytes());
        let item = sign(unsigned, &key);
        assert_eq!(schema.holds(&item).is_ok(), good, "{count} of {length}");
        let read = BeaconList::parse(&item).unwrap().open(key.public_key());
        assert_eq!(read.is_ok(), good, "{count} of {length}");
    }
}
