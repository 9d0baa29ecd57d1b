//! The signed formats from outside: one test a rule, frozen bytes, every single bit, and what `docs/credential.md` says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop; the exception of clippy.toml covers test functions, not their helpers"
)]

mod annotate;
mod bits;
mod card;
mod credential;
mod doc;
mod document;
mod exports;
mod forge;
mod frozen;
mod issue;
mod lists;
mod others;
mod presentation;
mod sample;
mod verdicts;
