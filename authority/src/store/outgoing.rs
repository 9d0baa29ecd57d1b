use permitcard_protocol::registration::ClaimedNumber;
use rusqlite::Row;

use super::Tx;
use crate::{
    AuthorityError,
    outgoing::{Kind, Message, SealedCode},
};

/// Seconds after which a message that was taken, and neither sent nor given back, is taken again.
const LEASE_S: i64 = 120;
/// How many messages are taken at once.
const AT_ONCE: u32 = 32;

/// A message on its way out.
pub(crate) struct Outgoing {
    pub(crate) id: i64,
    pub(crate) kind: String,
    pub(crate) person: Option<String>,
    pub(crate) contact: Option<String>,
    /// Whose register record leads to the contact.
    pub(crate) number: Option<ClaimedNumber>,
    pub(crate) code: Option<SealedCode>,
    pub(crate) created_at: i64,
    /// How often it was taken, this time included.
    pub(crate) attempts: u32,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Outgoing> {
    let number: Option<String> = row.get("number")?;
    let (session, mac, sealed): (Option<i64>, Option<[u8; 32]>, Option<Vec<u8>>) =
        (row.get("session")?, row.get("mac")?, row.get("sealed_code")?);
    let code = match (session, mac, sealed) {
        (Some(session), Some(mac), Some(sealed)) => Some(SealedCode { sealed, session, mac }),
        _ => None,
    };
    Ok(Outgoing {
        id: row.get("id")?,
        kind: row.get("kind")?,
        person: row.get("person")?,
        contact: row.get("contact")?,
        number: number.and_then(|json| serde_json::from_str(&json).ok()),
        code,
        created_at: row.get("created_at")?,
        attempts: row.get("attempts")?,
    })
}

impl Tx<'_> {
    pub(crate) fn put_outgoing(&self, message: &Message<'_>, now: i64) -> Result<(), AuthorityError> {
        let (kind, code, number) = match &message.kind {
            Kind::Code(code) => ("one-time-code", Some(code), None),
            Kind::DeviceReplaced => ("device-replaced", None, None),
            Kind::CapReached(number) => ("cap-reached", None, Some(*number)),
            Kind::ApplicationDecided => ("application-decided", None, None),
            Kind::ConsentWithdrawn => ("consent-withdrawn", None, None),
        };
        let number = number
            .map(serde_json::to_string)
            .transpose()
            .map_err(|_| AuthorityError::DataUnusable)?;
        self.0.execute(
            "INSERT INTO outgoing (kind, person, contact, number, session, mac, sealed_code, created_at, due_at, attempts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 0)",
            (
                kind,
                message.person,
                message.contact,
                number,
                code.map(|code| code.session),
                code.map(|code| code.mac),
                code.map(|code| code.sealed.as_slice()),
                now,
            ),
        )?;
        Ok(())
    }

    pub(crate) fn has_outgoing(&self, now: i64) -> Result<bool, AuthorityError> {
        Ok(self.0.query_row(
            "SELECT EXISTS (SELECT 1 FROM outgoing WHERE due_at <= ?1)",
            [now],
            |row| row.get(0),
        )?)
    }

    /// Takes messages that are due. What is neither removed nor put off is due again after a while.
    pub(crate) fn take_outgoing(&self, now: i64) -> Result<Vec<Outgoing>, AuthorityError> {
        let mut statement = self.0.prepare(
            "UPDATE outgoing SET attempts = attempts + 1, due_at = ?1 + ?2
             WHERE id IN (SELECT id FROM outgoing WHERE due_at <= ?1 ORDER BY id LIMIT ?3)
             RETURNING id, kind, person, contact, number, session, mac, sealed_code, created_at, attempts",
        )?;
        let rows = statement.query_map((now, LEASE_S, AT_ONCE), read)?;
        let mut taken: Vec<Outgoing> = rows.collect::<Result<_, _>>()?;
        taken.sort_by_key(|message| message.id);
        Ok(taken)
    }

    pub(crate) fn remove_outgoing(&self, id: i64) -> Result<(), AuthorityError> {
        self.0.execute("DELETE FROM outgoing WHERE id = ?1", [id])?;
        Ok(())
    }

    pub(crate) fn put_off_outgoing(&self, id: i64, due_at: i64) -> Result<(), AuthorityError> {
        self.0
            .execute("UPDATE outgoing SET due_at = ?2 WHERE id = ?1", (id, due_at))?;
        Ok(())
    }

    /// Makes due at once what was taken by somebody who is gone.
    pub(crate) fn release_outgoing(&self) -> Result<(), AuthorityError> {
        self.0
            .execute("UPDATE outgoing SET due_at = created_at WHERE attempts = 1", ())?;
        Ok(())
    }
}
