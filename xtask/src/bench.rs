//! `cargo xtask bench`: the benches with their statistics, then the goals as plain lines.

use crate::{
    figures,
    run::{Outcome, cargo, run},
};

/// The benches of `tests/benches`.
const BENCHES: [&str; 3] = ["credential", "bad_input", "peers"];

pub fn run_all() -> Outcome {
    let mut bench = cargo();
    bench.args(["bench", "-p", "permitcard-benches"]);
    for name in BENCHES {
        bench.args(["--bench", name]);
    }
    run(bench.args(["--", "--quiet", "--noplot"]))?;
    println!();
    figures::measure_credential()
}
