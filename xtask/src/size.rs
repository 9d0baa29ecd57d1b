//! The library as phones ship it, linked for arm64.
//!
//! There is no NDK on the machines that run this, so the library is linked against glibc; the Android one came out
//! about 9 % smaller where both were measured.

use std::path::PathBuf;

use crate::{
    run::{Outcome, cargo, run, target_dir},
    tools,
};

const TARGET: &str = "aarch64-unknown-linux-gnu";

/// Where the built library is, whether or not it is there.
pub fn artefact() -> PathBuf {
    target_dir().join(TARGET).join("mobile/libpermitcard_ffi.so")
}

/// Builds it.
pub fn build() -> Outcome {
    tools::need(tools::ARM64)?;
    tools::rust_target(TARGET)?;
    // With the crate's Rust library among the outputs, cargo leaves out link-time optimisation: a third larger.
    run(cargo()
        .args(["rustc", "-p", "permitcard-ffi", "--profile", "mobile"])
        .args(["--target", TARGET, "--crate-type", "cdylib"])
        // Packed relocations: 150 kB of addresses become 2 kB. The NDK's linker has --pack-dyn-relocs=android for the same.
        .args(["--", "-C", "link-arg=-Wl,-z,pack-relative-relocs"])
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "aarch64-linux-gnu-gcc"))?;
    let bytes = std::fs::metadata(artefact())?.len();
    println!("{} bytes, stripped, {TARGET}", bytes);
    Ok(())
}
