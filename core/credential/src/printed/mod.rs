//! The printed permit: a CWT with claim 169 (MOSIP) and the permit's own claims beside it, zlib, base45, no prefix, so that
//! other people's readers understand it. A document without a holder: paper can be copied, and whatever its signature
//! says, it proves nothing about who shows it.
//!
//! [`issue`] makes one, [`encode`] gives its text, [`decode`] and [`Printed::parse`] read it. Layout and CDDL are in
//! `docs/credential.md`. Other people's claim 169 documents, with other algorithms and claims, are not read here.

mod date;
mod deflate;
mod document;
mod issue;
mod parse;
#[cfg(test)]
mod tests;
mod text;

pub use document::Document;
pub use issue::{PRINTED_LIFE_S, PrintedInput, issue};
pub use parse::Printed;
pub use text::{MAX_TEXT, decode, encode, looks_printed};

use crate::{cose::cbor::Limits, permit::PortraitFormat};

/// The longest CWT that is read, in bytes: one with every field at its limit and the largest portrait has 1,600.
pub const MAX_LEN: usize = 2_048;
const LIMITS: Limits = Limits::new(MAX_LEN);

/// What stands in front of the name of a test permit: readers of other people ignore private claims, and show the name.
pub const TEST_MARK: &str = "TEST ";

/// Labels of claim 169 (MOSIP QR code specification 1.1), and of the fields beside the visible ones in the permit map.
mod label {
    pub(super) const IDENTITY: i64 = 169;
    pub(super) const NAME: i64 = 4;
    pub(super) const BIRTH_DATE: i64 = 8;
    pub(super) const NATIONALITY: i64 = 13;
    pub(super) const IMAGE: i64 = 16;
    pub(super) const IMAGE_FORMAT: i64 = 17;
}

/// Whether claim 169 has a number for this picture format; PNG has none.
pub const fn has_number(format: PortraitFormat) -> bool {
    matches!(
        format,
        PortraitFormat::Jpeg | PortraitFormat::Jpeg2000 | PortraitFormat::Avif | PortraitFormat::WebP
    )
}
