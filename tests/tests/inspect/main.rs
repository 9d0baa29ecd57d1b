//! `permitcard inspect`: each rule of its description, each of its codes, and the description itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod codes;
mod document;
mod forge;
mod forms;
mod keys;
mod limits;
mod program;
mod sd_cwt;
mod signatures;
mod times;

use permitcard_cli::inspect::{Key, Mode, Options, Report, inspect, read_keys};
use permitcard_crypto::ecdsa::SigningKey;
use serde_json::Value;

use forge::{NOW, cose_key};

/// The keys as `--key` reads them.
fn as_keys(keys: &[&SigningKey]) -> Vec<Key> {
    keys.iter()
        .flat_map(|key| read_keys(&cose_key(key).encode()).unwrap())
        .collect()
}

/// Options with these keys, at the time of the tokens.
fn options(keys: &[&SigningKey]) -> Options {
    Options {
        keys: as_keys(keys),
        now: NOW,
        external_aad: Vec::new(),
        mode: Mode::Recognise,
    }
}

/// Inspects with these keys.
fn with_keys(input: &[u8], keys: &[&SigningKey]) -> Report {
    inspect(input, &options(keys))
}

/// The report as a program sees it.
fn shown(report: &Report) -> Value {
    serde_json::to_value(report).unwrap()
}

/// The codes of a report.
fn codes_of(report: &Report) -> Vec<&'static str> {
    report.errors.iter().map(|problem| problem.code.code()).collect()
}

/// Asserts that nothing is wrong.
fn assert_valid(report: &Report) {
    assert_eq!(
        (report.valid(), codes_of(report)),
        (Some(true), vec![]),
        "{}",
        shown(report)
    );
}
