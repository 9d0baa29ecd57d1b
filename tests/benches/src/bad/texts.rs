//! Texts of codes: too long, foreign, inflating to too much.

use std::{io::Write, rc::Rc};

use flate2::{Compression, write::ZlibEncoder};
use permitcard_credential::{
    qr::{base45, frames, request::Request, text},
    snapshot::Snapshot,
};

use super::{ACCEPTED, Case, forge, verified};
use crate::world::{World, employer, sample};

/// A zlib stream of this many zeros.
pub fn bomb(length: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..length >> 20 {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap()
}

fn base45_of(bytes: &[u8]) -> String {
    let mut text = String::new();
    base45::encode_to(bytes, &mut text);
    text
}

pub fn cases(world: &World, snapshot: &Rc<Snapshot>) -> Vec<Case> {
    let long = "A".repeat(64 << 20);
    let verified = |name, code, text| verified(name, code, text, snapshot);
    let printed_bomb = base45_of(&bomb(1 << 20));
    assert!(printed_bomb.len() < 2_000, "{}", printed_bomb.len());
    let credential = world.credential(&sample(true));
    let token = world.token(&credential, &employer(None, None));
    let claims = forge::binding_claims();
    let with_claim = |value: Vec<u8>| {
        let header = forge::binding_header(&forge::Parts::of(&credential).sign(world));
        let claims = forge::Map::read(&claims.encode()).set(-70_000, value);
        text::encode(&forge::kbt(world, &header, &claims.encode()))
    };
    let frame_long = format!("WPM1:{long}");
    let request_long = format!("WPR1:{long}");
    // Numbers of a frame that promise 4 GiB in 32 parts.
    let frame_large = forge::item(|w| {
        w.array(6)
            .uint(1)
            .uint(32)
            .uint(0)
            .uint(1 << 32)
            .uint(0)
            .bytes(&[0; 640])
    });
    let frame_large = format!("WPM1:{}", base45_of(&frame_large));
    vec![
        verified(
            "live text of 64 MiB",
            "verdict.text_too_long",
            format!("{}{long}", text::PREFIX),
        ),
        verified(
            "printed text of 64 MiB",
            "verdict.text_too_long",
            format!("{printed_bomb}{long}"),
        ),
        verified("foreign text", "verdict.text_foreign", "HTTPS://EXAMPLE.COM".to_owned()),
        verified(
            "text with a foreign character",
            "verdict.text_damaged",
            format!("{}é", text::encode(&token)),
        ),
        verified("zlib bomb as claim 169", "verdict.text_too_long", printed_bomb),
        verified(
            "nested arrays in a claim",
            "cbor.too_deep",
            with_claim(forge::nested(300)),
        ),
        verified(
            "byte string of 4 GiB announced in a claim",
            "cbor.malformed",
            with_claim(b"\x5b\0\0\0\x01\0\0\0\0".to_vec()),
        ),
        verified(
            "array of 2^32 entries announced in a claim",
            "cbor.too_many",
            with_claim(b"\x9b\0\0\0\x01\0\0\0\0".to_vec()),
        ),
        verified(
            "bytes behind the token",
            "cbor.trailing_bytes",
            text::encode(&[token.as_slice(), &[0]].concat()),
        ),
        Case::new("frame of 64 MiB", "qr.too_long", move || {
            let taken = frames::Receiver::new().take(&frame_long);
            taken.map_or_else(|error| error.code(), |_| ACCEPTED)
        }),
        Case::new("frame of a message of 4 GiB", "qr.frame_invalid", move || {
            let taken = frames::Receiver::new().take(&frame_large);
            taken.map_or_else(|error| error.code(), |_| ACCEPTED)
        }),
        Case::new("request of 64 MiB", "qr.too_long", move || {
            Request::decode(&request_long).map_or_else(|error| error.code(), |_| ACCEPTED)
        }),
    ]
}
