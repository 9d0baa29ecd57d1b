//! Times: exact edges, both layers, and what the layers say about each other.

use permitcard_cli::inspect::{Options, inspect};
use permitcard_credential::cose::value::Value;
use permitcard_crypto::ecdsa::SigningKey;

use crate::{codes_of, forge::*, options, with_keys};

fn cwt(issuer: &SigningKey, claims: Value) -> Vec<u8> {
    Parts::new(&claims).sign(issuer)
}

fn codes_at(input: &[u8], issuer: &SigningKey, now: i64) -> Vec<&'static str> {
    let options = Options {
        now,
        ..options(&[issuer])
    };
    codes_of(&inspect(input, &options))
}

#[test]
fn edges_of_one_token_are_exact() {
    let issuer = key();
    let token = cwt(&issuer, with(claims(), 5, int(NOW - 30)));
    // iat -60, nbf -30, exp +60.
    assert_eq!(codes_at(&token, &issuer, NOW - 61), ["not_yet_valid", "not_yet_valid"]);
    assert_eq!(codes_at(&token, &issuer, NOW - 60), ["not_yet_valid"]);
    assert_eq!(codes_at(&token, &issuer, NOW - 31), ["not_yet_valid"]);
    assert_eq!(codes_at(&token, &issuer, NOW - 30), Vec::<&str>::new());
    assert_eq!(codes_at(&token, &issuer, NOW + 59), Vec::<&str>::new());
    assert_eq!(codes_at(&token, &issuer, NOW + 60), ["expired"]);
    let token = cwt(&issuer, claims());
    assert_eq!(codes_at(&token, &issuer, NOW - 61), ["not_yet_valid"]);
    assert_eq!(codes_at(&token, &issuer, NOW - 60), Vec::<&str>::new());
}

#[test]
fn fractions_of_a_second_count_and_what_is_no_time_is_refused() {
    let issuer = key();
    let exp = |value| codes_of(&with_keys(&cwt(&issuer, with(claims(), 4, value)), &[&issuer]));
    assert_eq!(exp(Value::Float(NOW as f64 + 0.5)), Vec::<&str>::new());
    assert_eq!(exp(Value::Float(NOW as f64 - 0.5)), ["expired"]);
    assert_eq!(exp(Value::Int(u64::MAX.into())), Vec::<&str>::new());
    for value in [
        Value::Float(f64::NAN),
        Value::Float(f64::INFINITY),
        Value::Tag(1, Box::new(int(NOW + 60))),
        text("2026-11-24T08:00:00Z"),
        Value::Null,
    ] {
        assert_eq!(exp(value), ["claims_malformed"]);
    }
}

#[test]
fn times_that_contradict_each_other_are_told() {
    let issuer = key();
    let codes = |claims| codes_of(&with_keys(&cwt(&issuer, claims), &[&issuer]));
    assert_eq!(
        codes(with(with(claims(), 4, int(NOW + 5)), 5, int(NOW + 5))),
        ["not_yet_valid", "time_order_invalid"]
    );
    assert_eq!(
        codes(with(with(claims(), 4, int(NOW - 5)), 6, int(NOW - 5))),
        ["expired", "time_order_invalid"]
    );
    assert_eq!(
        codes(with(with(claims(), 4, int(NOW + 6)), 5, int(NOW + 5))),
        ["not_yet_valid"]
    );
}

#[test]
fn a_token_without_times_has_no_edges() {
    let issuer = key();
    let token = cwt(&issuer, map([(1, text("https://issuer.example"))]));
    for now in [i64::MIN, 0, i64::MAX] {
        assert_eq!(codes_at(&token, &issuer, now), Vec::<&str>::new());
    }
}

#[test]
fn either_layer_can_be_expired_or_early_and_the_detail_says_which() {
    let (issuer, holder) = (key(), key());
    let binding = |claims: &Value| kbt(sd_cwt(&holder).item(&issuer), claims).sign(&holder);
    let report_at = |now| {
        let options = Options {
            now,
            ..options(&[&issuer])
        };
        inspect(&binding(&binding_claims()), &options)
    };
    let details = |now| {
        let errors = report_at(now).errors;
        errors
            .iter()
            .map(|one| format!("{} {}", one.code, one.detail))
            .collect::<Vec<_>>()
    };
    assert_eq!(details(NOW), Vec::<String>::new());
    assert_eq!(details(NOW - 1), Vec::<String>::new());
    assert_eq!(
        details(NOW - 2),
        [
            "not_yet_valid holder: now 1763999998 (2025-11-24T15:59:58Z) is before iat (6) 1763999999 (2025-11-24T15:59:59Z)"
        ]
    );
    assert_eq!(details(NOW + 29), Vec::<String>::new());
    assert_eq!(
        details(NOW + 30),
        [
            "expired holder: now 1764000030 (2025-11-24T16:00:30Z) is not before exp (4) 1764000030 (2025-11-24T16:00:30Z)"
        ]
    );
    let both = details(NOW + 60);
    assert!(
        both[0].starts_with("expired issuer:") && both[1].starts_with("expired holder:"),
        "{both:?}"
    );
}

#[test]
fn a_binding_lives_inside_of_its_credential() {
    let (issuer, holder) = (key(), key());
    let codes = |claims: &Value| {
        codes_of(&with_keys(
            &kbt(sd_cwt(&holder).item(&issuer), claims).sign(&holder),
            &[&issuer],
        ))
    };
    assert_eq!(codes(&with(binding_claims(), 6, int(NOW - 60))), Vec::<&str>::new());
    assert_eq!(codes(&with(binding_claims(), 6, int(NOW - 61))), ["binding_too_early"]);
    assert_eq!(codes(&with(binding_claims(), 4, int(NOW + 60))), Vec::<&str>::new());
    assert_eq!(codes(&with(binding_claims(), 4, int(NOW + 61))), ["binding_too_long"]);
    // An identifier instead of a time.
    let named = with(without(without(binding_claims(), 6), 4), 7, bytes(b"1"));
    assert_eq!(codes(&named), Vec::<&str>::new());
}
