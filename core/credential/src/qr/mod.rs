//! Texts that a QR code carries, and their pictures.
//!
//! A live presentation travels as `WPC1:` and base45 ([`text`]), because that stays inside the alphanumeric mode of QR
//! and survives every scanner. What does not fit one code travels as several, shown in turn ([`frames`]). A verifier may
//! show a code of its own first, to say what it wants ([`request`]). [`picture`] turns a text into modules and those into SVG, PNG or terminal blocks.

pub mod base45;
mod error;
pub mod frames;
pub mod picture;
pub mod request;
pub mod text;

pub use error::QrError;
