use rusqlite::OptionalExtension;

use super::Tx;
use crate::AuthorityError;

impl Tx<'_> {
    /// Keeps an attempt until it no longer counts.
    pub(crate) fn put_attempt(&self, cap: u8, subject: &[u8; 32], expires_at: i64) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO attempt (cap, subject, expires_at) VALUES (?1, ?2, ?3)",
            (cap, subject, expires_at),
        )?;
        Ok(())
    }

    /// When the attempt that has `newer` attempts after it stops to count; `None` where there are fewer that count.
    pub(crate) fn attempt_expires_at(
        &self,
        cap: u8,
        subject: &[u8; 32],
        now: i64,
        newer: u32,
    ) -> Result<Option<i64>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                "SELECT expires_at FROM attempt WHERE cap = ?1 AND subject = ?2 AND expires_at > ?3
                 ORDER BY expires_at DESC LIMIT 1 OFFSET ?4",
                (cap, subject, now, newer),
                |row| row.get(0),
            )
            .optional()?)
    }

    /// Forgets attempts that no longer count.
    pub(crate) fn forget_attempts(&self, now: i64) -> Result<(), AuthorityError> {
        self.0.execute("DELETE FROM attempt WHERE expires_at <= ?1", [now])?;
        Ok(())
    }
}
