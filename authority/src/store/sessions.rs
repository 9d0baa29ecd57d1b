use permitcard_crypto::hash::sha256;
use rusqlite::{OptionalExtension, Row};

use super::Tx;
use crate::AuthorityError;

/// A registration under way.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) id: i64,
    /// The name that providers know it by.
    pub(crate) reference: String,
    /// The name that the holder shows at a service window: eight characters of Crockford's base32.
    pub(crate) window_reference: String,
    /// RFC 7638 thumbprint of the key that it is bound to.
    pub(crate) jkt: String,
    pub(crate) code_challenge: String,
    /// Its last second, since 1970.
    pub(crate) expires_at: i64,
    /// JSON of [`crate::registration::Progress`].
    pub(crate) progress: String,
    /// The code of the answer that ended it.
    pub(crate) ended: Option<String>,
}

/// A registration to be kept.
pub(crate) struct NewSession<'a> {
    pub(crate) reference: &'a str,
    pub(crate) window_reference: &'a str,
    /// Its name for the holder, kept as a hash.
    pub(crate) auth_session: &'a str,
    pub(crate) jkt: &'a str,
    pub(crate) code_challenge: &'a str,
    pub(crate) progress: &'a str,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
}

const COLUMNS: &str = "id, reference, window_reference, jkt, code_challenge, expires_at, progress, ended";

fn read(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get("id")?,
        reference: row.get("reference")?,
        window_reference: row.get("window_reference")?,
        jkt: row.get("jkt")?,
        code_challenge: row.get("code_challenge")?,
        expires_at: row.get("expires_at")?,
        progress: row.get("progress")?,
        ended: row.get("ended")?,
    })
}

/// A code on its way.
pub(crate) struct SentCode {
    pub(crate) mac: [u8; 32],
    pub(crate) sent_at: i64,
    pub(crate) expires_at: i64,
    /// No message goes out with it.
    pub(crate) undelivered: bool,
}

/// A code that was sent.
pub(crate) struct OneTimeCode {
    pub(crate) mac: [u8; 32],
    pub(crate) sent_at: i64,
    pub(crate) expires_at: i64,
    /// Wrong tries.
    pub(crate) tries: u32,
    /// The provider said that it could not be delivered.
    pub(crate) undelivered: bool,
}

impl Tx<'_> {
    pub(crate) fn put_session(&self, session: &NewSession<'_>) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO session (reference, window_reference, token, jkt, code_challenge, created_at, expires_at, progress)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                session.reference,
                session.window_reference,
                sha256(session.auth_session.as_bytes()),
                session.jkt,
                session.code_challenge,
                session.created_at,
                session.expires_at,
                session.progress,
            ),
        )?;
        Ok(())
    }

    /// The session of that name, if it belongs to that key.
    pub(crate) fn session(&self, auth_session: &str, jkt: &str) -> Result<Option<Session>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                &format!("SELECT {COLUMNS} FROM session WHERE token = ?1 AND jkt = ?2"),
                (sha256(auth_session.as_bytes()), jkt),
                read,
            )
            .optional()?)
    }

    /// The session that a holder shows at a service window, if it has neither ended nor expired.
    pub(crate) fn session_at_window(&self, reference: &str, now: i64) -> Result<Option<Session>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                &format!(
                    "SELECT {COLUMNS} FROM session WHERE window_reference = ?1 AND ended IS NULL AND expires_at >= ?2"
                ),
                (reference, now),
                read,
            )
            .optional()?)
    }

    /// Keeps a session alive at least until then: a code of a service window was given out for it.
    pub(crate) fn prolong_session(&self, id: i64, expires_at: i64) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE session SET expires_at = max(expires_at, ?2) WHERE id = ?1",
            (id, expires_at),
        )?;
        Ok(())
    }

    /// Keeps the progress under the session's next name, and the session alive at least until then.
    pub(crate) fn advance_session(
        &self,
        id: i64,
        auth_session: &str,
        progress: &str,
        expires_at: i64,
    ) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE session SET token = ?2, progress = ?3, expires_at = max(expires_at, ?4) WHERE id = ?1",
            (id, sha256(auth_session.as_bytes()), progress, expires_at),
        )?;
        Ok(())
    }

    /// Ends a session; for a day later requests get the same answer. What was claimed in it is forgotten.
    pub(crate) fn end_session(&self, id: i64, code: &str, now: i64) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE session SET progress = '{}', ended = ?2, expires_at = min(expires_at, ?3) WHERE id = ?1",
            (id, code, now),
        )?;
        self.remove_code(id)
    }

    /// Removes a session that led to a grant.
    pub(crate) fn remove_session(&self, id: i64) -> Result<(), AuthorityError> {
        self.0.execute("DELETE FROM session WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Keeps a code before it is sent, in place of an earlier one.
    pub(crate) fn put_code(&self, session: i64, code: &SentCode) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT OR REPLACE INTO one_time_code (session, mac, sent_at, expires_at, tries, undelivered)
             VALUES (?1, ?2, ?3, ?4, 0, ?5)",
            (session, code.mac, code.sent_at, code.expires_at, code.undelivered),
        )?;
        Ok(())
    }

    pub(crate) fn code(&self, session: i64) -> Result<Option<OneTimeCode>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                "SELECT mac, sent_at, expires_at, tries, undelivered FROM one_time_code WHERE session = ?1",
                [session],
                |row| {
                    Ok(OneTimeCode {
                        mac: row.get(0)?,
                        sent_at: row.get(1)?,
                        expires_at: row.get(2)?,
                        tries: row.get(3)?,
                        undelivered: row.get(4)?,
                    })
                },
            )
            .optional()?)
    }

    pub(crate) fn count_code_try(&self, session: i64) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE one_time_code SET tries = tries + 1 WHERE session = ?1",
            [session],
        )?;
        Ok(())
    }

    pub(crate) fn mark_code_undelivered(&self, session: i64, mac: &[u8; 32]) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE one_time_code SET undelivered = 1 WHERE session = ?1 AND mac = ?2",
            (session, mac),
        )?;
        Ok(())
    }

    pub(crate) fn remove_code(&self, session: i64) -> Result<(), AuthorityError> {
        self.0
            .execute("DELETE FROM one_time_code WHERE session = ?1", [session])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn put(tx: &Tx<'_>, name: &str, expires_at: i64) -> Result<(), AuthorityError> {
        tx.put_session(&NewSession {
            reference: name,
            window_reference: name,
            auth_session: name,
            jkt: "jkt",
            code_challenge: "c",
            progress: "what was claimed",
            created_at: 0,
            expires_at,
        })
    }

    #[test]
    fn a_session_that_ended_keeps_nothing_but_its_answer() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("db")).unwrap();
        let kept = store.write(|tx| {
            put(tx, "s", 100)?;
            let id = tx.session("s", "jkt")?.map(|session| session.id).unwrap();
            let code = SentCode {
                mac: [1; 32],
                sent_at: 0,
                expires_at: 10,
                undelivered: false,
            };
            tx.put_code(id, &code)?;
            tx.end_session(id, "registration.consent_refused", 50)?;
            assert!(tx.code(id)?.is_none());
            assert!(tx.session_at_window("s", 0)?.is_none());
            tx.session("s", "jkt")
        });
        let session = kept.unwrap().unwrap();
        assert_eq!(session.progress, "{}");
        assert_eq!(session.ended.as_deref(), Some("registration.consent_refused"));
        // It is known for a day after its end, not after the time that it had left.
        let is_known = || store.read(|tx| Ok::<_, AuthorityError>(tx.session("s", "jkt")?.is_some()));
        store.forget_expired(50 + 86_400).unwrap();
        assert_eq!(is_known(), Ok(true));
        store.forget_expired(50 + 86_401).unwrap();
        assert_eq!(is_known(), Ok(false));
    }

    #[test]
    fn a_session_whose_time_is_over_keeps_nothing_but_its_answer() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("db")).unwrap();
        store.write(|tx| put(tx, "s", 100)).unwrap();
        for (now, expected) in [
            (100, Some(("what was claimed", None))),
            (101, Some(("{}", Some("registration.session_expired")))),
            (100 + 86_400, Some(("{}", Some("registration.session_expired")))),
            (100 + 86_401, None),
        ] {
            store.forget_expired(now).unwrap();
            let kept = store.read(|tx| tx.session("s", "jkt")).unwrap();
            let kept = kept
                .as_ref()
                .map(|session| (session.progress.as_str(), session.ended.as_deref()));
            assert_eq!(kept, expected, "{now}");
        }
    }

    #[test]
    fn a_session_belongs_to_its_key_and_lives_as_long_as_its_longest_way() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("db")).unwrap();
        let done = store.write(|tx| {
            put(tx, "s", 100)?;
            assert!(tx.session("s", "other")?.is_none());
            let id = tx.session("s", "jkt")?.map(|session| session.id).unwrap();
            let end = |name: &str| Ok::<_, AuthorityError>(tx.session(name, "jkt")?.map(|session| session.expires_at));
            tx.prolong_session(id, 50)?;
            assert_eq!(end("s")?, Some(100), "never shorter");
            tx.advance_session(id, "t", "{}", 300)?;
            assert_eq!((end("s")?, end("t")?), (None, Some(300)));
            tx.advance_session(id, "u", "{}", 200)?;
            assert_eq!(end("u")?, Some(300));
            assert!(tx.session_at_window("s", 300)?.is_some());
            assert!(tx.session_at_window("s", 301)?.is_none());
            Ok::<_, AuthorityError>(())
        });
        assert_eq!(done, Ok(()));
    }
}
