//! Objects and keys of anyone.

use permitcard_crypto::{
    ecdsa::{self, Curve},
    eddsa,
};

use super::{
    value::{Limits, Value},
    *,
};
use crate::testing::hex;

const LIMITS: Limits = Limits::new(4096);

fn vector(name: &str) -> serde_json::Value {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join(format!("../../tests/vectors/cose-sign1/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What becomes of a vector of cose-wg/Examples, sign1-tests.
fn run(name: &str) -> Result<(), CoseError> {
    let vector = vector(name);
    let key = AnyKey::from_jwk(&vector["input"]["sign0"]["key"]).unwrap();
    let bytes = hex(vector["output"]["cbor"].as_str().unwrap());
    let external = hex(vector["input"]["sign0"]["external"].as_str().unwrap_or_default());
    assert_eq!(vector["fail"].as_bool().unwrap_or_default(), name.contains("fail"));
    AnySign1::parse(&bytes, &LIMITS)?.verify(&key, &external)
}

#[test]
fn vectors_of_the_cose_working_group() {
    for name in ["sign-pass-01", "sign-pass-02", "sign-pass-03"] {
        assert_eq!(run(name), Ok(()), "{name}");
    }
    for (name, error) in [
        ("sign-fail-01", CoseError::Malformed),
        ("sign-fail-02", CoseError::SignatureInvalid),
        ("sign-fail-03", CoseError::AlgorithmUnsupported),
        ("sign-fail-04", CoseError::AlgorithmUnsupported),
        ("sign-fail-06", CoseError::SignatureInvalid),
        ("sign-fail-07", CoseError::SignatureInvalid),
    ] {
        assert_eq!(run(name), Err(error), "{name}");
    }
}

#[test]
fn every_bit_of_a_vector_counts() {
    let vector = vector("sign-pass-02");
    let key = AnyKey::from_jwk(&vector["input"]["sign0"]["key"]).unwrap();
    let bytes = hex(vector["output"]["cbor"].as_str().unwrap());
    let external = hex("11aa22bb33cc44dd55006699");
    let accepted = |bytes: &[u8], external: &[u8]| -> Result<(), CoseError> {
        AnySign1::parse(bytes, &LIMITS)?.verify(&key, external)
    };
    assert_eq!(accepted(&bytes, &external), Ok(()));
    assert_eq!(accepted(&bytes, b""), Err(CoseError::SignatureInvalid));
    // The one thing that no signature covers: the unprotected header, a map with the key's name.
    let unprotected = hex("a104423131");
    let from = bytes.windows(5).position(|window| window == unprotected).unwrap();
    for at in (0..bytes.len()).filter(|at| !(from..from + 5).contains(at)) {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert!(accepted(&changed, &external).is_err(), "byte {at}, bit {bit}");
        }
    }
    for length in 0..bytes.len() {
        assert!(accepted(&bytes[..length], &external).is_err(), "{length}");
    }
}

/// An object with these encoded headers and payload, and a signature of Ed25519 over what RFC 9052 says.
fn object(protected: &str, unprotected: &str, payload: Option<&[u8]>) -> Vec<u8> {
    let bytes = |bytes: &[u8]| Value::from(bytes).encode();
    // An empty header map counts as no bytes.
    let signed = if protected == "a0" { Vec::new() } else { hex(protected) };
    let text = b"\x84\x6aSignature1".to_vec();
    let message = [text, bytes(&signed), vec![0x40], bytes(payload.unwrap_or(b"content"))].concat();
    let payload = payload.map_or(vec![0xf6], bytes);
    let signature = bytes(&issuer().sign(&message));
    [
        vec![0xd2, 0x84],
        bytes(&hex(protected)),
        hex(unprotected),
        payload,
        signature,
    ]
    .concat()
}

fn issuer() -> eddsa::SigningKey {
    eddsa::SigningKey::from_seed(&[7; 32]).unwrap()
}

fn key() -> AnyKey {
    (*issuer().public_key()).into()
}

fn parse(bytes: &[u8]) -> Result<AnySign1<'_>, CoseError> {
    AnySign1::parse(bytes, &LIMITS)
}

fn check(protected: &str, unprotected: &str) -> Result<(), CoseError> {
    parse(&object(protected, unprotected, Some(b"content")))?.verify(&key(), &[])
}

#[test]
fn the_algorithm_stands_in_one_header() {
    // -19 and -8 mean the same with this key.
    assert_eq!(check("a10132", "a0"), Ok(()));
    assert_eq!(check("a10127", "a0"), Ok(()));
    for protected in ["", "a0"] {
        let bytes = object(protected, "a10132", Some(b"content"));
        let sign1 = parse(&bytes).unwrap();
        assert!(sign1.alg_is_unprotected());
        assert_eq!(sign1.algorithm(), Ok(AnyAlgorithm::Ed25519));
        assert_eq!(sign1.verify(&key(), &[]), Ok(()));
    }
    assert!(!parse(&object("a10132", "a0", None)).unwrap().alg_is_unprotected());
    assert_eq!(check("a10132", "a10132"), Err(CoseError::HeaderDuplicate));
    assert_eq!(check("a10132", "a10127"), Err(CoseError::HeaderDuplicate));
    assert_eq!(check("a201320441aa", "a10441aa"), Err(CoseError::HeaderDuplicate));
    assert_eq!(check("a0", "a0"), Err(CoseError::AlgorithmMissing));
    assert_eq!(check("a10100", "a0"), Err(CoseError::AlgorithmUnsupported));
    assert_eq!(
        check("a101 6745643235353139", "a0"),
        Err(CoseError::AlgorithmUnsupported)
    );
}

#[test]
fn critical_headers_must_be_understood() {
    assert_eq!(check("a2 0132 028101", "a0"), Ok(()));
    assert_eq!(check("a4 0132 02821004 0441aa 101855", "a0"), Ok(()));
    let critical = Err(CoseError::CriticalHeader);
    // Empty, no list, not there, not understood, text, not protected.
    assert_eq!(check("a2 0132 0280", "a0"), critical);
    assert_eq!(check("a2 0132 0201", "a0"), critical);
    assert_eq!(check("a2 0132 028104", "a0"), critical);
    assert_eq!(check("a3 0132 0281182a 182af5", "a0"), critical);
    assert_eq!(check("a3 0132 02816161 6161f5", "a0"), critical);
    assert_eq!(check("a1 0132", "a1 028101"), critical);
    let bytes = object("a3 0132 0281182a 182af5", "a0", Some(b"content"));
    let sign1 = AnySign1::parse_with(&bytes, &LIMITS, &[42]).unwrap();
    assert_eq!(sign1.verify(&key(), &[]), Ok(()));
}

#[test]
fn a_payload_elsewhere_is_its_own_error() {
    let bytes = object("a10132", "a0", None);
    let sign1 = parse(&bytes).unwrap();
    assert_eq!(sign1.payload(), Err(CoseError::PayloadDetached));
    assert_eq!(sign1.verify(&key(), &[]), Err(CoseError::PayloadDetached));
    assert_eq!(sign1.verify_detached(&key(), &[], b"content"), Ok(()));
    let other = sign1.verify_detached(&key(), &[], b"other");
    assert_eq!(other, Err(CoseError::SignatureInvalid));
    let bytes = object("a10132", "a0", Some(b"content"));
    let inside = parse(&bytes).unwrap().verify_detached(&key(), &[], b"content");
    assert_eq!(inside, Err(CoseError::Malformed));
}

#[test]
fn tags_and_structure() {
    let tagged = object("a10132", "a0", Some(b"content"));
    let tag = |bytes: &[u8]| parse(bytes).map(|sign1| sign1.tag());
    assert_eq!(tag(&tagged), Ok(Sign1Tag::Sign1));
    assert_eq!(tag(&tagged[1..]), Ok(Sign1Tag::Untagged));
    assert_eq!(tag(&[&hex("d83d"), &tagged[..]].concat()), Ok(Sign1Tag::Cwt));
    // Tag 61 around nothing else, tag 18 twice, another tag.
    let malformed = Err(CoseError::Malformed);
    assert_eq!(tag(&[&hex("d83d"), &tagged[1..]].concat()), malformed);
    assert_eq!(tag(&[&hex("d83dd83d"), &tagged[..]].concat()), malformed);
    assert_eq!(tag(&[&hex("d2"), &tagged[..]].concat()), malformed);
    assert_eq!(tag(&[&hex("d1"), &tagged[1..]].concat()), malformed);
    for structure in [
        "83 43a10132 a0 40",
        "85 43a10132 a0 40 40 40",
        "84 a10132 a0 40 40",
        "84 43a10132 80 40 40",
        "84 43a10132 a0 60 40",
        "84 43a10132 a0 40 f6",
        "84 4101 a0 40 40",
        "00",
        "a0",
        "84 44a14101f5 a0 40 40",
    ] {
        assert_eq!(tag(&hex(structure)), malformed, "{structure}");
    }
    let trailing = [&tagged[..], &[0]].concat();
    assert_eq!(tag(&trailing), Err(CoseError::Cbor(cbor::CborError::TrailingBytes)));
    let inside = hex("84 44a1013200 a0 40 40");
    assert_eq!(tag(&inside), Err(CoseError::Cbor(cbor::CborError::TrailingBytes)));
}

#[test]
fn headers_are_few() {
    let headers = |count: i64| {
        let header = |label: i64| (Value::from(100 + label), Value::Null);
        let map = Value::Map((0..count).map(header).collect()).encode();
        let text: String = map.iter().map(|byte| format!("{byte:02x}")).collect();
        let many = Err(CoseError::Cbor(cbor::CborError::TooMany));
        (
            parse(&object(&text, "a0", None)).map(drop),
            parse(&object("a0", &text, None)).map(drop),
            many,
        )
    };
    assert_eq!((headers(64).0, headers(64).1), (Ok(()), Ok(())));
    let (protected, unprotected, many) = headers(65);
    assert_eq!((protected, unprotected), (many, many));
}

#[test]
fn names_and_types_are_read() {
    let bytes = object("a3 0132 0442aabb 10190125", "a1 182a01", Some(b"content"));
    let sign1 = parse(&bytes).unwrap();
    assert_eq!(sign1.kid(), Some(&[0xaa, 0xbb][..]));
    assert_eq!(sign1.typ(), Some(Typ::Number(293)));
    assert!(sign1.unprotected_header(42) == Some(&Value::Int(1)) && sign1.protected_header(42).is_none());
    assert_eq!(sign1.protected_header_bytes(4), Some(&hex("42aabb")[..]));
    assert_eq!(sign1.protected_headers().count(), 3);
    assert_eq!(sign1.payload(), Ok(&b"content"[..]));
    let bytes = object("a2 0132 106661622f782d79", "a1 0442aabb", None);
    let sign1 = parse(&bytes).unwrap();
    assert_eq!(sign1.typ(), Some(Typ::Text("ab/x-y")));
    assert_eq!(sign1.kid(), Some(&[0xaa, 0xbb][..]));
    // A type that no signature covers says nothing.
    assert_eq!(parse(&object("a10132", "a110190125", None)).unwrap().typ(), None);
    assert!(!format!("{sign1:?}").contains("170"));
}

#[test]
fn an_algorithm_goes_with_its_own_keys() {
    let p256 = ecdsa::SigningKey::generate(Curve::P256).unwrap();
    let p384 = ecdsa::SigningKey::generate(Curve::P384).unwrap();
    let keys: [AnyKey; 3] = [
        p256.public_key().clone().into(),
        p384.public_key().clone().into(),
        key(),
    ];
    let algorithms: [&[i64]; 3] = [&[-7, -9], &[-35, -51], &[-8, -19]];
    let signatures = [p256.sign(b"m").unwrap(), p384.sign(b"m").unwrap(), issuer().sign(b"m")];
    for (at, key) in keys.iter().enumerate() {
        for (other, ids) in algorithms.iter().enumerate() {
            for id in *ids {
                let algorithm = AnyAlgorithm::from_id(*id).unwrap();
                assert_eq!(algorithm.id(), *id);
                let expected = if at == other {
                    Ok(())
                } else {
                    Err(CoseError::AlgorithmUnsupported)
                };
                assert_eq!(key.verify(algorithm, b"m", &signatures[at]), expected, "{id}");
                assert_eq!(algorithm.signature_len(), signatures[other].len());
            }
        }
        let algorithm = AnyAlgorithm::from_id(algorithms[at][0]).unwrap();
        assert_eq!(
            key.verify(algorithm, b"n", &signatures[at]),
            Err(CoseError::SignatureInvalid)
        );
        assert_eq!(
            key.verify(algorithm, b"m", &signatures[at][1..]),
            Err(CoseError::SignatureInvalid)
        );
    }
    for id in [-36, -37, -47, -6, 0, 5, i64::MIN] {
        assert_eq!(AnyAlgorithm::from_id(id), None);
    }
}

#[test]
fn keys_are_read_from_both_forms_and_written() {
    let p256 = ecdsa::SigningKey::generate(Curve::P256).unwrap();
    let p384 = ecdsa::SigningKey::generate(Curve::P384).unwrap();
    let keys: [AnyKey; 3] = [
        p256.public_key().clone().into(),
        p384.public_key().clone().into(),
        key(),
    ];
    for key in &keys {
        assert_eq!(AnyKey::from_cose_key(&key.to_cose_key()).as_ref(), Ok(key));
        assert_eq!(key.to_value().encode(), key.to_cose_key());
    }
    assert_eq!(keys[0].key_id(), key_id(p256.public_key()));
    let jwk = serde_json::to_value(Jwk::from_public_key(p384.public_key())).unwrap();
    assert_eq!(AnyKey::from_jwk(&jwk).as_ref(), Ok(&keys[1]));
    // RFC 8037, appendix A.2.
    let okp = serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                                 "d": "nWGxne_9WmC6hEr0kuwsxERJxXN7fxkqcUvZ1pF5g2o", "kid": "name"});
    let x = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let expected = eddsa::PublicKey::from_bytes(&x).unwrap();
    assert_eq!(AnyKey::from_jwk(&okp), Ok(expected.into()));
}

#[test]
fn keys_of_other_forms_are_refused() {
    let point = format!("5820 {}", "01".repeat(32));
    let read = |text: String| AnyKey::from_cose_key(&hex(&text)).map(drop);
    let ec2 = format!("0102 2001 21{point}");
    assert_eq!(read(format!("a4 {ec2} 22{point}")), Ok(()));
    // Any order, a name, a private part with its operation, an algorithm and an operation that fit.
    assert_eq!(read(format!("a7 22{point} 024161 {ec2} 23{point} 048101")), Ok(()));
    assert_eq!(read(format!("a6 {ec2} 22{point} 0328 048102")), Ok(()));
    // Compressed, whichever sign.
    let compressed = Err(CoseError::KeyCompressed);
    assert_eq!(read(format!("a4 {ec2} 22f5")), compressed);
    assert_eq!(read(format!("a4 {ec2} 22f4")), compressed);
    // No y, a short one, another curve, another kind, an algorithm of another key, signing only, no map.
    let invalid = Err(CoseError::KeyInvalid);
    assert_eq!(read(format!("a3 {ec2}")), invalid);
    assert_eq!(read(format!("a4 {ec2} 224101")), invalid);
    assert_eq!(read(format!("a4 0102 2003 21{point} 22{point}")), invalid);
    assert_eq!(read(format!("a4 0102 2008 21{point} 22{point}")), invalid);
    assert_eq!(read(format!("a4 0103 2001 21{point} 22{point}")), invalid);
    assert_eq!(read(format!("a4 616102 2001 21{point} 22{point}")), invalid);
    assert_eq!(read(format!("a5 {ec2} 22{point} 033822")), invalid);
    assert_eq!(read(format!("a5 {ec2} 22{point} 036161")), invalid);
    assert_eq!(read(format!("a5 {ec2} 22{point} 048101")), invalid);
    assert_eq!(read(format!("a3 0101 2006 21{point}")), Ok(()));
    assert_eq!(read("a3 0101 2006 214101".into()), invalid);
    assert_eq!(read(format!("a3 0101 2004 21{point}")), invalid);
    assert_eq!(read("80".into()), invalid);
    assert_eq!(read("ff".into()), Err(CoseError::Cbor(cbor::CborError::Malformed)));

    let jwk = |json: serde_json::Value| AnyKey::from_jwk(&json).map(drop);
    let x = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
    assert_eq!(
        jwk(serde_json::json!({"kty": "EC", "crv": "P-256", "x": x, "y": x})),
        Ok(())
    );
    for bad in [
        serde_json::json!({"kty": "EC", "crv": "P-256", "x": x}),
        serde_json::json!({"kty": "EC", "crv": "P-384", "x": x, "y": x}),
        serde_json::json!({"kty": "EC", "crv": "secp256k1", "x": x, "y": x}),
        serde_json::json!({"kty": "RSA", "n": x, "e": "AQAB"}),
        serde_json::json!({"kty": "OKP", "crv": "X25519", "x": x}),
        serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": "AQ"}),
        serde_json::json!({"kty": "EC", "crv": "P-256", "x": "A".repeat(1000), "y": x}),
        serde_json::json!({"kty": "EC", "crv": "P-256", "x": format!("{x}="), "y": x}),
        serde_json::json!([x]),
    ] {
        assert_eq!(jwk(bad.clone()), invalid, "{bad}");
    }
}
