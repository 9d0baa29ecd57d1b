//! Signatures: which key is tried, what stands in the report with and without keys.

use permitcard_cli::inspect::{Options, inspect, read_keys};
use permitcard_credential::cose::value::Value;
use serde_json::{Value as Json, json};

use crate::{assert_valid, codes_of, forge::*, options, shown, with_keys};

#[test]
fn without_a_key_nothing_is_said_about_signatures_and_the_rest_is_checked() {
    let (issuer, holder) = (key(), key());
    let binding = kbt(sd_cwt(&holder).item(&issuer), &binding_claims()).sign(&holder);
    let report = with_keys(&binding, &[]);
    let seen = shown(&report);
    assert_eq!((report.valid(), &seen["verdict"]["valid"]), (None, &Json::Null));
    for signature in seen["signatures"].as_array().unwrap() {
        assert_eq!(signature.get("verified"), Some(&Json::Null));
    }
    assert_eq!(seen["claims"]["500"], "shown");
    let late = Options {
        now: NOW + 60,
        ..options(&[])
    };
    let report = inspect(&binding, &late);
    assert_eq!((report.valid(), codes_of(&report)), (None, vec!["expired", "expired"]));
}

#[test]
fn with_keys_of_which_none_fits_only_the_issuer_is_not_verified() {
    let (issuer, holder, other) = (key(), key(), key());
    let binding = kbt(sd_cwt(&holder).item(&issuer), &binding_claims()).sign(&holder);
    let seen = shown(&with_keys(&binding, &[&other, &holder]));
    assert_eq!(seen["verdict"]["errors"][0]["code"], "signature_invalid");
    assert_eq!(seen["verdict"]["valid"], false);
    // The holder's key is the one in cnf, whoever signed around it.
    let verified: Vec<&Json> = seen["signatures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["verified"])
        .collect();
    assert_eq!(verified, [&json!(false), &json!(true)]);
}

#[test]
fn the_holder_is_verified_with_the_key_in_cnf_and_no_other() {
    let (issuer, holder, thief) = (key(), key(), key());
    let stolen = kbt(sd_cwt(&holder).item(&issuer), &binding_claims()).sign(&thief);
    let report = with_keys(&stolen, &[&issuer, &thief]);
    assert_eq!(
        (report.valid(), codes_of(&report)),
        (Some(false), vec!["signature_invalid"])
    );
    let verified = |index: usize| shown(&report)["signatures"][index]["verified"].clone();
    assert_eq!((verified(0), verified(1)), (json!(true), json!(false)));
}

#[test]
fn a_key_is_found_by_its_name_or_by_trying() {
    let (issuer, other) = (key(), key());
    let mut named = cose_key(&issuer);
    entries(&mut named).push((int(2), bytes(b"right")));
    let mut misnamed = cose_key(&other);
    entries(&mut misnamed).push((int(2), bytes(b"right")));
    let token = Parts::new(&claims()).header(4, bytes(b"right")).sign(&issuer);
    let files = [
        vec![&named],
        vec![&misnamed, &named],
        vec![&misnamed, &cose_key(&issuer)],
        vec![&cose_key(&issuer)],
    ]
    .map(|keys| keys.into_iter().cloned().collect::<Vec<Value>>());
    for keys in files {
        let keys = keys.iter().flat_map(|key| read_keys(&key.encode()).unwrap()).collect();
        let report = inspect(&token, &Options { keys, ..options(&[]) });
        assert_valid(&report);
    }
    let only_misnamed = read_keys(&misnamed.encode()).unwrap();
    let report = inspect(
        &token,
        &Options {
            keys: only_misnamed,
            ..options(&[])
        },
    );
    assert_eq!(codes_of(&report), ["signature_invalid"]);
}

#[test]
fn kid_is_hex_like_every_byte_string() {
    let issuer = key();
    let kid = |kid: &[u8]| {
        let report = with_keys(&Parts::new(&claims()).header(4, bytes(kid)).sign(&issuer), &[&issuer]);
        assert_valid(&report);
        shown(&report)["signatures"][0]["kid"].clone()
    };
    assert_eq!(kid(&[0x01, 0xff]), "01ff");
    // Text as well: these four bytes are not the two from above.
    assert_eq!(kid(b"01ff"), "30316666");
    assert_eq!(kid(b""), "");
    let outside = Parts::new(&claims()).outside(4, bytes(b"outside")).sign(&issuer);
    assert_eq!(
        shown(&with_keys(&outside, &[&issuer]))["signatures"][0]["kid"],
        "6f757473696465"
    );
    let none = shown(&with_keys(&Parts::new(&claims()).sign(&issuer), &[&issuer]));
    assert!(none["signatures"][0].get("kid").is_none());
}

#[test]
fn an_algorithm_outside_of_the_signature_is_read_and_marked() {
    let issuer = key();
    let mut parts = Parts::new(&claims()).outside(1, int(-7));
    parts.protected = map([]);
    let report = with_keys(&parts.sign(&issuer), &[&issuer]);
    assert_valid(&report);
    assert_eq!(
        shown(&report)["signatures"],
        json!([{ "layer": "issuer", "alg": "ES256", "alg_unprotected": true, "verified": true }])
    );
}

#[test]
fn algorithms_are_named_and_belong_to_their_curve() {
    let issuer = key();
    let report = |alg: Value| with_keys(&Parts::new(&claims()).header(1, alg).sign(&issuer), &[&issuer]);
    for (alg, name) in [(-7, "ES256"), (-9, "ESP256")] {
        assert_valid(&report(int(alg)));
        assert_eq!(shown(&report(int(alg)))["signatures"][0]["alg"], name);
    }
    for (alg, name) in [(-35, "ES384"), (-51, "ESP384"), (-8, "EdDSA"), (-19, "Ed25519")] {
        assert_eq!(codes_of(&report(int(alg))), ["signature_invalid"], "{name}");
        assert_eq!(shown(&report(int(alg)))["signatures"][0]["alg"], name);
    }
    for (alg, name) in [
        (int(-257), "RS256"),
        (int(-999), "-999"),
        (text("unknown"), "unknown"),
        (Value::Null, "null"),
    ] {
        assert_eq!(
            codes_of(&report(alg.clone())),
            ["algorithm_unsupported", "signature_invalid"],
            "{name}"
        );
        assert_eq!(shown(&report(alg))["signatures"][0]["alg"], name);
    }
}

#[test]
fn external_data_is_part_of_what_is_signed() {
    let issuer = key();
    let token = Parts::new(&claims()).array(&issuer, b"external").encode();
    let with_aad = |aad: &[u8]| {
        let external_aad = aad.to_vec();
        codes_of(&inspect(
            &token,
            &Options {
                external_aad,
                ..options(&[&issuer])
            },
        ))
    };
    assert_eq!(with_aad(b"external"), Vec::<&str>::new());
    assert_eq!(with_aad(b""), ["signature_invalid"]);
    assert_eq!(with_aad(b"other"), ["signature_invalid"]);
}

#[test]
fn every_changed_bit_of_what_is_signed_is_noticed() {
    let (issuer, holder) = (key(), key());
    let binding = kbt(sd_cwt(&holder).item(&issuer), &binding_claims()).sign(&holder);
    for bit in 0..binding.len() * 8 {
        let mut changed = binding.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(with_keys(&changed, &[&issuer]).valid(), Some(true), "bit {bit}");
    }
}
