//! Credentials and presentations that break one rule each, signed with the right keys.

use std::rc::Rc;

use permitcard_credential::{
    cose::{Algorithm, Unsigned, encode_key},
    permit::Day,
    qr::text,
    sdcwt::Disclosure,
    snapshot::Snapshot,
};
use permitcard_crypto::ecdsa::{Curve, SigningKey};

use super::{
    Case,
    forge::{self, Map, Parts, int, item},
    verified,
};
use crate::world::{NOW, World, key, sample, sign};

/// The claim of the holder's key.
const CNF: i64 = 8;
const EMPTY_MAP: &[u8] = &[0xa0];

pub fn cases(world: &World, snapshot: &Rc<Snapshot>) -> Vec<Case> {
    let parts = || Parts::of(&world.credential(&sample(true)));
    let mut cases = headers(world, snapshot, &parts());
    cases.extend(encodings(world, snapshot, &parts()));
    cases.extend(keys(world, snapshot, &parts()));
    cases.extend(disclosures(world, snapshot, &parts()));
    cases.extend(times(world, snapshot, &parts()));
    cases
}

fn headers(world: &World, snapshot: &Rc<Snapshot>, parts: &Parts) -> Vec<Case> {
    let verified = |name, code, text| verified(name, code, text, snapshot);
    let protected = |label: i64, value: i64| Map::read(&parts.protected).set(label, int(value)).encode();
    let credential = |protected: &[u8], unprotected: &[u8]| {
        forge::shown(world, &forge::sd_cwt(world, protected, unprotected, &parts.payload))
    };
    let binding = |label: i64, value: i64| {
        let header = Map::read(&forge::binding_header(&parts.sign(world))).set(label, int(value));
        text::encode(&forge::kbt(world, &header.encode(), &forge::binding_claims().encode()))
    };
    let algorithm_again = item(|w| w.map(1).int(1).int(-9));
    vec![
        verified(
            "unknown algorithm of the issuer",
            "cose.algorithm_unsupported",
            credential(&protected(1, -257), EMPTY_MAP),
        ),
        verified(
            "unknown algorithm of the holder",
            "cose.algorithm_unsupported",
            binding(1, -257),
        ),
        verified(
            "algorithm in both headers",
            "cose.malformed",
            credential(&parts.protected, &algorithm_again),
        ),
        verified(
            "critical header",
            "cose.critical_header",
            credential(
                &Map::read(&parts.protected).set(2, item(|w| w.array(1).int(1))).encode(),
                EMPTY_MAP,
            ),
        ),
        verified(
            "type of a presentation on a credential",
            "sdcwt.type_unexpected",
            credential(&protected(16, 294), EMPTY_MAP),
        ),
        verified(
            "type of a credential on a presentation",
            "sdcwt.type_unexpected",
            binding(16, 293),
        ),
    ]
}

fn encodings(world: &World, snapshot: &Rc<Snapshot>, parts: &Parts) -> Vec<Case> {
    let payload = |name: &'static str, code: &'static str, change: &[u8]| {
        let text = forge::shown(world, &forge::sd_cwt(world, &parts.protected, EMPTY_MAP, change));
        verified(name, code, text, snapshot)
    };
    // One entry more, as other encoders might write it: the map's head counts up, the entry stands at the end.
    let with_entry = |entry: &[u8]| {
        let mut bytes = parts.payload.clone();
        bytes[0] += 1;
        bytes.extend_from_slice(entry);
        bytes
    };
    let permit_again = {
        let mut writer = int(-65_537);
        writer.push(0);
        writer
    };
    vec![
        payload("claim twice", "cbor.not_deterministic", &with_entry(&permit_again)),
        payload(
            "claims out of order",
            "cbor.not_deterministic",
            &with_entry(&[0x18, 99, 0]),
        ),
        payload(
            "array of indefinite length",
            "cbor.not_deterministic",
            &Map::read(&parts.payload).set(99, vec![0x9f, 0xff]).encode(),
        ),
        payload(
            "text of indefinite length",
            "cbor.not_deterministic",
            &Map::read(&parts.payload).set(99, vec![0x7f, 0x61, b'a', 0xff]).encode(),
        ),
        payload(
            "integer in a long form",
            "cbor.not_deterministic",
            &Map::read(&parts.payload).set(99, vec![0x18, 1]).encode(),
        ),
        payload(
            "floating-point number",
            "cbor.malformed",
            &Map::read(&parts.payload).set(99, vec![0xf9, 0, 0]).encode(),
        ),
    ]
}

fn keys(world: &World, snapshot: &Rc<Snapshot>, parts: &Parts) -> Vec<Case> {
    let holder = |key: Vec<u8>| {
        let payload = Map::read(&parts.payload).set(CNF, item(|w| w.map(1).int(1).raw(&key)));
        forge::shown(
            world,
            &forge::sd_cwt(world, &parts.protected, EMPTY_MAP, &payload.encode()),
        )
    };
    let p384 = SigningKey::generate(Curve::P384).unwrap();
    let compressed = Map::read(&encode_key(world.phone.public_key())).set(-3, item(|w| w.bool(true)));
    let off_curve = Map::read(&encode_key(world.phone.public_key())).set(-3, item(|w| w.bytes(&[1; 32])));
    let other_curve = {
        let protected = Map::read(&parts.protected).set(1, int(Algorithm::Esp384.id())).encode();
        let unsigned = Unsigned::new(Algorithm::Esp384, &protected, EMPTY_MAP, &parts.payload);
        forge::shown(world, &sign(unsigned, &p384))
    };
    let forged = {
        let unsigned = Unsigned::new(Algorithm::Esp256, &parts.protected, EMPTY_MAP, &parts.payload);
        forge::shown(world, &sign(unsigned, &key()))
    };
    let verified = |name, code, text| verified(name, code, text, snapshot);
    vec![
        verified(
            "holder's key of another curve",
            "cose.key_invalid",
            holder(encode_key(p384.public_key())),
        ),
        verified(
            "holder's key as a compressed point",
            "cose.key_compressed",
            holder(compressed.encode()),
        ),
        verified(
            "holder's key off the curve",
            "verdict.holder_signature_invalid",
            holder(off_curve.encode()),
        ),
        verified(
            "issuer's signature of another curve",
            "permit.key_unsupported",
            other_curve,
        ),
        verified(
            "issuer's signature by somebody else",
            "verdict.issuer_signature_invalid",
            forged,
        ),
    ]
}

fn disclosures(world: &World, snapshot: &Rc<Snapshot>, parts: &Parts) -> Vec<Case> {
    let with = |unprotected: &[u8]| {
        forge::shown(
            world,
            &forge::sd_cwt(world, &parts.protected, unprotected, &parts.payload),
        )
    };
    let verified = |name, code, text| verified(name, code, text, snapshot);
    let foreign = Disclosure::entry(&[7; 16], b"\xa2\x04\x61A\x06\x63UTO", 20);
    let many = vec![b"\x81\x50\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".as_slice(); 17];
    vec![
        verified(
            "empty list of disclosures",
            "sdcwt.sd_claims_empty",
            with(&item(|w| w.map(1).int(17).array(0))),
        ),
        verified(
            "disclosure that matches no hash",
            "verdict.disclosure_invalid",
            with(&permitcard_credential::sdcwt::unprotected(&[&foreign])),
        ),
        verified(
            "disclosure twice",
            "verdict.disclosure_invalid",
            with(&parts.unprotected(&[0, 0])),
        ),
        verified(
            "seventeen disclosures",
            "sdcwt.too_many_disclosures",
            with(&permitcard_credential::sdcwt::unprotected(&many)),
        ),
    ]
}

fn times(world: &World, snapshot: &Rc<Snapshot>, parts: &Parts) -> Vec<Case> {
    let verified = |name, code, text| verified(name, code, text, snapshot);
    let presented_at = |iat: i64| {
        let claims = forge::binding_claims().set(6, int(iat)).set(4, int(iat + 60));
        let header = forge::binding_header(&parts.sign(world));
        text::encode(&forge::kbt(world, &header, &claims.encode()))
    };
    let tomorrow = Map::read(&parts.payload).set(6, int(NOW + Day::SECONDS)).encode();
    vec![
        verified(
            "credential of tomorrow",
            "verdict.credential_from_future",
            forge::shown(world, &forge::sd_cwt(world, &parts.protected, EMPTY_MAP, &tomorrow)),
        ),
        // The clock of the verification stands five seconds later.
        verified(
            "presentation of the future",
            "verdict.presentation_from_future",
            presented_at(NOW + 36),
        ),
        verified(
            "presentation that is over",
            "verdict.presentation_expired",
            presented_at(NOW - 86),
        ),
        verified(
            "presentation at the end of time",
            "verdict.presentation_from_future",
            presented_at(i64::MAX - 60),
        ),
    ]
}
