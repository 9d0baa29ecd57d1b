//! Texts that a QR code carries, and their pictures.
//!
//! A live presentation travels as `WPC1:` and base45 ([`text`]), because that stays inside the alphanumeric mode of QR
//! and survives every scanner. [`picture`] turns a text into modules and those into SVG, PNG or terminal blocks.

pub mod base45;
mod error;
pub mod picture;
pub mod text;

pub use error::QrError;
