//! `cargo xtask soak`: the tests that take minutes, each with its figures at the end. They are `#[ignore]`d, so that
//! `cargo xtask test` runs only their samples. Built with optimisation: it is the same code, tried more often in an hour.

use clap::{Args, ValueEnum};

use crate::{
    counts::Counts,
    run::{Failure, Outcome, cargo, run_reading},
};

/// How many seconds a soak may take; read by the tests. Without it they run to their own end.
const SECONDS: &str = "PERMITCARD_SOAK_SECONDS";
/// Which paths are cut, with commas between them; read by the test of the cuts.
const PATHS: &str = "PERMITCARD_SOAK_PATHS";
/// After which bytes of a connection, `FROM..TO`; read by the test of the cuts.
const BYTES: &str = "PERMITCARD_SOAK_BYTES";

/// What is tried for long.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The connection is cut after every byte of every request and response.
    Cuts,
    /// Peers that stall at each stage: how long each call took against its limit.
    Stalls,
    /// Known against unknown, registered and locked permits: how far the times of the answers differ.
    Enumeration,
    /// The process is killed at every request and every call of the key store.
    Kills,
    /// Somebody guesses codes for thirty days of virtual time, while the authority is restarted at random.
    Guessing,
}

impl Kind {
    /// The package, and the name that its ignored tests begin with.
    fn tests(self) -> (&'static str, &'static str) {
        match self {
            Self::Cuts => ("permitcard-faults", "soak_cuts"),
            Self::Kills => ("permitcard-wallet", "soak_kills"),
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
    /// Of the cuts: only requests to this path, such as /token; may be given several times. So all of them can be run in
    /// parts.
    #[arg(long)]
    path: Vec<String>,
    /// Of the cuts: only after these bytes of a connection, as FROM..TO; the last one is not included.
    #[arg(long)]
    bytes: Option<String>,
}

/// Runs what was asked for. A kind without a test is a failure, not a success.
pub fn run_all(soak: &Soak) -> Outcome {
    let kinds = if soak.all { Kind::value_variants() } else { &soak.kinds };
    let is_part = !soak.path.is_empty() || soak.bytes.is_some();
    if is_part && kinds != [Kind::Cuts] {
        return Err(Failure("--path and --bytes are for cuts alone".to_owned()));
    }
    for kind in kinds {
        let (package, tests) = kind.tests();
        println!("\n== {tests} ==");
        let mut command = cargo();
        command.args([
            "test",
            "--release",
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
        let paths = (!soak.path.is_empty()).then(|| soak.path.join(","));
        let seconds = soak.seconds.map(|seconds| seconds.to_string());
        for (name, value) in [(SECONDS, seconds), (PATHS, paths), (BYTES, soak.bytes.clone())] {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
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
