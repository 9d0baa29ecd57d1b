//! Sizes of a presentation, and how fast one is verified and built.

use std::hint::black_box;

use permitcard_credential::{
    cose::{EMPTY_MAP, Unsigned},
    permit::{Credential, present},
    qr::{
        picture::{EcLevel, Matrix},
        text,
    },
    verdict::Policy,
};

use super::{line, shown};
use crate::{
    timing::interleaved,
    world::{BEACON, NONCE, World, at_limits, check_with, employer, sample, sign},
};

const ROUNDS: usize = 4_000;

pub fn sizes(world: &World) {
    let all_on = employer(Some(NONCE), Some(BEACON));
    let cases = [
        (
            "employer presentation, sample person",
            sample(false),
            employer(None, None),
            740,
            19,
        ),
        (
            "the same with test flag, 8-byte nonce and beacon",
            sample(true),
            all_on,
            770,
            20,
        ),
        ("the same at all field limits", at_limits(), all_on, 860, 21),
    ];
    for (name, permit, input, limit, version) in cases {
        let token = world.token(&world.credential(&permit), &input);
        let found = Matrix::new(&text::encode(&token), EcLevel::L, 1).unwrap().version();
        let (value, goal) = (
            format!("{} bytes, {found}-L", token.len()),
            format!("≤ {limit} bytes, {version}-L"),
        );
        line(name, &value, &goal, token.len() <= limit && found <= version);
    }
}

/// Text to verdicts, beside the two bare signature checks of the same presentation.
pub fn verifying(world: &World) {
    let credential = world.credential(&sample(true));
    let snapshot = world.snapshot();
    let parsed = Credential::parse(&credential).unwrap();
    let unsigned = present(&parsed, &employer(Some(NONCE), Some(BEACON))).unwrap();
    let message = unsigned.to_sign().to_vec();
    let holder_signature = world.phone.sign(&message).unwrap();
    let text = text::encode(&unsigned.finish(&holder_signature).unwrap());
    let envelope = parsed.sd_cwt().sign1();
    let issuer_signature = envelope.signature();
    let again = Unsigned::new(
        envelope.algorithm(),
        envelope.protected(),
        &EMPTY_MAP,
        envelope.payload(),
    );
    let issuer_message = again.to_sign();
    let check = || check_with(black_box(&text), &snapshot, |input| input.nonce = Some(NONCE));
    assert!(
        Policy::employer().satisfied(&check().unwrap()),
        "the presentation to measure does not verify"
    );
    let (raw, whole) = interleaved(
        ROUNDS,
        || {
            let issuer = world
                .issuer
                .public_key()
                .verify(black_box(issuer_message), issuer_signature);
            let holder = world.phone.public_key().verify(black_box(&message), &holder_signature);
            black_box(issuer.is_ok() & holder.is_ok())
        },
        || black_box(check()).is_ok(),
    );
    ratio("verify a presentation", whole, raw, 1.25, 1.10, "two signature checks");
}

/// An opened credential to the text of a presentation, beside one bare signature over the same message.
pub fn building(world: &World) {
    let credential = world.credential(&sample(true));
    let credential = Credential::parse(&credential).unwrap();
    let input = employer(Some(NONCE), Some(BEACON));
    let message = present(&credential, &input).unwrap().to_sign().to_vec();
    let (raw, whole) = interleaved(
        ROUNDS,
        || black_box(world.phone.sign(black_box(&message))).is_ok(),
        || {
            let unsigned = present(black_box(&credential), black_box(&input)).unwrap();
            !black_box(text::encode(&sign(unsigned, &world.phone))).is_empty()
        },
    );
    ratio("build a presentation", whole, raw, 2.0, 1.25, "one signature");
}

fn ratio(name: &str, whole: f64, raw: f64, goal: f64, aim: f64, unit: &str) {
    let value = format!("{:.2} × {unit} ({})", whole / raw, shown(whole));
    let goal_text = format!("≤ {goal:.2} ×, aim {aim:.2}");
    line(name, &value, &goal_text, whole <= goal * raw);
}
