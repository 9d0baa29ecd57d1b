//! The first example of draft-ietf-spice-sd-cwt: the issuer's token with all disclosures, and the key binding token with
//! three of them. What has to come out is read from the notation beside them.

use permitcard_cli::inspect::{Format, InspectCode};
use serde_json::{Value, json};

use super::{at, bytes, codes, edn, keys, names, path, run, shown};

/// `iat` of the key binding token.
const BOUND: i64 = 1_725_244_237;
/// `exp` of the issuer's token.
const EXP: i64 = 1_725_330_600;

/// `https://issuer.example/cose-key3` in hex.
const KID: &str = "68747470733a2f2f6973737565722e6578616d706c652f636f73652d6b657933";

/// The one item of an encoded part.
fn inside(part: &Value) -> Value {
    assert_eq!(part.as_array().map(Vec::len), Some(1));
    part[0].clone()
}

/// The four parts of a COSE_Sign1 in notation.
fn parts(sign1: &Value) -> &Value {
    assert_eq!(sign1["tag"], 18);
    &sign1["value"]
}

/// The claims of the notation with their disclosures in place: this knows where in the example each belongs.
fn restored(sd_cwt: &Value) -> Value {
    let mut claims = inside(&parts(sd_cwt)[2]);
    assert!(claims.as_object_mut().unwrap().remove("simple(59)").is_some());
    assert!(claims["503"].as_object_mut().unwrap().remove("simple(59)").is_some());
    let dates = claims["502"].as_array_mut().unwrap();
    assert_eq!(dates.len(), 3);
    dates.retain(|date| date.get("tag").is_none());
    let mut at = 0;
    for disclosure in parts(sd_cwt)[1]["17"].as_array().unwrap() {
        let disclosure = inside(disclosure);
        match (disclosure[2].as_str(), disclosure[2].as_i64()) {
            (Some(name), _) => claims["503"][name] = disclosure[1].clone(),
            (_, Some(label)) => claims[label.to_string()] = disclosure[1].clone(),
            // The dates without a key, in their order, in front of the one that is never redacted.
            _ => {
                claims["502"].as_array_mut().unwrap().insert(at, disclosure[1].clone());
                at += 1;
            }
        }
    }
    claims
}

fn notation(name: &str) -> Value {
    edn::read(&String::from_utf8(bytes(&format!("sd-cwt/{name}"))).unwrap())
}

#[test]
fn issuer_cwt() {
    let issuer = keys(&bytes("sd-cwt/issuer_privkey.pem"));
    let report = at(BOUND, issuer, &bytes("sd-cwt/issuer_cwt.cbor"));
    assert_eq!((report.valid(), codes(&report)), (Some(true), vec![]));
    assert_eq!(report.format, Some(Format::SdCwt));
    let (shown, example) = (shown(&report), notation("issuer_cwt.edn"));
    assert_eq!(shown["claims"], restored(&example));
    assert_eq!(shown["claims"]["501"], "ABCD-123456");
    assert_eq!(
        shown["claims"]["502"],
        json!([1_549_560_720, 1_612_560_720, 1_674_004_740])
    );
    assert_eq!(
        shown["claims"]["503"],
        json!({ "country": "us", "region": "ca", "postal_code": "94188" })
    );
    assert_eq!(
        shown["disclosures"],
        json!({ "matched": 5, "unmatched": 0, "decoys": 0, "hash": "wrapped" })
    );
    assert_eq!(
        shown["signatures"],
        json!([{ "layer": "issuer", "alg": "ES384", "kid": KID, "verified": true }])
    );
    assert!(shown.get("holder").is_none());
}

#[test]
fn kbt() {
    let issuer = keys(&bytes("sd-cwt/issuer_privkey.pem"));
    let report = at(BOUND, issuer, &bytes("sd-cwt/kbt.cbor"));
    assert_eq!((report.valid(), codes(&report)), (Some(true), vec![]));
    assert_eq!(report.format, Some(Format::SdCwtKbt));
    let (shown, example) = (shown(&report), notation("kbt.edn"));
    let sd_cwt = inside(&parts(&example)[0])["13"].clone();
    assert_eq!(shown["claims"], restored(&sd_cwt));
    // One date and the postal code are not disclosed, and nothing stands in their places.
    assert_eq!(shown["claims"]["502"], json!([1_549_560_720, 1_674_004_740]));
    assert_eq!(shown["claims"]["503"], json!({ "country": "us", "region": "ca" }));
    assert_eq!(shown["holder"], inside(&parts(&example)[2]));
    assert_eq!(
        shown["disclosures"],
        json!({ "matched": 3, "unmatched": 0, "decoys": 0, "hash": "wrapped" })
    );
    assert_eq!(
        shown["signatures"],
        json!([
            { "layer": "issuer", "alg": "ES384", "kid": KID, "verified": true },
            { "layer": "holder", "alg": "ES256", "verified": true }
        ])
    );
}

#[test]
fn times_of_kbt() {
    let issuer = || keys(&bytes("sd-cwt/issuer_privkey.pem"));
    let codes_at = |now| codes(&at(now, issuer(), &bytes("sd-cwt/kbt.cbor")));
    assert_eq!(codes_at(BOUND - 1), ["not_yet_valid"]);
    assert_eq!(codes_at(EXP - 1), Vec::<&str>::new());
    assert_eq!(codes_at(EXP), ["expired"]);
}

#[test]
fn kbt_without_and_with_other_keys() {
    let kbt = bytes("sd-cwt/kbt.cbor");
    let without = at(BOUND, Vec::new(), &kbt);
    assert_eq!((without.valid(), codes(&without)), (None, vec![]));
    let shown = shown(&without);
    assert_eq!(
        (&shown["signatures"][0]["verified"], &shown["signatures"][1]["verified"]),
        (&Value::Null, &Value::Null)
    );
    let other = at(BOUND, keys(&bytes("sd-cwt/holder_privkey.pem")), &kbt);
    assert_eq!((other.valid(), codes(&other)), (Some(false), vec!["signature_invalid"]));
    assert!(other.has(InspectCode::SignatureInvalid));
}

#[test]
fn chosen_disclosures_and_the_first_one() {
    // The fragments of the draft's text are those of the two tokens. One of them is a header, not an item.
    let text = String::from_utf8(bytes("sd-cwt/chosen-disclosures.edn")).unwrap();
    let chosen = edn::read(&format!("{{{text}}}"));
    let example = notation("kbt.edn");
    assert_eq!(chosen["17"], parts(&inside(&parts(&example)[0])["13"])[1]["17"]);
    let text = String::from_utf8(bytes("sd-cwt/first-disclosure.edn")).unwrap();
    let first = edn::read(text.trim().trim_end_matches(','));
    assert_eq!(first, chosen["17"][0]);
}

#[test]
fn every_vector_is_used() {
    let used = [
        "chosen-disclosures.edn",
        // Both by the tests of the formats, where the hashes are made.
        "first-blinded-hash.txt",
        "first-disclosure.cborseq",
        "first-disclosure.edn",
        "holder_privkey.pem",
        "issuer_cwt.cbor",
        "issuer_cwt.edn",
        "issuer_privkey.pem",
        "kbt.cbor",
        "kbt.edn",
    ];
    assert_eq!(names("sd-cwt"), used);
}

#[test]
fn the_program_says_the_same() {
    let (kbt, key) = (path("sd-cwt/kbt.cbor"), path("sd-cwt/issuer_privkey.pem"));
    let (kbt, key) = (kbt.to_str().unwrap(), key.to_str().unwrap());
    let report = at(
        BOUND,
        keys(&bytes("sd-cwt/issuer_privkey.pem")),
        &bytes("sd-cwt/kbt.cbor"),
    );
    assert_eq!(run(&["--key", key, "--at", "1725244237", kbt]), (0, shown(&report)));
    assert_eq!(
        run(&["--key", key, "--at", "2024-09-02T02:30:37Z", kbt]),
        (0, shown(&report))
    );
    let (exit, answer) = run(&["--key", key, "--at", "2026-11-24T08:00:00Z", kbt]);
    assert_eq!((exit, &answer["verdict"]["errors"][0]["code"]), (1, &json!("expired")));
}
