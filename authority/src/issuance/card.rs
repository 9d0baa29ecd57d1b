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
    store::{Person, Tx},
};

/// The permit alone; social security services are tier 2.
const TIER: u8 = 1;

/// `GET /card`: every field for the holder's own screens, bound to the transport key that asks.
pub(crate) fn card(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let app = &call.app;
    let person = person(call, tx)?;
    let card = Card {
        iss: app.config.iss.clone(),
        version: u64::from(person.card_version),
        tier: TIER,
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

/// The person of the access token, whose permit must not have ended since the token was given.
pub(super) fn person(call: &Call, tx: &Tx<'_>) -> Result<Person, Fault> {
    let person = tx.person(&call.grant()?.person)?.ok_or(AuthorityError::DataDamaged)?;
    if person.has_ended(call.now) {
        return Err(WireCode::PermitEnded.into());
    }
    Ok(person)
}
