//! The HTTP side: limits before anything is read, proofs of the caller's key, one answer for one idempotency key.

mod access_log;
mod client_version;
mod dpop;
mod exchange;
mod floor;
mod idempotency;
mod incoming;
mod nonce;
mod reply;
mod routes;

pub use client_version::{ClientVersion, NoVersion};
pub(crate) use exchange::Call;
#[cfg(test)]
pub(crate) use exchange::Caller;
pub(crate) use idempotency::InFlight;
pub(crate) use incoming::within_limits;
pub(crate) use nonce::NonceMint;
pub(crate) use reply::{Fault, Media, Reply};
#[cfg(test)]
pub(crate) use routes::answer;
pub(crate) use routes::router;
