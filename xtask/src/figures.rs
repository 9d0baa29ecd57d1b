//! Every figure of the design that exists so far, measured now.

use crate::{
    run::{Outcome, cargo, output_of},
    size,
};

/// The library's goal in bytes.
const LIBRARY_GOAL: u64 = 3_500_000;

/// Sizes and times of the credential layer.
const CREDENTIAL: (&str, &[&str]) = (
    "sizes and times of a presentation",
    &["--release", "-p", "permitcard-benches", "--bin", "measure"],
);

/// The programs that measure, each printing lines of four fields.
const PROGRAMS: &[(&str, &[&str])] = &[
    CREDENTIAL,
    (
        "opening the vault",
        &["--release", "-p", "permitcard-vault", "--example", "open_vault"],
    ),
];

/// A promise that a test keeps: its name, what it found when it passes, and the test.
struct Promise {
    name: &'static str,
    found: &'static str,
    goal: &'static str,
    package: &'static str,
    target: &'static str,
    test: &'static str,
}

const PROMISES: &[Promise] = &[
    Promise {
        name: "kill -9 of a writing process, 48 times",
        found: "0 lost, 0 wrong, 0 silently missing",
        goal: "0 lost, 0 wrong, 0 silently missing",
        package: "permitcard-vault",
        target: "vault",
        test: "crash::killed_processes_lose_nothing",
    },
    Promise {
        name: "personal data outside the vault, a canary in every field",
        found: "0 hits",
        goal: "0 hits",
        package: "permitcard-tests",
        target: "demo",
        test: "nothing_personal_is_readable_in_the_kept_folders_and_erase_leaves_no_file",
    },
];

impl Promise {
    fn print(&self) {
        let ran = output_of(cargo().args([
            "test",
            "-q",
            "-p",
            self.package,
            "--test",
            self.target,
            "--",
            "--exact",
            self.test,
        ]));
        // A test that was renamed runs nothing and passes; that is no promise kept.
        let kept = ran.is_some_and(|text| text.contains("1 passed; 0 failed"));
        let (value, holds) = if kept {
            (self.found, "holds")
        } else {
            ("the test fails", "short")
        };
        println!("{}\t{value}\t{}\t{holds}", self.name, self.goal);
    }
}

/// Runs one of the programs; whether it could.
fn measure((name, arguments): (&str, &[&str])) -> bool {
    match output_of(cargo().args(["run", "-q"]).args(arguments)) {
        Some(text) => {
            print!("{text}");
            true
        }
        None => {
            println!("{name}\tnot-built\ta program that measures\tshort");
            false
        }
    }
}

/// The figures of the credential layer alone.
pub fn measure_credential() -> Outcome {
    if measure(CREDENTIAL) {
        Ok(())
    } else {
        Err(crate::run::Failure("a measuring program failed".to_owned()))
    }
}

pub fn run() -> Outcome {
    let mut missing = false;
    for program in PROGRAMS {
        missing |= !measure(*program);
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
    PROMISES.iter().for_each(Promise::print);
    if missing {
        Err(crate::run::Failure("a measuring program failed".to_owned()))
    } else {
        Ok(())
    }
}
