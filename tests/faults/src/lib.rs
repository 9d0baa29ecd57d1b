//! A bad network, to be put between a wallet and a real authority. Not shipped.
//!
//! [`Proxy`] hands TCP bytes on and knows nothing of TLS or HTTP: it cuts, stalls or trickles after a chosen byte.
//! [`terminator`] ends TLS under another certificate, as a server does whose certification authority was changed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test needs and does not get stops it"
)]

mod plan;
mod proxy;
pub mod terminator;

pub use plan::{Direction, Plan};
pub use proxy::Proxy;
