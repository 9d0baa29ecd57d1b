//! One permit, shown to an employer, in three forms: read by us and by other people's libraries. All are asked for both
//! signatures where the form has two. Ours also finds the issuer in a list of twenty keys and the status in a list; `isomdl`
//! does not compare the digests of the elements here.

#![allow(missing_docs, clippy::unwrap_used, reason = "benches")]

#[path = "../peers/mod.rs"]
mod peers;

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use permitcard_benches::world::{World, check_with};

fn side_by_side(c: &mut Criterion) {
    let world = World::new();
    let forms = peers::Forms::new(&world);
    let snapshot = world.snapshot();
    let mut group = c.benchmark_group("one permit");
    group.bench_function("live presentation, ours", |b| {
        b.iter(|| check_with(black_box(&forms.live), &snapshot, |_| ()).unwrap());
    });
    group.bench_function("printed permit, ours", |b| {
        b.iter(|| check_with(black_box(&forms.printed), &snapshot, |_| ()).unwrap());
    });
    group.bench_function("printed permit, claim169-core", |b| {
        b.iter(|| assert!(peers::claim169_core(black_box(&forms.printed), &world).is_some()));
    });
    group.bench_function("mdoc device response, isomdl", |b| {
        b.iter(|| assert!(peers::isomdl(black_box(&forms.mdoc))));
    });
    group.finish();
}

fn short() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(30)
}

criterion_group!(name = all; config = short(); targets = side_by_side);
criterion_main!(all);
