//! The way of a presentation, with statistics. The goals are lines of `figures`, which take raw and whole work in turns.

#![allow(missing_docs, clippy::unwrap_used, reason = "benches")]

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use permitcard_benches::world::{BEACON, INDEX, ISS, NONCE, NOW, URI, World, check_with, employer, sample, sign};
use permitcard_credential::{
    permit::{Credential, present},
    qr::{
        picture::{EcLevel, Matrix},
        text,
    },
    status::{MAX_ENTRIES, StatusToken},
};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

fn presentation(c: &mut Criterion) {
    let world = World::new();
    let credential = world.credential(&sample(true));
    let input = employer(Some(NONCE), Some(BEACON));
    let parsed = Credential::parse(&credential).unwrap();
    let unsigned = present(&parsed, &input).unwrap();
    let message = unsigned.to_sign().to_vec();
    let signature = world.phone.sign(&message).unwrap();
    let text = text::encode(&unsigned.finish(&signature).unwrap());
    let snapshot = world.snapshot();
    c.bench_function("verify/one raw signature check", |b| {
        b.iter(|| {
            world
                .phone
                .public_key()
                .verify(black_box(&message), &signature)
                .unwrap()
        });
    });
    c.bench_function("verify/text to verdicts", |b| {
        b.iter(|| check_with(black_box(&text), &snapshot, |input| input.nonce = Some(NONCE)).unwrap());
    });
    c.bench_function("verify/text to bytes", |b| {
        b.iter(|| text::decode(black_box(&text)).unwrap());
    });
    c.bench_function("build/one raw signature", |b| {
        b.iter(|| world.phone.sign(black_box(&message)).unwrap());
    });
    c.bench_function("build/credential to text", |b| {
        b.iter(|| text::encode(&sign(present(black_box(&parsed), &input).unwrap(), &world.phone)));
    });
}

fn picture(c: &mut Criterion) {
    let world = World::new();
    let text = world.text(&world.credential(&sample(false)), &employer(None, None));
    c.bench_function("picture/19-L", |b| {
        b.iter(|| Matrix::new(black_box(&text), EcLevel::L, 19).unwrap());
    });
    c.bench_function("picture/19-L by qrcodegen", |b| {
        b.iter(|| {
            let segments = [QrSegment::make_alphanumeric(black_box(&text))];
            QrCode::encode_segments_advanced(&segments, QrCodeEcc::Low, Version::new(19), Version::MAX, None, false)
                .unwrap()
        });
    });
}

fn lists(c: &mut Criterion) {
    let world = World::new();
    let status = world.status_token(MAX_ENTRIES);
    let token = sign(status.build(world.status.public_key()), &world.status);
    c.bench_function("status/load 2^20", |b| {
        b.iter(|| {
            StatusToken::parse(black_box(&token))
                .unwrap()
                .open(world.status.public_key())
                .unwrap()
        });
    });
    let snapshot = world.snapshot_of(&world.snapshot_file(&world.trust_list(), &status));
    c.bench_function("status/look up in 2^20", |b| {
        b.iter(|| snapshot.status(black_box(URI), black_box(ISS), true, black_box(INDEX), NOW));
    });
}

fn short() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(30)
}

criterion_group!(name = all; config = short(); targets = presentation, picture, lists);
criterion_main!(all);
