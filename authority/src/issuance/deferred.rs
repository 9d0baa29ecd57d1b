//! Deferred issuance (OpenID4VCI 1.0, 9): the holder registered while the application was still being decided.

use permitcard_crypto::ecdsa::PublicKey;
use permitcard_protocol::{
    WireCode,
    issuance::{DeferredRequest, DeferredResponse},
};

use super::{
    attestation::ProvenLevel,
    copies::{self, Wanted},
    form::Form,
};
use crate::{
    AuthorityError,
    app::App,
    http::{Call, Fault, Reply, within_limits},
    store::{Grant, PermitState, Tx},
    token,
};

/// Keeps what was asked for, and answers with a name for it.
pub(super) fn promise(
    app: &App,
    tx: &Tx<'_>,
    grant: &Grant,
    form: Form,
    keys: &[PublicKey],
    level: ProvenLevel,
    now: i64,
) -> Result<Reply, Fault> {
    let transaction_id = token::random()?;
    tx.put_deferred(&transaction_id, grant.id, form.configuration(), keys, level, now)?;
    Ok(not_yet(app, transaction_id))
}

/// `POST /deferred-credential`. A transaction ends when the holder says what became of its credentials, not before: whoever
/// lost the answer asks again and gets others, and what was lost is revoked.
pub(crate) fn deferred(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let (app, grant) = (&call.app, call.grant()?);
    let Some(request) = read(&call.body) else {
        return Ok(Reply::error_named(
            WireCode::RequestMalformed,
            "invalid_credential_request",
        ));
    };
    let kept = tx
        .deferred(&request.transaction_id, grant.id)?
        .ok_or(WireCode::TransactionUnknown)?;
    let person = tx.person(&grant.person)?.ok_or(AuthorityError::DataDamaged)?;
    if let Some(code) = person.end_code(call.now) {
        return Err(code.into());
    }
    if person.state == PermitState::Pending {
        return Ok(not_yet(app, request.transaction_id));
    }
    if let Some(batch) = kept.batch {
        if tx.is_settled(batch)? {
            return Err(WireCode::TransactionUnknown.into());
        }
        tx.revoke_batch(batch)?;
    }
    let wanted = Wanted {
        grant,
        person: &person,
        form: Form::from_configuration(&kept.form).ok_or(AuthorityError::DataDamaged)?,
        keys: &kept.keys,
        level: kept.level,
        now: call.now,
    };
    let (batch, response) = copies::issue(app, tx, &wanted)?;
    tx.set_deferred_batch(kept.id, batch)?;
    Ok(Reply::json(200, &response))
}

fn not_yet(app: &App, transaction_id: String) -> Reply {
    let interval = u32::try_from(app.ask_again.as_secs()).unwrap_or(u32::MAX).max(1);
    Reply::json(
        202,
        &DeferredResponse {
            transaction_id,
            interval,
        },
    )
}

fn read(body: &[u8]) -> Option<DeferredRequest> {
    let request: DeferredRequest = serde_json::from_slice(body).ok()?;
    within_limits(&[&request.transaction_id]).then_some(request)
}
