//! The vault from outside: a model, crashes, damage, other processes, what stands in the files.
// clippy.toml allows these in test functions; here the helpers beside them need them, too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod canary;
mod common;
mod crash;
mod damage;
mod disk_full;
mod exchange;
mod key_store;
mod life;
mod model;
mod processes;
