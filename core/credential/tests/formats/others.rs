//! Frames, requests and printed permits: frozen bytes, and the CDDL of `docs/credential.md` over real ones.

use crate::{doc, document::Schema, sample::*};
use permitcard_credential::{
    cose::{decode_key, encode_key},
    permit::{Day, Group, Permit, Portrait, PortraitFormat, PresentInput, Profile, StatusRef},
    printed::{self, Printed, PrintedInput},
    qr::{
        base45, frames,
        request::{Request, Wanted},
    },
};

const SCHEMAS: [&str; 5] = ["presentation", "card", "frame", "request", "printed"];

fn body(text: &str) -> Vec<u8> {
    base45::decode(&text.as_bytes()[5..]).unwrap()
}

/// Every schema that there is; made once a test, for they take long to read.
struct Schemas(Vec<(&'static str, Schema)>);

impl Schemas {
    fn new() -> Self {
        Self(SCHEMAS.map(|start| (start, Schema::new(start))).into())
    }

    /// The bytes hold as this rule and as no other.
    fn only(&self, rule: &str, bytes: &[u8]) {
        for (start, schema) in &self.0 {
            let result = schema.holds(bytes);
            assert_eq!(result.is_ok(), *start == rule, "{rule} as {start}: {result:?}");
        }
    }
}

#[test]
fn the_cddl_holds_for_frames_and_requests() {
    let schemas = Schemas::new();
    let message: Vec<u8> = (0..3_840u32).map(|at| (at % 253) as u8).collect();
    for (id, part) in [(0, 640), (u32::MAX, 120), (7, 320)] {
        let texts = frames::encode(&message, id, part).unwrap();
        for text in [&texts[0], texts.last().unwrap()] {
            schemas.only("frame", &body(text));
        }
    }
    for profile in Profile::ALL {
        for portrait in [false, true] {
            let request = Request {
                aud: "12345678".into(),
                nonce: [7; 8],
                wanted: profile.wanted(portrait),
            };
            schemas.only("request", &body(&request.encode().unwrap()));
        }
    }
    // Document and reader have the same limits.
    let schema = Schema::new("request");
    for (aud, labels, accepted) in [(8, 16u8, true), (9, 1, false), (1, 17, false)] {
        let request = Request {
            aud: "x".repeat(aud),
            nonce: [0; 8],
            wanted: Wanted::Groups((0..labels).collect()),
        };
        assert_eq!(request.encode().is_ok(), accepted);
        let by_hand = [
            &[0xa3, 1, 0x60 + aud as u8][..],
            "x".repeat(aud).as_bytes(),
            &[2, 0x48, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0x80 + labels],
            &(0..labels).collect::<Vec<u8>>(),
        ]
        .concat();
        if labels <= 16 {
            assert_eq!(schema.holds(&by_hand).is_ok(), accepted);
        }
    }
}

fn portrait() -> Portrait {
    Portrait {
        bytes: b"RIFF....WEBPVP8L".to_vec(),
        format: PortraitFormat::WebP,
    }
}

fn input<'a>(permit: &'a Permit, portrait: Option<&'a Portrait>) -> PrintedInput<'a> {
    PrintedInput {
        iss: ISS,
        iat: NOW,
        exp: NOW + 60 * Day::SECONDS,
        status: StatusRef {
            idx: 88_232,
            uri: STATUS_URI.into(),
        },
        permit,
        portrait,
    }
}

fn made(permit: &Permit, portrait: Option<&Portrait>, keys: &Keys) -> Vec<u8> {
    let unsigned = printed::issue(&input(permit, portrait), keys.issuer()).unwrap();
    let signature = keys.issuer.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

fn sandbox() -> Permit {
    Permit {
        test: true,
        employment: None,
        file: None,
        ..sample()
    }
}

#[test]
fn frozen_prints_verify_and_mean_the_same() {
    let schemas = Schemas::new();
    if std::env::var_os("UPDATE_PRINTED").is_some() {
        let keys = Keys::new();
        let write = |name: &str, text: String| std::fs::write(printed_path(name), text + "\n").unwrap();
        write("printed", printed::encode(&made(&sample(), None, &keys)));
        write(
            "printed-test",
            printed::encode(&made(&sandbox(), Some(&portrait()), &keys)),
        );
        let key: String = encode_key(keys.issuer())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        std::fs::write(frozen_path("printed-key"), key + "\n").unwrap();
    }
    let issuer = decode_key(&frozen("printed-key")).unwrap();
    for (name, permit, portrait) in [
        ("printed", sample(), None),
        ("printed-test", sandbox(), Some(portrait())),
    ] {
        let text = std::fs::read_to_string(printed_path(name)).unwrap();
        let token = printed::decode(text.trim_end()).unwrap();
        let read = Printed::parse(&token).unwrap();
        read.check_issuer(&issuer).unwrap();
        schemas.only("printed", &token);
        // Issuing gives exactly these bytes again, but for the signature.
        let again = printed::issue(&input(&permit, portrait.as_ref()), &issuer).unwrap();
        assert_eq!(again.finish(read.signature()).unwrap(), token);
        assert_eq!(read.document().person, permit.person);
        assert_eq!(read.document().portrait, portrait);
        assert_eq!((read.status_idx(), read.exp()), (88_232, NOW + 60 * Day::SECONDS));
    }
}

/// A portrait like a compressed picture: nothing in it repeats.
fn noise(len: usize) -> Portrait {
    let mut state = 1u32;
    let bytes = (0..len).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    Portrait {
        bytes: bytes.collect(),
        format: PortraitFormat::WebP,
    }
}

#[test]
fn the_table_of_prints_and_portraits_is_measured() {
    use permitcard_credential::qr::{
        picture::{EcLevel, Matrix},
        text,
    };
    let keys = Keys::new();
    let version = |text: &str, level| Matrix::new(text, level, 1).map(|matrix| matrix.version());
    let mut table = String::from("| portrait | printed | police, live | service window, live |\n|---|---|---|---|\n");
    for len in [0, 300, 500, 800, 1_024] {
        let portrait = (len > 0).then(|| noise(len));
        let token = made(&sample(), portrait.as_ref(), &keys);
        let paper = version(&printed::encode(&token), EcLevel::M).unwrap();
        let mut cells = format!("| {len} bytes | {} bytes, {paper}-M |", token.len());
        for profile in [Profile::Police, Profile::ServiceWindow] {
            let permit = Permit {
                portrait: portrait.clone(),
                ..sample()
            };
            let mut groups = profile.groups().to_vec();
            groups.extend(portrait.as_ref().map(|_| Group::Portrait));
            let credential = issued(&crate::sample::input(&permit, keys.holder.public_key()), &keys);
            let live = PresentInput {
                groups: &groups,
                nonce: Some(NONCE),
                beacon: Some(BEACON),
                ..show(profile)
            };
            let token = presented(&credential, &live, &keys);
            cells += &match version(&text::encode(&token), EcLevel::L) {
                Ok(single) if single <= 25 => format!(" {} bytes, {single}-L |", token.len()),
                _ => {
                    let frames = frames::encode(&token, u32::MAX, frames::PART).unwrap();
                    let frame = version(&frames[0], EcLevel::L).unwrap();
                    format!(" {} bytes, {} frames of {frame}-L |", token.len(), frames.len() / 3)
                }
            };
        }
        table += &(cells + "\n");
    }
    doc::compare("print-sizes", &table);
}

fn printed_path(name: &str) -> String {
    frozen_path(name).replace(".hex", ".txt")
}

#[test]
fn the_cddl_holds_for_a_print_at_every_limit() {
    let schemas = Schemas::new();
    let keys = Keys::new();
    let large = Portrait {
        bytes: vec![7; 1_024],
        format: PortraitFormat::Avif,
    };
    let mut permit = beyond_limits();
    permit.file.as_mut().unwrap().birth_day = Day(20_000);
    schemas.only("printed", &made(&permit, Some(&large), &keys));
    schemas.only("printed", &made(&permit, None, &keys));
}
