//! Helpers for the tests that cross languages and processes. Not shipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper that fails is a test that fails"
)]

pub mod binaries;
pub mod canary;
pub mod clock;
pub mod command;
pub mod documents;
pub mod foreign;
pub mod sandbox;
pub mod wire;
pub mod worker;
