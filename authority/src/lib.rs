//! The reference authority: registers workers, checks who they are, issues cards, and says what became of them.
//!
//! A library to embed ([`Authority::start`]) and a binary to run (`permitcard-authority`), both with the same commands
//! ([`command`]). Its providers of one-time codes, document checks and face checks are stand-ins that run on this
//! machine: they check the plumbing of identity proofing and prove nothing about a person. Every card it issues carries
//! `test: true` inside the signed part. `docs/sandbox.md` says which people are in its register and which number makes
//! which check fail.

pub mod admin;
mod app;
pub mod command;
mod consents;
mod crockford;
mod data_dir;
mod error;
mod http;
mod issuance;
mod limits;
mod lists;
mod options;
mod outgoing;
mod production;
#[cfg(test)]
mod proofs;
mod providers;
mod register;
mod registration;
mod server;
mod store;
mod token;

pub use error::AuthorityError;
pub use http::{ClientVersion, NoVersion};
pub use issuance::AttestationPolicy;
pub use limits::Limits;
pub use options::AuthorityOptions;
pub use production::{ProductionPart, ProductionParts};
pub use providers::sandbox::SandboxMistakes;
pub use server::{Authority, RunningAuthority};
