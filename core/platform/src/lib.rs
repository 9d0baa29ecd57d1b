//! The traits the core needs from its host, and their errors.
//!
//! Hosts implement [`DeviceKeys`] over Android Keystore or the Secure Enclave and [`Clock`] over the system clocks.
//! Both are synchronous on purpose (`docs/adr/0001-uniffi-pin-and-synchronous-traits.md`): the core calls them from a blocking
//! thread, with no lock held and with a timeout, so that an implementation may wait for a fingerprint.
//!
//! [`file_lock`] is the one thing here that no host implements: it keeps two processes apart.

/// The name of the maker in the certificates that the sandbox gives to stand-ins for phones (`file_keys::TestKeyMaker`).
pub const TEST_KEY_MAKER: &str = "Permit Card sandbox key maker (TEST)";

mod clock;
mod device_keys;
#[cfg(feature = "file-keys")]
pub mod file_keys;
pub mod file_lock;

pub use clock::{Clock, ClockError, ClockReading, SystemClock};
pub use device_keys::{
    DeviceKeys, DevicePolicy, KeyError, KeyInfo, KeyLevel, KeyPurpose, KeySpec, PromptText, SignRequest,
};
