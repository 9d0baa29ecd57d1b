//! Printed codes with claim 169, by the makers of the crate `claim169`.

use permitcard_cli::inspect::{Format, Key, Report, read_keys};
use serde_json::{Value, json};

use super::{at, codes, json, names, run, shown, unhex};

/// Before the codes expire.
const NOW: i64 = 1_770_000_000;

/// The key of a vector, where it has one: COSE_Key of a bare Ed25519 key or of an uncompressed point.
fn key(vector: &Value) -> Vec<Key> {
    let Some(hex) = vector["signing_key"]["public_key_hex"].as_str() else {
        return Vec::new();
    };
    let cose_key = match (vector["signing_key"]["algorithm"].as_str().unwrap(), hex.len()) {
        ("EdDSA", 64) => format!("a3010120062158 20{hex}"),
        ("ES256", 130) => format!("a401022001215820{}225820{}", &hex[2..66], &hex[66..]),
        other => panic!("{other:?}"),
    };
    read_keys(&unhex(&cose_key.replace(' ', ""))).unwrap()
}

fn checked(name: &str) -> Report {
    let vector = json(&format!("claim-169/{name}.json"));
    at(NOW, key(&vector), vector["qr_data"].as_str().unwrap().as_bytes())
}

/// Labels of the names that the vectors use (claim 169, 1.2.0 draft).
const LABELS: [(&str, &str); 16] = [
    ("id", "1"),
    ("version", "2"),
    ("language", "3"),
    ("fullName", "4"),
    ("dateOfBirth", "8"),
    ("gender", "9"),
    ("address", "10"),
    ("email", "11"),
    ("phone", "12"),
    ("nationality", "13"),
    ("maritalStatus", "14"),
    ("secondaryFullName", "19"),
    ("secondaryLanguage", "20"),
    ("locationCode", "21"),
    ("legalStatus", "22"),
    ("countryOfIssuance", "23"),
];

/// All that the vector expects stands in the claims.
fn has_what_it_expects(name: &str) {
    let (vector, shown) = (json(&format!("claim-169/{name}.json")), shown(&checked(name)));
    assert_eq!(
        (&vector["category"], &shown["format"]),
        (&json!("valid"), &json!("claim-169")),
        "{name}"
    );
    let person = &shown["claims"]["169"];
    for (member, expected) in vector["expected_claim169"].as_object().unwrap() {
        if member == "face" {
            let face = &person["62"][0];
            let data = face["0"].as_str().unwrap();
            assert!(data.starts_with("52494646") && data.contains("57454250"), "a WebP file");
            assert_eq!(
                (&face["1"], &face["2"]),
                (&expected[0]["format"], &expected[0]["subFormat"]),
                "{name}"
            );
            continue;
        }
        let label = LABELS
            .iter()
            .find(|(known, _)| known == member)
            .map(|(_, label)| *label);
        assert_eq!(
            &person[label.unwrap_or_else(|| panic!("{name}: {member}"))],
            expected,
            "{name}: {member}"
        );
    }
    for (member, expected) in vector["expected_cwt_meta"].as_object().unwrap() {
        let label = match member.as_str() {
            "issuer" => "1",
            "expiresAt" => "4",
            "notBefore" => "5",
            "issuedAt" => "6",
            other => panic!("{name}: {other}"),
        };
        assert_eq!(&shown["claims"][label], expected, "{name}: {member}");
    }
}

fn is_refused(name: &str, error: &str, format: Option<Format>, codes_of_it: &[&str]) {
    let vector = json(&format!("claim-169/{name}.json"));
    assert_eq!(
        (&vector["category"], &vector["expected_error"]),
        (&json!("invalid"), &json!(error)),
        "{name}"
    );
    let report = checked(name);
    assert_ne!(report.valid(), Some(true), "{name}");
    assert_eq!(
        (report.format, codes(&report)),
        (format, codes_of_it.to_vec()),
        "{name}"
    );
}

#[test]
fn ecdsa_p256_signed() {
    has_what_it_expects("ecdsa-p256-signed");
    let report = checked("ecdsa-p256-signed");
    assert_eq!((report.valid(), codes(&report)), (Some(true), vec![]));
    assert_eq!(
        shown(&report)["signatures"],
        json!([{ "layer": "issuer", "alg": "ES256", "verified": true }])
    );
}

#[test]
fn ed25519_signed() {
    has_what_it_expects("ed25519-signed");
    let report = checked("ed25519-signed");
    assert_eq!((report.valid(), codes(&report)), (Some(true), vec![]));
    assert_eq!(
        shown(&report)["signatures"],
        json!([{ "layer": "issuer", "alg": "EdDSA", "verified": true }])
    );
}

/// The example of the specification comes without a key.
#[test]
fn claim169_example() {
    has_what_it_expects("claim169-example");
    let report = checked("claim169-example");
    assert_eq!((report.valid(), codes(&report)), (None, vec![]));
    let vector = json("claim-169/claim169-example.json");
    let expired = at(
        1_787_912_445,
        Vec::new(),
        vector["qr_data"].as_str().unwrap().as_bytes(),
    );
    assert_eq!(codes(&expired), ["expired"]);
}

#[test]
fn bad_base45() {
    is_refused("bad-base45", "Base45Decode", None, &["unrecognised"]);
}

#[test]
fn bad_zlib() {
    is_refused("bad-zlib", "Decompress", Some(Format::Claim169), &["inflate_failed"]);
}

#[test]
fn not_cose() {
    is_refused("not-cose", "CoseParse", Some(Format::Claim169), &["cose_malformed"]);
}

#[test]
fn missing_169() {
    is_refused(
        "missing-169",
        "Claim169NotFound",
        Some(Format::Claim169),
        &["claim_169_missing"],
    );
}

#[test]
fn every_vector_has_its_test() {
    let tested = [
        "bad-base45",
        "bad-zlib",
        "claim169-example",
        "ecdsa-p256-signed",
        "ed25519-signed",
        "missing-169",
        "not-cose",
    ];
    assert_eq!(names("claim-169"), tested.map(|name| format!("{name}.json")));
}

#[test]
fn the_program_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("qr.txt");
    for name in ["claim169-example", "bad-base45", "missing-169"] {
        let vector = json(&format!("claim-169/{name}.json"));
        // A text file ends with a line end.
        std::fs::write(&file, format!("{}\n", vector["qr_data"].as_str().unwrap())).unwrap();
        let answer = run(&["--at", &NOW.to_string(), file.to_str().unwrap()]);
        assert_eq!(answer, (1, shown(&checked(name))), "{name}");
    }
}
