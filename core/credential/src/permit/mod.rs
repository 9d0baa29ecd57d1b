//! Our profile of SD-CWT: the permit with its groups, labels, limits and presentation profiles.
//!
//! The layout, byte for byte, and its CDDL are in `docs/credential.md`. [`issue`] makes a credential, [`Credential`] reads
//! one, [`present`] makes a presentation from it, [`Presentation`] reads one, and [`card`] is the issuer's full record of
//! the card, which is never presented. Nothing here knows the time: whoever calls checks it.

mod calendar;
pub mod card;
mod credential;
pub mod element;
mod error;
pub mod field;
mod groups;
mod issue;
mod model;
mod present;
mod presentation;
mod profile;
mod reader;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
pub(crate) mod visible;

pub use credential::Credential;
pub(crate) use credential::{read_status, text as claim_text};
pub use element::{Element, ElementValue};
pub use error::PermitError;
pub(crate) use issue::uncut;
pub use issue::{CREDENTIAL_LIFE_S, IssueInput, StatusRef, issue};
pub use model::{
    Category, Day, Disclosed, Employment, FileData, Permit, Person, Portrait, PortraitFormat, SocialSecurity,
};
pub use present::{PRESENTATION_LIFE_S, PresentInput, present};
pub use presentation::Presentation;
pub use profile::{Group, Profile};
pub use reader::Asked;

use crate::cose::cbor::Limits;

/// The value of claim 11, `vct`: the name and version of this profile.
pub const VCT: &str = "permitcard/1";
/// The longest credential or presentation that is read, in bytes. A credential with every field at its limit and the
/// largest portrait stays below 2,000.
pub const MAX_LEN: usize = 4096;
const LIMITS: Limits = Limits::new(MAX_LEN);

/// Labels of claims (IANA CWT Claims; private ones below −65536).
pub(crate) mod label {
    pub(super) use crate::sdcwt::label::{CNF, COSE_KEY, SUB, VCT};
    pub(crate) use crate::sdcwt::label::{EXP, IAT, ISS};

    pub(crate) const STATUS: i64 = 65535;
    pub(crate) const PERMIT: i64 = -65537;
    pub(super) const BEACON: i64 = -65538;
    pub(super) const CARD: i64 = -65539;
    /// Inside of the permit map.
    pub(super) const TEST: i64 = 0;
    pub(super) const CATEGORY: i64 = 1;
    pub(super) const VALID_UNTIL: i64 = 2;
    pub(super) const RESTRICTIONS: i64 = 3;
}
