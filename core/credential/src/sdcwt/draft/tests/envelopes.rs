//! Envelopes that the draft does not have: headers, payloads, key binding tokens and signatures, each with its own error.

use super::{super::*, world::*};
use crate::cose::{AnyAlgorithm, AnyKey, CoseError, Unsigned, value::Value};
use crate::sdcwt::SdCwtError;

#[test]
fn the_list_of_disclosures() {
    let parse = |list: Value| {
        let bytes = forged(&map(protected()), &map([(int(17), list)]), &claims([]));
        SdCwtToken::parse(&bytes, &LIMITS).err()
    };
    assert_eq!(parse(array([])), Some(SdCwtError::SdClaimsEmpty));
    assert_eq!(parse(int(1)), Some(SdCwtError::DisclosureMalformed));
    assert_eq!(parse(array([int(1)])), Some(SdCwtError::DisclosureMalformed));
    let many = |count: usize| array((0..count).map(|_| Value::Bytes(decoy())));
    assert_eq!(parse(many(MAX_DISCLOSURES)), None);
    assert_eq!(parse(many(MAX_DISCLOSURES + 1)), Some(SdCwtError::TooManyDisclosures));
    // Signed by the issuer, it could not be chosen from.
    let protected = map([protected(), vec![(int(17), many(1))]].concat());
    let bytes = forged(&protected, &map([]), &claims([]));
    assert_eq!(
        SdCwtToken::parse(&bytes, &LIMITS).err(),
        Some(SdCwtError::DisclosureMalformed)
    );
}

#[test]
fn headers_of_the_token() {
    let parse = |protected: Vec<(Value, Value)>, unprotected: &Value| {
        let bytes = forged(&map(protected), unprotected, &claims([]));
        SdCwtToken::parse(&bytes, &LIMITS).err()
    };
    let with = |label: i64, value: Value| [protected(), vec![(int(label), value)]].concat();
    let typed = |typ: Value| parse(vec![(int(1), int(-19)), (int(16), typ)], &map([]));
    for good in [
        int(293),
        text("application/sd-cwt"),
        text("sd-cwt"),
        text("Application/SD-CWT"),
        text("application/x+sd-cwt"),
    ] {
        assert_eq!(typed(good.clone()), None, "{good:?}");
    }
    for bad in [
        int(294),
        int(0),
        int(-293),
        text("application/kb+cwt"),
        text("application/cwt"),
        text(""),
        Value::Null,
    ] {
        assert_eq!(typed(bad.clone()), Some(SdCwtError::TypeUnexpected), "{bad:?}");
    }
    assert_eq!(
        parse(vec![(int(1), int(-19))], &map([])),
        Some(SdCwtError::TypeUnexpected)
    );
    assert_eq!(
        parse(vec![(int(1), int(-19))], &map([(int(16), int(293))])),
        Some(SdCwtError::TypeUnexpected)
    );
    // Encrypted claims.
    let encrypted = Some(SdCwtError::EncryptedClaims);
    assert_eq!(parse(with(172, int(1)), &map([])), encrypted);
    assert_eq!(parse(protected(), &map([(int(171), array([]))])), encrypted);
    assert_eq!(parse(with(171, array([])), &map([])), encrypted);
    // The hash algorithm: three, signed.
    for id in [-16, -43, -44] {
        assert_eq!(parse(with(170, int(id)), &map([])), None, "{id}");
    }
    for bad in [int(-18), int(-17), int(-45), int(16), text("SHA-256"), Value::Null] {
        assert_eq!(parse(with(170, bad), &map([])), Some(SdCwtError::HashUnsupported));
    }
    assert_eq!(
        parse(protected(), &map([(int(170), int(-16))])),
        Some(SdCwtError::HashUnsupported)
    );
    // Marks of redaction in headers, and keys of other kinds.
    assert_eq!(
        parse(with(99, array([tag(60, int(1))])), &map([])),
        Some(SdCwtError::RedactionMalformed)
    );
    assert_eq!(
        parse(protected(), &map([(int(99), Value::Simple(59))])),
        Some(SdCwtError::RedactionMalformed)
    );
    let inside = map([(Value::Simple(59), array([]))]);
    assert_eq!(parse(with(99, inside), &map([])), Some(SdCwtError::RedactionMalformed));
    assert_eq!(
        parse(with(99, tag(58, int(1))), &map([])),
        Some(SdCwtError::PreIssuance)
    );
    assert_eq!(
        parse(with(99, map([(Value::Null, int(1))])), &map([])),
        Some(SdCwtError::ClaimsMalformed)
    );
    // Critical: sd_alg is understood, another is not.
    let critical = with(170, int(-16))
        .into_iter()
        .chain([(int(2), array([int(170)]))])
        .collect();
    assert_eq!(parse(critical, &map([])), None);
    let critical = with(99, int(1))
        .into_iter()
        .chain([(int(2), array([int(99)]))])
        .collect();
    assert_eq!(parse(critical, &map([])), Some(CoseError::CriticalHeader.into()));
}

#[test]
fn claims_of_the_header_count_as_claims() {
    let one = entry(500, int(1));
    let header = |claims: Value| map([protected(), vec![(int(15), claims)]].concat());
    let restore = |header: &Value, claims: &Value| {
        let bytes = forged(header, &map([(int(17), array([Value::Bytes(one.clone())]))]), claims);
        restored(&bytes)
    };
    let redacted = header(map([keys([hash(&one)]), (int(2), text("subject"))]));
    let both = restore(&redacted, &claims([])).unwrap();
    assert_eq!(both.claims.encode(), with([(500, int(1))]).encode());
    // Two values of one claim; the same one twice is fine.
    let refused = restore(&redacted, &claims([(int(500), int(2))])).err();
    assert_eq!(refused, Some(SdCwtError::ClaimsMalformed));
    assert!(restore(&redacted, &claims([(int(500), int(1))])).is_ok());
    let no_map = restore(&header(array([])), &claims([])).err();
    assert_eq!(no_map, Some(SdCwtError::ClaimsMalformed));
    let unprotected = forged(&map(protected()), &map([(int(15), map([]))]), &claims([]));
    assert_eq!(
        SdCwtToken::parse(&unprotected, &LIMITS).err(),
        Some(SdCwtError::ClaimsMalformed)
    );
}

#[test]
fn the_payload_is_a_map_inside() {
    let parse = |payload: &Value| SdCwtToken::parse(&forged(&map(protected()), &map([]), payload), &LIMITS).err();
    assert_eq!(parse(&array([])), Some(SdCwtError::ClaimsMalformed));
    assert_eq!(parse(&tag(61, map([]))), Some(SdCwtError::ClaimsMalformed));
    let mut detached = array([
        Value::Bytes(map(protected()).encode()),
        map([]),
        Value::Null,
        Value::Bytes(vec![1; 64]),
    ])
    .encode();
    detached.insert(0, 0xd2);
    assert_eq!(
        SdCwtToken::parse(&detached, &LIMITS).err(),
        Some(CoseError::PayloadDetached.into())
    );
}

#[test]
fn key_binding_tokens_of_other_forms() {
    let token = issued(&with([]));
    let claims = binding([]);
    let parse = |bytes: &[u8]| KbtToken::parse(bytes, &LIMITS).err();
    for good in [int(294), text("application/kb+cwt"), text("kb+cwt"), text("KB+CWT")] {
        assert_eq!(
            parse(&bound_with(&token, &[(int(16), good.clone())], &claims)),
            None,
            "{good:?}"
        );
    }
    for bad in [int(293), text("application/sd-cwt"), text("application/x+kb+cwt")] {
        assert_eq!(
            parse(&bound_with(&token, &[(int(16), bad.clone())], &claims)),
            Some(SdCwtError::TypeUnexpected)
        );
    }
    assert_eq!(
        parse(&bound_with(&token, &[], &claims)),
        Some(SdCwtError::TypeUnexpected)
    );
    // No SD-CWT, an untagged one, another key binding token, in the other header.
    let malformed = Some(SdCwtError::BindingMalformed);
    let headers = map([(int(1), int(-19)), (int(16), int(294))]);
    assert_eq!(parse(&forged(&headers, &map([]), &claims)), malformed);
    let inside = Value::decode(&token, &LIMITS).unwrap();
    assert_eq!(parse(&forged(&headers, &map([(int(13), inside)]), &claims)), malformed);
    assert_eq!(parse(&bound(&token[1..], &claims)), malformed);
    assert_eq!(
        parse(&bound(&bound(&token, &claims), &claims)),
        Some(SdCwtError::TypeUnexpected)
    );
    // Disclosures and encrypted ones outside of the SD-CWT, claims in the header, marks of redaction.
    let typed = |label: i64, value: Value| bound_with(&token, &[(int(16), int(294)), (int(label), value)], &claims);
    for label in [17, 171, 172] {
        assert_eq!(parse(&typed(label, array([]))), malformed, "{label}");
    }
    assert_eq!(parse(&typed(15, map([]))), Some(SdCwtError::BindingClaimForbidden));
    assert_eq!(parse(&typed(99, tag(60, int(1)))), Some(SdCwtError::RedactionMalformed));
    let marked = map([(int(3), text("verifier")), (int(6), int(1500)), keys([])]);
    assert_eq!(parse(&bound(&token, &marked)), Some(SdCwtError::RedactionMalformed));
    assert_eq!(parse(&bound(&token, &array([]))), malformed);
}

#[test]
fn an_algorithm_that_no_signature_covers_is_refused() {
    let refused = Some(SdCwtError::Cose(CoseError::AlgorithmUnsupported));
    let open = map([(int(1), int(-19))]);
    let sd_cwt = forged(&map([(int(16), int(293))]), &open, &with([]));
    let by_issuer = bound(&sd_cwt, &binding([]));
    assert_eq!(verify(&by_issuer, &at(1500)).err(), refused);
    // Tools that show it read it all the same.
    let parsed = KbtToken::parse(&by_issuer, &LIMITS).unwrap();
    assert_eq!(
        (parsed.sd_cwt().verify(&issuer_key()), parsed.verify_holder()),
        (Ok(()), Ok(()))
    );

    let header = [&[0xa2, 0x0d][..], &issued(&with([])), &[0x10, 0x19, 0x01, 0x26]].concat();
    let claims = binding([]).encode();
    let unsigned = Unsigned::new(AnyAlgorithm::Ed25519, &header, &open.encode(), &claims);
    let by_holder = sign(unsigned, &holder());
    assert_eq!(verify(&by_holder, &at(1500)).err(), refused);
    assert_eq!(KbtToken::parse(&by_holder, &LIMITS).unwrap().verify_holder(), Ok(()));
}

#[test]
fn signatures_of_others_are_refused() {
    let kbt = bound(&issued(&with([])), &binding([]));
    let parsed = KbtToken::parse(&kbt, &LIMITS).unwrap();
    assert_eq!(
        parsed
            .verify(&[issuer_key()], &at(1500))
            .map(|restored| restored.matched),
        Ok(0)
    );
    let invalid = Some(SdCwtError::Cose(CoseError::SignatureInvalid));
    let holder_key = AnyKey::from(*holder().public_key());
    assert_eq!(
        parsed.verify(std::slice::from_ref(&holder_key), &at(1500)).err(),
        invalid
    );
    assert_eq!(parsed.verify(&[], &at(1500)).err(), invalid);
    assert!(parsed.verify(&[holder_key, issuer_key()], &at(1500)).is_ok());
    // Another holder than the one in cnf.
    let other = (*issuer().public_key()).into();
    let stolen = issued(&with([(8, map([(int(1), AnyKey::to_value(&other))]))]));
    assert_eq!(verify(&bound(&stolen, &binding([])), &at(1500)).err(), invalid);
    // Every bit.
    for at_byte in 0..kbt.len() {
        for bit in 0..8 {
            let mut changed = kbt.clone();
            changed[at_byte] ^= 1 << bit;
            assert!(verify(&changed, &at(1500)).is_err(), "byte {at_byte}, bit {bit}");
        }
    }
}
