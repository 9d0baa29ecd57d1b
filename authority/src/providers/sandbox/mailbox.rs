//! The sandbox's mailbox: messages that the operator reads, instead of anybody's phone.

use super::Magic;
use crate::{
    AuthorityError,
    admin::Mail,
    http::Fault,
    providers::{MessageKind, http::wire::MessageBody},
    store::Tx,
};
use permitcard_protocol::WireCode;

/// Puts a message into the mailbox; one that came before is there already.
pub(super) fn send(tx: &Tx<'_>, message: MessageBody, now: i64) -> Result<(), Fault> {
    if Magic::of(&message.permit_number).undeliverable {
        return Err(WireCode::CheckUnavailable.into());
    }
    let kind = MessageKind::from_parts(&message.kind, message.code).ok_or(WireCode::RequestMalformed)?;
    tx.put_mail(&message.id, &message.person, &message.contact, &kind, now)?;
    Ok(())
}

impl Tx<'_> {
    fn put_mail(
        &self,
        id: &str,
        person: &str,
        contact: &str,
        kind: &MessageKind,
        now: i64,
    ) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO mailbox (message, person, contact, kind, code, sent_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO NOTHING",
            (id, person, contact, kind.name(), kind.code().unwrap_or_default(), now),
        )?;
        Ok(())
    }

    /// Messages in the mailbox, newest first, of one person or of all.
    pub(crate) fn mail(&self, person: Option<&str>) -> Result<Vec<Mail>, AuthorityError> {
        let mut statement = self.0.prepare(
            "SELECT person, contact, kind, code, sent_at FROM mailbox WHERE ?1 IS NULL OR person = ?1 ORDER BY id DESC",
        )?;
        let rows = statement.query_map([person], |row| {
            Ok(Mail {
                person: row.get(0)?,
                contact: row.get(1)?,
                kind: row.get(2)?,
                code: row.get(3)?,
                sent_at: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
