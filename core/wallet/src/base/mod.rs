//! What every room stands on: the host's key store and clock, the vault, the link to the authority.

pub(crate) mod calls;
pub(crate) mod core;
pub(crate) mod files;
pub(crate) mod keys;
pub mod link;
pub(crate) mod outbox;
pub(crate) mod store;
pub(crate) mod task;
pub(crate) mod time;
