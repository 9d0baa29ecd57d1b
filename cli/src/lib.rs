//! The command line of Permit Card.
//!
//! A library only so that tests can read [`CliCode::ALL`] and call [`inspect`]; the program is `main.rs`.

mod args;
mod commands;
mod failure;
mod files;
mod home;
pub mod inspect;
mod nonce;
mod output;
mod picture;
mod prompt;
mod registration;
mod run;
mod time;
mod view;
mod words;

pub use failure::CliCode;
pub use run::run;
