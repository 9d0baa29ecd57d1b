use permitcard_credential::status::{Status, StatusBits};
use permitcard_crypto::hash::sha256;
use rusqlite::OptionalExtension;

use super::{Grant, PermitState, Tx, grants::REPLACED};
use crate::{AuthorityError, issuance::ProvenLevel};

const VALID: u8 = PermitState::Valid.status();
const REVOKED: u8 = PermitState::Revoked.status();

/// Credentials that one request got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) id: i64,
    pub(crate) card_version: u32,
    /// What the holder said became of it.
    pub(crate) event: Option<BatchEvent>,
}

/// What the holder said became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BatchEvent {
    Accepted,
    Failure,
    Deleted,
}

impl BatchEvent {
    const ALL: [Self; 3] = [Self::Accepted, Self::Failure, Self::Deleted];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Failure => "failure",
            Self::Deleted => "deleted",
        }
    }

    /// The holder has none of its credentials, and they are revoked.
    pub(crate) fn gives_up(self) -> bool {
        matches!(self, Self::Failure | Self::Deleted)
    }
}

/// A place in a status list for a credential to be issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NewCredential {
    pub(crate) list: u32,
    pub(crate) idx: u32,
    /// Value in the status list; it fits the bits of an entry.
    pub(crate) status: u8,
}

impl Tx<'_> {
    /// Keeps what a batch is. `level`: what was shown about every one of its keys.
    pub(crate) fn put_batch(
        &self,
        notification_id: &str,
        grant: i64,
        person: &str,
        card_version: u32,
        level: ProvenLevel,
    ) -> Result<i64, AuthorityError> {
        self.0.execute(
            "INSERT INTO batch (notification, permit_grant, person, card_version, key_level) VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                sha256(notification_id.as_bytes()),
                grant,
                person,
                card_version,
                level.name(),
            ),
        )?;
        Ok(self.0.last_insert_rowid())
    }

    /// The batch that a notification names, if the grant owns it.
    pub(crate) fn batch(&self, notification_id: &str, grant: i64) -> Result<Option<Batch>, AuthorityError> {
        let row = self
            .0
            .query_row(
                "SELECT id, card_version, event FROM batch WHERE notification = ?1 AND permit_grant = ?2",
                (sha256(notification_id.as_bytes()), grant),
                |row| {
                    let batch = Batch {
                        id: row.get(0)?,
                        card_version: row.get(1)?,
                        event: None,
                    };
                    Ok((batch, row.get::<_, Option<String>>(2)?))
                },
            )
            .optional()?;
        let Some((mut batch, event)) = row else {
            return Ok(None);
        };
        if let Some(name) = event {
            let event = BatchEvent::ALL.into_iter().find(|event| event.name() == name);
            batch.event = Some(event.ok_or(AuthorityError::DataDamaged)?);
        }
        Ok(Some(batch))
    }

    /// Whether the holder said what became of a batch.
    pub(crate) fn is_settled(&self, batch: i64) -> Result<bool, AuthorityError> {
        let event: Option<Option<String>> = self
            .0
            .query_row("SELECT event FROM batch WHERE id = ?1", [batch], |row| row.get(0))
            .optional()?;
        Ok(event.ok_or(AuthorityError::DataDamaged)?.is_some())
    }

    /// The level of the keys of each batch of a person, by its stored name, oldest batch first.
    pub(crate) fn key_levels(&self, person: &str) -> Result<Vec<String>, AuthorityError> {
        let mut statement = self
            .0
            .prepare("SELECT key_level FROM batch WHERE person = ?1 ORDER BY id")?;
        let rows = statement.query_map([person], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The first place of a batch.
    pub(crate) fn place_of_batch(&self, batch: i64) -> Result<Option<NewCredential>, AuthorityError> {
        let row = self.0.query_row(
            "SELECT list, idx, status FROM credential WHERE batch = ?1 ORDER BY list, idx LIMIT 1",
            [batch],
            |row| {
                Ok(NewCredential {
                    list: row.get(0)?,
                    idx: row.get(1)?,
                    status: row.get(2)?,
                })
            },
        );
        Ok(row.optional()?)
    }

    pub(crate) fn put_batch_event(&self, batch: i64, event: BatchEvent) -> Result<(), AuthorityError> {
        self.0
            .execute("UPDATE batch SET event = ?2 WHERE id = ?1", (batch, event.name()))?;
        Ok(())
    }

    /// Takes a place in a status list; false if it is taken.
    pub(crate) fn put_credential(&self, batch: i64, credential: &NewCredential) -> Result<bool, AuthorityError> {
        let rows = self.0.execute(
            "INSERT INTO credential (list, idx, batch, status) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            (credential.list, credential.idx, batch, credential.status),
        )?;
        if rows == 1 && credential.status != VALID {
            // A list that was given out before calls the place valid.
            self.0.execute(
                "UPDATE status_list SET revision = revision + 1 WHERE number = ?1",
                [credential.list],
            )?;
        }
        Ok(rows == 1)
    }

    /// Sets the status of all credentials of a person.
    pub(crate) fn set_status_of_person(&self, person: &str, status: u8) -> Result<(), AuthorityError> {
        let batches = self.batches("SELECT id FROM batch WHERE person = ?1", [person])?;
        batches
            .into_iter()
            .try_for_each(|batch| self.set_status_of_batch(batch, status))
    }

    /// Revokes what an accepted batch of a grant replaces: credentials of the grants that give way, and of older card
    /// versions of the same one.
    pub(crate) fn revoke_replaced(&self, accepted: &Batch, grant: &Grant) -> Result<(), AuthorityError> {
        let batches = self.batches(
            &format!(
                "SELECT id FROM batch WHERE permit_grant IN (SELECT id FROM permit_grant WHERE {REPLACED})
                 OR (permit_grant = ?2 AND card_version < ?4)"
            ),
            (&grant.person, grant.id, grant.registration(), accepted.card_version),
        )?;
        batches
            .into_iter()
            .try_for_each(|batch| self.set_status_of_batch(batch, REVOKED))
    }

    /// Revokes every copy that was issued with a grant.
    pub(crate) fn revoke_grant(&self, grant: i64) -> Result<(), AuthorityError> {
        self.batches("SELECT id FROM batch WHERE permit_grant = ?1", [grant])?
            .into_iter()
            .try_for_each(|batch| self.set_status_of_batch(batch, REVOKED))
    }

    /// Revokes one batch.
    pub(crate) fn revoke_batch(&self, batch: i64) -> Result<(), AuthorityError> {
        self.set_status_of_batch(batch, REVOKED)
    }

    fn batches(&self, query: &str, parameters: impl rusqlite::Params) -> Result<Vec<i64>, AuthorityError> {
        let mut statement = self.0.prepare(query)?;
        let rows = statement.query_map(parameters, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Revoked stays revoked, and lists of one bit know nothing else: see [`entry`]. A list gets a new revision only when
    /// a value in it changes.
    fn set_status_of_batch(&self, batch: i64, status: u8) -> Result<(), AuthorityError> {
        let places = {
            let mut statement = self.0.prepare(
                "SELECT list, idx, status, bits FROM credential JOIN status_list ON number = list WHERE batch = ?1",
            )?;
            let rows = statement.query_map([batch], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
            rows.collect::<Result<Vec<(u32, u32, u8, u32)>, _>>()?
        };
        let mut changed = Vec::new();
        for (list, idx, before, bits) in places {
            let bits = StatusBits::from_count(bits.into()).map_err(|_| AuthorityError::DataDamaged)?;
            let after = entry(status, bits);
            if before == REVOKED || before == after {
                continue;
            }
            self.0.execute(
                "UPDATE credential SET status = ?3 WHERE list = ?1 AND idx = ?2",
                (list, idx, after),
            )?;
            if !changed.contains(&list) {
                changed.push(list);
                self.0.execute(
                    "UPDATE status_list SET revision = revision + 1 WHERE number = ?1",
                    [list],
                )?;
            }
        }
        Ok(())
    }
}

/// What a list whose entries have `bits` says for a status. mdoc has one bit and no way back from invalid (ISO/IEC
/// 18013-5, second edition): there a suspension ends the copies for good, and new ones are fetched when it is over. A change
/// of employer that is being decided cannot be said there, and the permit is good.
pub(crate) fn entry(status: u8, bits: StatusBits) -> u8 {
    match (bits, Status::from_value(status)) {
        (StatusBits::One, Status::Suspended) => REVOKED,
        (StatusBits::One, Status::Application(_)) => VALID,
        _ => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bit_says_valid_or_invalid() {
        for (status, two, one) in [(0, 0, 0), (1, 1, 1), (2, 2, 1), (3, 3, 0)] {
            assert_eq!(entry(status, StatusBits::Two), two);
            assert_eq!(entry(status, StatusBits::One), one);
        }
    }
}
