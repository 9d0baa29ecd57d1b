//! One module a command.

pub mod card;
pub mod demo;
pub mod erase;
pub mod export;
pub mod policies;
pub mod print;
pub mod register;
pub mod request;
pub mod scanned;
pub mod show;
pub mod snapshot;
pub mod sync;
pub mod verify;
