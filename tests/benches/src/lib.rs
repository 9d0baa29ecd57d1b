//! How fast, how large and how frugal the credential layer is. Not shipped.
//!
//! [`figures`] measures the goals of the design, each as one line; the benches next to this library look closer, with
//! statistics. [`bad`] is the list of bad input, each with its stable code: one test asserts codes and memory, a bench the
//! time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that cannot be made stops"
)]

pub mod bad;
pub mod figures;
pub mod timing;
pub mod world;
