use permitcard_crypto::{
    ecdsa::{Curve, PublicKey, SigningKey},
    hash::sha256,
};
use proptest::prelude::*;

use super::{cbor::Limits, *};
use crate::testing::hex;

const LIMITS: Limits = Limits::new(4096);

/// The key "11" of cose-wg/Examples.
fn cose_wg_key() -> PublicKey {
    Jwk {
        kty: "EC".into(),
        crv: "P-256".into(),
        x: "usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8".into(),
        y: "IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4".into(),
    }
    .to_public_key()
    .unwrap()
}

/// The message of sign1-tests of cose-wg/Examples, from after the tag to the signature.
const PASS_03: &str = "8443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b\
                       23d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36";

fn check(bytes: &[u8]) -> Result<(), CoseError> {
    Sign1::parse(bytes, &LIMITS)?.verify(&cose_wg_key())
}

#[test]
fn sign1_tests_of_the_cose_working_group() {
    let tagged = |text: &str| hex(&format!("d2{text}"));
    assert_eq!(check(&tagged(PASS_03)), Ok(()));
    // pass-03 as it stands has no tag, fail-01 tag 998: our formats are always tagged with 18.
    let untagged = Err(CoseError::Cbor(cbor::CborError::UnexpectedType));
    assert_eq!(check(&hex(PASS_03)), untagged);
    assert_eq!(check(&hex(&format!("d903e6{PASS_03}"))), untagged);
    // fail-02: changed payload.
    assert_eq!(
        check(&tagged(&PASS_03.replace("2e5840", "2f5840"))),
        Err(CoseError::SignatureInvalid)
    );
    // fail-03 and fail-04: algorithms -999 and "unknown".
    assert_eq!(
        check(&tagged(&PASS_03.replace("43a10126", "45a1013903e6"))),
        Err(CoseError::AlgorithmUnsupported)
    );
    let unknown = check(&tagged(&PASS_03.replace("43a10126", "4aa10167756e6b6e6f776e")));
    assert_eq!(unknown, Err(CoseError::Cbor(cbor::CborError::UnexpectedType)));
    // fail-06: a header was added after signing; fail-07: one was removed.
    assert_eq!(
        check(&tagged(&PASS_03.replace("43a10126", "45a201260300"))),
        Err(CoseError::SignatureInvalid)
    );
    let fail_07 = "8443a10126a10442313154546869732069732074686520636f6e74656e742e58406520bbaf2081d7e0ed0f95f76eb0733d66\
                   7005f7467cec4b87b9381a6ba1ede8e00df29f32a37230f39a842a54821fdd223092819d7728efb9d3a0080b75380b";
    assert_eq!(check(&tagged(fail_07)), Err(CoseError::SignatureInvalid));
    // pass-01 passes elsewhere with the algorithm in the unprotected header, where no signature covers it.
    let pass_01 = "8441a0a201260442313154546869732069732074686520636f6e74656e742e584087db0d2e5571843b78ac33ecb2830df7b6\
                   e0a4d5b7376de336b23c591c90c425317e56127fbe04370097ce347087b233bf722b64072beb4486bda4031d27244f";
    assert_eq!(check(&tagged(pass_01)), Err(CoseError::Malformed));
    // pass-02 passes elsewhere with external data, which our formats do not have.
    let pass_02 = "8443a10126a10442313154546869732069732074686520636f6e74656e742e584010729cd711cb3813d8d8e944a8da7111e7\
                   b258c9bdca6135f7ae1adbee9509891267837e1e33bd36c150326ae62755c6bd8e540c3e8f92d7d225e8db72b8820b";
    assert_eq!(check(&tagged(pass_02)), Err(CoseError::SignatureInvalid));
}

#[test]
fn the_message_to_sign_is_the_sig_structure_of_the_working_group() {
    let unsigned = Unsigned::new(
        Algorithm::Es256,
        &hex("a10126"),
        &hex("a104423131"),
        b"This is the content.",
    );
    let expected = "846a5369676e61747572653143a101264054546869732069732074686520636f6e74656e742e";
    assert_eq!(unsigned.to_sign(), hex(expected));
    let signature = &hex(PASS_03)[hex(PASS_03).len() - 64..];
    assert_eq!(unsigned.finish(signature).unwrap(), hex(&format!("d2{PASS_03}")));
}

#[test]
fn signed_objects_of_both_curves_verify_with_their_key_only() {
    for curve in [Curve::P256, Curve::P384] {
        let (key, other) = (
            SigningKey::generate(curve).unwrap(),
            SigningKey::generate(curve).unwrap(),
        );
        let algorithm = Algorithm::of_curve(curve);
        let kid = key_id(key.public_key());
        let unsigned = Unsigned::with_typ(algorithm, Some(&kid), Typ::Text("a+cwt"), b"payload");
        let signature = key.sign(unsigned.to_sign()).unwrap();
        let bytes = unsigned.finish(&signature).unwrap();
        let sign1 = Sign1::parse(&bytes, &LIMITS).unwrap();
        assert_eq!(
            (sign1.algorithm(), sign1.kid(), sign1.typ()),
            (algorithm, Some(&kid[..]), Some(Typ::Text("a+cwt")))
        );
        assert_eq!((sign1.payload(), sign1.signature()), (&b"payload"[..], &signature[..]));
        assert_eq!(sign1.verify(key.public_key()), Ok(()));
        assert_eq!(sign1.verify(other.public_key()), Err(CoseError::SignatureInvalid));
    }
}

#[test]
fn an_algorithm_is_bound_to_its_curve() {
    let p256 = SigningKey::generate(Curve::P256).unwrap();
    let p384 = SigningKey::generate(Curve::P384).unwrap();
    for algorithm in [Algorithm::Es256, Algorithm::Esp256, Algorithm::Es384, Algorithm::Esp384] {
        assert_eq!(Algorithm::from_id(algorithm.id()), Some(algorithm));
        let (right, wrong) = match algorithm.curve() {
            Curve::P256 => (&p256, &p384),
            Curve::P384 => (&p384, &p256),
        };
        let unsigned = Unsigned::with_typ(algorithm, None, Typ::Number(1), b"");
        let wrong_length = wrong.sign(unsigned.to_sign()).unwrap();
        assert_eq!(unsigned.clone().finish(&wrong_length), Err(CoseError::SignatureInvalid));
        let signature = right.sign(unsigned.to_sign()).unwrap();
        let bytes = unsigned.finish(&signature).unwrap();
        let sign1 = Sign1::parse(&bytes, &LIMITS).unwrap();
        assert_eq!(sign1.verify(right.public_key()), Ok(()));
        assert_eq!(sign1.verify(wrong.public_key()), Err(CoseError::AlgorithmUnsupported));
    }
    // EdDSA, HMAC, RS256, ES512 and the none of JOSE's zero.
    for id in [-8, 5, -257, -36, 0] {
        assert_eq!(Algorithm::from_id(id), None);
    }
}

/// A COSE_Sign1 with these encoded header maps and an empty payload; its signature does not matter.
fn with_headers(protected: &str, unprotected: &str) -> Result<(), CoseError> {
    let protected = hex(protected);
    let unsigned = Unsigned::new(Algorithm::Esp256, &protected, &hex(unprotected), b"");
    Sign1::parse(&unsigned.finish(&[1; 64]).unwrap(), &LIMITS).map(drop)
}

#[test]
fn headers_that_change_the_meaning_are_refused() {
    assert_eq!(with_headers("a10128", "a0"), Ok(()));
    // A header that is not understood and not critical is read over: 3 content type, "x".
    assert_eq!(with_headers("a3012803006178f5", "a0"), Ok(()));
    assert_eq!(with_headers("a2012802811863", "a0"), Err(CoseError::CriticalHeader));
    assert_eq!(with_headers("a10128", "a102811863"), Err(CoseError::CriticalHeader));
    assert_eq!(with_headers("a10128", "a10128"), Err(CoseError::Malformed));
    assert_eq!(with_headers("a10128", "a1100a"), Err(CoseError::Malformed));
    assert_eq!(with_headers("a201280441aa", "a0"), Ok(()));
    assert_eq!(with_headers("a201280441aa", "a10441aa"), Err(CoseError::Malformed));
    assert_eq!(with_headers("a10128", "a10441aa"), Ok(()));
    assert_eq!(with_headers("a0", "a0"), Err(CoseError::AlgorithmUnsupported));
    assert_eq!(with_headers("a2012810f5", "a0"), Err(CoseError::Malformed));
    assert_eq!(with_headers("a201281020", "a0"), Err(CoseError::Malformed));
    let long = format!("a201280459 0100 {}", "00".repeat(256));
    assert_eq!(with_headers(&long, "a0"), Err(CoseError::TooLong));
    assert_eq!(
        with_headers("a1012800", "a0"),
        Err(CoseError::Cbor(cbor::CborError::TrailingBytes))
    );
    // An empty byte string instead of an empty map has no algorithm either way.
    assert_eq!(with_headers("", "a0"), Err(CoseError::Cbor(cbor::CborError::Malformed)));
}

#[test]
fn a_detached_payload_and_bytes_behind_the_end_are_refused() {
    let detached = [&hex("d28443a10128a0f65840")[..], &[1; 64]].concat();
    assert_eq!(
        Sign1::parse(&detached, &LIMITS).err(),
        Some(CoseError::Cbor(cbor::CborError::UnexpectedType))
    );
    let behind = hex(&format!("d2{PASS_03}00"));
    assert_eq!(check(&behind), Err(CoseError::Cbor(cbor::CborError::TrailingBytes)));
}

#[test]
fn another_cose_library_reads_ours_and_we_read_its() {
    use coset::{CborSerializable, TaggedCborSerializable, iana};
    let key = SigningKey::generate(Curve::P256).unwrap();
    let unsigned = Unsigned::with_typ(Algorithm::Esp256, Some(b"12345678"), Typ::Number(293), b"payload");
    let signature = key.sign(unsigned.to_sign()).unwrap();
    let bytes = unsigned.finish(&signature).unwrap();
    let theirs = coset::CoseSign1::from_tagged_slice(&bytes).unwrap();
    assert_eq!(
        theirs.protected.header.alg,
        Some(coset::Algorithm::Assigned(iana::Algorithm::ESP256))
    );
    assert_eq!(theirs.protected.header.key_id, b"12345678");
    theirs
        .verify_signature(b"", |signature, message| key.public_key().verify(message, signature))
        .unwrap();

    let made = coset::CoseSign1Builder::new()
        .protected(coset::HeaderBuilder::new().algorithm(iana::Algorithm::ES256).build())
        .payload(b"theirs".to_vec())
        .create_signature(b"", |message| key.sign(message).unwrap())
        .build()
        .to_tagged_vec()
        .unwrap();
    let ours = Sign1::parse(&made, &LIMITS).unwrap();
    assert_eq!(ours.payload(), b"theirs");
    ours.verify(key.public_key()).unwrap();

    let cose_key = coset::CoseKey::from_slice(&encode_key(key.public_key())).unwrap();
    assert_eq!(cose_key.to_vec().unwrap(), encode_key(key.public_key()));
}

#[test]
fn keys_of_both_curves_survive_and_are_named_by_their_hash() {
    for (curve, length) in [(Curve::P256, 75), (Curve::P384, 107)] {
        let key = SigningKey::generate(curve).unwrap().public_key().clone();
        let encoded = encode_key(&key);
        assert_eq!(encoded.len(), length);
        assert_eq!(decode_key(&encoded).unwrap(), key);
        assert_eq!(key_id(&key), sha256(&encoded)[..8]);
        for at in 0..encoded.len() {
            assert!(decode_key(&encoded[..at]).is_err());
        }
    }
}

/// Frozen: a kid that was computed once must never change.
#[test]
fn the_deterministic_key_of_the_working_groups_example() {
    let key = cose_wg_key();
    let expected = "a4010220012158 20 bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff 2258 20 \
                    20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e";
    assert_eq!(encode_key(&key), hex(expected));
    assert_eq!(key_id(&key)[..], hex("b71d9fc27ee9ce61")[..]);
}

#[test]
fn keys_of_other_forms_are_refused() {
    let point = "58 20 bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff";
    let refused = [
        // OKP, curve 4, curve P-384 with short coordinates, no y, y as a sign bit, a private key member, a key name.
        format!("a4010120012 1{point} 22{point}"),
        format!("a4010220042 1{point} 22{point}"),
        format!("a4010220022 1{point} 22{point}"),
        format!("a3010220012 1{point}"),
        format!("a4010220012 1{point} 22f5"),
        format!("a5010220012 1{point} 22{point} 23{point}"),
        format!("a501020241002001 21{point} 22{point}"),
    ];
    for key in refused {
        assert!(decode_key(&hex(&key)).is_err(), "{key}");
    }
    assert!(decode_key(&hex(&format!("a401022001 21{point} 22{point}"))).is_ok());
}

#[test]
fn thumbprint_of_rfc_9449() {
    let json = r#"{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256","kid":"ignored"}"#;
    let jwk: Jwk = serde_json::from_str(json).unwrap();
    assert_eq!(jwk.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    assert_eq!(Jwk::from_public_key(&jwk.to_public_key().unwrap()), jwk);
}

#[test]
fn jwks_of_other_forms_are_refused() {
    let good = Jwk::from_public_key(&cose_wg_key());
    assert!(good.to_public_key().is_ok());
    let refused = [
        Jwk {
            kty: "OKP".into(),
            ..good.clone()
        },
        Jwk {
            crv: "P-384".into(),
            ..good.clone()
        },
        Jwk {
            crv: "secp256k1".into(),
            ..good.clone()
        },
        Jwk {
            x: good.x[1..].into(),
            ..good.clone()
        },
        Jwk {
            x: format!("{}=", good.x),
            ..good.clone()
        },
        // The last character carries two unused bits: another letter for the same bytes.
        Jwk {
            x: format!("{}9", &good.x[..42]),
            ..good.clone()
        },
        Jwk {
            y: "A".repeat(1000),
            ..good.clone()
        },
    ];
    for jwk in refused {
        assert_eq!(jwk.to_public_key(), Err(CoseError::KeyInvalid));
    }
    let json = |extra: &str| {
        format!(
            r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"{extra}}}"#,
            good.x, good.y
        )
    };
    assert!(serde_json::from_str::<Jwk>(&json("")).is_ok());
    assert!(serde_json::from_str::<Jwk>(&json(r#","d":"AA""#)).is_err());
}

#[test]
fn jws_of_rfc_7515_a_3() {
    let compact = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290\
                   Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let key = Jwk {
        kty: "EC".into(),
        crv: "P-256".into(),
        x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU".into(),
        y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0".into(),
    };
    let jws = jws::ParsedJws::parse(compact).unwrap();
    assert_eq!(jws.claims["iss"], "joe");
    assert_eq!(jws.verify(&key.to_public_key().unwrap()), Ok(()));
    assert_eq!(jws.verify(&cose_wg_key()), Err(CoseError::SignatureInvalid));
    let other = compact.replace("eyJpc3Mi", "eyJpc3Mj");
    assert!(jws::ParsedJws::parse(&other).map_or(true, |jws| jws.verify(&key.to_public_key().unwrap()).is_err()));
}

fn signed_jws(key: &SigningKey, header: &str, claims: &str) -> String {
    let input = jws::signing_input(header, claims);
    jws::compact(&input, &key.sign(input.as_bytes()).unwrap())
}

#[test]
fn jws_of_other_forms_are_refused() {
    let key = SigningKey::generate(Curve::P256).unwrap();
    let parse = |header: &str, claims: &str| jws::ParsedJws::parse(&signed_jws(&key, header, claims)).map(drop);
    assert_eq!(parse(r#"{"alg":"ES256"}"#, "{}"), Ok(()));
    assert_eq!(parse(r#"{"alg":"none"}"#, "{}"), Err(CoseError::AlgorithmUnsupported));
    assert_eq!(parse(r#"{"alg":"HS256"}"#, "{}"), Err(CoseError::AlgorithmUnsupported));
    assert_eq!(parse("{}", "{}"), Err(CoseError::AlgorithmUnsupported));
    assert_eq!(
        parse(r#"{"alg":"ES256","crit":["x"]}"#, "{}"),
        Err(CoseError::CriticalHeader)
    );
    assert_eq!(parse(r#"{"alg":"ES256"}"#, "[]"), Err(CoseError::Malformed));
    assert_eq!(parse(r#"{"alg":"ES256"}"#, "{"), Err(CoseError::Malformed));
    // Two readers could see different values.
    let (header, claims) = (r#"{"alg":"ES256","alg":"ES256"}"#, r#"{"aud":"a","aud":"b"}"#);
    assert_eq!(parse(header, "{}"), Err(CoseError::Malformed));
    assert_eq!(parse(r#"{"alg":"ES256"}"#, claims), Err(CoseError::Malformed));
    let deep = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(parse(r#"{"alg":"ES256"}"#, &deep(15)), Ok(()));
    assert_eq!(parse(r#"{"alg":"ES256"}"#, &deep(16)), Err(CoseError::Malformed));
    let good = signed_jws(&key, r#"{"alg":"ES256"}"#, "{}");
    for bad in [
        good.replace('.', ""),
        good.replacen('.', "", 1),
        format!("{good}."),
        format!("{good}="),
        format!(".{good}"),
    ] {
        assert_eq!(jws::ParsedJws::parse(&bad).err(), Some(CoseError::Malformed), "{bad}");
    }
    let long = format!(r#"{{"a":"{}"}}"#, "a".repeat(jws::MAX_LEN));
    assert_eq!(parse(r#"{"alg":"ES256"}"#, &long), Err(CoseError::TooLong));
    // An ES384 header does not make a P-256 key sign for it.
    let other = signed_jws(&key, r#"{"alg":"ES384"}"#, "{}");
    let parsed = jws::ParsedJws::parse(&other).unwrap();
    assert_eq!(parsed.verify(key.public_key()), Err(CoseError::AlgorithmUnsupported));
}

#[test]
fn debug_output_shows_no_content() {
    let unsigned = Unsigned::with_typ(Algorithm::Esp256, None, Typ::Number(1), b"GARCIA");
    let mut texts = vec![format!("{unsigned:?}")];
    let bytes = unsigned.finish(&[1; 64]).unwrap();
    texts.push(format!("{:?}", Sign1::parse(&bytes, &LIMITS).unwrap()));
    texts.push(format!("{:?}", cbor::Reader::new(&bytes, &LIMITS).unwrap()));
    let key = SigningKey::generate(Curve::P256).unwrap();
    let jws = signed_jws(&key, r#"{"alg":"ES256"}"#, r#"{"name":"GARCIA"}"#);
    texts.push(format!("{:?}", jws::ParsedJws::parse(&jws).unwrap()));
    for text in texts {
        // Neither as text nor as the list of numbers that a derived output would show.
        assert!(!text.contains("GARCIA") && !text.contains("71, 65"), "{text}");
    }
}

#[test]
fn every_code_is_named_once_in_its_area() {
    let codes: std::collections::BTreeSet<_> = CoseError::ALL.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), CoseError::ALL.len());
    assert!(codes.iter().all(|code| code.starts_with("cose.")));
}

proptest! {
    #[test]
    fn any_bytes_give_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Sign1::parse(&bytes, &LIMITS);
        let _ = decode_key(&bytes);
        let _ = jws::ParsedJws::parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn what_is_finished_is_read_again(payload in proptest::collection::vec(any::<u8>(), 0..300), kid in any::<[u8; 8]>()) {
        let unsigned = Unsigned::with_typ(Algorithm::Esp384, Some(&kid), Typ::Number(7), &payload);
        let bytes = unsigned.finish(&[3; 96]).unwrap();
        let sign1 = Sign1::parse(&bytes, &LIMITS).unwrap();
        prop_assert_eq!(sign1.payload(), &payload[..]);
        prop_assert_eq!(sign1.kid(), Some(&kid[..]));
        prop_assert_eq!(sign1.signature(), &[3; 96][..]);
    }
}
