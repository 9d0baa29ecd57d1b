//! Key files of every kind.

use std::fs;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_cli::inspect::{Key, KeyUnreadable, MAX_KEY_FILE, Options, inspect, read_keys};
use permitcard_credential::cose::{AnyKey, value::Value};
use permitcard_crypto::eddsa;
use permitcard_tests::binaries::workspace;
use serde_json::{Value as Json, json};

use crate::{assert_valid, forge::*, options};

fn file(name: &str) -> Vec<u8> {
    fs::read(workspace().join("tests/vectors/keys").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The one key of a file.
fn only(file: &[u8]) -> Key {
    let keys = read_keys(file).unwrap();
    assert_eq!(keys.len(), 1);
    keys.into_iter().next().unwrap()
}

fn unreadable(file: &[u8]) {
    assert_eq!(read_keys(file), Err(KeyUnreadable));
}

/// All other forms of a key.
fn forms(key: &AnyKey, name: &str) -> Vec<Vec<u8>> {
    let url = |label: i64| {
        let value = key.to_value();
        value
            .label(label)
            .and_then(Value::as_bytes)
            .map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    };
    let mut jwk = match url(-3) {
        Some(y) => json!({ "kty": "EC", "crv": name, "x": url(-2), "y": y }),
        None => json!({ "kty": "OKP", "crv": name, "x": url(-2) }),
    };
    let cose = key.to_cose_key();
    let hex: String = cose.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut private = key.to_value();
    entries(&mut private).push((int(-4), bytes(&[7; 32])));
    let public_jwk = jwk.to_string();
    jwk["d"] = "AA".into();
    jwk["use"] = "sig".into();
    vec![
        public_jwk.into_bytes(),
        jwk.to_string().into_bytes(),
        json!({ "keys": [jwk] }).to_string().into_bytes(),
        cose.clone(),
        hex.clone().into_bytes(),
        format!("{}\n{}\n", &hex[..40].to_uppercase(), &hex[40..]).into_bytes(),
        private.encode(),
        Value::Array(vec![key.to_value()]).encode(),
    ]
}

#[test]
fn every_form_of_a_key_is_the_same_key() {
    for (name, curve, pems) in [
        (
            "p256",
            "P-256",
            &[
                "pkcs8",
                "pkcs8-without-public",
                "sec1-with-parameters",
                "sec1-without-public",
                "spki-compressed",
            ][..],
        ),
        (
            "p384",
            "P-384",
            &[
                "pkcs8",
                "pkcs8-without-public",
                "sec1-with-parameters",
                "sec1-without-public",
                "spki-compressed",
            ],
        ),
        ("ed25519", "Ed25519", &["pkcs8"]),
    ] {
        let key = only(&file(&format!("{name}-spki.pem")));
        assert_eq!(key.name, None);
        for pem in pems {
            assert_eq!(only(&file(&format!("{name}-{pem}.pem"))), key, "{name} {pem}");
        }
        for form in forms(&key.key, curve) {
            assert_eq!(only(&form), key, "{name}: {}", String::from_utf8_lossy(&form));
        }
    }
}

#[test]
fn the_public_part_of_a_private_key_is_the_right_one() {
    // Signed with the private half, verified with what was derived from it.
    let pem = file("ed25519-pkcs8.pem");
    let der = String::from_utf8(pem.clone()).unwrap();
    let der: String = der.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(der).unwrap();
    let signer = eddsa::SigningKey::from_pkcs8(&der).unwrap();
    assert_eq!(only(&pem).key, AnyKey::Ed25519(*signer.public_key()));
    let protected = map([(1, int(-8))]).encode();
    let payload = claims().encode();
    let signed = Value::Array(vec![text("Signature1"), bytes(&protected), bytes(b""), bytes(&payload)]).encode();
    let signature = bytes(&signer.sign(&signed));
    let token = Value::Array(vec![bytes(&protected), map([]), bytes(&payload), signature]).encode();
    let report = inspect(
        &token,
        &Options {
            keys: read_keys(&pem).unwrap(),
            ..options(&[])
        },
    );
    assert_valid(&report);
}

#[test]
fn names_of_keys_are_kept() {
    let key = key();
    let mut named = cose_key(&key);
    entries(&mut named).push((int(2), bytes(b"name")));
    assert_eq!(only(&named.encode()).name.as_deref(), Some(&b"name"[..]));
    let jwk: Json = serde_json::from_slice(&forms(&only(&cose_key(&key).encode()).key, "P-256")[0]).unwrap();
    let mut named = jwk.clone();
    named["kid"] = "name".into();
    assert_eq!(only(named.to_string().as_bytes()).name.as_deref(), Some(&b"name"[..]));
    let set = json!({ "keys": [named, jwk] });
    assert_eq!(read_keys(set.to_string().as_bytes()).unwrap().len(), 2);
}

#[test]
fn keys_of_a_set_that_cannot_be_used_are_passed_over() {
    let key = key();
    let cose = only(&cose_key(&key).encode());
    let rsa = map([(1, int(3)), (-1, bytes(&[1; 256])), (-2, bytes(&[1, 0, 1]))]);
    let set = Value::Array(vec![rsa.clone(), cose_key(&key), int(7)]);
    assert_eq!(only(&set.encode()), cose);
    unreadable(&Value::Array(vec![rsa.clone()]).encode());
    unreadable(&rsa.encode());
    let jwk: Json = serde_json::from_slice(&forms(&cose.key, "P-256")[0]).unwrap();
    let rsa = json!({ "kty": "RSA", "n": "AA", "e": "AQAB" });
    assert_eq!(only(json!({ "keys": [rsa, jwk, 7] }).to_string().as_bytes()), cose);
    unreadable(json!({ "keys": [rsa] }).to_string().as_bytes());
}

#[test]
fn several_keys_may_stand_in_one_pem_file() {
    let both = [file("p256-spki.pem"), file("ed25519-spki.pem")].concat();
    let keys = read_keys(&both).unwrap();
    assert_eq!(
        (keys[0].clone(), keys[1].clone()),
        (only(&file("p256-spki.pem")), only(&file("ed25519-spki.pem")))
    );
}

#[test]
fn other_files_are_refused() {
    for name in ["p256-encrypted.pem", "rsa-spki.pem", "p521-spki.pem"] {
        unreadable(&file(name));
    }
    let pem = String::from_utf8(file("p256-spki.pem")).unwrap();
    unreadable(pem.replace("PUBLIC KEY", "CERTIFICATE").as_bytes());
    unreadable(&pem.as_bytes()[..pem.len() / 2]);
    unreadable(b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n");
    unreadable(b"");
    unreadable(b"\n");
    unreadable(b"{}");
    unreadable(b"{\"keys\": []}");
    unreadable(b"{\"keys\": 1}");
    unreadable(b"{\"kty\": \"RSA\", \"n\": \"AA\", \"e\": \"AQAB\"}");
    unreadable(b"a401");
    unreadable(b"no key");
    unreadable(&vec![b' '; MAX_KEY_FILE + 1]);
    let key = key();
    let compressed = with(cose_key(&key), -3, Value::Bool(true));
    unreadable(&compressed.encode());
    unreadable(&with(cose_key(&key), -1, int(3)).encode());
    unreadable(&Value::Array(vec![cose_key(&key); 65]).encode());
    assert_eq!(
        read_keys(&Value::Array(vec![cose_key(&key); 64]).encode()).map(|keys| keys.len()),
        Ok(64)
    );
}
