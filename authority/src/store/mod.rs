//! The database: one SQLite file, shared with the operator's commands in other processes.

mod checks;
mod consents;
mod deferred;
mod erasures;
mod grants;
mod issued;
mod life;
mod limits;
mod lists;
mod outgoing;
mod people;
mod retention;
mod schema;
mod sessions;
mod window_codes;

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::AuthorityError;
#[cfg(test)]
pub(crate) use checks::Noted;
pub(crate) use consents::{Consent, KeptConsent};
pub(crate) use erasures::Erasure;
pub(crate) use grants::{Grant, GrantEnd, NewGrant};
pub(crate) use issued::{BatchEvent, NewCredential, entry};
pub(crate) use life::{FormerNumber, NumberKind};
pub(crate) use lists::SignedList;
pub(crate) use outgoing::Outgoing;
pub(crate) use people::{PermitState, Person};
pub(crate) use sessions::{NewSession, OneTimeCode, SentCode, Session};
pub(crate) use window_codes::WindowCodeRow;

impl From<rusqlite::Error> for AuthorityError {
    // The library's text may quote values, so it goes no further.
    fn from(_: rusqlite::Error) -> Self {
        Self::DatabaseFailed
    }
}

/// The database. Calls block; each is one transaction.
pub(crate) struct Store {
    connection: Mutex<Connection>,
    #[cfg(test)]
    statements: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

/// An answer that is kept for a replay.
pub(crate) struct StoredAnswer {
    /// Hash of the request that it answers.
    pub(crate) request: [u8; 32],
    pub(crate) sealed: Vec<u8>,
}

/// A transaction; what belongs to one concept is in its own file.
pub(crate) struct Tx<'a>(pub(crate) Transaction<'a>);

impl Store {
    /// Opens the database and brings its tables up to date.
    pub(crate) fn open(path: &Path) -> Result<Self, AuthorityError> {
        #[cfg(unix)]
        if !path.exists() {
            // SQLite gives its -wal and -shm the mode of the database file.
            let mut options = std::fs::OpenOptions::new();
            std::os::unix::fs::OpenOptionsExt::mode(options.write(true).create_new(true), 0o600);
            options.open(path).map_err(|_| AuthorityError::DataUnusable)?;
        }
        let connection = Connection::open(path).map_err(|_| AuthorityError::DataUnusable)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        #[cfg(test)]
        let (connection, statements) = counted(connection)?;
        let store = Self {
            connection: Mutex::new(connection),
            #[cfg(test)]
            statements,
        };
        store.write(|tx| schema::bring_up_to_date(&tx.0))?;
        Ok(store)
    }

    /// Runs `work` in a transaction that is kept if it succeeds and undone if it fails. It takes the write lock at
    /// once, so that what it reads is still true when it writes.
    pub(crate) fn write<T, E: From<AuthorityError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = Tx(connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(AuthorityError::from)?);
        let result = work(&tx)?;
        tx.0.commit().map_err(AuthorityError::from)?;
        Ok(result)
    }

    /// Runs `work` on one consistent state of the database.
    pub(crate) fn read<T, E: From<AuthorityError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = Tx(connection
            .transaction_with_behavior(TransactionBehavior::Deferred)
            .map_err(AuthorityError::from)?);
        work(&tx)
    }

    /// Forgets what is over: replay memory, stored answers, tokens, codes and sessions past their time.
    pub(crate) fn forget_expired(&self, now: i64) -> Result<(), AuthorityError> {
        self.write(|tx| {
            tx.0.execute("DELETE FROM seen WHERE expires_at < ?1", [now])?;
            tx.0.execute("DELETE FROM answer WHERE expires_at < ?1", [now])?;
            tx.0.execute("DELETE FROM access_token WHERE expires_at < ?1", [now])?;
            tx.0.execute("DELETE FROM mailbox WHERE sent_at < ?1 - 86400", [now])?;
            // What a check said stays with the evidence; the receipts and codes themselves are of no more use.
            tx.forget_results(now)?;
            tx.0.execute("DELETE FROM sandbox_check WHERE expires_at < ?1 - 86400", [now])?;
            tx.0.execute("DELETE FROM one_time_code WHERE sent_at < ?1 - 86400", [now])?;
            tx.forget_registrations(now)?;
            tx.forget_attempts(now)?;
            tx.forget_window_codes(now)?;
            tx.forget_keys_of_old_grants(now)
        })
    }
}

/// A connection that counts its statements.
#[cfg(test)]
fn counted(
    mut connection: Connection,
) -> Result<(Connection, std::sync::Arc<std::sync::atomic::AtomicU64>), AuthorityError> {
    use rusqlite::trace::TraceEventCodes;
    let statements = std::sync::Arc::<std::sync::atomic::AtomicU64>::default();
    let counter = std::sync::Arc::clone(&statements);
    connection.trace_v2(
        TraceEventCodes::SQLITE_TRACE_STMT,
        Some(move |_: rusqlite::trace::TraceEvent<'_>| {
            counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }),
    )?;
    Ok((connection, statements))
}

#[cfg(test)]
impl Store {
    /// How many statements ran and how many rows were written since it was opened.
    pub(crate) fn work(&self) -> (u64, u64) {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let statements = self.statements.load(std::sync::atomic::Ordering::SeqCst);
        (statements, connection.total_changes())
    }
}

impl Tx<'_> {
    /// Remembers a value that may be used once within its life; false if it was used before.
    pub(crate) fn first_use(&self, value: &[u8; 32], expires_at: i64) -> Result<bool, AuthorityError> {
        let rows = self.0.execute(
            "INSERT INTO seen (value, expires_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            (value, expires_at),
        )?;
        Ok(rows == 1)
    }

    /// The stored answer for an idempotency key.
    pub(crate) fn answer(&self, key: &[u8; 32]) -> Result<Option<StoredAnswer>, AuthorityError> {
        Ok(self
            .0
            .query_row("SELECT request, sealed FROM answer WHERE key = ?1", [key], |row| {
                Ok(StoredAnswer {
                    request: row.get(0)?,
                    sealed: row.get(1)?,
                })
            })
            .optional()?)
    }

    /// Stores the answer for an idempotency key.
    pub(crate) fn put_answer(
        &self,
        key: &[u8; 32],
        request: &[u8; 32],
        sealed: &[u8],
        expires_at: i64,
    ) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO answer (key, request, sealed, expires_at) VALUES (?1, ?2, ?3, ?4)",
            (key, request, sealed, expires_at),
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consents_stay_with_their_grant_and_go_with_their_session() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("db")).unwrap();
        let consent = |given, decided_at| Consent {
            kind: "face-data",
            version: 1,
            scope: "face-check",
            given,
            decided_at,
        };
        crate::register::fill(&store, 0).unwrap();
        let left = store.write(|tx| {
            for session in ["open", "granted", "gone"] {
                tx.put_consent(session, &consent(false, 1))?;
                tx.put_consent(session, &consent(true, 2))?;
            }
            for (reference, token, expires_at) in [("open", "o", 100), ("gone", "g", 10)] {
                tx.put_session(&NewSession {
                    reference,
                    window_reference: token,
                    auth_session: token,
                    jkt: "jkt",
                    code_challenge: "c",
                    progress: "{}",
                    created_at: 0,
                    expires_at,
                })?;
            }
            tx.put_grant(&NewGrant {
                person: "maria",
                session: "granted",
                jkt: "jkt",
                code: "code",
                code_challenge: "c",
                code_expires_at: 20,
                tier: 1,
                rests_on: None,
            })
        });
        assert_eq!(left, Ok(()));
        let kept = || -> Vec<(String, bool, i64)> {
            let rows = store.read(|tx| {
                let mut statement =
                    tx.0.prepare("SELECT session, given, decided_at FROM consent ORDER BY session")?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
                Ok::<_, AuthorityError>(rows.collect::<Result<Vec<_>, _>>()?)
            });
            rows.unwrap()
        };
        let entry = |session: &str| (session.to_owned(), true, 2);
        assert_eq!(kept(), [entry("gone"), entry("granted"), entry("open")]);
        store.forget_expired(10 + 86_401).unwrap();
        assert_eq!(kept(), [entry("granted"), entry("open")]);
    }

    #[test]
    fn a_failed_transaction_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("db")).unwrap();
        let failed: Result<(), AuthorityError> = store.write(|tx| {
            assert!(tx.first_use(&[1; 32], 10)?);
            Err(AuthorityError::SigningFailed)
        });
        assert_eq!(failed, Err(AuthorityError::SigningFailed));
        assert!(store.write(|tx| tx.first_use(&[1; 32], 10)).unwrap());
        assert!(!store.write(|tx| tx.first_use(&[1; 32], 10)).unwrap());
        store.forget_expired(11).unwrap();
        assert!(store.write(|tx| tx.first_use(&[1; 32], 20)).unwrap());
    }

    #[test]
    fn a_newer_database_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        drop(Store::open(&path).unwrap());
        Connection::open(&path)
            .unwrap()
            .pragma_update(None, "user_version", 1000)
            .unwrap();
        assert_eq!(Store::open(&path).err(), Some(AuthorityError::DataTooNew));
    }

    #[cfg(unix)]
    #[test]
    fn the_database_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        let store = Store::open(&path).unwrap();
        store.write(|tx| tx.first_use(&[1; 32], 10)).unwrap();
        for entry in std::fs::read_dir(dir.path()).unwrap() {
            assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o077, 0);
        }
    }
}
