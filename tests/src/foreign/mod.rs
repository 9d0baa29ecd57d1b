//! What programs by other people are given to read: signed by our own code at test time, over the wire where a reader
//! would get it there. `tests/foreign` holds those programs' side.

mod artefacts;
mod registered;

pub use artefacts::artefacts;
pub use registered::Registered;
