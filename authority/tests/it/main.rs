//! The authority over real HTTPS, with a client of our own making that shares no code with the wallet.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests; clippy.toml covers only functions that are marked as tests"
)]

mod attestation;
mod caps;
mod checks;
mod consents;
mod credential;
mod deferred;
mod dpop;
mod events;
mod flow;
mod forms;
mod idempotency;
mod identity;
mod life;
mod limits;
mod lists;
mod matrix;
mod one_time_code;
mod printed;
mod process;
mod providers;
mod receipts;
mod replaced;
mod replays;
mod restart;
mod sessions;
mod support;
mod theft;
mod tier_2;
mod token;
mod ways;
