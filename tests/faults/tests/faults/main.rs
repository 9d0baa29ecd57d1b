//! A wallet and a real authority over real TLS, with a bad network between them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod cancel;
mod counts;
mod cuts;
mod drops;
mod hostile;
mod providers;
mod rotation;
mod stage;
mod stalls;
mod update;
mod walk;

#[allow(dead_code, reason = "names and codes are for the test of memory")]
#[path = "../bodies.rs"]
mod bodies;

#[allow(dead_code, reason = "the server of the client's own tests")]
#[path = "../../../../core/net/tests/net/server.rs"]
mod server;

// The same world, holder and doubles as in the wallet's own tests.
#[path = "../../../../core/wallet/tests/support/mod.rs"]
mod support;
