//! Issuance: OpenID4VCI 1.0 with DPoP, and beside it the card, the portrait and the printed permit.

mod attestation;
mod card;
mod copies;
mod credential;
mod deferred;
mod form;
mod metadata;
mod notification;
mod permit;
mod printed;
mod proofs;
mod token;

pub use attestation::AttestationPolicy;
pub(crate) use attestation::{ProvenLevel, Root, Roots};
pub(crate) use card::{card, portrait};
pub(crate) use credential::{credential, nonce};
pub(crate) use deferred::deferred;
pub(crate) use form::Form;
pub(crate) use metadata::{issuer_metadata, server_metadata};
pub(crate) use notification::notification;
pub(crate) use printed::{printed, printed_with_portrait};
pub(crate) use token::token;
