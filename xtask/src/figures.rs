//! Every figure of the design that exists so far, measured now.

use crate::{
    run::{Outcome, cargo, output_of},
    size,
};

/// The library's goal in bytes.
const LIBRARY_GOAL: u64 = 3_500_000;

/// The programs that measure, each printing lines of four fields.
const PROGRAMS: &[(&str, &[&str])] = &[
    (
        "sizes of a presentation",
        &["--release", "-p", "permitcard-tests", "--bin", "measure"],
    ),
    (
        "opening the vault",
        &["--release", "-p", "permitcard-vault", "--example", "open_vault"],
    ),
];

pub fn run() -> Outcome {
    let mut missing = false;
    for (name, arguments) in PROGRAMS {
        match output_of(cargo().args(["run", "-q"]).args(*arguments)) {
            Some(text) => print!("{text}"),
            None => {
                missing = true;
                println!("{name}\tnot-built\tsee the program's output\tshort");
            }
        }
    }
    let goal = "≤ 3.5 MB";
    match std::fs::metadata(size::artefact()) {
        Ok(file) => {
            let holds = if file.len() <= LIBRARY_GOAL { "holds" } else { "short" };
            println!(
                "stripped arm64 library\t{:.2} MB\t{goal}\t{holds}",
                file.len() as f64 / 1e6
            );
        }
        Err(_) => println!("stripped arm64 library\tnot-built\t{goal}\tshort"),
    }
    if missing {
        Err(crate::run::Failure("a measuring program failed".to_owned()))
    } else {
        Ok(())
    }
}
