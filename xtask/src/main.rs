//! `cargo xtask`: everything that is run on this repository, in one place.

mod bench;
mod bindings;
mod counts;
mod figures;
mod foreign;
mod fuzz;
mod run;
mod size;
mod soak;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::run::Failure;

/// The commands of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every check: format, clippy, Rust, readers of other people, WebAssembly, Kotlin and Swift.
    Test {
        /// Run only these parts; may be given several times.
        #[arg(long, value_enum)]
        only: Vec<test::Part>,
    },
    /// Print every figure of the design: name, value, goal, and whether it holds, separated by tabs.
    Figures,
    /// Run the benches, and print their goals: name, value, goal, and whether it holds, separated by tabs.
    Bench,
    /// Run the fuzz targets on a nightly compiler, one after the other.
    Fuzz(fuzz::Fuzz),
    /// Run what takes minutes: cut connections, stalls, enumeration, guessing.
    Soak(soak::Soak),
    /// Take bad pictures of the codes, and print which share of them two scanners read: the table of docs/credential.md.
    Pictures {
        /// Shots of each code at each size.
        #[arg(long, default_value_t = 30)]
        shots: u32,
    },
    /// Print how long verifiers by other people take as whole processes, and `permitcard inspect` beside them.
    Peers {
        /// How often each of them is started.
        #[arg(long, default_value_t = 30)]
        rounds: u32,
    },
    /// Generate the Kotlin and Swift bindings from a debug build of the library.
    Bindings,
    /// Build the library as phones ship it, for arm64, and print its stripped size.
    Size,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Test { only } => test::run_parts(&only),
        Command::Figures => figures::run(),
        Command::Bench => bench::run_all(),
        Command::Fuzz(fuzz) => fuzz::run_all(&fuzz),
        Command::Soak(soak) => soak::run_all(&soak),
        Command::Pictures { shots } => foreign::picture_table(shots),
        Command::Peers { rounds } => foreign::peers(rounds),
        Command::Bindings => bindings::generate().map(drop),
        Command::Size => size::build(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(text)) => {
            eprintln!("xtask: {text}");
            ExitCode::FAILURE
        }
    }
}
