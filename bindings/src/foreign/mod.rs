//! What the host implements: [`DeviceKeys`] and [`Clock`], and their bridges to the traits of the core.
//!
//! Both are synchronous (`docs/adr/0001-uniffi-pin-and-synchronous-traits.md`). Whatever a host throws becomes a
//! typed error, and its text is dropped here: a stack trace may carry personal data.

mod clock;
mod device_keys;

pub(crate) use clock::ClockBridge;
pub use clock::{Clock, ClockError, ClockReading};
pub(crate) use device_keys::KeysBridge;
pub use device_keys::{
    DeviceKeys, DevicePolicy, KeyError, KeyInfo, KeyLevel, KeyPurpose, KeySpec, PromptText, SignRequest,
};
