//! Registration against the real authority: each wrong answer, each other way, each way to be interrupted.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod checks;
mod consent;
mod identity;
mod in_person;
mod interrupted;
mod keys;
mod one_time_code;
mod other_ways;
mod tier_2;
