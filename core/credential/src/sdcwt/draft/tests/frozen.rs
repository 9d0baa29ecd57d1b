//! Bytes that must never change: an SD-CWT with redacted claims inside of redacted claims and decoys, and a key binding token
//! around it. Ed25519 gives the same signature each time, so that the whole token is compared. `UPDATE_DRAFT=1` makes them anew.

use super::{super::*, world::*};
use crate::cose::{AnyAlgorithm, value::Value};
use crate::testing::frozen;

fn source() -> Value {
    with([
        (11, text("example/1")),
        (
            504,
            array([
                tag(
                    58,
                    map([
                        (int(500), Value::Bool(true)),
                        (tag(58, int(501)), text("DCBA-101777")),
                        (
                            tag(58, int(503)),
                            map([
                                (text("country"), text("us")),
                                (tag(58, text("region")), text("co")),
                                (tag(62, int(2)), Value::Null),
                            ]),
                        ),
                    ]),
                ),
                tag(58, Value::Float(36.5)),
                int(1_674_004_740),
                tag(62, int(1)),
            ]),
        ),
    ])
}

#[test]
fn frozen_tokens_are_made_again_byte_by_byte() {
    let issued = issued(&source());
    let token = SdCwtToken::parse(&issued, &LIMITS).unwrap();
    let binding = Binding {
        aud: "https://verifier.example/app",
        iat: Some(1500),
        exp: Some(1560),
        nonce: Some(b"12345678"),
        ..Binding::default()
    };
    // The license number and the region, and what they stand inside of.
    let presented = sign(
        bind(&token, &[0, 1], AnyAlgorithm::Ed25519, &binding).unwrap(),
        &holder(),
    );
    if std::env::var_os("UPDATE_DRAFT").is_some() {
        frozen::write("draft-sd-cwt", &issued);
        frozen::write("draft-kbt", &presented);
    }
    assert_eq!(issued, frozen::read("draft-sd-cwt"));
    assert_eq!(presented, frozen::read("draft-kbt"));
}

#[test]
fn frozen_tokens_mean_the_same() {
    let issued = frozen::read("draft-sd-cwt");
    let token = SdCwtToken::parse(&issued, &LIMITS).unwrap();
    assert_eq!(token.verify(&issuer_key()), Ok(()));
    let restored = token.restore().unwrap();
    assert_eq!((restored.matched, restored.decoys, restored.undisclosed), (5, 2, 0));

    let kbt = frozen::read("draft-kbt");
    let expected = Expected {
        times: TimeRules::at(1510),
        audiences: Some(&["https://verifier.example/app"]),
        nonce: Some(b"12345678"),
    };
    let restored = verify(&kbt, &expected).unwrap();
    let record = map([
        (int(500), Value::Bool(true)),
        (int(501), text("DCBA-101777")),
        (
            int(503),
            map([(text("country"), text("us")), (text("region"), text("co"))]),
        ),
    ]);
    let log = array([record, int(1_674_004_740)]);
    assert_eq!(
        restored.claims.encode(),
        with([(11, text("example/1")), (504, log)]).encode()
    );
    assert_eq!(
        (restored.matched, restored.undisclosed, restored.hash),
        (4, 3, Some(HashForm::Wrapped))
    );
}
