//! Issuance: OpenID4VCI 1.0 with DPoP, and beside it the card and the portrait.

mod card;
mod credential;
mod metadata;
mod notification;
mod permit;
mod proofs;
mod token;

pub(crate) use card::{card, portrait};
pub(crate) use credential::{credential, nonce};
pub(crate) use metadata::{issuer_metadata, server_metadata};
pub(crate) use notification::notification;
pub(crate) use token::token;

/// The one credential that a grant gives, as the token response names it.
const CREDENTIAL_IDENTIFIER: &str = "work-permit";
