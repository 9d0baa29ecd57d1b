use permitcard_crypto::ecdsa::SigningKey;

use super::*;
use crate::status::Status;

/// A frozen key, so that bytes can be frozen; it signs nothing outside of tests.
fn key() -> PublicKey {
    PublicKey::from_coordinates(Curve::P256, &[0x11; 32], &[0x22; 32]).unwrap()
}

fn token() -> StatusToken {
    let mut list = StatusList::new(StatusBits::Two, 12).unwrap();
    for (index, value) in [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3].into_iter().enumerate() {
        list.set(index as u64, Status::from_value(value)).unwrap();
    }
    StatusToken {
        uri: "https://sandbox.example/s/1".to_owned(),
        issued_at: 1_790_000_000,
        expires_at: 1_790_604_800,
        ttl_s: 21_600,
        aggregation_uri: None,
        list,
    }
}

fn signed(signer: &SigningKey, header: &str, claims: &str) -> String {
    let input = jws::signing_input(header, claims);
    let signature = signer.sign(input.as_bytes()).unwrap();
    jws::compact(&input, &signature)
}

fn signer() -> SigningKey {
    SigningKey::generate(Curve::P256).unwrap()
}

#[test]
fn frozen_bytes() {
    let compact = token().build_jwt(&key()).finish(&[0x33; 64]);
    let parts: Vec<&str> = compact.split('.').collect();
    let text = |part: &str| String::from_utf8(decode(part).unwrap()).unwrap();
    assert_eq!(
        text(parts[0]),
        r#"{"alg":"ES256","kid":"-cOPUZ-7dYA","typ":"statuslist+jwt"}"#
    );
    // The compressed bytes may differ between versions of the compressor, so they are put in here.
    let lst = URL_SAFE_NO_PAD.encode(token().list.compress());
    assert_eq!(
        text(parts[1]),
        format!(
            r#"{{"sub":"https://sandbox.example/s/1","iat":1790000000,"exp":1790604800,"ttl":21600,"status_list":{{"bits":2,"lst":"{lst}"}}}}"#
        )
    );
    assert_eq!(decode(parts[2]).unwrap(), [0x33; 64]);
}

#[test]
fn reads_back_only_under_its_key() {
    for curve in [Curve::P256, Curve::P384] {
        let signer = SigningKey::generate(curve).unwrap();
        let unsigned = token().build_jwt(signer.public_key());
        let signature = signer.sign(unsigned.to_sign()).unwrap();
        let compact = unsigned.finish(&signature);
        let parsed = StatusToken::parse_jwt(&compact).unwrap();
        assert_eq!(parsed.kid(), Some(key_id(signer.public_key())));
        assert_eq!(parsed.open(signer.public_key()).unwrap(), token());
        let other = SigningKey::generate(curve).unwrap();
        assert_eq!(
            parsed.open(other.public_key()),
            Err(StatusError::Cose(CoseError::SignatureInvalid))
        );
        let other = SigningKey::generate(if curve == Curve::P256 { Curve::P384 } else { Curve::P256 }).unwrap();
        assert_eq!(
            parsed.open(other.public_key()),
            Err(StatusError::Cose(CoseError::AlgorithmUnsupported))
        );
    }
}

#[test]
fn every_changed_character_is_refused() {
    let signer = signer();
    let unsigned = token().build_jwt(signer.public_key());
    let signature = signer.sign(unsigned.to_sign()).unwrap();
    let compact = unsigned.finish(&signature);
    for at in 0..compact.len() {
        let mut changed = compact.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let accepted = StatusToken::parse_jwt(&changed).and_then(|token| token.open(signer.public_key()));
        assert!(accepted.is_err(), "character {at}");
    }
    for end in 0..compact.len() {
        let accepted = StatusToken::parse_jwt(&compact[..end]).and_then(|token| token.open(signer.public_key()));
        assert!(accepted.is_err(), "cut at {end}");
    }
}

#[test]
fn headers_of_other_things_are_refused() {
    let signer = signer();
    for (header, error) in [
        (r#"{"alg":"ES256","typ":"JWT"}"#, CoseError::Malformed),
        (r#"{"alg":"ES256"}"#, CoseError::Malformed),
        (
            r#"{"alg":"none","typ":"statuslist+jwt"}"#,
            CoseError::AlgorithmUnsupported,
        ),
        (
            r#"{"alg":"HS256","typ":"statuslist+jwt"}"#,
            CoseError::AlgorithmUnsupported,
        ),
        (
            r#"{"alg":"ES256","alg":"none","typ":"statuslist+jwt"}"#,
            CoseError::Malformed,
        ),
        (
            r#"{"alg":"ES256","typ":"statuslist+jwt","crit":["b64"]}"#,
            CoseError::CriticalHeader,
        ),
        (
            r#"{"alg":"ES256","typ":"statuslist+jwt","crit":null}"#,
            CoseError::CriticalHeader,
        ),
        ("[]", CoseError::Malformed),
    ] {
        let compact = signed(&signer, header, "{}");
        assert_eq!(
            StatusToken::parse_jwt(&compact).map(drop),
            Err(StatusError::Cose(error)),
            "{header}"
        );
    }
    // A key may go without a name, or with one of another form.
    for header in [
        r#"{"typ":"statuslist+jwt","alg":"ES256"}"#,
        r#"{"typ":"statuslist+jwt","alg":"ES256","kid":"12"}"#,
    ] {
        let compact = signed(&signer, header, "{}");
        assert_eq!(StatusToken::parse_jwt(&compact).unwrap().kid(), None);
    }
}

#[test]
fn claims_that_are_missing_or_contradict_are_refused() {
    let signer = signer();
    let lst = URL_SAFE_NO_PAD.encode(token().list.compress());
    let open = |claims: &str| {
        let claims = claims.replace("LIST", &format!(r#""status_list":{{"bits":2,"lst":"{lst}"}}"#));
        let compact = signed(&signer, r#"{"alg":"ES256","typ":"statuslist+jwt"}"#, &claims);
        StatusToken::parse_jwt(&compact).unwrap().open(signer.public_key())
    };
    assert!(open(r#"{"sub":"u","iat":2,"exp":2,LIST}"#).is_ok());
    assert!(open(r#"{"sub":"u","iat":2,"exp":2,"iss":"x","other":{"a":[1]},LIST}"#).is_ok());
    let long = "u".repeat(129);
    for claims in [
        "[]".to_owned(),
        r#"{"iat":1,"exp":2,LIST}"#.to_owned(),
        r#"{"sub":"","iat":1,"exp":2,LIST}"#.to_owned(),
        format!(r#"{{"sub":"{long}","iat":1,"exp":2,LIST}}"#),
        r#"{"sub":"u","exp":2,LIST}"#.to_owned(),
        r#"{"sub":"u","iat":1,LIST}"#.to_owned(),
        r#"{"sub":"u","iat":2,"exp":1,LIST}"#.to_owned(),
        r#"{"sub":"u","iat":1,"exp":2}"#.to_owned(),
        r#"{"sub":"u","iat":1,"iat":1,"exp":2,LIST}"#.to_owned(),
        r#"{"sub":"u","iat":1.5,"exp":2,LIST}"#.to_owned(),
    ] {
        assert_eq!(open(&claims), Err(StatusError::ClaimsInvalid), "{claims}");
    }
    let with = |list: &str| open(&format!(r#"{{"sub":"u","iat":1,"exp":2,"status_list":{list}}}"#));
    assert_eq!(
        with(&format!(r#"{{"bits":3,"lst":"{lst}"}}"#)),
        Err(StatusError::BitsInvalid)
    );
    assert_eq!(with(r#"{"bits":2,"lst":"AAAA"}"#), Err(StatusError::InflateFailed));
    assert_eq!(
        with(r#"{"bits":2,"lst":"="}"#),
        Err(StatusError::Cose(CoseError::Malformed))
    );
}

#[test]
fn an_unsigned_bomb_is_not_inflated_and_length_is_limited() {
    let signer = signer();
    let bomb = URL_SAFE_NO_PAD.encode(super::super::deflate(&vec![0; 8 << 20]));
    let claims = format!(r#"{{"sub":"u","iat":1,"exp":2,"status_list":{{"bits":8,"lst":"{bomb}"}}}}"#);
    let compact = signed(&signer, r#"{"alg":"ES256","typ":"statuslist+jwt"}"#, &claims);
    let parsed = StatusToken::parse_jwt(&compact).unwrap();
    let other = SigningKey::generate(Curve::P256).unwrap();
    assert_eq!(
        parsed.open(other.public_key()),
        Err(StatusError::Cose(CoseError::SignatureInvalid))
    );
    assert_eq!(parsed.open(signer.public_key()), Err(StatusError::TooLarge));

    let too_long = Err(StatusError::Cose(CoseError::TooLong));
    for compact in [
        "a".repeat(MAX_JWT + 1),
        format!("{}..", "a".repeat(MAX_HEADER + 1)),
        format!("..{}", "a".repeat(MAX_HEADER + 1)),
    ] {
        assert_eq!(StatusToken::parse_jwt(&compact).map(drop), too_long);
    }
}

#[test]
fn the_largest_list_is_read() {
    let signer = signer();
    let mut large = token();
    // A linear congruence fills the list with what does not compress.
    let (mut list, mut state) = (StatusList::new(StatusBits::Eight, 1 << 20).unwrap(), 1u32);
    for index in 0..1 << 20 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        list.set(index, Status::from_value((state >> 24) as u8)).unwrap();
    }
    large.list = list;
    let unsigned = large.build_jwt(signer.public_key());
    let signature = signer.sign(unsigned.to_sign()).unwrap();
    let compact = unsigned.finish(&signature);
    assert!(
        compact.len() > 1_800_000 && compact.len() <= MAX_JWT,
        "{}",
        compact.len()
    );
    let opened = StatusToken::parse_jwt(&compact).unwrap().open(signer.public_key());
    assert_eq!(opened.unwrap(), large);
}
