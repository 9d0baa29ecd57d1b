//! The built programs.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;

/// The workspace's root.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ is below the root")
        .to_owned()
}

/// `permitcard`, built once for each run of a test program.
pub fn permitcard() -> &'static Path {
    &programs()[0]
}

/// `permitcard-authority`, built once for each run of a test program.
pub fn permitcard_authority() -> &'static Path {
    &programs()[1]
}

/// Cargo gives a test the binaries of its own package only, so this asks cargo for the other ones'. When all is built it takes
/// a moment; the profile is the one of the test itself. Both in one call, as `cargo xtask` does: alone each would have
/// dependencies with features of its own, and build them once more.
fn programs() -> &'static [PathBuf; 2] {
    static PATHS: OnceLock<[PathBuf; 2]> = OnceLock::new();
    PATHS.get_or_init(|| build(["permitcard", "permitcard-authority"]))
}

fn build(packages: [&str; 2]) -> [PathBuf; 2] {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--message-format=json"])
        .args(packages.iter().flat_map(|package| ["--package", *package]))
        .current_dir(workspace());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.output().expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo build: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let artifacts: Vec<Value> = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    packages.map(|package| {
        let named = artifacts.iter().filter(|message| message["target"]["name"] == package);
        let mut executables = named.filter_map(|message| message["executable"].as_str());
        PathBuf::from(executables.next().expect("cargo names the program it built"))
    })
}
