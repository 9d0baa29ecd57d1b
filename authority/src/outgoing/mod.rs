//! Messages to contacts of the register. A message is a row that is written in the transaction that it tells of; a job
//! sends it after the reply, so that the reply's time says nothing about whether anything is sent. A row survives a
//! restart, and is sent at least once. A registration of nobody writes the same row without a contact, which the job
//! throws away.

mod erasures;
mod job;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use permitcard_crypto::aead::AeadKey;
use permitcard_protocol::registration::ClaimedNumber;
use tokio::sync::Notify;

use crate::{AuthorityError, app::App, store::Tx};
pub(crate) use job::Job;
#[cfg(test)]
pub(crate) use job::send_due;

/// A message before it is kept.
pub(crate) struct Message<'a> {
    /// The person of the register; `None`: nobody, or whoever holds the number of the kind.
    pub(crate) person: Option<&'a str>,
    /// Where it goes, from the register. `None`: it is never sent, or the kind's number leads to the contact.
    pub(crate) contact: Option<&'a str>,
    pub(crate) kind: Kind<'a>,
}

/// What a message says.
pub(crate) enum Kind<'a> {
    /// A one-time code.
    Code(SealedCode),
    /// Another device took the card over.
    DeviceReplaced,
    /// Too many wrong codes for this number. The job asks the register for the contact, so that nothing in front of the
    /// reply depends on whether there is one.
    CapReached(&'a ClaimedNumber),
    /// The application was decided.
    ApplicationDecided,
    /// A consent was withdrawn, and the card with it.
    ConsentWithdrawn,
}

impl<'a> Message<'a> {
    /// Tells whoever holds a number that somebody tried too often with it.
    pub(crate) fn to_holder_of(number: &'a ClaimedNumber) -> Self {
        Self {
            person: None,
            contact: None,
            kind: Kind::CapReached(number),
        }
    }
}

/// A one-time code as it lies in the database until it is sent: sealed, so that whoever reads the database cannot use it.
pub(crate) struct SealedCode {
    pub(crate) sealed: Vec<u8>,
    /// The session whose code it is, and the MAC that tells it from a later code: a code that could not be delivered is
    /// marked by them.
    pub(crate) session: i64,
    pub(crate) mac: [u8; 32],
}

/// Seals a code for [`Kind::Code`].
pub(crate) fn seal_code(app: &App, session: i64, mac: [u8; 32], code: &str) -> Result<SealedCode, AuthorityError> {
    let key = AeadKey::new(&app.outgoing_secret).map_err(|_| AuthorityError::CryptoFailed)?;
    let sealed = key
        .seal(&mac, code.as_bytes())
        .map_err(|_| AuthorityError::CryptoFailed)?;
    Ok(SealedCode { sealed, session, mac })
}

/// Keeps a message for the job. One statement, whether it is ever sent or not.
pub(crate) fn put(tx: &Tx<'_>, message: &Message<'_>, now: i64) -> Result<(), AuthorityError> {
    tx.put_outgoing(message, now)
}

/// Rouses the job after a transaction that may have kept a message. The job looks by itself as well, for messages that
/// another process kept.
#[derive(Clone, Default)]
pub(crate) struct Wake(Arc<Notify>);

impl Wake {
    pub(crate) fn rouse(&self) {
        self.0.notify_one();
    }
}
