//! One module a command.

pub mod card;
pub mod consents;
pub mod demo;
pub mod erase;
pub mod export;
pub mod name;
pub mod number;
mod pending;
pub mod policies;
pub mod print;
pub mod register;
pub mod request;
pub mod scanned;
pub mod services;
pub mod show;
pub mod snapshot;
pub mod sync;
pub mod verify;
