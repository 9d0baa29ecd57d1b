use rusqlite::OptionalExtension;

use super::Tx;
use crate::AuthorityError;

/// A code that a service window gave out.
pub(crate) struct WindowCodeRow {
    /// The person of the register whom the clerk saw.
    pub(crate) person: String,
    pub(crate) clerk: String,
    pub(crate) mac: [u8; 32],
    /// Its last second, since 1970.
    pub(crate) expires_at: i64,
    /// Wrong tries.
    pub(crate) tries: u32,
}

impl Tx<'_> {
    /// Keeps a code for the session of that window reference, in place of an earlier one.
    pub(crate) fn put_window_code(&self, session: &str, code: &WindowCodeRow) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT OR REPLACE INTO window_code (session, person, clerk, mac, expires_at, tries)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                session,
                &code.person,
                &code.clerk,
                code.mac,
                code.expires_at,
                code.tries,
            ),
        )?;
        Ok(())
    }

    pub(crate) fn window_code(&self, session: &str) -> Result<Option<WindowCodeRow>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                "SELECT person, clerk, mac, expires_at, tries FROM window_code WHERE session = ?1",
                [session],
                |row| {
                    Ok(WindowCodeRow {
                        person: row.get(0)?,
                        clerk: row.get(1)?,
                        mac: row.get(2)?,
                        expires_at: row.get(3)?,
                        tries: row.get(4)?,
                    })
                },
            )
            .optional()?)
    }

    pub(crate) fn count_window_try(&self, session: &str) -> Result<(), AuthorityError> {
        self.0
            .execute("UPDATE window_code SET tries = tries + 1 WHERE session = ?1", [session])?;
        Ok(())
    }

    /// A code works once.
    pub(crate) fn remove_window_code(&self, session: &str) -> Result<(), AuthorityError> {
        self.0
            .execute("DELETE FROM window_code WHERE session = ?1", [session])?;
        Ok(())
    }

    pub(crate) fn forget_window_codes(&self, now: i64) -> Result<(), AuthorityError> {
        // A day longer than it works, so that a late try is told why.
        self.0
            .execute("DELETE FROM window_code WHERE expires_at < ?1 - 86400", [now])?;
        Ok(())
    }
}
