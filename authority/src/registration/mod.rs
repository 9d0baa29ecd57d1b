//! Registration and real-name verification: what travels through the authorization challenge endpoint.
//!
//! One answer takes three parts: [`load`] finds the session and reads the answer, [`consult`] asks providers, [`apply`]
//! judges the answer and moves the session on. The first and the last are transactions; nothing waits inside of one.

mod answer;
mod code;
mod consult;
mod judge;
mod load;
mod outcome;
mod policy;
#[cfg(test)]
mod tests;

pub(crate) use code::deliver;
pub(crate) use consult::consult;
pub(crate) use load::{Loaded, load};
pub(crate) use outcome::apply;
pub(crate) use policy::{Policy, Step, TIER_1};
