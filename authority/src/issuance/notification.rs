use permitcard_protocol::{
    WireCode,
    issuance::{NotificationEvent, NotificationRequest},
};

use crate::{
    AuthorityError,
    http::{Call, Fault, Reply, within_limits},
    outgoing::{self, Kind, Message},
    store::{BatchEvent, Tx},
};

/// `POST /notification`. Only when the holder says that a batch is checked and stored does it replace what he had
/// before: a lost answer never leaves him without a card, and afterwards exactly one card is live.
pub(crate) fn notification(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let grant = call.grant()?;
    let Some(request) = read(&call.body) else {
        // OpenID4VCI 1.0, 11.3.
        return Ok(Reply::error_named(
            WireCode::RequestMalformed,
            "invalid_notification_request",
        ));
    };
    let batch = tx
        .batch(&request.notification_id, grant.id)?
        .ok_or(WireCode::NotificationUnknown)?;
    let event = match request.event {
        NotificationEvent::CredentialAccepted => BatchEvent::Accepted,
        NotificationEvent::CredentialFailure => BatchEvent::Failure,
        NotificationEvent::CredentialDeleted => BatchEvent::Deleted,
    };
    if event.gives_up() {
        tx.revoke_batch(batch.id)?;
    } else {
        // A batch that was given up is revoked: if it replaced the card before, none would be left.
        if batch.event.is_some_and(BatchEvent::gives_up) {
            return Err(WireCode::NotificationUnknown.into());
        }
        tx.revoke_replaced(&batch, grant)?;
        if tx.end_replaced_grants(grant)? {
            tell_contact(call, tx, &grant.person)?;
        }
    }
    tx.put_batch_event(batch.id, event)?;
    Ok(Reply::nothing())
}

/// Another device held the card until now. Its owner hears of it there, where he is answered so, and by the register's
/// contact, in case it was not he who registered.
fn tell_contact(call: &Call, tx: &Tx<'_>, person: &str) -> Result<(), Fault> {
    let person = tx.person(person)?.ok_or(AuthorityError::DataDamaged)?;
    let message = Message {
        person: Some(&person.id),
        contact: person.contact.as_deref(),
        kind: Kind::DeviceReplaced,
    };
    Ok(outgoing::put(tx, &message, call.now)?)
}

fn read(body: &[u8]) -> Option<NotificationRequest> {
    let request: NotificationRequest = serde_json::from_slice(body).ok()?;
    within_limits(&[&request.notification_id]).then_some(request)
}
