//! Reads what others made as well as what this product made: SD-CWT, key binding token, status list, CWT, COSE_Sign1,
//! claim 169, and says what is inside, who signed it, and why it is not valid. A tool for people who work with these
//! formats; `docs/inspect.md` is its description. It knows no trust list and no permit: those are the part of `verify`.
//!
//! [`inspect`] is the whole of it without a file or a clock; [`Report`] is its answer and serialises to the JSON of the
//! document.

mod arguments;
mod claims;
mod code;
pub(crate) mod command;
mod diagnostic;
mod human;
mod input;
mod json;
mod keys;
mod report;
mod time;
mod token;

use permitcard_credential::status::StatusBits;

pub(crate) use arguments::{AadArg, bits};

pub use self::{
    code::InspectCode,
    input::{MAX_FILE, MAX_INFLATED, MAX_INPUT},
    json::Json,
    keys::{Key, KeyUnreadable, MAX_KEY_FILE, read_keys},
    report::{Disclosures, Format, Layer, Problem, Report, Signature, StatusSummary},
};

/// What the input is expected to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Whatever its content says.
    Recognise,
    /// A bare status list, which says nothing about itself: the bits of one entry.
    StatusList(StatusBits),
}

/// How an input is read.
#[derive(Debug, Clone)]
pub struct Options {
    /// Keys to verify with; those named like the `kid` of a token are tried first. Empty: nothing is verified.
    pub keys: Vec<Key>,
    /// The time to check at, seconds since 1970.
    pub now: i64,
    /// `external_aad` of the signatures (RFC 9052 4.4); empty for all formats of credentials.
    pub external_aad: Vec<u8>,
    /// What the input is expected to be.
    pub mode: Mode,
}

/// Reads an input and says all that is known about it. Never fails: what is wrong stands in [`Report::errors`].
pub fn inspect(input: &[u8], options: &Options) -> Report {
    match options.mode {
        Mode::StatusList(bits) => token::bare_list(input, bits),
        Mode::Recognise => token::recognise(input, options),
    }
}
