//! Three verdicts from a scanned text and a snapshot (design 4.4): issuer, holder, status; never one boolean.
//!
//! [`verify`] takes everything that it needs, the time among it, and changes nothing. The order is limits, parse,
//! signatures, time, hashes, status; a [`Policy`] then says whether the verdicts are enough for a purpose. Unknown is
//! never good.

mod code;
mod error;
mod model;
mod policy;
mod printed;
mod verify;

pub use code::{Outcome, VerdictCode};
pub use error::VerdictError;
pub use model::{Verdict, Verdicts};
pub use policy::{Demands, Policy};
pub use verify::{VerifyInput, verify, verify_token};

#[cfg(test)]
mod tests;
