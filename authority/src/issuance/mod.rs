//! Issuance: OpenID4VCI 1.0 with DPoP, and beside it the card, the portrait and the printed permit.

mod card;
mod credential;
mod form;
mod metadata;
mod notification;
mod permit;
mod printed;
mod proofs;
mod token;

pub(crate) use card::{card, portrait};
pub(crate) use credential::{credential, nonce};
pub(crate) use form::Form;
pub(crate) use metadata::{issuer_metadata, server_metadata};
pub(crate) use notification::notification;
pub(crate) use printed::{printed, printed_with_portrait};
pub(crate) use token::token;
