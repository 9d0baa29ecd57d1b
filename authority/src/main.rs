//! `permitcard-authority`: the commands of the authority without the holder's code.

use std::process::ExitCode;

use clap::Parser;
use permitcard_authority::command::{self, AuthorityCommand};

/// Reference authority of Permit Card, with a sandbox register
#[derive(Debug, Parser)]
#[command(name = "permitcard-authority", version)]
struct Arguments {
    #[command(subcommand)]
    command: AuthorityCommand,
}

fn main() -> ExitCode {
    command::run(Arguments::parse().command)
}
