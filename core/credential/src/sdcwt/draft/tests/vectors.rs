//! The vectors of the draft.

use permitcard_crypto::ecdsa::{Curve, PublicKey};

use super::{super::*, world::*};
use crate::cose::{AnyAlgorithm, AnyKey, value::Value};
use crate::sdcwt::SdCwtError;
use crate::testing::hex;

const ISSUER_CWT: &[u8] = include_bytes!("../../../../../../tests/vectors/sd-cwt/issuer_cwt.cbor");
const KBT: &[u8] = include_bytes!("../../../../../../tests/vectors/sd-cwt/kbt.cbor");
const NESTED_KBT: &[u8] = include_bytes!("../../../../../../tests/vectors/sd-cwt-sections/nested_kbt.cbor");
const DECOY: &[u8] = include_bytes!("../../../../../../tests/vectors/sd-cwt-sections/decoy.cbor");
/// The public key of the draft's issuer (P-384).
const ISSUER_POINT: &str = "04c31798b0c7885fa3528fbf877e5b4c3a6dc67a5a5dc6b307b728c3725926f2abe5fb4964cd91e394\
                            8a5493f6ebb6cbbf8f6c7ec761691cad374c4daa9387453f18058ece58eb0a8e84a055a31fb7f9214b27509522c159e764f8711e1160\
                            9554";

fn issuer() -> AnyKey {
    PublicKey::from_point(Curve::P384, &hex(ISSUER_POINT)).unwrap().into()
}

fn expected(now: i64) -> Expected<'static> {
    Expected {
        times: TimeRules::at(now),
        audiences: Some(&["https://verifier.example/app"]),
        nonce: Some(&[
            0x8c, 0x0f, 0x5f, 0x52, 0x3b, 0x95, 0xbe, 0xa4, 0x4a, 0x9a, 0x48, 0xc6, 0x49, 0x24, 0x08, 0x03,
        ]),
    }
}

/// The claims of `issuer_cwt.edn` with some of the disclosed values.
fn claims(dates: &[i64], location: &[(&str, &str)], license: bool) -> Value {
    let x = hex("8554eb275dcd6fbd1c7ac641aa2c90d92022fd0d3024b5af18c7cc61ad527a2d");
    let y = hex("4dc7ae2c677e96d0cc82597655ce92d5503f54293d87875d1e79ce4770194343");
    let key = map([
        (int(1), int(2)),
        (int(-1), int(1)),
        (int(-2), x.as_slice().into()),
        (int(-3), y.as_slice().into()),
    ]);
    let mut claims = vec![
        (int(1), text("https://issuer.example")),
        (int(2), text("https://device.example")),
        (int(4), int(1_725_330_600)),
        (int(5), int(1_725_243_900)),
        (int(6), int(1_725_244_200)),
        (int(8), map([(int(1), key)])),
        (int(500), Value::Bool(true)),
        (int(502), array(dates.iter().map(|date| int(*date)))),
        (
            int(503),
            map(location.iter().map(|(key, value)| (text(key), text(value)))),
        ),
    ];
    if license {
        claims.push((int(501), text("ABCD-123456")));
    }
    Value::Map(claims)
}

#[test]
fn the_issued_token_is_restored_as_its_edn_says() {
    let token = SdCwtToken::parse(ISSUER_CWT, &LIMITS).unwrap();
    assert_eq!(token.verify(&issuer()), Ok(()));
    assert_eq!(token.sign1().kid(), Some(&b"https://issuer.example/cose-key3"[..]));
    let restored = token.restore().unwrap();
    let expected = claims(
        &[1_549_560_720, 1_612_560_720, 1_674_004_740],
        &[("country", "us"), ("region", "ca"), ("postal_code", "94188")],
        true,
    );
    assert_eq!(restored.claims.encode(), expected.encode());
    assert_eq!((restored.matched, restored.unmatched, restored.decoys), (5, 0, 0));
    assert_eq!((restored.undisclosed, restored.hash), (0, Some(HashForm::Wrapped)));
    assert_eq!(token.problems(&restored, Some(&TimeRules::at(1_725_244_200))), []);
}

#[test]
fn the_key_binding_token_is_restored_as_its_edn_says() {
    let kbt = KbtToken::parse(KBT, &LIMITS).unwrap();
    let restored = kbt.verify(&[issuer()], &expected(1_725_244_237)).unwrap();
    let claims = claims(
        &[1_549_560_720, 1_674_004_740],
        &[("country", "us"), ("region", "ca")],
        true,
    );
    assert_eq!(restored.claims.encode(), claims.encode());
    assert_eq!((restored.matched, restored.unmatched, restored.decoys), (3, 0, 0));
    assert_eq!((restored.undisclosed, restored.hash), (2, Some(HashForm::Wrapped)));
    let holder = map([
        (int(3), text("https://verifier.example/app")),
        (int(6), int(1_725_244_237)),
        (int(39), hex("8c0f5f523b95bea44a9a48c649240803").as_slice().into()),
    ]);
    assert_eq!(kbt.claims().encode(), holder.encode());
    assert_eq!(kbt.sign1().algorithm().map(AnyAlgorithm::name), Ok("ES256"));
    assert_eq!(kbt.sd_cwt().sign1().algorithm().map(AnyAlgorithm::name), Ok("ES384"));
}

#[test]
fn the_edges_of_the_drafts_token() {
    let kbt = KbtToken::parse(KBT, &LIMITS).unwrap();
    let verify = |now| kbt.verify(&[issuer()], &expected(now)).map(|restored| restored.matched);
    assert_eq!(verify(1_725_244_236), Err(SdCwtError::NotYetValid));
    assert_eq!(verify(1_725_244_237), Ok(3));
    assert_eq!(verify(1_725_330_599), Ok(3));
    assert_eq!(verify(1_725_330_600), Err(SdCwtError::Expired));
}

#[test]
fn every_bit_of_the_key_binding_token_counts() {
    let accepted = |bytes: &[u8]| -> Result<Restored, SdCwtError> {
        KbtToken::parse(bytes, &LIMITS)?.verify(&[issuer()], &expected(1_725_250_000))
    };
    assert!(accepted(KBT).is_ok());
    for at in 0..KBT.len() {
        for bit in 0..8 {
            let mut bytes = KBT.to_vec();
            bytes[at] ^= 1 << bit;
            assert!(accepted(&bytes).is_err(), "byte {at}, bit {bit}");
        }
        assert!(accepted(&KBT[..at]).is_err(), "{at}");
    }
}

/// No signature covers the disclosures of an issued token. A changed bit there is refused, or makes another header of the
/// list, so that nothing is disclosed; no other claim ever comes out.
#[test]
fn every_bit_of_the_issued_token_counts() {
    let all = SdCwtToken::parse(ISSUER_CWT, &LIMITS).unwrap().restore().unwrap();
    let none = claims(&[1_674_004_740], &[("country", "us")], false).encode();
    let mut without = 0;
    for at in 0..ISSUER_CWT.len() {
        for bit in 0..8 {
            let mut bytes = ISSUER_CWT.to_vec();
            bytes[at] ^= 1 << bit;
            let Ok(token) = SdCwtToken::parse(&bytes, &LIMITS) else {
                continue;
            };
            if token.verify(&issuer()).is_err() {
                continue;
            }
            let Ok(restored) = token.restore() else {
                continue;
            };
            assert!(restored != all, "byte {at}, bit {bit}");
            assert_eq!(
                (restored.claims.encode(), restored.matched),
                (none.clone(), 0),
                "byte {at}, bit {bit}"
            );
            without += 1;
        }
    }
    assert!(without <= 8, "{without}");
}

#[test]
fn the_holder_of_the_draft_chooses_again() {
    let token = SdCwtToken::parse(ISSUER_CWT, &LIMITS).unwrap();
    let binding = Binding {
        aud: "https://verifier.example/app",
        iat: Some(1_725_244_300),
        ..Binding::default()
    };
    let es256 = AnyAlgorithm::from_id(-7).unwrap();
    let unsigned = bind(&token, &[4, 0], es256, &binding).unwrap();
    let bytes = unsigned.finish(&[1; 64]).unwrap();
    let kbt = KbtToken::parse(&bytes, &LIMITS).unwrap();
    // The issuer's bytes are untouched.
    assert_eq!(kbt.sd_cwt().verify(&issuer()), Ok(()));
    let restored = kbt.sd_cwt().restore().unwrap();
    let expected = claims(&[1_674_004_740], &[("country", "us"), ("postal_code", "94188")], true);
    assert_eq!(restored.claims.encode(), expected.encode());
    // Another key than the one in cnf cannot sign.
    let error = bind(&token, &[], AnyAlgorithm::Ed25519, &binding).err();
    assert_eq!(error.map(SdCwtError::code), Some("cose.algorithm_unsupported"));
}

/// Section 14.2: an inspection log, redacted on three levels.
#[test]
fn the_nested_example_is_restored() {
    let kbt = KbtToken::parse(NESTED_KBT, &LIMITS).unwrap();
    let restored = kbt.verify(&[issuer()], &expected(1_725_244_237)).unwrap();
    let record = |license: &str, date: i64, location: Value| {
        map([
            (int(500), Value::Bool(true)),
            (int(501), text(license)),
            (int(502), int(date)),
            (int(503), location),
        ])
    };
    let denver = map([(int(1), text("us"))]);
    let san_francisco = map([(int(1), text("us")), (int(2), text("ca"))]);
    let log = array([
        record("DCBA-101777", 1_549_560_720, denver),
        record("ABCD-123456", 1_674_004_740, san_francisco),
    ]);
    assert_eq!(restored.claims.label(504).map(Value::encode), Some(log.encode()));
    assert_eq!((restored.matched, restored.unmatched, restored.decoys), (7, 0, 0));
    assert_eq!((restored.undisclosed, restored.hash), (4, Some(HashForm::Wrapped)));
}

/// Section 10: two claims and two decoys.
#[test]
fn the_decoys_of_the_draft_are_counted_and_leave_nothing() {
    let token = SdCwtToken::parse(DECOY, &LIMITS).unwrap();
    assert_eq!(token.verify(&issuer()), Ok(()));
    let restored = token.restore().unwrap();
    assert_eq!((restored.matched, restored.unmatched, restored.decoys), (2, 0, 2));
    let countries = array([text("fr")]);
    assert_eq!(restored.claims.label(98).map(Value::encode), Some(countries.encode()));
    assert!(restored.claims.label(500) == Some(&Value::Bool(true)));
    assert_eq!(restored.claims.as_map().map(<[_]>::len), Some(8));
    assert_eq!(token.problems(&restored, Some(&TimeRules::at(1_725_244_200))), []);
}
