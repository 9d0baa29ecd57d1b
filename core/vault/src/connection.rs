use std::{path::Path, time::Duration};

use rusqlite::{
    Connection, Error, ErrorCode, OpenFlags,
    config::DbConfig,
    ffi::{SQLITE_IOERR_CORRUPTFS, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_SHORT_READ},
    limits::Limit,
};

use crate::{VaultError, format::record::LONGEST_SEALED};

/// How long a process waits for another one.
pub(crate) const WAIT: Duration = Duration::from_secs(5);

/// How a file is shared with other processes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// As usual; needs a little room on the disk for the memory that processes share.
    Shared,
    /// Alone. Needs no room, so that a card can be read while the disk is full.
    Alone,
}

/// Opens the SQLite file. Nothing is written to it here.
pub(crate) fn open(path: &Path, sharing: Sharing) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(sql)?;
    connection.busy_timeout(WAIT).map_err(sql)?;
    if sharing == Sharing::Alone {
        connection
            .pragma_update(None, "locking_mode", "EXCLUSIVE")
            .map_err(sql)?;
    }
    let longest = i32::try_from(LONGEST_SEALED).map_err(|_| VaultError::TooLarge)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest).map_err(sql)?;
    for (option, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    ] {
        connection.set_db_config(option, on).map_err(sql)?;
    }
    Ok(connection)
}

/// Sets what makes an acknowledged write stay and a deleted one go. `fullfsync` does something on Apple systems only.
pub(crate) fn set_pragmas(connection: &Connection) -> Result<(), VaultError> {
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(sql)?;
    if mode != "wal" {
        return Err(VaultError::Io);
    }
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA secure_delete = ON;
             PRAGMA cell_size_check = ON;
             PRAGMA mmap_size = 0;",
        )
        .map_err(sql)
}

/// Checks the structure of the file: after an unclean stop only, because it reads everything.
pub(crate) fn quick_check(connection: &Connection) -> Result<(), VaultError> {
    let answer: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(sql)?;
    if answer == "ok" {
        Ok(())
    } else {
        Err(VaultError::Corrupt)
    }
}

/// Sorts SQLite's errors by what the caller can do. The statements are all our own, so that one which the file does
/// not fit (a missing table, another type, a doubled key) means that the file was changed.
pub(crate) fn sql(error: Error) -> VaultError {
    match error {
        Error::SqliteFailure(cause, _) => match cause.code {
            ErrorCode::DiskFull => VaultError::Full,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
                VaultError::Busy
            }
            ErrorCode::SystemIoFailure => match cause.extended_code {
                SQLITE_IOERR_SHORT_READ | SQLITE_IOERR_CORRUPTFS => VaultError::Corrupt,
                SQLITE_IOERR_SHMSIZE => VaultError::Full,
                _ => VaultError::Io,
            },
            ErrorCode::PermissionDenied
            | ErrorCode::OperationAborted
            | ErrorCode::OperationInterrupted
            | ErrorCode::OutOfMemory
            | ErrorCode::ReadOnly
            | ErrorCode::CannotOpen
            | ErrorCode::NoLargeFileSupport
            | ErrorCode::AuthorizationForStatementDenied => VaultError::Io,
            _ => VaultError::Corrupt,
        },
        _ => VaultError::Corrupt,
    }
}
