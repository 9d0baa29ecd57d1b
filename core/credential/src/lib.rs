//! The signed formats of Permit Card: credential, presentation, card, trust and status lists, QR text and picture,
//! and the three verdicts over them. No I/O, no clock, no async; codes, never words; never a private key.
//!
//! The rooms, top to bottom; each uses only those below it: [`verdict`], [`snapshot`], [`printed`], [`mdoc`] and [`sdjwt`],
//! [`permit`], [`sdcwt`], [`status`], [`qr`], [`cose`].

pub mod cose;
pub mod mdoc;
pub mod permit;
pub mod printed;
pub mod qr;
pub mod sdcwt;
pub mod sdjwt;
pub mod snapshot;
pub mod status;
pub mod verdict;

#[cfg(test)]
mod testing;
