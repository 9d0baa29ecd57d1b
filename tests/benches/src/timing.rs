//! Times that mean something on a machine that does other things as well.

use std::time::{Duration, Instant};

/// The medians of raw and whole work in microseconds. They take turns, so that a slower minute of the machine hits both;
/// medians leave out what interrupts. Both say whether they did their work.
pub fn interleaved(rounds: usize, mut raw: impl FnMut() -> bool, mut whole: impl FnMut() -> bool) -> (f64, f64) {
    let (mut raws, mut wholes) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for _ in 0..rounds {
        raws.push(timed(&mut raw));
        wholes.push(timed(&mut whole));
    }
    (median(raws), median(wholes))
}

/// The median of some work in microseconds.
pub fn median_of(rounds: usize, mut work: impl FnMut() -> bool) -> f64 {
    median((0..rounds).map(|_| timed(&mut work)).collect())
}

fn timed(work: &mut impl FnMut() -> bool) -> f64 {
    let start = Instant::now();
    let done = work();
    let passed = start.elapsed();
    // Work that failed would be fast: it counts as never done.
    if done { microseconds(passed) } else { f64::INFINITY }
}

/// A time in microseconds.
pub fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::INFINITY)
}
