use rusqlite::Params;

use super::Tx;
use crate::{
    AuthorityError,
    providers::{CheckKind, CheckRef},
};

/// Seconds after which one that was taken, and neither removed nor put off, is taken again: longer than a call may take, and
/// no pause of the job.
const LEASE_S: i64 = 90;
/// How many are taken at once.
const AT_ONCE: u32 = 32;

/// A check that its provider is asked to delete.
pub(crate) struct Erasure {
    pub(crate) provider: String,
    pub(crate) check: CheckRef,
    /// How often it was taken, this time included.
    pub(crate) attempts: u32,
}

impl Tx<'_> {
    /// Keeps the checks of a condition for the job that asks their providers to delete them. The first parameter is the time.
    pub(super) fn ask_to_erase(&self, condition: &str, parameters: impl Params) -> Result<(), AuthorityError> {
        self.0.execute(
            &format!(
                "INSERT INTO erasure (nonce, provider, kind, session, due_at, attempts)
                 SELECT nonce, provider, kind, session, ?1, 0 FROM provider_check WHERE {condition}
                 ON CONFLICT DO NOTHING"
            ),
            parameters,
        )?;
        Ok(())
    }

    pub(crate) fn has_erasures(&self, now: i64) -> Result<bool, AuthorityError> {
        Ok(self.0.query_row(
            "SELECT EXISTS (SELECT 1 FROM erasure WHERE due_at <= ?1)",
            [now],
            |row| row.get(0),
        )?)
    }

    /// Takes those that are due. What is neither removed nor put off is due again after a while.
    pub(crate) fn take_erasures(&self, now: i64) -> Result<Vec<Erasure>, AuthorityError> {
        type Row = (String, String, String, String, u32);
        let mut statement = self.0.prepare(
            "UPDATE erasure SET attempts = attempts + 1, due_at = ?1 + ?2
             WHERE nonce IN (SELECT nonce FROM erasure WHERE due_at <= ?1 ORDER BY due_at LIMIT ?3)
             RETURNING nonce, provider, kind, session, attempts",
        )?;
        let rows = statement.query_map((now, LEASE_S, AT_ONCE), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?;
        let mut taken = Vec::new();
        for row in rows {
            let (nonce, provider, kind, session, attempts): Row = row?;
            let kind = CheckKind::from_name(&kind).ok_or(AuthorityError::DataDamaged)?;
            taken.push(Erasure {
                provider,
                check: CheckRef { kind, session, nonce },
                attempts,
            });
        }
        Ok(taken)
    }

    /// The provider keeps nothing of the check any more.
    pub(crate) fn remove_erasure(&self, nonce: &str) -> Result<(), AuthorityError> {
        self.0.execute("DELETE FROM erasure WHERE nonce = ?1", [nonce])?;
        Ok(())
    }

    pub(crate) fn put_off_erasure(&self, nonce: &str, due_at: i64) -> Result<(), AuthorityError> {
        self.0
            .execute("UPDATE erasure SET due_at = ?2 WHERE nonce = ?1", (nonce, due_at))?;
        Ok(())
    }
}
