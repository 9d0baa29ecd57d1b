use permitcard_crypto::hash::sha256;
use rusqlite::OptionalExtension;

use super::{PermitState, Tx};
use crate::AuthorityError;

const VALID: u8 = PermitState::Valid.status();
const REVOKED: u8 = PermitState::Revoked.status();

/// Credentials that one request got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) id: i64,
    pub(crate) grant: i64,
    pub(crate) person: String,
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

    fn name(self) -> &'static str {
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
    /// Value in the status list.
    pub(crate) status: u8,
}

impl Tx<'_> {
    pub(crate) fn put_batch(
        &self,
        notification_id: &str,
        grant: i64,
        person: &str,
        card_version: u32,
    ) -> Result<i64, AuthorityError> {
        self.0.execute(
            "INSERT INTO batch (notification, permit_grant, person, card_version) VALUES (?1, ?2, ?3, ?4)",
            (sha256(notification_id.as_bytes()), grant, person, card_version),
        )?;
        Ok(self.0.last_insert_rowid())
    }

    /// The batch that a notification names, if the grant owns it.
    pub(crate) fn batch(&self, notification_id: &str, grant: i64) -> Result<Option<Batch>, AuthorityError> {
        let row = self
            .0
            .query_row(
                "SELECT id, permit_grant, person, card_version, event FROM batch
                 WHERE notification = ?1 AND permit_grant = ?2",
                (sha256(notification_id.as_bytes()), grant),
                |row| {
                    let batch = Batch {
                        id: row.get(0)?,
                        grant: row.get(1)?,
                        person: row.get(2)?,
                        card_version: row.get(3)?,
                        event: None,
                    };
                    Ok((batch, row.get::<_, Option<String>>(4)?))
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

    /// Revokes what an accepted batch replaces: credentials of older registrations, and of older card versions of the
    /// same one.
    pub(crate) fn revoke_replaced(&self, accepted: &Batch) -> Result<(), AuthorityError> {
        let batches = self.batches(
            "SELECT id FROM batch WHERE person = ?1
             AND (permit_grant < ?2 OR (permit_grant = ?2 AND card_version < ?3))",
            (&accepted.person, accepted.grant, accepted.card_version),
        )?;
        batches
            .into_iter()
            .try_for_each(|batch| self.set_status_of_batch(batch, REVOKED))
    }

    /// Revokes one batch.
    pub(crate) fn revoke_batch(&self, batch: &Batch) -> Result<(), AuthorityError> {
        self.set_status_of_batch(batch.id, REVOKED)
    }

    fn batches(&self, query: &str, parameters: impl rusqlite::Params) -> Result<Vec<i64>, AuthorityError> {
        let mut statement = self.0.prepare(query)?;
        let rows = statement.query_map(parameters, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Revoked stays revoked. A list gets a new revision only when a value in it changes.
    fn set_status_of_batch(&self, batch: i64, status: u8) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE status_list SET revision = revision + 1 WHERE number IN
             (SELECT list FROM credential WHERE batch = ?1 AND status <> ?2 AND status <> ?3)",
            (batch, status, REVOKED),
        )?;
        self.0.execute(
            "UPDATE credential SET status = ?2 WHERE batch = ?1 AND status <> ?3",
            (batch, status, REVOKED),
        )?;
        Ok(())
    }
}
