//! COSE_Sign1 of the COSE working group: pass verifies, fail does not.

use permitcard_cli::inspect::{Format, Mode, Options, Report, inspect};

use super::{bytes, codes, json, keys, names, run, shown, unhex};

/// Inspects one vector with its own key and its external data.
fn checked(name: &str) -> Report {
    let vector = json(&format!("cose-sign1/{name}.json"));
    let sign0 = &vector["input"]["sign0"];
    let options = Options {
        keys: keys(sign0["key"].to_string().as_bytes()),
        now: 1_764_000_000,
        external_aad: unhex(sign0["external"].as_str().unwrap_or_default()),
        mode: Mode::Recognise,
    };
    inspect(&unhex(vector["output"]["cbor"].as_str().unwrap()), &options)
}

fn passes(name: &str) {
    let report = checked(name);
    assert_eq!((report.valid(), codes(&report)), (Some(true), vec![]), "{name}");
    assert_eq!(report.format, Some(Format::CoseSign1), "{name}");
    let shown = shown(&report);
    assert_eq!(shown["payload"], "546869732069732074686520636f6e74656e742e", "{name}");
    let signature = &shown["signatures"][0];
    assert_eq!(signature["layer"], "issuer", "{name}");
    assert_eq!(
        (&signature["alg"], &signature["kid"]),
        (&"ES256".into(), &"3131".into()),
        "{name}"
    );
}

fn is_refused(name: &str, codes_of_it: &[&str]) {
    assert_eq!(json(&format!("cose-sign1/{name}.json"))["fail"], true, "{name}");
    let report = checked(name);
    assert_eq!(
        (report.valid(), codes(&report)),
        (Some(false), codes_of_it.to_vec()),
        "{name}"
    );
}

#[test]
fn pass_01_redo_protected() {
    passes("sign-pass-01");
    // The algorithm stands outside of what is signed: read here, and said.
    assert_eq!(
        shown(&checked("sign-pass-01"))["signatures"][0]["alg_unprotected"],
        true
    );
}

#[test]
fn pass_02_external() {
    passes("sign-pass-02");
    assert!(
        shown(&checked("sign-pass-02"))["signatures"][0]
            .get("alg_unprotected")
            .is_none()
    );
}

#[test]
fn pass_03_remove_cbor_tag() {
    passes("sign-pass-03");
}

#[test]
fn fail_01_wrong_cbor_tag() {
    is_refused("sign-fail-01", &["unrecognised"]);
}

#[test]
fn fail_02_change_signature() {
    is_refused("sign-fail-02", &["signature_invalid"]);
}

#[test]
fn fail_03_change_sign_algorithm() {
    is_refused("sign-fail-03", &["algorithm_unsupported", "signature_invalid"]);
}

#[test]
fn fail_04_change_sign_algorithm_to_a_name() {
    is_refused("sign-fail-04", &["algorithm_unsupported", "signature_invalid"]);
}

#[test]
fn fail_06_add_protected_attribute() {
    is_refused("sign-fail-06", &["signature_invalid"]);
}

#[test]
fn fail_07_remove_protected_attribute() {
    is_refused("sign-fail-07", &["signature_invalid"]);
}

#[test]
fn every_vector_has_its_test() {
    let tested = [
        "fail-01", "fail-02", "fail-03", "fail-04", "fail-06", "fail-07", "pass-01", "pass-02", "pass-03",
    ];
    assert_eq!(names("cose-sign1"), tested.map(|name| format!("sign-{name}.json")));
}

#[test]
fn the_program_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for (name, exit) in [("sign-pass-01", 0), ("sign-pass-02", 0), ("sign-fail-02", 1)] {
        let vector: serde_json::Value = serde_json::from_slice(&bytes(&format!("cose-sign1/{name}.json"))).unwrap();
        let sign0 = &vector["input"]["sign0"];
        let (key, token) = (folder.path().join("key.jwk"), folder.path().join("token"));
        std::fs::write(&key, sign0["key"].to_string()).unwrap();
        // As the vector has it: upper-case hex.
        std::fs::write(&token, vector["output"]["cbor"].as_str().unwrap()).unwrap();
        let mut args = vec!["--key", key.to_str().unwrap()];
        if let Some(external) = sign0["external"].as_str() {
            args.extend(["--external-aad", external]);
        }
        args.push(token.to_str().unwrap());
        assert_eq!(run(&args), (exit, shown(&checked(name))), "{name}");
    }
}
