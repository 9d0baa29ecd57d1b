//! `cargo xtask soak`: the tests that take minutes, each with its figures at the end. They are `#[ignore]`d, so that
//! `cargo xtask test` runs only their samples.

use clap::{Args, ValueEnum};

use crate::{
    counts::Counts,
    run::{Failure, Outcome, cargo, run_reading},
};

/// How many seconds a soak may take; read by the tests. Without it they run to their own end.
const SECONDS: &str = "PERMITCARD_SOAK_SECONDS";

/// What is tried for long.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The connection is cut after every byte of every request and response.
    Cuts,
    /// Peers that stall at each stage: how long each call took against its limit.
    Stalls,
    /// Known against unknown, registered and locked permits: how far the times of the answers differ.
    Enumeration,
    /// Somebody guesses codes for thirty days of virtual time, while the authority is restarted at random.
    Guessing,
}

impl Kind {
    /// The package, and the name that its ignored tests begin with.
    fn tests(self) -> (&'static str, &'static str) {
        match self {
            Self::Cuts => ("permitcard-faults", "soak_cuts"),
            Self::Stalls => ("permitcard-faults", "soak_stalls"),
            Self::Enumeration => ("permitcard-authority", "soak_enumeration"),
            Self::Guessing => ("permitcard-authority", "soak_guessing"),
        }
    }
}

/// `cargo xtask soak`.
#[derive(Args)]
pub struct Soak {
    /// What to try; several one after the other.
    #[arg(value_enum, required_unless_present = "all")]
    kinds: Vec<Kind>,
    /// Try all of them.
    #[arg(long, conflicts_with = "kinds")]
    all: bool,
    /// Stop each of them after so many seconds, with the figures up to there. Without it each runs to its own end.
    #[arg(long)]
    seconds: Option<u32>,
}

/// Runs what was asked for. A kind without a test is a failure, not a success.
pub fn run_all(soak: &Soak) -> Outcome {
    let kinds = if soak.all { Kind::value_variants() } else { &soak.kinds };
    for kind in kinds {
        let (package, tests) = kind.tests();
        println!("\n== {tests} ==");
        let mut command = cargo();
        command.args([
            "test",
            "-p",
            package,
            "--tests",
            "--",
            "--ignored",
            "--nocapture",
            "--test-threads",
            "1",
            tests,
        ]);
        match soak.seconds {
            Some(seconds) => command.env(SECONDS, seconds.to_string()),
            None => command.env_remove(SECONDS),
        };
        let mut counts = Counts::default();
        run_reading(&mut command, |line| {
            if let Some(more) = Counts::of_cargo(line) {
                counts.add(more);
            }
        })?;
        if counts.passed == 0 || counts.failed > 0 {
            return Err(Failure(format!(
                "{tests}: {} passed, {} failed",
                counts.passed, counts.failed
            )));
        }
    }
    Ok(())
}
