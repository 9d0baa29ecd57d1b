use permitcard_crypto::ecdsa::{Curve, PublicKey, SigningKey};

use super::*;
use crate::{
    cose::Unsigned,
    status::{Status, StatusBits, StatusList, StatusToken},
};

mod beacons;
mod file;
mod signers;
mod trust;

const NOW: i64 = 1_790_000_000;
const ISS: &str = "sandbox.example";
const URI: &str = "https://sandbox.example/s/1";

struct Authority {
    root: SigningKey,
    issuer: SigningKey,
    status: SigningKey,
}

fn authority() -> Authority {
    Authority {
        root: SigningKey::generate(Curve::P384).unwrap(),
        issuer: SigningKey::generate(Curve::P256).unwrap(),
        status: SigningKey::generate(Curve::P256).unwrap(),
    }
}

fn trust_key(key: &PublicKey, usage: Usage) -> TrustKey {
    TrustKey {
        iss: ISS.to_owned(),
        key: key.clone(),
        not_before: NOW - 1_000,
        expires_at: NOW + 86_400 * 365,
        usage: usage.and(Usage::TEST),
        state: KeyState::Active,
        compromised_at: None,
    }
}

/// An entry that says that somebody else has the key.
fn stolen(key: &PublicKey, iss: &str) -> TrustKey {
    TrustKey {
        iss: iss.to_owned(),
        state: KeyState::Compromised,
        ..trust_key(key, Usage::CREDENTIAL)
    }
}

fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

impl Authority {
    fn list(&self) -> TrustList {
        TrustList {
            uri: "https://sandbox.example/t".to_owned(),
            issued_at: NOW,
            expires_at: NOW + 604_800,
            ttl_s: 21_600,
            serial: 7,
            keys: vec![
                trust_key(self.issuer.public_key(), Usage::CREDENTIAL),
                trust_key(self.status.public_key(), Usage::STATUS),
            ],
            status_lists: vec![StatusPointer {
                uri: URI.to_owned(),
                path: "/status/1".to_owned(),
            }],
            next_root: None,
        }
    }

    fn trust(&self, change: impl FnOnce(&mut TrustList)) -> Vec<u8> {
        let mut list = self.list();
        change(&mut list);
        sign(list.build(self.root.public_key()).unwrap(), &self.root)
    }

    fn token(&self, change: impl FnOnce(&mut StatusToken)) -> Vec<u8> {
        let mut list = StatusList::new(StatusBits::Two, 64).unwrap();
        list.set(9, Status::Suspended).unwrap();
        let mut token = StatusToken {
            uri: URI.to_owned(),
            issued_at: NOW,
            expires_at: NOW + 604_800,
            ttl_s: 21_600,
            aggregation_uri: None,
            list,
        };
        change(&mut token);
        sign(token.build(self.status.public_key()), &self.status)
    }

    fn parse(&self, items: &[Vec<u8>]) -> Result<Snapshot, SnapshotError> {
        Snapshot::parse(&items.concat(), self.root.public_key(), NOW)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let text = text.trim_end();
    let digits = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digits).collect()
}

fn found(status: Status) -> StatusAnswer {
    StatusAnswer::Found { status, issued_at: NOW }
}
