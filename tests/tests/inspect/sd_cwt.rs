//! Redaction: what is disclosed stands in its place, what is not leaves nothing behind.

use permitcard_credential::{cose::value::Value, sdcwt::draft::SdHash};
use serde_json::json;

use crate::{assert_valid, codes_of, forge::*, shown, with_keys};

#[test]
fn both_forms_of_a_hash_are_read_and_named() {
    let (issuer, holder) = (key(), key());
    let (one, two) = (
        disclosure(1, &[text("one"), int(500)]),
        disclosure(2, &[text("two"), int(501)]),
    );
    let report = |hashes: Vec<Value>| {
        let mut claims = bound_claims(&holder);
        entries(&mut claims).push(redacted(hashes));
        let disclosures = Value::Array(vec![bytes(&one), bytes(&two)]);
        let token = Parts::new(&claims)
            .header(16, int(293))
            .outside(17, disclosures)
            .sign(&issuer);
        let report = with_keys(&token, &[&issuer]);
        assert_valid(&report);
        let seen = shown(&report);
        assert_eq!(
            (&seen["claims"]["500"], &seen["claims"]["501"]),
            (&json!("one"), &json!("two"))
        );
        assert!(seen["claims"].get("simple(59)").is_none());
        seen["disclosures"].clone()
    };
    let expected = |hash: &str| json!({ "matched": 2, "unmatched": 0, "decoys": 0, "hash": hash });
    assert_eq!(report(vec![wrapped(&one), wrapped(&two)]), expected("wrapped"));
    assert_eq!(report(vec![bare(&two), bare(&one)]), expected("bare"));
    assert_eq!(report(vec![wrapped(&one), bare(&two)]), expected("mixed"));
}

#[test]
fn redaction_nests_in_maps_and_arrays() {
    let (issuer, holder) = (key(), key());
    let street = disclosure(1, &[text("Nanjing Road"), text("street")]);
    let hidden = disclosure(2, &[text("hidden"), text("house")]);
    let inside = Value::Map(vec![
        (text("city"), text("Shanghai")),
        redacted(vec![wrapped(&street), wrapped(&hidden)]),
    ]);
    let address = disclosure(3, &[inside, int(500)]);
    let first = disclosure(4, &[int(1)]);
    let third = disclosure(5, &[Value::Array(vec![int(3)])]);
    let elsewhere = disclosure(7, &[text("hidden")]);
    let decoy = disclosure(6, &[]);
    let item = |disclosure: &[u8]| Value::Tag(60, Box::new(wrapped(disclosure)));
    let list = Value::Array(vec![item(&first), item(&elsewhere), int(2), item(&third)]);
    let mut claims = with(bound_claims(&holder), 501, list);
    entries(&mut claims).push(redacted(vec![wrapped(&address), wrapped(&decoy)]));
    let token = |disclosures: &[&[u8]]| {
        let disclosures = Value::Array(disclosures.iter().map(|one| bytes(one)).collect());
        Parts::new(&claims)
            .header(16, int(293))
            .outside(17, disclosures)
            .sign(&issuer)
    };
    let report = with_keys(&token(&[&third, &street, &address, &first, &decoy]), &[&issuer]);
    assert_valid(&report);
    let seen = shown(&report);
    assert_eq!(
        seen["claims"]["500"],
        json!({ "city": "Shanghai", "street": "Nanjing Road" })
    );
    assert_eq!(seen["claims"]["501"], json!([1, 2, [3]]));
    assert_eq!(
        seen["disclosures"],
        json!({ "matched": 4, "unmatched": 0, "decoys": 1, "hash": "wrapped" })
    );
    // Without its parent, a nested disclosure has no place.
    let report = with_keys(&token(&[&street]), &[&issuer]);
    assert_eq!(
        (codes_of(&report), report.valid()),
        (vec!["disclosure_unmatched"], Some(false))
    );
    assert_eq!(shown(&report)["disclosures"]["unmatched"], 1);
}

#[test]
fn without_disclosures_nothing_is_said_about_hashes() {
    let (issuer, holder) = (key(), key());
    let mut parts = sd_cwt(&holder);
    parts.unprotected = map([]);
    let report = with_keys(&parts.sign(&issuer), &[&issuer]);
    assert_valid(&report);
    assert_eq!(
        shown(&report)["disclosures"],
        json!({ "matched": 0, "unmatched": 0, "decoys": 0 })
    );
    assert!(shown(&report)["claims"].get("500").is_none());
}

#[test]
fn the_subject_may_be_redacted() {
    let (issuer, holder) = (key(), key());
    let sub = disclosure(1, &[text("subject"), int(2)]);
    let mut claims = without(bound_claims(&holder), 2);
    entries(&mut claims).push(redacted(vec![wrapped(&sub)]));
    let parts = Parts::new(&claims).header(16, int(293));
    assert_valid(&with_keys(&parts.sign(&issuer), &[&issuer]));
    let disclosed = parts.outside(17, Value::Array(vec![bytes(&sub)]));
    let report = with_keys(&disclosed.sign(&issuer), &[&issuer]);
    assert_valid(&report);
    assert_eq!(shown(&report)["claims"]["2"], "subject");
}

#[test]
fn what_is_wrong_inside_of_a_binding_is_told_with_what_can_be_seen() {
    let (issuer, holder) = (key(), key());
    let other = disclosure(9, &[text("other"), int(509)]);
    let shown_one = disclosure(1, &[text("shown"), int(500)]);
    let credential = sd_cwt(&holder).outside(17, Value::Array(vec![bytes(&shown_one), bytes(&other)]));
    let binding = kbt(credential.item(&issuer), &binding_claims()).sign(&holder);
    let report = with_keys(&binding, &[&issuer]);
    assert_eq!(codes_of(&report), ["disclosure_unmatched"]);
    let seen = shown(&report);
    assert_eq!(seen["claims"]["500"], "shown");
    assert_eq!(seen["holder"]["39"], "333134313539");
    assert_eq!(
        (&seen["signatures"][0]["verified"], &seen["signatures"][1]["verified"]),
        (&json!(true), &json!(true))
    );
}

#[test]
fn a_token_without_its_type_is_shown_all_the_same() {
    let (issuer, holder) = (key(), key());
    let mut credential = sd_cwt(&holder);
    credential.protected = without(credential.protected, 16);
    let mut binding = kbt(credential.item(&issuer), &binding_claims());
    binding.protected = without(binding.protected, 16);
    for (input, errors) in [(credential.sign(&issuer), 1), (binding.sign(&holder), 2)] {
        let report = with_keys(&input, &[&issuer]);
        assert_eq!(
            (report.valid(), codes_of(&report)),
            (Some(false), vec!["type_unexpected"; errors])
        );
        let seen = shown(&report);
        assert_eq!(seen["claims"]["500"], "shown");
        assert!(
            seen["signatures"]
                .as_array()
                .unwrap()
                .iter()
                .all(|signature| signature["verified"] == true)
        );
    }
}

#[test]
fn other_hashes_of_the_draft_are_read() {
    let (issuer, holder) = (key(), key());
    let shown_one = disclosure(1, &[text("shown"), int(500)]);
    for (alg, hash) in [(-43, SdHash::Sha384), (-44, SdHash::Sha512)] {
        let mut claims = bound_claims(&holder);
        entries(&mut claims).push(redacted(vec![bytes(&hash.wrapped(&shown_one))]));
        let parts = Parts::new(&claims).header(16, int(293)).header(170, int(alg));
        let report = with_keys(
            &parts.outside(17, Value::Array(vec![bytes(&shown_one)])).sign(&issuer),
            &[&issuer],
        );
        assert_valid(&report);
        assert_eq!(shown(&report)["claims"]["500"], "shown");
    }
}
