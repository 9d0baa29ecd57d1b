use permitcard_credential::{
    snapshot::{Beacon, MAX_BEACONS},
    status::StatusBits,
};
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

/// A status list as it stands in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StatusListRow {
    /// The revision of its content.
    pub(crate) revision: i64,
    pub(crate) bits: StatusBits,
}

impl Tx<'_> {
    /// The numbers of all status lists.
    pub(crate) fn status_lists(&self) -> Result<Vec<u32>, AuthorityError> {
        let mut statement = self.0.prepare("SELECT number FROM status_list ORDER BY number")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest list whose entries have that many bits.
    pub(crate) fn newest_status_list(&self, bits: StatusBits) -> Result<Option<u32>, AuthorityError> {
        Ok(self.0.query_row(
            "SELECT max(number) FROM status_list WHERE bits = ?1",
            [bits.count()],
            |row| row.get(0),
        )?)
    }

    /// Makes a list, numbered after all others.
    pub(crate) fn add_status_list(&self, bits: StatusBits) -> Result<u32, AuthorityError> {
        Ok(self.0.query_row(
            "INSERT INTO status_list (number, revision, bits)
             SELECT coalesce(max(number), 0) + 1, 1, ?1 FROM status_list RETURNING number",
            [bits.count()],
            |row| row.get(0),
        )?)
    }

    /// How many places of a list are taken.
    pub(crate) fn places_taken(&self, list: u32) -> Result<u32, AuthorityError> {
        Ok(self
            .0
            .query_row("SELECT count(*) FROM credential WHERE list = ?1", [list], |row| {
                row.get(0)
            })?)
    }

    /// Revision and bits of a list; `None` for a number that does not exist.
    pub(crate) fn status_list(&self, list: u32) -> Result<Option<StatusListRow>, AuthorityError> {
        let row = self
            .0
            .query_row(
                "SELECT revision, bits FROM status_list WHERE number = ?1",
                [list],
                |row| Ok((row.get(0)?, row.get::<_, u32>(1)?)),
            )
            .optional()?;
        row.map(|(revision, bits)| {
            let bits = StatusBits::from_count(bits.into()).map_err(|_| AuthorityError::DataDamaged)?;
            Ok(StatusListRow { revision, bits })
        })
        .transpose()
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

    /// The last beacon values, oldest first.
    pub(crate) fn beacons(&self) -> Result<Vec<Beacon>, AuthorityError> {
        let mut statement = self.0.prepare("SELECT published_at, value FROM beacon ORDER BY day")?;
        let rows = statement.query_map([], |row| {
            Ok(Beacon {
                published_at: row.get(0)?,
                value: row.get(1)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The day of the newest beacon value, days since 1970.
    pub(crate) fn newest_beacon_day(&self) -> Result<Option<i64>, AuthorityError> {
        Ok(self.0.query_row("SELECT max(day) FROM beacon", [], |row| row.get(0))?)
    }

    /// Publishes the value of a day that has none; the oldest ones make way.
    pub(crate) fn put_beacon(&self, day: i64, beacon: &Beacon) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO beacon (day, published_at, value) VALUES (?1, ?2, ?3)",
            (day, beacon.published_at, beacon.value),
        )?;
        let kept = i64::try_from(MAX_BEACONS).unwrap_or(i64::MAX);
        self.0.execute(
            "DELETE FROM beacon WHERE day NOT IN (SELECT day FROM beacon ORDER BY day DESC LIMIT ?1)",
            [kept],
        )?;
        Ok(())
    }
}
