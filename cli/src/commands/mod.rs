//! One module a command.

pub mod card;
pub mod demo;
pub mod erase;
pub mod register;
pub mod show;
pub mod snapshot;
pub mod sync;
pub mod verify;
