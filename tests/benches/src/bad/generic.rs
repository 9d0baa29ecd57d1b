//! What others wrote: any CBOR, any COSE_Sign1, any SD-CWT.

use permitcard_credential::{
    cose::{Algorithm, AnyKey, AnySign1, Unsigned, encode_key, value},
    sdcwt::draft::{LIMITS, SdCwtToken},
};

use super::{
    ACCEPTED, Case,
    forge::{self, Map, int, item},
};
use crate::world::World;

const MIB: usize = 1 << 20;

pub fn cases(world: &World) -> Vec<Case> {
    let mut cases = generic();
    cases.extend(envelopes(world));
    cases.extend(tokens());
    cases
}

/// A token with any headers; its signature is none.
fn token(protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Vec<u8> {
    let unsigned = Unsigned::new(Algorithm::Es256, protected, unprotected, payload);
    unsigned.finish(&[0; 64]).unwrap()
}

fn envelopes(world: &World) -> Vec<Case> {
    let algorithm = item(|w| w.map(1).int(1).int(-7));
    let parsed = |name: &'static str, code: &'static str, bytes: Vec<u8>| {
        Case::new(name, code, move || {
            AnySign1::parse(&bytes, &LIMITS).map_or_else(|error| error.code(), |_| ACCEPTED)
        })
    };
    let compressed = Map::read(&encode_key(world.phone.public_key())).set(-3, item(|w| w.bool(true)));
    let compressed = compressed.encode();
    vec![
        parsed(
            "any COSE_Sign1: algorithm in both headers",
            "cose.header_duplicate",
            token(&algorithm, &algorithm, b"\xa0"),
        ),
        parsed(
            "any COSE_Sign1: critical header",
            "cose.critical_header",
            token(
                &item(|w| w.map(2).int(1).int(-7).int(2).array(1).int(99)),
                b"\xa0",
                b"\xa0",
            ),
        ),
        parsed(
            "any COSE_Sign1: 10,000 nested arrays in a header",
            "cbor.too_deep",
            token(
                &algorithm,
                &[b"\xa1\x18\x63".as_slice(), &forge::nested(10_000)].concat(),
                b"\xa0",
            ),
        ),
        Case::new("any COSE_Key: compressed point", "cose.key_compressed", move || {
            AnyKey::from_cose_key(&compressed).map_or_else(|error| error.code(), |_| ACCEPTED)
        }),
    ]
}

fn tokens() -> Vec<Case> {
    let protected = item(|w| w.map(2).int(1).int(-7).int(16).int(293));
    let restored = |name: &'static str, code: &'static str, unprotected: Vec<u8>, payload: Vec<u8>| {
        let bytes = token(&protected, &unprotected, &payload);
        Case::new(name, code, move || {
            let restored = SdCwtToken::parse(&bytes, &LIMITS).and_then(|token| token.restore());
            restored.map_or_else(|error| error.code(), |_| ACCEPTED)
        })
    };
    // Decoys, each another one.
    let disclosures = |count: u16| {
        let list: Vec<Vec<u8>> = (0..count)
            .map(|at| {
                let mut salt = [0; 16];
                salt[..2].copy_from_slice(&at.to_be_bytes());
                item(|w| w.array(1).bytes(&salt))
            })
            .collect();
        item(|w| {
            w.map(1).int(17).array(list.len());
            for one in &list {
                w.bytes(one);
            }
            w
        })
    };
    let hashes = item(|w| {
        w.map(1).simple(59).array(1_500);
        for at in 0..1_500u16 {
            let mut hash = [0; 32];
            hash[..2].copy_from_slice(&at.to_be_bytes());
            w.bytes(&hash);
        }
        w
    });
    let twice = {
        let one = item(|w| w.array(1).bytes(&[1; 16]));
        item(|w| w.map(1).int(17).array(2).bytes(&one).bytes(&one))
    };
    vec![
        restored(
            "any SD-CWT: 1,025 disclosures",
            "sdcwt.too_many_disclosures",
            disclosures(1_025),
            b"\xa0".to_vec(),
        ),
        restored(
            "any SD-CWT: 700 disclosures that match none of 1,500 hashes",
            "sdcwt.disclosure_unmatched",
            disclosures(700),
            hashes,
        ),
        restored(
            "any SD-CWT: disclosure twice",
            "sdcwt.disclosure_duplicate",
            twice,
            b"\xa0".to_vec(),
        ),
        restored(
            "any SD-CWT: empty list of disclosures",
            "sdcwt.sd_claims_empty",
            item(|w| w.map(1).int(17).array(0)),
            b"\xa0".to_vec(),
        ),
    ]
}

fn generic() -> Vec<Case> {
    let decoded = |name: &'static str, code: &'static str, bytes: Vec<u8>| {
        Case::new(name, code, move || {
            let limits = value::Limits::new(MIB);
            value::Value::decode(&bytes, &limits).map_or_else(|error| error.code(), |_| ACCEPTED)
        })
    };
    vec![
        decoded("any CBOR: 10,000 nested arrays", "cbor.too_deep", forge::nested(10_000)),
        decoded("any CBOR: 10,000 nested tags", "cbor.too_deep", vec![0xc1; 10_000]),
        decoded(
            "any CBOR: array of 2^32 entries",
            "cbor.too_many",
            b"\x9b\0\0\0\x01\0\0\0\0".to_vec(),
        ),
        decoded(
            "any CBOR: map of 2^64 - 1 entries",
            "cbor.too_many",
            b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(),
        ),
        decoded(
            "any CBOR: byte string of 4 GiB",
            "cbor.malformed",
            b"\x5b\0\0\0\x01\0\0\0\0".to_vec(),
        ),
        decoded(
            "any CBOR: key twice",
            "cbor.duplicate_key",
            b"\xa2\x01\0\x01\0".to_vec(),
        ),
        decoded("any CBOR: 8,000 keys, the first one twice", "cbor.duplicate_key", {
            let mut bytes = vec![0xb9];
            bytes.extend_from_slice(&8_001u16.to_be_bytes());
            for key in (1_000..9_000).chain([1_000]) {
                bytes.extend_from_slice(&int(key));
                bytes.push(0);
            }
            bytes
        }),
        decoded(
            "any CBOR: indefinite length",
            "cbor.not_deterministic",
            b"\x9f\xff".to_vec(),
        ),
        decoded(
            "any CBOR: integer in a long form",
            "cbor.not_deterministic",
            b"\x18\x01".to_vec(),
        ),
        decoded(
            "any CBOR: bytes behind the item",
            "cbor.trailing_bytes",
            b"\0\0".to_vec(),
        ),
        decoded("any CBOR: a mebibyte of small arrays", "cbor.too_many", {
            let mut bytes = vec![0x9a, 0, 0x0f, 0xff, 0];
            bytes.resize(MIB, 0x80);
            bytes
        }),
    ]
}
