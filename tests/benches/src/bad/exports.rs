//! Exports as a holder may be handed them.

use permitcard_credential::{mdoc::IssuerSigned, sdjwt::SdJwt};

use super::{
    ACCEPTED, Case,
    forge::{self, item},
};
use crate::world::World;

pub fn cases(_world: &World) -> Vec<Case> {
    let document = |name: &'static str, code: &'static str, bytes: Vec<u8>| {
        Case::new(name, code, move || {
            IssuerSigned::parse(&bytes).map_or_else(|error| error.code(), |_| ACCEPTED)
        })
    };
    let token = |name: &'static str, code: &'static str, text: String| {
        Case::new(name, code, move || {
            SdJwt::parse(&text).map_or_else(|error| error.code(), |_| ACCEPTED)
        })
    };
    let jwt = |header: &[u8], claims: &[u8]| format!("{}.{}.AAAA~", forge::base64url(header), forge::base64url(claims));
    let arrays = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    let issuer_auth = |value: &[u8]| item(|w| w.map(2).text("issuerAuth").raw(value).text("nameSpaces").map(0));
    vec![
        document("mdoc of 64 MiB", "cbor.too_long", vec![0; 64 << 20]),
        document(
            "mdoc: 10,000 nested arrays",
            "cbor.unexpected_type",
            forge::nested(10_000),
        ),
        document(
            "mdoc: 10,000 nested arrays in a header",
            "cbor.too_deep",
            issuer_auth(&[b"\x84\x43\xa1\x01\x26\xa1\x18\x63".as_slice(), &forge::nested(10_000)].concat()),
        ),
        document(
            "mdoc: byte string of 4 GiB announced",
            "cbor.malformed",
            issuer_auth(b"\x84\x5b\0\0\0\x01\0\0\0\0"),
        ),
        document(
            "mdoc: indefinite length",
            "cbor.not_deterministic",
            b"\xbf\xff".to_vec(),
        ),
        token("SD-JWT of 64 MiB", "sdjwt.too_long", "A".repeat(64 << 20)),
        token(
            "SD-JWT: 10,000 nested arrays",
            "cose.too_long",
            jwt(b"{}", &arrays(10_000)),
        ),
        token(
            "SD-JWT: 5,000 nested arrays",
            "sdjwt.malformed",
            jwt(br#"{"alg":"ES256","typ":"dc+sd-jwt"}"#, &arrays(5_000)),
        ),
        token(
            "SD-JWT: name twice",
            "sdjwt.malformed",
            jwt(br#"{"alg":"ES256","alg":"ES256"}"#, b"{}"),
        ),
        token(
            "SD-JWT: algorithm none",
            "cose.algorithm_unsupported",
            jwt(br#"{"alg":"none","typ":"dc+sd-jwt"}"#, b"{}"),
        ),
        token(
            "SD-JWT: sixty-five disclosures",
            "sdjwt.too_long",
            format!("{}{}", jwt(b"{}", b"{}"), "A~".repeat(65)),
        ),
    ]
}
