//! The whole of draft-ietf-spice-sd-cwt, for tokens of anyone: redacted claims at any depth, in maps and in arrays, in other
//! disclosures, and decoys; keys P-256, P-384 and Ed25519; SHA-256, SHA-384 and SHA-512.
//!
//! The permit profile has its own strict reader, [`SdCwt`](super::SdCwt) and [`Kbt`](super::Kbt). Of the draft two things are
//! refused here: encrypted disclosures (12), and a holder's key that is named only by its thumbprint (`ckt`).
//!
//! A verifier's way is [`KbtToken::parse`] and [`KbtToken::verify`]. Tools that show what is wrong go step by step:
//! [`SdCwtToken::restore_counting`], [`SdCwtToken::problems`], [`KbtToken::problems`].

mod build;
mod disclosure;
mod hash;
mod kbt;
mod marks;
mod redact;
mod restore;
mod rules;
#[cfg(test)]
mod tests;
mod token;

pub use build::{Binding, Issue, bind, issue};
pub use disclosure::{OpenContent, OpenDisclosure};
pub use hash::{HashForm, SdHash};
pub use kbt::KbtToken;
pub use redact::{Redacted, redact};
pub use restore::Restored;
pub use rules::{Expected, TimeRules};
pub use token::SdCwtToken;

use crate::cose::value::Limits;

/// The longest token that is read, in bytes.
pub const MAX_TOKEN: usize = 64 * 1024;
/// The most disclosures of one token.
pub const MAX_DISCLOSURES: usize = 1024;
/// The deepest nesting of claims, with all disclosed values in place (draft 6.5).
pub const MAX_DEPTH: u8 = 16;
/// The limits of a token: the draft's depth, [`MAX_TOKEN`] bytes.
pub const LIMITS: Limits = Limits::new(MAX_TOKEN);
