//! Deterministic CBOR (RFC 8949 4.2.1): a strict reader with limits, and a writer.
//!
//! The reader borrows from its input and allocates nothing. It refuses what a second encoder could have written
//! differently (long forms, indefinite lengths, map keys out of order or twice), so that no byte can be changed without
//! changing the meaning, and it refuses floating-point numbers, which no format of ours has.

mod error;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use error::CborError;
pub use reader::{Key, Kind, Limits, Reader};
pub use writer::Writer;
