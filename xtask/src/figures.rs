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

/// A promise that tests keep: its name, what they found when they pass, and the tests.
struct Promise {
    name: &'static str,
    found: Found,
    goal: &'static str,
    package: &'static str,
    /// An integration test; none for the unit tests of the package.
    target: Option<&'static str>,
    /// The beginning of the names of its tests.
    tests: &'static str,
    /// How many tests that are: a test that was renamed runs nothing and passes, which is no promise kept.
    count: u32,
    ignored: bool,
}

/// What stands in the line of a promise that is kept.
#[derive(Clone, Copy)]
enum Found {
    /// What the tests assert.
    Words(&'static str),
    /// What a test prints between these two texts.
    Printed(&'static str, &'static str),
}

const fn promise(
    (name, goal, found): (&'static str, &'static str, Found),
    (package, target, tests, count): (&'static str, Option<&'static str>, &'static str, u32),
) -> Promise {
    Promise {
        name,
        found,
        goal,
        package,
        target,
        tests,
        count,
        ignored: false,
    }
}

const REFUSED: &str = "100 % refused";

const PROMISES: &[Promise] = &[
    promise(
        (
            "kill -9 of a writing process, 48 times",
            "0 lost, 0 wrong, 0 silently missing",
            Found::Words("0 lost, 0 wrong, 0 silently missing"),
        ),
        (
            "permitcard-vault",
            Some("vault"),
            "crash::killed_processes_lose_nothing",
            1,
        ),
    ),
    promise(
        (
            "personal data outside the vault, a canary in every field",
            "0 hits",
            Found::Words("0 hits"),
        ),
        (
            "permitcard-tests",
            Some("demo"),
            "nothing_personal_is_readable_in_the_kept_folders_and_erase_leaves_no_file",
            1,
        ),
    ),
    promise(
        (
            "names of people, each matches its own forms, no two match",
            "at least 300 names of 25 languages",
            Found::Printed("", " match"),
        ),
        ("permitcard-identity", Some("names"), "", 5),
    ),
    promise(
        (
            "a connection cut after byte n, a sample of every endpoint",
            "0 double effects, 0 versions backwards",
            Found::Printed("", ", {"),
        ),
        (
            "permitcard-faults",
            Some("faults"),
            "cuts::a_connection_that_is_cut_anywhere_changes_nothing_twice",
            1,
        ),
    ),
    Promise {
        ignored: true,
        ..promise(
            (
                "peers that stall at each of 13 stages, the longest call over its limit",
                "≤ 20 %, no task left",
                Found::Printed("over the limit at most: ", "\n"),
            ),
            ("permitcard-faults", Some("faults"), "stalls::soak_stalls", 1),
        )
    },
    promise(
        (
            "hostile bodies",
            "a typed error, < 8 MiB extra",
            Found::Words("each its code, < 8 MiB extra"),
        ),
        ("permitcard-faults", Some("hostile"), "every_hostile_answer", 1),
    ),
    promise(
        (
            "TLS with bad certificates, other roots, old versions",
            REFUSED,
            Found::Words(REFUSED),
        ),
        ("permitcard-net", Some("net"), "tls::", 13),
    ),
    promise(
        (
            "clocks that are wrong, a table on the phone",
            "at least 30 rows, no validity extended",
            Found::Words("52 rows, no validity extended"),
        ),
        ("permitcard-wallet", None, "base::time::table::", 6),
    ),
    promise(
        ("downgrades of answers", REFUSED, Found::Words(REFUSED)),
        ("permitcard-wallet", Some("downgrades"), "", 2),
    ),
    promise(
        (
            "replays of proofs, tokens, codes, receipts, attestations",
            REFUSED,
            Found::Words(REFUSED),
        ),
        ("permitcard-authority", Some("it"), "replays::", 4),
    ),
    promise(
        (
            "messages of providers that are forged, replayed, foreign, late or of another environment",
            REFUSED,
            Found::Words(REFUSED),
        ),
        ("permitcard-authority", Some("it"), "providers::webhooks::", 9),
    ),
    promise(
        (
            "guesses of codes, a sample of virtual days with restarts",
            "at most 5 for one code, 25 for one person",
            Found::Printed("effective guesses; ", " within 24 hours"),
        ),
        (
            "permitcard-authority",
            None,
            "proofs::guessing::guessing_leads_nowhere_and_locks_nobody_out",
            1,
        ),
    ),
    promise(
        (
            "permits known, unknown, registered, ended, locked: answers and statements",
            "the same at every step",
            Found::Words("the same at every step"),
        ),
        ("permitcard-authority", None, "proofs::enumeration::", 3),
    ),
    Promise {
        ignored: true,
        ..promise(
            (
                "the same, largest difference of medians, half a minute of calls",
                "< 1 ms",
                Found::Printed("largest difference of medians: ", "\n"),
            ),
            ("permitcard-authority", None, "proofs::timing::soak_enumeration", 1),
        )
    },
];

impl Found {
    fn of(self, output: &str) -> Option<String> {
        match self {
            Self::Words(words) => Some(words.to_owned()),
            Self::Printed(before, after) => output.lines().find_map(|line| {
                let line = format!("{line}\n");
                let (_, rest) = line.split_once(before)?;
                let (value, _) = rest.split_once(after)?;
                // The dots of tests that passed before stand on the same line.
                Some(value.trim().trim_start_matches('.').to_owned())
            }),
        }
    }
}

impl Promise {
    fn print(&self) {
        let mut command = cargo();
        command.args(["test", "-q", "-p", self.package]);
        match self.target {
            Some(target) => command.args(["--test", target]),
            None => command.arg("--lib"),
        };
        command.args(["--", "--nocapture", "--test-threads", "1", self.tests]);
        if self.ignored {
            command.arg("--ignored").env("PERMITCARD_SOAK_SECONDS", "30");
        }
        let output = output_of(&mut command);
        let kept = output
            .as_ref()
            .filter(|text| text.contains(&format!("{} passed; 0 failed", self.count)))
            .and_then(|text| self.found.of(text));
        let (value, holds) = match &kept {
            Some(value) => (value.as_str(), "holds"),
            None if output.is_some() => ("other tests or words than expected", "short"),
            None => ("the test fails", "short"),
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
