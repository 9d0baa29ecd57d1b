//! The encrypted store of a wallet or a verifier: one SQLite file of sealed records.
//!
//! Opening takes two steps, so that the host's key store is never called while the vault holds a lock of this process:
//!
//! 1. [`VaultFile::open`] opens or creates the file and tells which key wraps the master key;
//! 2. the caller has the key store open (or, the first time, seal) the [`MasterKey`], and then calls
//!    [`VaultFile::unlock`] (or [`VaultFile::create`]), which gives the [`Vault`].
//!
//! [`open_with`] does both for callers that may block.
//!
//! What is readable without the key: how many records and log entries of each kind there are, their length in steps
//! of 256 bytes, and when the file was written. A change of the file is found by the seal of each record and by a
//! sealed manifest over all of them; a record that was hidden is an error, never an absence.

mod connection;
mod error;
mod file;
mod format;
mod mark;
mod master_key;
mod open_with;
mod outbox;
mod schema;
mod state;
mod table;
mod transaction;
mod vault;

#[cfg(test)]
mod tests;

pub use error::VaultError;
pub use file::{VaultFile, WrappedKey};
pub use master_key::MasterKey;
pub use open_with::{OpenError, open_with};
pub use outbox::OutboxEntry;
pub use table::Table;
pub use transaction::{ReadTx, Record, WriteTx};
pub use vault::Vault;
