use permitcard_credential::permit::{
    PortraitFormat,
    card::{Card, build},
};
use permitcard_crypto::hash::sha256;
use permitcard_protocol::WireCode;

use super::permit::permit;
use crate::{
    AuthorityError,
    http::{Call, Fault, Media, Reply},
    store::{PermitState, Person, Tx},
};

/// `GET /card`: every field for the holder's own screens, bound to the transport key that asks.
pub(crate) fn card(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let app = &call.app;
    let person = person(call, tx)?;
    let card = Card {
        iss: app.config.iss.clone(),
        version: u64::from(person.card_version),
        tier: call.grant()?.tier,
        iat: call.now,
        permit: permit(&person, app.is_test())?,
        portrait_hash: sha256(&person.portrait),
        portrait_format: PortraitFormat::Png,
        holder: call.caller()?.key.clone(),
    };
    let unsigned = build(&card, app.keys.issuer.public_key()).map_err(|_| AuthorityError::SigningFailed)?;
    Ok(Reply::bytes(Media::Cwt, app.keys.sign_with_issuer(unsigned)?))
}

/// `GET /portrait`.
pub(crate) fn portrait(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    Ok(Reply::bytes(Media::Png, person(call, tx)?.portrait))
}

/// The person of the access token, who must have a permit.
pub(super) fn person(call: &Call, tx: &Tx<'_>) -> Result<Person, Fault> {
    let person = tx.person(&call.grant()?.person)?.ok_or(AuthorityError::DataDamaged)?;
    if let Some(code) = person.end_code(call.now) {
        return Err(code.into());
    }
    if person.state == PermitState::Pending {
        return Err(WireCode::IssuancePending.into());
    }
    Ok(person)
}
