use permitcard_crypto::ecdsa::{Curve, SigningKey};

use super::{text::MAX_TEXT, *};
use crate::{
    cose::{Algorithm, EMPTY_MAP, Unsigned, cbor::Writer, key_id},
    permit::{
        Category, Day, Employment, FileData, Permit, PermitError, Person, Portrait, StatusRef, sample::sample_permit,
    },
    qr::{QrError, base45},
    status::deflate,
};

const NOW: i64 = 1_793_606_400;

fn permit() -> Permit {
    Permit {
        restrictions: 5,
        ..sample_permit()
    }
}

fn portrait(len: usize, format: PortraitFormat) -> Portrait {
    // Like a compressed picture: zlib gains nothing.
    let mut state = 1u32;
    let bytes = (0..len).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    Portrait {
        bytes: bytes.collect(),
        format,
    }
}

fn input<'a>(permit: &'a Permit, portrait: Option<&'a Portrait>) -> PrintedInput<'a> {
    PrintedInput {
        iss: "sandbox.example",
        iat: NOW,
        exp: NOW + 60 * Day::SECONDS,
        status: StatusRef {
            idx: 88_231,
            uri: "https://sandbox.example/s/1".into(),
        },
        permit,
        portrait,
    }
}

fn key() -> SigningKey {
    SigningKey::generate(Curve::P256).unwrap()
}

fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

fn printed(input: &PrintedInput<'_>, key: &SigningKey) -> Vec<u8> {
    sign(issue(input, key.public_key()).unwrap(), key)
}

#[test]
fn what_is_printed_reads_back() {
    let (key, photo) = (key(), portrait(400, PortraitFormat::WebP));
    for (test, portrait) in [(false, None), (true, None), (true, Some(&photo))] {
        let permit = Permit { test, ..permit() };
        let text = encode(&printed(&input(&permit, portrait), &key));
        assert!(looks_printed(&text));
        let token = decode(&text).unwrap();
        let read = Printed::parse(&token).unwrap();
        read.check_issuer(key.public_key()).unwrap();
        assert!(read.check_issuer(self::key().public_key()).is_err());
        let expected = Document {
            test,
            category: Category::B,
            valid_until: Day(21_000),
            restrictions: 5,
            person: permit.person.clone(),
            birth_day: Some(Day(7_441)),
            portrait: portrait.cloned(),
            employer: Some("Shanghai Example Trading Co Ltd".into()),
            occupation: Some("Software engineer".into()),
            permit_number: Some("23B310115000421".into()),
        };
        assert_eq!(read.document(), &expected);
        assert_eq!(read.test(), test);
        assert_eq!((read.iss(), *read.kid()), ("sandbox.example", key_id(key.public_key())));
        assert_eq!(
            (read.iat(), read.exp()),
            (Day::of_unix(NOW).start(), NOW + 60 * Day::SECONDS)
        );
        assert_eq!(
            (read.status_idx(), read.status_uri()),
            (88_231, "https://sandbox.example/s/1")
        );
    }
}

/// Other people's readers ignore private claims: the mark is in the name.
#[test]
fn a_test_permit_is_marked_where_every_reader_looks() {
    let key = key();
    let permit = Permit { test: true, ..permit() };
    let token = printed(&input(&permit, None), &key);
    let mark = b"TEST GARCIA LOPEZ<<MARIA";
    let at = token.windows(mark.len()).position(|window| window == mark).unwrap();
    // Without the mark, signed all the same.
    let token = resigned(&token, &key, |payload| {
        let at = payload.windows(5).position(|window| window == b"TEST ").unwrap();
        payload[at + 4] = b'_';
    });
    assert!(at > 0);
    assert_eq!(Printed::parse(&token).unwrap_err(), PermitError::ClaimsMalformed);
}

/// What is never printed: numbers that other systems take as a proof.
#[test]
fn secrets_stay_off_the_paper() {
    let token = printed(&input(&permit(), None), &key());
    for secret in ["MEX00000G123456780", "+8613800000000", "G12345678", "active PMU"] {
        assert!(
            !token.windows(secret.len()).any(|window| window == secret.as_bytes()),
            "{secret}"
        );
    }
}

#[test]
fn sizes_of_the_background() {
    use crate::qr::picture::{EcLevel, Matrix};
    let key = key();
    let (small, large) = (portrait(400, PortraitFormat::Avif), portrait(800, PortraitFormat::Avif));
    for (portrait, bytes, version) in [(None, 346, 14), (Some(&small), 760, 22), (Some(&large), 1_165, 28)] {
        let token = printed(&input(&permit(), portrait), &key);
        let matrix = Matrix::new(&encode(&token), EcLevel::M, 1).unwrap();
        println!("{} bytes, {}-M", token.len(), matrix.version());
        assert!(token.len() <= bytes, "{}", token.len());
        assert!(matrix.version() <= version, "{}", matrix.version());
    }
}

#[test]
fn the_largest_document_is_read() {
    use crate::qr::picture::{EcLevel, Matrix};
    let long = |length: usize| "W".repeat(length + 9);
    let permit = Permit {
        test: true,
        restrictions: 23,
        valid_until: Day(65_535),
        person: Person {
            name: "Ŵ".repeat(40),
            nationality: "UTO".into(),
        },
        employment: Some(Employment {
            employer: long(72),
            employer_id: long(18),
            occupation: long(36),
            place: long(24),
        }),
        file: Some(FileData {
            birth_day: Day(65_535),
            permit_number: long(18),
            ..permit().file.unwrap()
        }),
        ..permit()
    };
    let (key, portrait) = (key(), portrait(1_024, PortraitFormat::WebP));
    let input = PrintedInput {
        status: StatusRef {
            idx: u64::MAX,
            uri: "u".repeat(28),
        },
        ..input(&permit, Some(&portrait))
    };
    let text = encode(&printed(&input, &key));
    assert!(text.len() <= MAX_TEXT, "{}", text.len());
    assert!(Matrix::new(&text, EcLevel::M, 1).unwrap().version() <= 33);
    let token = decode(&text).unwrap();
    let read = Printed::parse(&token).unwrap();
    assert_eq!(read.document().employer.as_deref().map(str::len), Some(72));
    assert!(read.document().person.name.ends_with('…'));
}

#[test]
fn what_may_not_be_printed_is_refused() {
    let (key, permit) = (key(), permit());
    let refused = |input: &PrintedInput<'_>| issue(input, key.public_key()).unwrap_err();
    let usual = input(&permit, None);
    for exp in [NOW, NOW + PRINTED_LIFE_S + 1, i64::MAX] {
        assert_eq!(
            refused(&PrintedInput { exp, ..usual.clone() }),
            PermitError::PeriodInvalid,
            "{exp}"
        );
    }
    assert!(
        issue(
            &PrintedInput {
                exp: NOW + PRINTED_LIFE_S,
                ..usual.clone()
            },
            key.public_key()
        )
        .is_ok()
    );
    let ends = Permit {
        valid_until: Day::of_unix(NOW + 60 * Day::SECONDS - Day::SECONDS),
        ..permit.clone()
    };
    assert_eq!(refused(&input(&ends, None)), PermitError::PeriodInvalid);
    assert_eq!(
        refused(&PrintedInput {
            iss: "",
            ..usual.clone()
        }),
        PermitError::FieldInvalid
    );
    let png = portrait(10, PortraitFormat::Png);
    assert_eq!(refused(&input(&permit, Some(&png))), PermitError::FieldInvalid);
    let large = portrait(1_025, PortraitFormat::Avif);
    assert_eq!(refused(&input(&permit, Some(&large))), PermitError::PortraitTooLarge);
    let p384 = SigningKey::generate(Curve::P384).unwrap();
    assert_eq!(
        issue(&usual, p384.public_key()).unwrap_err(),
        PermitError::KeyUnsupported
    );
}

#[test]
fn texts_are_told_apart_and_bombs_stop_at_the_limit() {
    for text in [
        "",
        "A",
        "NC",
        "WPC1:BB8",
        "WPM1:BB8",
        "WPR1:BB8",
        "HC1:6BF",
        "https://a",
        "000000",
    ] {
        assert!(!looks_printed(text), "{text}");
        assert_eq!(decode(text), Err(QrError::PrefixUnknown), "{text}");
    }
    assert_eq!(decode(&"6".repeat(MAX_TEXT + 1)), Err(QrError::TooLong));
    let text_of = |bytes: &[u8]| {
        let mut text = String::new();
        base45::encode_to(bytes, &mut text);
        text
    };
    let bomb = text_of(&deflate(&vec![0; 1 << 20]));
    assert!(bomb.len() < MAX_TEXT);
    assert_eq!(decode(&bomb), Err(QrError::TooLong));
    assert_eq!(decode(&text_of(&deflate(&[0; MAX_LEN + 1]))), Err(QrError::TooLong));
    assert_eq!(decode(&text_of(&deflate(&[0; MAX_LEN]))).unwrap().len(), MAX_LEN);
    let good = deflate(b"anything");
    for damaged in [
        &good[..good.len() - 2],
        &[good.as_slice(), &[0, 0]].concat(),
        &[0x78, 0xda, 0xff, 0xff],
    ] {
        assert_eq!(decode(&text_of(damaged)), Err(QrError::InflateFailed));
    }
    let mut foreign = text_of(&good);
    foreign.push('a');
    assert!(matches!(decode(&foreign), Err(QrError::Base45Invalid)));
}

/// The token with another payload, signed by the issuer: only the form is wrong.
fn resigned(token: &[u8], key: &SigningKey, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let sign1 = crate::cose::Sign1::parse(token, &LIMITS).unwrap();
    let mut payload = sign1.payload().to_vec();
    change(&mut payload);
    sign(
        Unsigned::new(Algorithm::Es256, sign1.protected(), &EMPTY_MAP, &payload),
        key,
    )
}

#[test]
fn other_objects_of_the_same_key_are_no_printed_permits() {
    let key = key();
    let token = printed(&input(&permit(), None), &key);
    let sign1 = crate::cose::Sign1::parse(&token, &LIMITS).unwrap();
    let typed = Unsigned::with_typ(
        Algorithm::Es256,
        Some(&key_id(key.public_key())),
        crate::cose::Typ::Number(16),
        sign1.payload(),
    );
    assert_eq!(
        Printed::parse(&sign(typed, &key)).unwrap_err().code(),
        "sdcwt.type_unexpected"
    );
    let mut protected = Writer::with_capacity(8);
    protected.map(1).int(1).int(-7);
    let nameless = Unsigned::new(Algorithm::Es256, protected.as_bytes(), &EMPTY_MAP, sign1.payload());
    assert_eq!(
        Printed::parse(&sign(nameless, &key)).unwrap_err(),
        PermitError::ClaimsMalformed
    );
}

#[test]
fn every_flipped_bit_and_every_cut_is_found() {
    let (key, photo) = (key(), portrait(40, PortraitFormat::Avif));
    let permit = Permit { test: true, ..permit() };
    let token = printed(&input(&permit, Some(&photo)), &key);
    for bit in 0..token.len() * 8 {
        let mut changed = token.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let accepted = Printed::parse(&changed).is_ok_and(|read| read.check_issuer(key.public_key()).is_ok());
        assert!(!accepted, "bit {bit}");
    }
    for end in 0..token.len() {
        assert!(Printed::parse(&token[..end]).is_err());
    }
    assert!(Printed::parse(&[token.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn dates_of_claim_169() {
    use super::date::{basic_date, day_of_basic_date};
    assert_eq!(basic_date(Day(7_441)).as_deref(), Some("19900517"));
    assert_eq!(day_of_basic_date("19900517"), Some(Day(7_441)));
    for text in [
        "",
        "1990-05-17",
        "19900230",
        "1990051",
        "199005171",
        "1990051x",
        "日1990517",
    ] {
        assert_eq!(day_of_basic_date(text), None, "{text}");
    }
}

#[test]
fn debug_shows_nothing_personal() {
    let token = printed(&input(&permit(), None), &key());
    let read = Printed::parse(&token).unwrap();
    for shown in [format!("{read:?}"), format!("{:?}", read.document())] {
        assert!(!shown.contains("GARCIA"), "{shown}");
    }
}
