//! The verifier's state: the newest snapshot, serials that never go back, what was seen before, and the time.
//!
//! All of it lives in a vault file of its own, never the holder's. After one [`Checker::snapshot_fetch`] (or
//! [`Checker::snapshot_import`]) a [`Checker`] verifies with no network.

mod checker;
mod error;
mod fetch;
mod floor;
mod reader;
mod replay;
mod snapshots;
mod time;

pub use checker::{Checked, Checker, VerifyRequest};
pub use error::CheckingError;
pub use reader::{OpenRequest, ReaderRequest};
pub use snapshots::{SnapshotInfo, StatusListInfo};
pub use time::TrustedTime;

#[cfg(test)]
mod tests;
