//! How long each bad input takes to be refused.

#![allow(missing_docs, reason = "benches")]

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use permitcard_benches::bad;

fn refuse(c: &mut Criterion) {
    for case in bad::all() {
        c.bench_function(&format!("refuse/{}", case.name), |b| {
            b.iter(|| assert_eq!(case.read(), case.code));
        });
    }
}

fn short() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(200))
        .sample_size(10)
}

criterion_group!(name = all; config = short(); targets = refuse);
criterion_main!(all);
