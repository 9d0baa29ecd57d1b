//! What the claims must say.

use super::{super::*, world::*};
use crate::cose::{AnyAlgorithm, AnyKey, CoseError, value::Value};
use crate::sdcwt::SdCwtError;

fn problems(claims: &Value) -> Vec<SdCwtError> {
    let bytes = forged(&map(protected()), &map([]), claims);
    let token = SdCwtToken::parse(&bytes, &LIMITS).unwrap();
    let restored = token.restore_counting().unwrap();
    token.problems(&restored, None)
}

#[test]
fn an_sd_cwt_names_issuer_subject_and_holder() {
    assert_eq!(problems(&with([])), []);
    assert_eq!(problems(&with([(1, Value::Null)])), [SdCwtError::IssuerMissing]);
    assert_eq!(problems(&with([(2, Value::Null)])), [SdCwtError::SubjectMissing]);
    assert_eq!(problems(&with([(8, Value::Null)])), [SdCwtError::HolderKeyMissing]);
    // A certificate names the issuer, if it is signed.
    let certified = |protected: &Value, unprotected: &Value| {
        let bytes = forged(protected, unprotected, &with([(1, Value::Null)]));
        let token = SdCwtToken::parse(&bytes, &LIMITS).unwrap();
        token.problems(&token.restore().unwrap(), None)
    };
    for label in 32..=35 {
        let header = vec![(int(label), Value::Bytes(vec![1]))];
        assert_eq!(certified(&map([protected(), header.clone()].concat()), &map([])), []);
        assert_eq!(certified(&map(protected()), &map(header)), [SdCwtError::IssuerMissing]);
    }
    // A redacted claim could be the subject; one that is disclosed is not.
    let source = map(with([(2, Value::Null)])
        .as_map()
        .unwrap()
        .iter()
        .cloned()
        .chain([(tag(58, int(500)), int(1))]));
    let bytes = issued(&source);
    let shown = SdCwtToken::parse(&bytes, &LIMITS).unwrap();
    assert_eq!(
        shown.problems(&shown.restore().unwrap(), None),
        [SdCwtError::SubjectMissing]
    );
    assert_eq!(problems(shown.claims()), []);
    // Nor one that is redacted deeper.
    let deeper = redact(
        &with([(2, Value::Null), (600, map([(tag(58, int(500)), int(1))]))]),
        SdHash::Sha256,
        &mut salts(),
    );
    assert_eq!(problems(&deeper.unwrap().claims), [SdCwtError::SubjectMissing]);
}

#[test]
fn registered_claims_have_their_types() {
    for (label, bad) in [
        (1, int(1)),
        (2, Value::Bytes(vec![1])),
        (3, array([text("verifier")])),
        (4, text("2000")),
        (4, tag(1, int(2000))),
        (4, Value::Float(f64::NAN)),
        (4, Value::Float(f64::INFINITY)),
        (4, Value::Float(9_007_199_254_740_994.0)),
        (5, Value::Bool(true)),
        (6, Value::Float(f64::NEG_INFINITY)),
        (7, text("id")),
        (11, int(-1)),
        (11, Value::Bool(true)),
        (39, text("nonce")),
    ] {
        assert_eq!(
            problems(&with([(label, bad.clone())])),
            [SdCwtError::ClaimsMalformed],
            "{label} {bad:?}"
        );
    }
    let cnf = problems(&with([(8, int(1))]));
    assert_eq!(cnf, [SdCwtError::ClaimsMalformed, SdCwtError::HolderKeyUnsupported]);
    let good = [
        (3, text("verifier")),
        (4, Value::Float(2000.5)),
        (5, int(-1)),
        (7, Value::Bytes(vec![1])),
        (11, int(65_000)),
        (39, Value::Bytes(vec![1])),
    ];
    assert_eq!(problems(&with(good)), []);
    assert_eq!(problems(&with([(11, text("permitcard/1"))])), []);
    assert_eq!(problems(&with([(11, Value::Bytes(vec![1]))])), []);
}

#[test]
fn the_holders_key_stands_in_cnf_itself() {
    let key = |cnf: Value| {
        let bytes = forged(&map(protected()), &map([]), &with([(8, cnf)]));
        SdCwtToken::parse(&bytes, &LIMITS).unwrap().holder_key()
    };
    let good = AnyKey::from(*holder().public_key());
    assert_eq!(key(map([(int(1), good.to_value())])), Ok(good.clone()));
    // By thumbprint or name, with the private part, compressed, of another kind.
    let unsupported = Err(SdCwtError::HolderKeyUnsupported);
    assert_eq!(key(map([(int(5), Value::Bytes(vec![1; 32]))])), unsupported);
    assert_eq!(key(map([(int(3), Value::Bytes(vec![1; 8]))])), unsupported);
    assert_eq!(key(map([])), unsupported);
    let private = map(good
        .to_value()
        .as_map()
        .unwrap()
        .iter()
        .cloned()
        .chain([(int(-4), Value::Bytes(vec![1; 32]))]));
    assert_eq!(key(map([(int(1), private)])), unsupported);
    let point = |y: Value| {
        map([
            (int(1), int(2)),
            (int(-1), int(1)),
            (int(-2), Value::Bytes(vec![1; 32])),
            (int(-3), y),
        ])
    };
    let compressed = key(map([(int(1), point(Value::Bool(true)))]));
    assert_eq!(compressed, Err(CoseError::KeyCompressed.into()));
    assert_eq!(key(map([(int(1), int(1))])), Err(CoseError::KeyInvalid.into()));
    // Redacted, it is not there.
    let source = with([(8, map([(tag(58, int(1)), good.to_value())]))]);
    let bytes = issued(&source);
    assert_eq!(SdCwtToken::parse(&bytes, &LIMITS).unwrap().holder_key(), unsupported);
}

#[test]
fn times_of_a_token_are_in_order() {
    let order = |exp: i64, nbf: i64, iat: i64| problems(&with([(4, int(exp)), (5, int(nbf)), (6, int(iat))]));
    let wrong = [SdCwtError::TimeOrderInvalid];
    assert_eq!(order(2000, 1000, 1000), []);
    assert_eq!(order(1002, 1000, 1001), []);
    assert_eq!(order(2000, 1001, 1000), wrong);
    assert_eq!(order(1000, 999, 1000), wrong);
    assert_eq!(order(999, 998, 1000), wrong);
    let without_iat = |exp, nbf| problems(&with([(4, int(exp)), (5, int(nbf)), (6, Value::Null)]));
    assert_eq!(without_iat(1001, 1000), []);
    assert_eq!(without_iat(1000, 1000), wrong);
    assert_eq!(problems(&with([(4, Value::Float(1000.5))])), []);
    assert_eq!(problems(&with([(4, Value::Null), (6, Value::Null)])), []);
}

#[test]
fn edges_of_time() {
    let token = issued(&with([(5, int(900))]));
    let token = SdCwtToken::parse(&token, &LIMITS).unwrap();
    let restored = token.restore().unwrap();
    let check = |now, leeway| token.problems(&restored, Some(&TimeRules { now, leeway }));
    assert_eq!(check(999, 0), [SdCwtError::NotYetValid]);
    assert_eq!(check(1000, 0), []);
    assert_eq!(check(1999, 0), []);
    assert_eq!(check(2000, 0), [SdCwtError::Expired]);
    assert_eq!(check(969, 30), [SdCwtError::NotYetValid]);
    assert_eq!(check(970, 30), []);
    assert_eq!(check(2029, 30), []);
    assert_eq!(check(2030, 30), [SdCwtError::Expired]);
    assert_eq!(check(i64::MIN, 0), [SdCwtError::NotYetValid]);
    assert_eq!(check(i64::MAX, u32::MAX), [SdCwtError::Expired]);
    // nbf alone.
    let token = issued(&with([(5, int(900)), (6, Value::Null)]));
    let token = SdCwtToken::parse(&token, &LIMITS).unwrap();
    let check = |now| token.problems(&token.restore().unwrap(), Some(&TimeRules::at(now)));
    assert_eq!(check(899), [SdCwtError::NotYetValid]);
    assert_eq!(check(900), []);
}

fn holder_problems(sd_cwt: &Value, claims: &Value) -> Vec<SdCwtError> {
    let bytes = bound(&issued(sd_cwt), claims);
    let kbt = KbtToken::parse(&bytes, &LIMITS).unwrap();
    kbt.problems(&kbt.sd_cwt().restore().unwrap(), None)
}

#[test]
fn a_key_binding_token_says_for_whom_and_when() {
    let check = |changes: &[(i64, Value)]| holder_problems(&with([]), &binding(changes.iter().cloned()));
    assert_eq!(check(&[]), []);
    assert_eq!(check(&[(3, Value::Null)]), [SdCwtError::AudienceMissing]);
    assert_eq!(check(&[(3, int(1))]), [SdCwtError::ClaimsMalformed]);
    assert_eq!(check(&[(1, text("issuer"))]), [SdCwtError::BindingClaimForbidden]);
    assert_eq!(check(&[(2, text("subject"))]), [SdCwtError::BindingClaimForbidden]);
    // A time, or a name; other times only with the first.
    let id = Value::Bytes(vec![1]);
    assert_eq!(check(&[(6, Value::Null)]), [SdCwtError::BindingTimeMissing]);
    assert_eq!(check(&[(6, Value::Null), (7, id.clone())]), []);
    assert_eq!(check(&[(7, id.clone())]), []);
    assert_eq!(
        check(&[(6, Value::Null), (7, id.clone()), (4, int(1600))]),
        [SdCwtError::BindingTimeMissing]
    );
    assert_eq!(
        check(&[(6, Value::Null), (7, id), (5, int(1500))]),
        [SdCwtError::BindingTimeMissing]
    );
    assert_eq!(check(&[(39, text("nonce"))]), [SdCwtError::ClaimsMalformed]);
    assert_eq!(check(&[(4, int(1500))]), [SdCwtError::TimeOrderInvalid]);
    assert_eq!(check(&[(4, int(1501)), (5, int(1500))]), []);
    assert_eq!(check(&[(5, int(1501))]), [SdCwtError::TimeOrderInvalid]);
}

#[test]
fn a_key_binding_token_lives_within_its_credential() {
    // The credential: from 1000, not before 900, until 2000.
    let credential = with([(5, int(900))]);
    let check = |changes: &[(i64, Value)]| holder_problems(&credential, &binding(changes.iter().cloned()));
    assert_eq!(check(&[(6, int(1000))]), []);
    assert_eq!(check(&[(6, int(999))]), [SdCwtError::BindingTooEarly]);
    assert_eq!(check(&[(5, int(900))]), []);
    assert_eq!(check(&[(5, int(899))]), [SdCwtError::BindingTooEarly]);
    assert_eq!(check(&[(6, int(1999))]), []);
    assert_eq!(check(&[(6, int(2000))]), [SdCwtError::BindingTooLong]);
    assert_eq!(check(&[(4, int(2000))]), []);
    assert_eq!(check(&[(4, int(2001))]), [SdCwtError::BindingTooLong]);
    // Not before a time at which the credential is over: its own order is wrong, too.
    let late = [SdCwtError::TimeOrderInvalid, SdCwtError::BindingTooLong];
    assert_eq!(check(&[(5, int(2000)), (6, int(1999))]), late);
    // Where the credential has only nbf, the token is not older than that.
    let later = with([(5, int(1400)), (6, Value::Null)]);
    assert_eq!(
        holder_problems(&later, &binding([(6, int(1399))])),
        [SdCwtError::BindingTooEarly]
    );
    assert_eq!(holder_problems(&later, &binding([(6, int(1400))])), []);
    // Where it has no times, there is nothing to keep.
    let timeless = with([(4, Value::Null), (6, Value::Null)]);
    assert_eq!(holder_problems(&timeless, &binding([(6, int(1)), (4, int(9999))])), []);
}

#[test]
fn a_verifier_is_asked_by_name_and_nonce_and_now() {
    let plain = issued(&with([]));
    let verify = |claims: &Value, expected: &Expected<'_>| {
        super::world::verify(&bound(&plain, claims), expected).map(|restored| restored.matched)
    };
    let nonce = |nonce| Expected {
        nonce: Some(nonce),
        ..at(1500)
    };
    assert_eq!(verify(&binding([]), &at(1500)), Ok(0));
    assert_eq!(verify(&binding([]), &at(1499)), Err(SdCwtError::NotYetValid));
    assert_eq!(verify(&binding([(4, int(1560))]), &at(1560)), Err(SdCwtError::Expired));
    assert_eq!(verify(&binding([(4, int(1560))]), &at(1559)), Ok(0));
    let elsewhere = binding([(3, text("elsewhere"))]);
    assert_eq!(verify(&elsewhere, &at(1500)), Err(SdCwtError::AudienceUnexpected));
    assert_eq!(
        verify(
            &elsewhere,
            &Expected {
                audiences: None,
                ..at(1500)
            }
        ),
        Ok(0)
    );
    assert_eq!(
        verify(
            &elsewhere,
            &Expected {
                audiences: Some(&["x", "elsewhere"]),
                ..at(1500)
            }
        ),
        Ok(0)
    );
    assert_eq!(verify(&binding([]), &nonce(b"1234")), Err(SdCwtError::NonceUnexpected));
    let answered = binding([(39, Value::Bytes(b"1234".to_vec()))]);
    assert_eq!(verify(&answered, &nonce(b"1234")), Ok(0));
    assert_eq!(verify(&answered, &nonce(b"1235")), Err(SdCwtError::NonceUnexpected));
    assert_eq!(verify(&answered, &at(1500)), Ok(0));
    // A credential for somebody else.
    let narrow = bound(&issued(&with([(3, text("elsewhere"))])), &binding([]));
    assert_eq!(
        super::world::verify(&narrow, &at(1500)).err(),
        Some(SdCwtError::AudienceUnexpected)
    );
}

#[test]
fn what_a_holder_must_not_say_is_not_signed() {
    let bytes = issued(&with([]));
    let token = SdCwtToken::parse(&bytes, &LIMITS).unwrap();
    let refused = |binding: &Binding<'_>| bind(&token, &[], AnyAlgorithm::Ed25519, binding).err();
    let good = Binding {
        aud: "verifier",
        iat: Some(1500),
        ..Binding::default()
    };
    assert_eq!(refused(&good), None);
    let time = Some(SdCwtError::BindingTimeMissing);
    assert_eq!(refused(&Binding { iat: None, ..good }), time);
    assert_eq!(
        refused(&Binding {
            iat: None,
            cti: Some(b"1"),
            ..good
        }),
        None
    );
    assert_eq!(
        refused(&Binding {
            iat: None,
            cti: Some(b"1"),
            exp: Some(1),
            ..good
        }),
        time
    );
    assert_eq!(
        refused(&Binding {
            iat: None,
            cti: Some(b"1"),
            nbf: Some(1),
            ..good
        }),
        time
    );
    for label in [1, 2, 3, 6] {
        let claims = [(int(label), text("x"))];
        assert_eq!(
            refused(&Binding {
                claims: &claims,
                ..good
            }),
            Some(SdCwtError::BindingClaimForbidden),
            "{label}"
        );
    }
    let claims = [(int(-70_000), text("x"))];
    let kbt = sign(
        bind(
            &token,
            &[],
            AnyAlgorithm::Ed25519,
            &Binding {
                claims: &claims,
                cti: Some(b"1"),
                ..good
            },
        )
        .unwrap(),
        &holder(),
    );
    let kbt = KbtToken::parse(&kbt, &LIMITS).unwrap();
    assert!(
        kbt.claims().label(-70_000) == Some(&text("x")) && kbt.claims().label(7) == Some(&Value::Bytes(b"1".to_vec()))
    );
}
