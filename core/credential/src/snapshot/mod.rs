//! Trust list and status lists as one file, for use without network (design 4.4).
//!
//! A snapshot is a CBOR sequence (RFC 8742): trust list(s), then beacon values, then status list tokens. It is parsed and
//! verified once; afterwards keys are found by name and issuer, and a status is one index away.

mod beacon;
mod chain;
mod error;
mod file;
mod key;
mod root;
mod trust;

pub use beacon::{Beacon, BeaconList, MAX_BEACON_LIST, MAX_BEACONS, SignedBeacons};
pub use error::SnapshotError;
pub use file::{MAX_SNAPSHOT, Snapshot, StatusAnswer, StatusListAge};
pub use key::{KeyState, MAX_CANDIDATES, TrustKey, Usage};
pub use root::{RootChange, Roots, RootsError};
pub use trust::{MAX_KEYS, MAX_STATUS_LISTS, MAX_TRUST_LIST, StatusPointer, TrustList};

/// Seconds by which two clocks may differ (design 4.4).
pub const SKEW_S: i64 = 30;

#[cfg(test)]
mod tests;
