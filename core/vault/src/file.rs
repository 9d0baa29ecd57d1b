use std::{
    ffi::OsString,
    fmt,
    fs::File,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use permitcard_crypto::mac::verify_equal;
use permitcard_platform::file_lock::{FileLock, private_options};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    MasterKey, Vault, VaultError,
    connection::{self, Sharing, WAIT, sql},
    format::{INSTALL_ID_LEN, keys::Keys, manifest::Manifest, seal_context},
    mark,
    schema::{self, Found, KeySlot},
    state::{State, sealed_manifest},
};

/// A vault file that is open but not unlocked: nothing personal can be read yet.
pub struct VaultFile {
    connection: Connection,
    install_id: [u8; INSTALL_ID_LEN],
    lock: Lock,
    mark: Vec<u8>,
}

/// What the host's key store needs to open the master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The host's name of the wrapping key.
    pub key_id: String,
    /// The additional data that it was sealed with.
    pub aad: Vec<u8>,
    /// The sealed master key.
    pub ciphertext: Vec<u8>,
}

/// The lock file: held while there is no key yet, else open for the mark only.
enum Lock {
    Held(FileLock),
    Free(File),
}

impl Lock {
    fn free(self) -> Result<File, VaultError> {
        match self {
            Self::Held(lock) => lock.into_unlocked().map_err(|_| VaultError::Io),
            Self::Free(file) => Ok(file),
        }
    }
}

impl VaultFile {
    /// Opens the file at `path`, or makes it; its folder must exist. A file of an older schema is brought up to date.
    ///
    /// A file without a key stays locked against other processes until [`create`](Self::create) or until this is
    /// dropped, so that two first runs cannot both make a key.
    ///
    /// # Errors
    /// [`VaultError::SchemaTooNew`], [`VaultError::Corrupt`], [`VaultError::Busy`], [`VaultError::Full`],
    /// [`VaultError::Io`].
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let lock = FileLock::acquire(&beside(path, LOCK), WAIT).map_err(|error| file_error(&error))?;
        let mark = mark::read(lock.file())?;
        make_file(path, !mark.is_empty())?;
        // Who stopped cleanly left no write-ahead log behind. Another process at work does, too; that costs one check.
        let unclean = std::fs::metadata(beside(path, "-wal")).is_ok_and(|meta| meta.len() > 0);

        let (mut connection, found) = match connect(path, Sharing::Shared) {
            Err(VaultError::Full) => connect(path, Sharing::Alone)?,
            other => other?,
        };
        if matches!(found, Found::Nothing) && !mark.is_empty() {
            return Err(VaultError::Corrupt);
        }
        connection::set_pragmas(&connection)?;
        match found {
            Found::Nothing => schema::make(&mut connection)?,
            Found::Current if unclean => connection::quick_check(&connection)?,
            Found::Current => {}
        }
        let install_id = schema::install_id(&connection)?;
        let lock = match KeySlot::read(&connection)? {
            Some(_) => Lock::Free(Lock::Held(lock).free()?),
            None if mark.is_empty() => Lock::Held(lock),
            // A vault that had a key once does not lose it.
            None => return Err(VaultError::Corrupt),
        };
        Ok(Self {
            connection,
            install_id,
            lock,
            mark,
        })
    }

    /// 16 random bytes, made with the file. Not secret; the salt of every key.
    pub fn install_id(&self) -> [u8; 16] {
        self.install_id
    }

    /// The wrapped master key; `None` in a new file.
    ///
    /// # Errors
    /// [`VaultError::Corrupt`], [`VaultError::Io`].
    pub fn wrapped_key(&self) -> Result<Option<WrappedKey>, VaultError> {
        let slot = KeySlot::read(&self.connection)?;
        Ok(slot.map(|slot| WrappedKey {
            key_id: slot.key_id,
            aad: self.seal_context(),
            ciphertext: slot.wrapped,
        }))
    }

    /// The additional data for sealing a new master key.
    pub fn seal_context(&self) -> Vec<u8> {
        seal_context(&self.install_id)
    }

    /// Stores a new master key, sealed by the key store as `ciphertext` under its key `key_id` with
    /// [`seal_context`](Self::seal_context), and opens the empty vault.
    ///
    /// # Errors
    /// [`VaultError::AlreadyCreated`], [`VaultError::Full`], [`VaultError::Io`].
    pub fn create(mut self, key_id: &str, ciphertext: &[u8], key: MasterKey) -> Result<Vault, VaultError> {
        let keys = Keys::new(key, self.install_id);
        let manifest = Manifest::first();
        let tx = Transaction::new(&mut self.connection, TransactionBehavior::Immediate).map_err(sql)?;
        if KeySlot::read(&tx)?.is_some() {
            return Err(VaultError::AlreadyCreated);
        }
        let slot = KeySlot {
            key_id: key_id.to_owned(),
            wrapped: ciphertext.to_vec(),
            kcv: keys.check_value().to_vec(),
            created_epoch: manifest.epoch,
        };
        slot.write(&tx)?;
        tx.execute("INSERT INTO manifest VALUES (1, ?1)", [manifest.seal(&keys)?])
            .map_err(sql)?;
        tx.commit().map_err(sql)?;
        self.into_vault(keys)
    }

    /// Opens the vault and checks every record against the sealed manifest.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`], [`VaultError::Corrupt`], [`VaultError::RolledBack`], [`VaultError::NotCreated`],
    /// [`VaultError::Io`]. Whatever the error, the file stays.
    pub fn unlock(self, key: MasterKey) -> Result<Vault, VaultError> {
        let keys = Keys::new(key, self.install_id);
        let slot = KeySlot::read(&self.connection)?.ok_or(VaultError::NotCreated)?;
        if verify_equal(&slot.kcv, &keys.check_value()).is_err() {
            // A key that opens the manifest is the right one; then it is the check value that was damaged.
            let opened = Manifest::open(&keys, &sealed_manifest(&self.connection)?);
            return Err(if opened.is_ok() {
                VaultError::Corrupt
            } else {
                VaultError::WrongKey
            });
        }
        self.into_vault(keys)
    }

    fn into_vault(mut self, keys: Keys) -> Result<Vault, VaultError> {
        let reached = mark::check(&keys, &self.mark).unwrap_or_default();
        let tx = self.connection.transaction().map_err(sql)?;
        let state = State::current(&tx, &keys, None, reached)?;
        drop(tx);
        let mark = self.lock.free()?;
        mark::write(&mark, &keys, state.reached());
        Ok(Vault::new(self.connection, keys, state, mark))
    }
}

impl fmt::Debug for VaultFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultFile")
    }
}

fn connect(path: &Path, sharing: Sharing) -> Result<(Connection, Found), VaultError> {
    let connection = connection::open(path, sharing)?;
    let found = schema::look(&connection)?;
    Ok((connection, found))
}

const LOCK: &str = "-lock";

/// A file that belongs to the vault at `path`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes the file where it is missing, readable for its owner only; SQLite gives the same mode to the files beside it.
fn make_file(path: &Path, was_there: bool) -> Result<(), VaultError> {
    let empty = match std::fs::metadata(path) {
        Ok(meta) => meta.len() == 0,
        Err(error) if error.kind() == ErrorKind::NotFound => true,
        Err(error) => return Err(file_error(&error)),
    };
    if empty && was_there {
        // SQLite would take an empty file for a new one, and drop its write-ahead log.
        return Err(VaultError::Corrupt);
    }
    match private_options().create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(file_error(&error)),
    }
}

fn file_error(error: &std::io::Error) -> VaultError {
    match error.kind() {
        ErrorKind::WouldBlock => VaultError::Busy,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => VaultError::Full,
        _ => VaultError::Io,
    }
}

/// Removes the file at `path` and all that belongs to it.
pub(crate) fn delete(path: &Path) -> Result<(), VaultError> {
    let lock = match FileLock::acquire(&beside(path, LOCK), WAIT) {
        Ok(lock) => lock,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(file_error(&error)),
    };
    // Without its mark first: an interrupted removal must not look like a loss.
    lock.file().set_len(0).map_err(|error| file_error(&error))?;
    for suffix in ["", "-wal", "-shm", "-journal", DAMAGED, DAMAGED_WAL] {
        remove(&beside(path, suffix))?;
    }
    lock.remove().map_err(|error| file_error(&error))
}

const DAMAGED: &str = "-damaged";
const DAMAGED_WAL: &str = "-damaged-wal";

/// Moves a damaged file out of the way and keeps it, sealed as it is.
pub(crate) fn set_aside(path: &Path) -> Result<PathBuf, VaultError> {
    let lock = FileLock::acquire(&beside(path, LOCK), WAIT).map_err(|error| file_error(&error))?;
    lock.file().set_len(0).map_err(|error| file_error(&error))?;
    for suffix in [DAMAGED, DAMAGED_WAL, "-shm"] {
        remove(&beside(path, suffix))?;
    }
    for (from, to) in [("-wal", DAMAGED_WAL), ("", DAMAGED)] {
        match std::fs::rename(beside(path, from), beside(path, to)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(file_error(&error)),
            _ => {}
        }
    }
    Ok(beside(path, DAMAGED))
}

fn remove(path: &Path) -> Result<(), VaultError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(file_error(&error)),
        _ => Ok(()),
    }
}
