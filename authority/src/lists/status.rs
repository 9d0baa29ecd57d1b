use permitcard_credential::status::{Status, StatusList, StatusToken};
use permitcard_protocol::{WireCode, endpoints, metadata::StatusLists};

use super::{LIFE_S, TTL_S, current, places::LIST_SIZE};
use crate::{
    AuthorityError,
    http::{Call, Fault, Media, Reply},
    store::Tx,
};

/// `GET /status`: the logical names of all status lists (draft-ietf-oauth-status-list 9.3).
pub(crate) fn status_lists(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let names = tx.status_lists()?;
    let names = names.into_iter().map(|number| call.app.config.status_uri(number));
    Ok(Reply::json(
        200,
        &StatusLists {
            status_lists: names.collect(),
        },
    ))
}

/// `GET /status/N`: the status list token as CWT, or as JWT where the caller prefers that.
pub(crate) fn status_list(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let number = call
        .parameter
        .parse::<u32>()
        .ok()
        .filter(|number| number.to_string() == call.parameter);
    let number = number.ok_or(WireCode::NotFound)?;
    let row = tx.status_list(number)?.ok_or(WireCode::NotFound)?;
    let app = &call.app;
    let token = |issued_at| -> Result<StatusToken, AuthorityError> {
        let mut list = StatusList::new(row.bits, LIST_SIZE as usize).map_err(|_| AuthorityError::SigningFailed)?;
        for (idx, status) in tx.statuses(number)? {
            list.set(u64::from(idx), Status::from_value(status))
                .map_err(|_| AuthorityError::DataDamaged)?;
        }
        Ok(StatusToken {
            uri: app.config.status_uri(number),
            issued_at,
            expires_at: issued_at + LIFE_S,
            ttl_s: TTL_S,
            aggregation_uri: Some(app.config.aggregation_uri()),
            list,
        })
    };
    let signer = app.keys.status.public_key();
    if wants_jwt(&call.accept) {
        let name = format!("status/{number}/jwt");
        let bytes = current(tx, &name, row.revision, call.now, |issued_at, _| {
            app.keys.sign_status_jwt(token(issued_at)?.build_jwt(signer))
        })?;
        return Ok(Reply::bytes(Media::StatusListJwt, bytes));
    }
    let bytes = current(
        tx,
        &format!("status/{number}"),
        row.revision,
        call.now,
        |issued_at, _| app.keys.sign_with_status(token(issued_at)?.build(signer)),
    )?;
    Ok(Reply::bytes(Media::StatusList, bytes))
}

/// Whether `Accept` (RFC 9110 12.5.1) prefers the JWT: it is named, and the CWT has no higher weight. A wildcard means
/// the CWT, as no header does.
fn wants_jwt(accept: &str) -> bool {
    let weight = |media: &str| {
        accept.split(',').find_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let named = parts.next()?.eq_ignore_ascii_case(media);
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
            named.then_some(weight.unwrap_or(1.0))
        })
    };
    let jwt = weight(endpoints::MEDIA_STATUS_LIST_JWT).unwrap_or(0.0);
    jwt > weight(endpoints::MEDIA_STATUS_LIST).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jwt_is_given_to_those_who_ask_for_it() {
        for (accept, jwt) in [
            ("", false),
            ("*/*", false),
            ("application/statuslist+cwt", false),
            ("application/statuslist+jwt", true),
            ("Application/StatusList+JWT;q=0.9, */*;q=0.1", true),
            ("application/statuslist+cwt, application/statuslist+jwt", false),
            ("application/statuslist+cwt;q=0.5, application/statuslist+jwt", true),
            ("application/statuslist+jwt;q=0", false),
            ("application/statuslist+jwt;q=x", true),
        ] {
            assert_eq!(wants_jwt(accept), jwt, "{accept}");
        }
    }
}
