//! Wycheproof's ECDSA vectors, P-256 with SHA-256, in both forms of a signature. Every vector must come out as it says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use permitcard_crypto::ecdsa::{Curve, PublicKey, der_to_fixed};
use serde_json::Value;

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// Runs a file: each vector must be accepted exactly when it is `valid`. Returns how many were accepted and refused. A result
/// `acceptable`, which some older files have for encodings that are not strict, would be refused here; these have none.
fn run(file: &str, accepted: impl Fn(&PublicKey, &[u8], &[u8]) -> bool) -> (usize, usize) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/wycheproof");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path.join(file)).unwrap()).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in file["testGroups"].as_array().unwrap() {
        let key = PublicKey::from_point(Curve::P256, &hex(&group["publicKey"]["uncompressed"])).unwrap();
        for test in group["tests"].as_array().unwrap() {
            let expected = match test["result"].as_str().unwrap() {
                "valid" => true,
                "invalid" => false,
                other => panic!("result {other}"),
            };
            let got = accepted(&key, &hex(&test["msg"]), &hex(&test["sig"]));
            assert_eq!(got, expected, "tcId {}: {}", test["tcId"], test["comment"]);
            if got { valid += 1 } else { invalid += 1 }
        }
    }
    assert_eq!(file["numberOfTests"].as_u64().unwrap(), valid + invalid);
    (valid as usize, invalid as usize)
}

#[test]
fn fixed_length_signatures() {
    let counts = run("ecdsa_secp256r1_sha256_p1363_test.json", |key, message, signature| {
        key.verify(message, signature).is_ok()
    });
    assert_eq!(counts, (173, 89));
}

#[test]
fn der_signatures() {
    let counts = run("ecdsa_secp256r1_sha256_test.json", |key, message, signature| {
        der_to_fixed(Curve::P256, signature).is_ok_and(|fixed| key.verify(message, &fixed).is_ok())
    });
    assert_eq!(counts, (174, 310));
}

/// Every fault of the encoding is found by the conversion itself, and not only because the signature fails afterwards.
#[test]
fn faults_of_the_encoding_are_found_by_the_conversion() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/wycheproof");
    let file = std::fs::read_to_string(path.join("ecdsa_secp256r1_sha256_test.json")).unwrap();
    let file: Value = serde_json::from_str(&file).unwrap();
    let mut found = 0;
    for group in file["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let flags = test["flags"].as_array().unwrap();
            let encoding = [
                "BerEncodedSignature",
                "InvalidEncoding",
                "InvalidTypesInSignature",
                "MissingZero",
            ];
            if flags.iter().any(|flag| encoding.contains(&flag.as_str().unwrap())) {
                assert!(
                    der_to_fixed(Curve::P256, &hex(&test["sig"])).is_err(),
                    "tcId {}",
                    test["tcId"]
                );
                found += 1;
            }
        }
    }
    assert!(found >= 160, "{found}");
}
