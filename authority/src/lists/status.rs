use permitcard_credential::status::{Status, StatusBits, StatusList, StatusToken};
use permitcard_protocol::WireCode;

use super::{LIFE_S, TTL_S, current, places::LIST_SIZE};
use crate::{
    AuthorityError,
    http::{Call, Fault, Media, Reply},
    store::Tx,
};

/// `GET /status/N`.
pub(crate) fn status_list(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let number = call
        .parameter
        .parse::<u32>()
        .ok()
        .filter(|number| number.to_string() == call.parameter);
    let number = number.ok_or(WireCode::NotFound)?;
    let revision = tx.status_list_revision(number)?.ok_or(WireCode::NotFound)?;
    let app = &call.app;
    let bytes = current(tx, &format!("status/{number}"), revision, call.now, |issued_at, _| {
        let mut list =
            StatusList::new(StatusBits::Two, LIST_SIZE as usize).map_err(|_| AuthorityError::SigningFailed)?;
        for (idx, status) in tx.statuses(number)? {
            list.set(u64::from(idx), Status::from_value(status))
                .map_err(|_| AuthorityError::DataDamaged)?;
        }
        let token = StatusToken {
            uri: app.config.status_uri(number),
            issued_at,
            expires_at: issued_at + LIFE_S,
            ttl_s: TTL_S,
            list,
        };
        app.keys.sign_with_status(token.build(app.keys.status.public_key()))
    })?;
    Ok(Reply::bytes(Media::StatusList, bytes))
}
