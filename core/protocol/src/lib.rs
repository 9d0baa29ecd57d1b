//! What wallet and authority say to each other: wire types, their error codes and their limits.
//!
//! The flow is OpenID4VCI 1.0 for issuance, and OAuth 2.0 for First-Party Applications
//! (draft-ietf-oauth-first-party-apps) for registration and real-name verification. Both sides use these types, so that
//! a field cannot be spelled in two ways.

pub mod client_file;
mod code;
pub mod consents;
pub mod endpoints;
mod failure;
mod form;
pub mod issuance;
mod json_depth;
pub mod limits;
pub mod metadata;
pub mod oauth;
pub mod registration;

pub use client_file::ClientFile;
pub use code::{ErrorBody, WireCode};
pub use failure::{Again, FailurePlace, FailureRule};
pub use form::FormError;
