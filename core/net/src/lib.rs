//! The HTTPS client of wallet and verifier: pinned roots, DPoP proofs, retries, limits.
//!
//! It knows no vault and no flow: the wallet hands it a [`Request`] with an idempotency key that was stored before, and
//! gets a [`Response`] or a [`NetError`]. Only certificates that `client.json` names may sign the authority's
//! certificate; that is the pinning. Nothing is logged, and no error carries a URL or a text of the peer.

mod answer;
mod awake;
mod classify;
mod client;
pub mod dpop;
mod error;
mod json;
mod options;
mod request;
mod response;
mod retry;
#[cfg(feature = "silent-resolver")]
mod silent;
mod tls;

pub use client::HttpClient;
pub use dpop::{Dpop, ProofSigner, SignFuture};
pub use error::{NetError, Refusal};
pub use options::{NetOptions, RetryOptions};
pub use request::{Body, Request};
pub use response::Response;
pub use retry::spread;
