//! `permitcard`: register, hold, show and check the work permit card.

use std::process::ExitCode;

fn main() -> ExitCode {
    permitcard_cli::run()
}
