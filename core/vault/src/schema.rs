use rusqlite::{Connection, Transaction, TransactionBehavior, config::DbConfig};

use permitcard_crypto::random;

use crate::{VaultError, connection::sql, format::INSTALL_ID_LEN};

/// The version that this program writes, in `user_version`.
pub(crate) const VERSION: i64 = 1;
/// Marks the file as a vault, in `application_id`: "PCv1".
const APPLICATION_ID: i64 = 0x5043_7631;

/// The statements of version 1, as SQLite keeps them. The index on records is one of its own, so that a scan of the
/// table and a scan of the index can be compared.
const STATEMENTS: [&str; 6] = [
    "CREATE TABLE install (id INTEGER PRIMARY KEY CHECK (id = 1), install_id BLOB NOT NULL) STRICT",
    "CREATE TABLE key_slot (slot_id INTEGER PRIMARY KEY, key_version INTEGER NOT NULL, key_id TEXT NOT NULL, \
     wrapped BLOB NOT NULL, kcv BLOB NOT NULL, created_epoch INTEGER NOT NULL) STRICT",
    "CREATE TABLE record (tbl INTEGER NOT NULL, rid BLOB NOT NULL, generation INTEGER NOT NULL, blob BLOB NOT NULL) \
     STRICT",
    "CREATE UNIQUE INDEX record_key ON record (tbl, rid)",
    "CREATE TABLE manifest (id INTEGER PRIMARY KEY CHECK (id = 1), blob BLOB NOT NULL) STRICT",
    "CREATE TABLE log (seq INTEGER PRIMARY KEY, blob BLOB NOT NULL, mac BLOB NOT NULL) STRICT",
];

/// What stands in the file before anything is read from it.
pub(crate) enum Found {
    /// Nothing: the file was just made.
    Nothing,
    /// A vault of this version.
    Current,
}

/// Looks what the file is. Writes nothing.
pub(crate) fn look(connection: &Connection) -> Result<Found, VaultError> {
    let number = |name: &str| {
        connection
            .query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0))
            .map_err(sql)
    };
    let version = number("user_version")?;
    if version > VERSION {
        // Closing would otherwise move a newer program's write-ahead log into its file.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .map_err(sql)?;
        return Err(VaultError::SchemaTooNew);
    }
    let statements = statements(connection)?;
    match version {
        0 if statements.is_empty() => Ok(Found::Nothing),
        VERSION if number("application_id")? == APPLICATION_ID && is_ours(statements) => Ok(Found::Current),
        _ => Err(VaultError::Corrupt),
    }
}

fn statements(connection: &Connection) -> Result<Vec<String>, VaultError> {
    let mut query = connection.prepare("SELECT sql FROM sqlite_schema").map_err(sql)?;
    query
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .map_err(sql)
}

/// Exactly our tables: no trigger, view or further index was slipped in.
fn is_ours(mut statements: Vec<String>) -> bool {
    let mut ours = STATEMENTS;
    ours.sort_unstable();
    statements.sort_unstable();
    statements == ours
}

/// Makes the tables and the installation's identifier, all or nothing.
pub(crate) fn make(connection: &mut Connection) -> Result<(), VaultError> {
    let install_id: [u8; INSTALL_ID_LEN] = random::bytes().map_err(|_| VaultError::RandomUnavailable)?;
    let tx = Transaction::new(connection, TransactionBehavior::Immediate).map_err(sql)?;
    for statement in STATEMENTS {
        tx.execute_batch(statement).map_err(sql)?;
    }
    tx.execute("INSERT INTO install VALUES (1, ?1)", [install_id])
        .map_err(sql)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID).map_err(sql)?;
    tx.pragma_update(None, "user_version", VERSION).map_err(sql)?;
    tx.commit().map_err(sql)
}

/// The installation's identifier.
pub(crate) fn install_id(connection: &Connection) -> Result<[u8; INSTALL_ID_LEN], VaultError> {
    connection
        .query_row("SELECT install_id FROM install", [], |row| row.get(0))
        .map_err(sql)
}

/// The one row of `key_slot`.
pub(crate) struct KeySlot {
    pub key_id: String,
    pub wrapped: Vec<u8>,
    pub kcv: Vec<u8>,
    pub created_epoch: u64,
}

impl KeySlot {
    /// Reads the slot; `None` in a vault without a key.
    pub fn read(connection: &Connection) -> Result<Option<Self>, VaultError> {
        let mut query = connection
            .prepare_cached("SELECT key_version, key_id, wrapped, kcv, created_epoch FROM key_slot")
            .map_err(sql)?;
        let slots = query
            .query_map([], |row| {
                let slot = Self {
                    key_id: row.get(1)?,
                    wrapped: row.get(2)?,
                    kcv: row.get(3)?,
                    created_epoch: u64::try_from(row.get::<_, i64>(4)?).unwrap_or_default(),
                };
                Ok((row.get::<_, i64>(0)?, slot))
            })
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(sql)?;
        let mut slots = slots.into_iter();
        match (slots.next(), slots.next()) {
            (None, _) => Ok(None),
            (Some((version, slot)), None) if version == i64::from(crate::format::KEY_VERSION) => Ok(Some(slot)),
            _ => Err(VaultError::Corrupt),
        }
    }

    /// Writes the slot in place of whatever was there.
    pub fn write(&self, connection: &Connection) -> Result<(), VaultError> {
        let epoch = i64::try_from(self.created_epoch).map_err(|_| VaultError::Corrupt)?;
        connection.execute("DELETE FROM key_slot", []).map_err(sql)?;
        connection
            .execute(
                "INSERT INTO key_slot (key_version, key_id, wrapped, kcv, created_epoch) VALUES (?1, ?2, ?3, ?4, ?5)",
                (
                    crate::format::KEY_VERSION,
                    &self.key_id,
                    &self.wrapped,
                    &self.kcv,
                    epoch,
                ),
            )
            .map_err(sql)?;
        Ok(())
    }
}
