use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    MasterKey, ReadTx, VaultError, WriteTx,
    connection::sql,
    file,
    format::{keys::Keys, seal_context},
    mark::{self, Reached},
    schema::KeySlot,
    state::State,
};

/// An unlocked vault. May be used from many threads; one transaction runs at a time.
pub struct Vault {
    open: Mutex<Option<Open>>,
}

struct Open {
    connection: Connection,
    keys: Keys,
    /// What was checked last; gone after a failure, so that the next transaction checks everything again.
    state: Option<State>,
    /// The furthest point that this process saw: the file never goes behind it.
    reached: Reached,
    mark: File,
    /// Deleted bytes may still stand in the write-ahead log.
    truncate_due: bool,
}

impl Vault {
    pub(crate) fn new(connection: Connection, keys: Keys, state: State, mark: File) -> Self {
        let reached = state.reached();
        let open = Open {
            connection,
            keys,
            state: Some(state),
            reached,
            mark,
            truncate_due: false,
        };
        Self {
            open: Mutex::new(Some(open)),
        }
    }

    /// Runs `f` on a consistent view. `f` must not call the vault again, nor the host's key store.
    ///
    /// # Errors
    /// What `f` gives; [`VaultError::Closed`], [`VaultError::Corrupt`], [`VaultError::RolledBack`],
    /// [`VaultError::Busy`], [`VaultError::Io`].
    pub fn read<T>(&self, f: impl FnOnce(&ReadTx<'_>) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let mut guard = self.guard();
        let open = guard.as_mut().ok_or(VaultError::Closed)?;
        let tx = Transaction::new(&mut open.connection, TransactionBehavior::Deferred).map_err(sql)?;
        let state = State::current(&tx, &open.keys, open.state.take(), open.reached)?;
        open.reached = state.reached();
        let read = ReadTx::new(&tx, &open.keys, state);
        let result = f(&read);
        open.state = Some(read.into_state());
        result
    }

    /// Runs `f` as one change: all of it is on the disk when this returns `Ok`, none of it otherwise.
    /// `f` must not call the vault again, nor the host's key store.
    ///
    /// # Errors
    /// What `f` gives; as [`read`](Self::read), and [`VaultError::Full`].
    pub fn write<T>(&self, f: impl FnOnce(&mut WriteTx<'_>) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let mut guard = self.guard();
        let open = guard.as_mut().ok_or(VaultError::Closed)?;
        let tx = Transaction::new(&mut open.connection, TransactionBehavior::Immediate).map_err(sql)?;
        let state = State::current(&tx, &open.keys, open.state.take(), open.reached)?;
        open.reached = state.reached();
        let mut write = WriteTx::new(ReadTx::new(&tx, &open.keys, state));
        let value = f(&mut write)?;
        let (state, done) = write.finish()?;
        if done.changed {
            tx.commit().map_err(sql)?;
            open.reached = state.reached();
            mark::write(&open.mark, &open.keys, open.reached);
            open.truncate_due |= done.deleted;
        } else {
            drop(tx);
        }
        open.state = Some(state);
        open.truncate_log_if_due();
        Ok(value)
    }

    /// The master key and the additional data for sealing it under a new key of the key store;
    /// [`replace_wrapping`](Self::replace_wrapping) comes next.
    ///
    /// # Errors
    /// [`VaultError::Closed`].
    pub fn key_to_wrap(&self) -> Result<(MasterKey, Vec<u8>), VaultError> {
        let guard = self.guard();
        let open = guard.as_ref().ok_or(VaultError::Closed)?;
        Ok((open.keys.master().copy(), seal_context(open.keys.install_id())))
    }

    /// Puts the newly sealed master key in place of the old one and moves the epoch on. Once the caller has deleted
    /// the old wrapping key, no older copy of the file opens any more.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn replace_wrapping(&self, key_id: &str, ciphertext: &[u8]) -> Result<(), VaultError> {
        self.write(|tx| {
            let kcv = tx.keys().check_value().to_vec();
            let created_epoch = tx.next_epoch()?;
            tx.replace_slot(&KeySlot {
                key_id: key_id.to_owned(),
                wrapped: ciphertext.to_vec(),
                kcv,
                created_epoch,
            })
        })
    }

    /// Waits for a running transaction, drops all keys and closes the file. Afterwards every call gives
    /// [`VaultError::Closed`]. Closing twice is no error.
    pub fn close(&self) {
        self.guard().take();
    }

    /// Removes the file at `path` and everything beside it that belongs to it. Needs no key; a file that is not
    /// there is no error. To be called when no vault is open on it.
    ///
    /// # Errors
    /// [`VaultError::Busy`], or [`VaultError::Io`] when a file cannot be removed.
    pub fn delete_files(path: &Path) -> Result<(), VaultError> {
        file::delete(path)
    }

    /// Moves a damaged file at `path` out of the way, on the user's word, so that a new one can be made there. It is
    /// kept beside, still sealed, until [`delete_files`](Self::delete_files) or until the next one is set aside.
    /// To be called when no vault is open on it. Returns where it is now.
    ///
    /// # Errors
    /// [`VaultError::Busy`], or [`VaultError::Io`] when a file cannot be moved.
    pub fn set_aside(path: &Path) -> Result<PathBuf, VaultError> {
        file::set_aside(path)
    }

    fn guard(&self) -> MutexGuard<'_, Option<Open>> {
        // After a panic inside a transaction SQLite has rolled back and the state is gone: both are read anew.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn with_connection<T>(&self, f: impl FnOnce(&Connection) -> T) -> T {
        f(&self.guard().as_ref().unwrap().connection)
    }
}

impl Open {
    /// Takes deleted bytes out of the write-ahead log. A reader of another process may hold it: then the next write
    /// tries again.
    fn truncate_log_if_due(&mut self) {
        if self.truncate_due {
            let busy = self
                .connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
            self.truncate_due = busy != Ok(0);
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}
