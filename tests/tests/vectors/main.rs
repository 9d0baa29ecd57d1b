//! Vectors by others, each by its name, through what `permitcard inspect` does, with the time pinned.
//!
//! `tests/vectors/README.md` says where they come from. The keys and the texts are in the vectors; what has to come out is read
//! from them too: the notation beside the tokens of the draft, the statuses beside the lists, `fail` and `expected_error`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod claim_169;
mod cose_sign1;
mod edn;
mod own;
mod sd_cwt;
mod status_list;

use std::{fs, path::PathBuf};

use permitcard_cli::inspect::{Key, Mode, Options, Report, inspect, read_keys};
use permitcard_tests::{
    binaries::workspace,
    command::{Finished, permitcard},
};
use serde_json::Value;

/// The path of a vector.
fn path(name: &str) -> PathBuf {
    workspace().join("tests/vectors").join(name)
}

/// The bytes of a vector.
fn bytes(name: &str) -> Vec<u8> {
    fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A vector in JSON.
fn json(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names of the vectors in a folder, sorted.
fn names(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(path(folder))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The bytes of a hex text of any case.
fn unhex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "an odd number of digits");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// Keys as `--key` reads them.
fn keys(file: &[u8]) -> Vec<Key> {
    read_keys(file).unwrap()
}

/// Inspects at a time with these keys.
fn at(now: i64, keys: Vec<Key>, input: &[u8]) -> Report {
    let options = Options {
        keys,
        now,
        external_aad: Vec::new(),
        mode: Mode::Recognise,
    };
    inspect(input, &options)
}

/// The report as a program sees it.
fn shown(report: &Report) -> Value {
    serde_json::to_value(report).unwrap()
}

/// The codes of a report.
fn codes(report: &Report) -> Vec<&'static str> {
    report.errors.iter().map(|problem| problem.code.code()).collect()
}

/// Runs `permitcard inspect --json` with these arguments: exit code and answer.
fn run(args: &[&str]) -> (i32, Value) {
    let output = permitcard(["inspect", "--json"])
        .args(args)
        .output()
        .expect("the program runs");
    let finished = Finished::from(output);
    let answer = serde_json::from_str(&finished.stdout).unwrap_or_else(|error| panic!("{error}: {finished:?}"));
    (finished.exit, answer)
}
