//! Registration and real-name verification: what travels through the authorization challenge endpoint.
//!
//! One answer takes three parts: [`load`] finds the session and reads the answer, [`consult`] asks providers, [`apply`]
//! judges the answer and moves the session on. The first and the last are transactions; nothing waits inside of one.
//!
//! **One answer before proof.** Until a document check passed, the register's record of a claimed number is compared with
//! nothing that a caller could see. A claim always moves on; the same statements run and the same rows are written for a
//! number that the register knows, with a contact or without one, and for one that it does not know, that is over, that
//! is registered already or that is locked. A session whose claim is not right is a ghost: its code is kept and counted
//! as any other, is sent to nobody, and is never right.

mod answer;
mod code;
mod consult;
mod evidence;
mod judge;
mod load;
mod names;
mod outcome;
mod policy;
#[cfg(test)]
mod tests;
pub(crate) mod window;

use permitcard_protocol::registration::ConsentKind;

pub(crate) use consult::consult;
pub(crate) use load::{Loaded, load};
pub(crate) use outcome::apply;

/// Version and scope of the consent of a kind that a registration asks for today.
pub(crate) fn consent_asked_today(kind: ConsentKind) -> Option<(u32, &'static str)> {
    [&policy::TIER_1, &policy::TIER_2]
        .into_iter()
        .flat_map(|policy| policy.steps)
        .filter_map(|rule| rule.consent)
        .find(|consent| consent.kind == kind)
        .map(|consent| (consent.version, consent.scope))
}
