use std::sync::Arc;

use super::{Magic, blocking};
use crate::{
    AuthorityError,
    admin::Mail,
    providers::{CodeSender, CodeToSend, Environment, ProviderError, ProviderFuture},
    store::{Store, Tx},
};

/// Puts codes into a mailbox that the operator reads, instead of sending them to anybody.
pub(super) struct SandboxMailbox {
    pub(super) store: Arc<Store>,
}

impl CodeSender for SandboxMailbox {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn send(&self, code: CodeToSend) -> ProviderFuture<'_, ()> {
        Box::pin(async move {
            if Magic::of(&code.permit_number).undeliverable {
                return Err(ProviderError);
            }
            blocking(&self.store, move |store| store.write(|tx| tx.put_mail(&code))).await
        })
    }
}

impl Tx<'_> {
    fn put_mail(&self, code: &CodeToSend) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO mailbox (person, contact, code, sent_at) VALUES (?1, ?2, ?3, ?4)",
            (&code.person, &code.contact, &code.code, code.now),
        )?;
        Ok(())
    }

    /// Codes in the mailbox, newest first, of one person or of all.
    pub(crate) fn mail(&self, person: Option<&str>) -> Result<Vec<Mail>, AuthorityError> {
        let mut statement = self.0.prepare(
            "SELECT person, contact, code, sent_at FROM mailbox WHERE ?1 IS NULL OR person = ?1 ORDER BY id DESC",
        )?;
        let rows = statement.query_map([person], |row| {
            Ok(Mail {
                person: row.get(0)?,
                contact: row.get(1)?,
                code: row.get(2)?,
                sent_at: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
