use rusqlite::OptionalExtension;

use super::Tx;
use crate::AuthorityError;

/// A signed list as it was last given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignedList {
    /// The revision of its content.
    pub(crate) revision: i64,
    /// How often it was signed.
    pub(crate) serial: u32,
    /// Seconds since 1970.
    pub(crate) signed_at: i64,
    pub(crate) bytes: Vec<u8>,
}

impl Tx<'_> {
    /// The numbers of all status lists.
    pub(crate) fn status_lists(&self) -> Result<Vec<u32>, AuthorityError> {
        let mut statement = self.0.prepare("SELECT number FROM status_list ORDER BY number")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) fn put_status_list(&self, number: u32) -> Result<(), AuthorityError> {
        self.0
            .execute("INSERT INTO status_list (number, revision) VALUES (?1, 1)", [number])?;
        Ok(())
    }

    /// How many places of a list are taken.
    pub(crate) fn places_taken(&self, list: u32) -> Result<u32, AuthorityError> {
        Ok(self
            .0
            .query_row("SELECT count(*) FROM credential WHERE list = ?1", [list], |row| {
                row.get(0)
            })?)
    }

    /// The revision of a list's content; `None` for a number that does not exist.
    pub(crate) fn status_list_revision(&self, list: u32) -> Result<Option<i64>, AuthorityError> {
        Ok(self
            .0
            .query_row("SELECT revision FROM status_list WHERE number = ?1", [list], |row| {
                row.get(0)
            })
            .optional()?)
    }

    /// The places of a list whose value is not zero.
    pub(crate) fn statuses(&self, list: u32) -> Result<Vec<(u32, u8)>, AuthorityError> {
        let mut statement = self
            .0
            .prepare("SELECT idx, status FROM credential WHERE list = ?1 AND status <> 0 ORDER BY idx")?;
        let rows = statement.query_map([list], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) fn signed_list(&self, name: &str) -> Result<Option<SignedList>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                "SELECT revision, serial, signed_at, bytes FROM signed_list WHERE name = ?1",
                [name],
                |row| {
                    Ok(SignedList {
                        revision: row.get(0)?,
                        serial: row.get(1)?,
                        signed_at: row.get(2)?,
                        bytes: row.get(3)?,
                    })
                },
            )
            .optional()?)
    }

    pub(crate) fn put_signed_list(&self, name: &str, list: &SignedList) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT OR REPLACE INTO signed_list (name, revision, serial, signed_at, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
            (name, list.revision, list.serial, list.signed_at, &list.bytes),
        )?;
        Ok(())
    }
}
