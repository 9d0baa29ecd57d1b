//! An authority in this process, a holder who answers like a person, and doubles of what a phone has.
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

pub mod clock;
pub mod holder;
pub mod keys;
pub mod kill;
pub mod link;
pub mod standing;
pub mod world;

pub use clock::ManualClock;
pub use holder::Holder;
pub use keys::{Behaviour, Call, ScriptedKeys};
pub use kill::KillSwitch;
pub use link::{Act, TestLink};
pub use standing::Standing;
pub use world::{Phone, PhoneParts, World};
