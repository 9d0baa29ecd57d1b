use permitcard_protocol::{
    WireCode,
    issuance::{NotificationEvent, NotificationRequest},
};

use crate::{
    http::{Call, Fault, Reply, within_limits},
    store::Tx,
};

/// `POST /notification`. Only when the holder says that a batch is checked and stored does it replace what he had
/// before: a lost answer never leaves him without a card, and afterwards exactly one card is live.
pub(crate) fn notification(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let grant = call.grant()?;
    let request: NotificationRequest = serde_json::from_slice(&call.body).map_err(|_| WireCode::RequestMalformed)?;
    if !within_limits(&[&request.notification_id]) {
        return Err(WireCode::RequestMalformed.into());
    }
    let batch = tx
        .batch(&request.notification_id, grant.id)?
        .ok_or(WireCode::NotificationUnknown)?;
    match request.event {
        NotificationEvent::CredentialAccepted => {
            tx.put_batch_event(batch.id, "accepted")?;
            tx.revoke_replaced(&batch)?;
            tx.end_grants_before(&batch.person, batch.grant)?;
        }
        NotificationEvent::CredentialFailure => {
            tx.put_batch_event(batch.id, "failure")?;
            tx.revoke_batch(&batch)?;
        }
        NotificationEvent::CredentialDeleted => {
            tx.put_batch_event(batch.id, "deleted")?;
            tx.revoke_batch(&batch)?;
        }
    }
    Ok(Reply::nothing())
}
