use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::{
    ecdsa::{Curve, PublicKey, SigningKey},
    hash::sha256,
};
use serde_json::{Value, json};

use super::world::*;
use crate::{
    cose::{CoseError, Jwk, jws, jws::ParsedJws},
    permit::{Day, Element, Group, Portrait, PortraitFormat},
    sdjwt::{IssueInput, MAX_DISCLOSURES, MAX_LEN, PresentInput, SdJwt, SdJwtError, VCT, issue, present},
    testing::test_certificate,
};

#[test]
fn what_is_issued_passes_every_check_and_says_what_it_is() {
    let world = World::new();
    let text = world.issued();
    world.check(&text).unwrap();
    let sd_jwt = SdJwt::parse(&text).unwrap();
    assert_eq!(sd_jwt.iss(), ISS);
    assert_eq!(sd_jwt.iat(), Day::of_unix(NOW).start(), "rounded down to the day");
    assert_eq!(sd_jwt.exp(), NOW + 20 * Day::SECONDS);
    assert_eq!(sd_jwt.holder_key(), world.holder.public_key());
    assert_eq!(sd_jwt.signer_key(), world.signer.public_key());
    assert_eq!((sd_jwt.status_idx(), sd_jwt.status_uri()), (88_231, STATUS_URI));
    assert!(!sd_jwt.test());

    let (header, claims) = parts(text.split('~').next().unwrap());
    assert_eq!(
        header,
        json!({ "alg": "ES256", "typ": "dc+sd-jwt", "x5c": [base64(&world.certificate)] })
    );
    assert_eq!(claims["vct"], VCT);
    assert_eq!(claims["_sd_alg"], "sha-256");
    assert_eq!(
        claims["cnf"],
        json!({ "jwk": Jwk::from_public_key(world.holder.public_key()) })
    );
    assert_eq!(claims["work_permit_category"], "B");
    assert_eq!(claims["date_of_expiry"], "2027-07-01");
    assert_eq!(claims["restrictions"], 0);
    assert_eq!(claims.get("test"), None);
    assert_eq!(
        claims["status"],
        json!({ "status_list": { "idx": 88_231, "uri": STATUS_URI } })
    );
    let digests = claims["_sd"].as_array().unwrap();
    assert!(digests.iter().map(Value::as_str).is_sorted());
}

#[test]
fn a_test_is_marked_where_everybody_sees_it() {
    let mut world = World::new();
    world.permit.test = true;
    let text = world.issued();
    world.check(&text).unwrap();
    assert!(SdJwt::parse(&text).unwrap().test());
    let (_, claims) = parts(text.split('~').next().unwrap());
    assert_eq!(claims["test"], true);
    assert!(disclosures(&text).iter().all(|one| one[1] != "test"));
    world.permit.test = false;
    assert_eq!(world.check(&text), Err(SdJwtError::ContentMismatch));
}

#[test]
fn every_one_has_the_same_number_of_digests() {
    let count = |text: &str| {
        parts(text.split('~').next().unwrap()).1["_sd"]
            .as_array()
            .unwrap()
            .len()
    };
    let mut world = World::new();
    let full = count(&world.issued());
    assert_eq!(
        full,
        Element::ALL.into_iter().filter(|one| one.group().is_some()).count()
    );
    world.permit.social_security = None;
    world.permit.file = None;
    world.permit.employment = None;
    let text = world.issued();
    world.check(&text).unwrap();
    assert_eq!(count(&text), full);
    assert_eq!(disclosures(&text).len(), 3);
}

#[test]
fn a_picture_is_a_data_url() {
    let mut world = World::new();
    world.permit.portrait = Some(Portrait {
        bytes: b"\x89PNG".to_vec(),
        format: PortraitFormat::Png,
    });
    let text = world.issued();
    world.check(&text).unwrap();
    let picture = disclosures(&text).into_iter().find(|one| one[1] == "picture").unwrap();
    assert_eq!(picture[2], "data:image/png;base64,iVBORw==");
    world.permit.portrait.as_mut().unwrap().bytes = vec![0; crate::permit::field::PORTRAIT.limit + 1];
    assert_eq!(world.try_issue(|_| {}), Err(SdJwtError::FieldInvalid));
}

#[test]
fn what_cannot_be_issued() {
    let world = World::new();
    let end = world.permit.valid_until.ends_at();
    assert!(world.try_issue(|input| input.exp = end).is_ok());
    assert_eq!(
        world.try_issue(|input| input.exp = end + 1),
        Err(SdJwtError::PeriodInvalid)
    );
    assert_eq!(
        world.try_issue(|input| input.exp = Day::of_unix(NOW).start()),
        Err(SdJwtError::PeriodInvalid)
    );
    assert_eq!(world.try_issue(|input| input.iss = ""), Err(SdJwtError::FieldInvalid));
    assert_eq!(
        world.try_issue(|input| input.status.uri = "u".repeat(129)),
        Err(SdJwtError::FieldInvalid)
    );
    assert_eq!(
        world.try_issue(|input| input.chain = &[]),
        Err(CoseError::Malformed.into())
    );
    let p384 = PublicKey::from_coordinates(Curve::P384, &[1; 48], &[2; 48]).unwrap();
    let certificate = test_certificate(world.signer.public_key());
    let result = issue(&IssueInput {
        holder: &p384,
        ..world.input(&[&certificate])
    });
    assert_eq!(result.err(), Some(SdJwtError::KeyUnsupported));
}

#[test]
fn another_issuer_is_refused() {
    let world = World::new();
    let text = world.issued();
    let sd_jwt = SdJwt::parse(&text).unwrap();
    assert_eq!(
        sd_jwt.check_issuer(world.holder.public_key()),
        Err(CoseError::SignatureInvalid.into())
    );
    // The certificate of another key, signed by the right one, and the other way round.
    let other = SigningKey::generate(Curve::P256).unwrap();
    let certificate = base64(&test_certificate(other.public_key()));
    let exchanged = world.forged(|header, _| header["x5c"] = json!([certificate]));
    assert_eq!(world.check(&exchanged), Err(CoseError::SignatureInvalid.into()));
    let sd_jwt = SdJwt::parse(&exchanged).unwrap();
    assert_eq!(
        sd_jwt.check_issuer(other.public_key()),
        Err(CoseError::SignatureInvalid.into())
    );
}

#[test]
fn one_rule_of_header_and_claims_each() {
    let world = World::new();
    type Bend = fn(&mut Value, &mut Value);
    let cases: &[(Bend, SdJwtError)] = &[
        (|header, _| header["typ"] = json!("vc+sd-jwt"), SdJwtError::TypeUnknown),
        (
            |header, _| header["alg"] = json!("none"),
            CoseError::AlgorithmUnsupported.into(),
        ),
        (
            |header, _| header["alg"] = json!("ES384"),
            CoseError::AlgorithmUnsupported.into(),
        ),
        (
            |header, _| header["crit"] = json!(["x"]),
            CoseError::CriticalHeader.into(),
        ),
        (|header, _| header["x5c"] = json!([]), SdJwtError::Malformed),
        (|header, _| header["x5c"] = json!(["!"]), SdJwtError::Malformed),
        (|header, _| header["x5c"] = json!(["AAAA"]), CoseError::Malformed.into()),
        (
            |header, _| header["x5c"] = json!(["", "", "", "", ""]),
            CoseError::TooLong.into(),
        ),
        (
            |_, claims| claims["vct"] = json!("urn:permitcard:workpermit:2"),
            SdJwtError::TypeUnknown,
        ),
        (|_, claims| claims["iss"] = json!(1), SdJwtError::ClaimsMalformed),
        (|_, claims| claims["iat"] = json!("1"), SdJwtError::ClaimsMalformed),
        (|_, claims| claims["exp"] = json!(1.5), SdJwtError::ClaimsMalformed),
        (
            |_, claims| claims["exp"] = claims["iat"].clone(),
            SdJwtError::PeriodInvalid,
        ),
        (|_, claims| claims["test"] = json!(false), SdJwtError::ClaimsMalformed),
        (|_, claims| claims["status"] = json!({}), SdJwtError::ClaimsMalformed),
        (
            |_, claims| claims["_sd_alg"] = json!("sha-512"),
            SdJwtError::ClaimsMalformed,
        ),
        (|_, claims| claims["_sd"] = json!([1]), SdJwtError::ClaimsMalformed),
        (
            |_, claims| claims["_sd"] = json!(vec!["x"; MAX_DISCLOSURES + 1]),
            SdJwtError::TooLong,
        ),
        (|_, claims| claims["cnf"] = json!({}), SdJwtError::ClaimsMalformed),
        (
            |_, claims| claims["cnf"]["jwk"]["d"] = json!("secret"),
            SdJwtError::ClaimsMalformed,
        ),
        (
            |_, claims| claims["cnf"]["jwk"]["y"] = json!("AA"),
            CoseError::KeyInvalid.into(),
        ),
        (
            |_, claims| {
                let key = PublicKey::from_coordinates(Curve::P384, &[1; 48], &[2; 48]).unwrap();
                claims["cnf"] = json!({ "jwk": Jwk::from_public_key(&key) });
            },
            SdJwtError::KeyUnsupported,
        ),
        (
            |_, claims| {
                let first = claims["_sd"][0].clone();
                claims["_sd"].as_array_mut().unwrap().push(first);
            },
            SdJwtError::DigestMismatch,
        ),
        // A disclosure must not stand in for a claim that is there already (RFC 9901 7.1).
        (
            |_, claims| claims["family_name"] = json!("X"),
            SdJwtError::DigestMismatch,
        ),
        (
            |_, claims| claims["restrictions"] = json!(1),
            SdJwtError::ContentMismatch,
        ),
        (
            |_, claims| claims["work_permit_category"] = json!("A"),
            SdJwtError::ContentMismatch,
        ),
        (|_, claims| claims["test"] = json!(true), SdJwtError::ContentMismatch),
    ];
    for (at, (bend, error)) in cases.iter().enumerate() {
        assert_eq!(world.check(&world.forged(bend)), Err(*error), "{at}");
    }
    world
        .check(&world.forged(|_, claims| claims["new"] = json!({ "a": 1 })))
        .unwrap();
}

#[test]
fn one_rule_of_disclosures_each() {
    let world = World::new();
    let text = world.issued();
    let (jwt, rest) = text.split_once('~').unwrap();
    let list: Vec<&str> = rest.trim_end_matches('~').split('~').collect();
    let with = |parts: &[&str]| format!("{jwt}~{}~", parts.join("~"));
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let salt = "A".repeat(22);
    world.check(&with(&list)).unwrap();
    // One that was not signed, one twice, one that is missing.
    let stranger = encode(json!([salt, "family_name", "OTHER"]));
    assert_eq!(world.check(&with(&[&stranger])), Err(SdJwtError::DigestMismatch));
    let twice: Vec<&str> = list.iter().chain(list.first()).copied().collect();
    assert_eq!(world.check(&with(&twice)), Err(SdJwtError::DigestMismatch));
    assert_eq!(world.check(&with(&list[1..])), Err(SdJwtError::ContentMismatch));
    for bad in [
        encode(json!([salt, "x"])),
        encode(json!([salt, "_sd", []])),
        encode(json!([salt, "...", "x"])),
        encode(json!(["A".repeat(21), "x", 1])),
        encode(json!({ "salt": 1 })),
        URL_SAFE_NO_PAD.encode(format!(r#"["{salt}","x",{{"a":1,"a":2}}]"#)),
        "!".into(),
        String::new(),
    ] {
        assert_eq!(SdJwt::parse(&with(&[&bad])).err(), Some(SdJwtError::Malformed), "{bad}");
    }
    let many = vec![stranger.as_str(); MAX_DISCLOSURES + 1];
    assert_eq!(SdJwt::parse(&with(&many)).err(), Some(SdJwtError::TooLong));
}

#[test]
fn what_is_no_sd_jwt() {
    let world = World::new();
    let text = world.issued();
    let (jwt, _) = text.split_once('~').unwrap();
    for bad in [
        "",
        "~",
        "a.b.c~",
        jwt,
        &format!("{jwt}~~"),
        // With a key binding JWT, or something, at the end.
        &format!("{text}{jwt}"),
        &format!(".{jwt}~"),
    ] {
        assert_eq!(SdJwt::parse(bad).err(), Some(SdJwtError::Malformed), "{bad}");
    }
    assert!(SdJwt::parse(&format!("{jwt}~")).is_ok());
    let twice = jws::signing_input(r#"{"alg":"ES256","alg":"ES256"}"#, "{}");
    assert_eq!(SdJwt::parse(&format!("{twice}.AA~")).err(), Some(SdJwtError::Malformed));
    assert_eq!(SdJwt::parse(&"~".repeat(MAX_LEN + 1)).err(), Some(SdJwtError::TooLong));
}

#[test]
fn a_presentation_is_bound_to_verifier_nonce_and_what_is_shown() {
    let world = World::new();
    let text = world.issued();
    let sd_jwt = SdJwt::parse(&text).unwrap();
    let elements = Element::shown(&[Group::Person]);
    let input = PresentInput {
        elements: &elements,
        aud: "https://verifier.example",
        nonce: "n-0S6_WzA2Mj",
        iat: NOW,
    };
    let unsigned = present(&sd_jwt, &input).unwrap();
    assert_eq!(unsigned.holder_key(), world.holder.public_key());
    let signature = world.holder.sign(unsigned.to_sign()).unwrap();
    let shown = unsigned.finish(&signature).unwrap();
    let (before, kb) = shown.rsplit_once('~').unwrap();
    let kb = ParsedJws::parse(kb).unwrap();
    kb.verify(world.holder.public_key()).unwrap();
    assert_eq!(kb.header, json!({ "alg": "ES256", "typ": "kb+jwt" }));
    let sd_hash = URL_SAFE_NO_PAD.encode(sha256(format!("{before}~").as_bytes()));
    assert_eq!(
        kb.claims,
        json!({ "iat": NOW, "aud": "https://verifier.example", "nonce": "n-0S6_WzA2Mj", "sd_hash": sd_hash })
    );
    let names: Vec<Value> = disclosures(&shown).into_iter().map(|one| one[1].clone()).collect();
    assert_eq!(names, ["family_name", "given_name", "nationality_icao"]);
}

#[test]
fn what_cannot_be_presented() {
    let world = World::new();
    let text = world.issued();
    let sd_jwt = SdJwt::parse(&text).unwrap();
    let good = PresentInput {
        elements: &[],
        aud: "a",
        nonce: "n",
        iat: NOW,
    };
    let long = "x".repeat(256);
    for (input, error) in [
        (PresentInput { aud: "", ..good }, SdJwtError::FieldInvalid),
        (PresentInput { aud: &long, ..good }, SdJwtError::FieldInvalid),
        (PresentInput { nonce: "", ..good }, SdJwtError::FieldInvalid),
        (PresentInput { nonce: &long, ..good }, SdJwtError::FieldInvalid),
        (
            PresentInput {
                iat: sd_jwt.iat() - 1,
                ..good
            },
            SdJwtError::PeriodInvalid,
        ),
        (
            PresentInput {
                iat: sd_jwt.exp() + 1,
                ..good
            },
            SdJwtError::PeriodInvalid,
        ),
    ] {
        assert_eq!(present(&sd_jwt, &input).err(), Some(error));
    }
    let unsigned = present(&sd_jwt, &good).unwrap();
    assert_eq!(unsigned.finish(&[0; 65]), Err(CoseError::SignatureInvalid.into()));
}
