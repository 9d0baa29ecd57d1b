//! How fast a status is found, and a list loaded.

use std::hint::black_box;

use permitcard_credential::{
    snapshot::StatusAnswer,
    status::{MAX_ENTRIES, StatusToken},
};

use super::{line, shown};
use crate::{
    timing::median_of,
    world::{INDEX, ISS, NOW, URI, World, sign},
};

/// Look-ups of one timing: one alone is shorter than the clock's steps.
const BATCH: u64 = 10_000;

pub fn looking_up(world: &World) {
    let status = world.status_token(MAX_ENTRIES);
    let token = sign(status.build(world.status.public_key()), &world.status);
    let load = median_of(50, || {
        let signed = StatusToken::parse(black_box(&token)).unwrap();
        signed
            .open(world.status.public_key())
            .is_ok_and(|opened| opened.list.size() == MAX_ENTRIES)
    });
    let name = format!(
        "load a status list of 2^20 entries, 2 % not valid ({} kB)",
        token.len() / 1_000
    );
    line(&name, &shown(load), "< 20 ms", load < 20e3);

    let trust = world.trust_list();
    let snapshot = world.snapshot_of(&world.snapshot_file(&trust, &status));
    let batch = median_of(200, || {
        let mut index = INDEX;
        let mut found = 0;
        for _ in 0..BATCH {
            // Far from one another, so that no look-up profits from the one before.
            index = index.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) % MAX_ENTRIES as u64;
            let answer = snapshot.status(black_box(URI), black_box(ISS), true, black_box(index), NOW);
            found += u64::from(matches!(answer, StatusAnswer::Found { .. }));
        }
        found == BATCH
    });
    let one = batch / BATCH as f64;
    line(
        "look up one status in a loaded list of 2^20",
        &shown(one),
        "< 50 ns",
        one < 0.05,
    );
    let memory = status.list.memory();
    let value = format!("{} bytes", memory);
    line(
        "memory of a loaded list of 2^20 × 2 bit",
        &value,
        "< 1 MiB",
        memory < 1 << 20,
    );
}
