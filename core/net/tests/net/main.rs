//! The client against servers that run in this process and behave as scripted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod hostile;
mod proofs;
mod refusals;
mod retries;
mod server;
mod slow;
mod tls;
