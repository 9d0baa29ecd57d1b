//! Every sentence that a person reads, by id, in one Fluent file a subject and one folder a language.
//!
//! The id of a text is the stable code that it explains, with `.` written `-`; the value says what happened, the attribute
//! `.next` says what to do next. Nothing here knows another crate. A text takes no personal data but what its caller hands in,
//! and nothing is kept.

mod bundle;
mod language;
mod sources;
#[cfg(test)]
mod tests;

pub use bundle::{Arg, ids, next, next_steps, text};
pub use language::Language;
