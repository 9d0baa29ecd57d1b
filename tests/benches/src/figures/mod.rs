//! The goals of the design and how they are met: lines of four fields, `name value goal holds|short`, separated by tabs.
//!
//! Ratios are taken within one run, work and its raw cryptography in turns; see [`timing`](crate::timing).

mod lists;
mod pictures;
mod presentation;

use crate::{bad, timing, world::World};

/// Measures everything and prints its lines. To be built with optimisation.
pub fn print() {
    let world = World::new();
    presentation::sizes(&world);
    presentation::verifying(&world);
    presentation::building(&world);
    pictures::drawing(&world);
    lists::looking_up(&world);
    bad_input();
}

fn line(name: &str, value: &str, goal: &str, holds: bool) {
    println!("{name}\t{value}\t{goal}\t{}", if holds { "holds" } else { "short" });
}

/// A time in microseconds as people read it.
fn shown(time: f64) -> String {
    if time < 1.0 {
        format!("{:.0} ns", time * 1e3)
    } else if time < 1e3 {
        format!("{time:.1} µs")
    } else {
        format!("{:.2} ms", time / 1e3)
    }
}

/// The slowest of all bad input, each read a few times.
fn bad_input() {
    const GOAL: f64 = 100e3;
    let cases = bad::all();
    let slowest = cases
        .iter()
        .map(|case| {
            let time = timing::median_of(5, || case.read() == case.code);
            (case.name, time)
        })
        .max_by(|one, other| one.1.total_cmp(&other.1))
        .expect("there is bad input");
    let name = format!("refuse bad input, the slowest of {}", cases.len());
    let value = format!("{} ({})", shown(slowest.1), slowest.0);
    line(&name, &value, "< 100 ms", slowest.1 < GOAL);
}
