use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::{hash::sha256, mac::verify_equal};
use permitcard_protocol::{
    WireCode, limits,
    oauth::{GrantedDetail, OPENID_CREDENTIAL, TokenRequest, TokenResponse},
};

use super::Form;
use crate::{
    AuthorityError,
    http::{Call, Fault, Reply, within_limits},
    store::{Grant, Tx},
    token,
};

/// `POST /token` (RFC 6749, RFC 7636, RFC 9449). Tokens are bound to the transport key; the refresh token does not
/// rotate, because a lost answer must not lock a wallet out.
pub(crate) fn token(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let caller = call.caller()?;
    let request = TokenRequest::from_form(&call.body).map_err(|_| WireCode::RequestMalformed)?;
    let fits = match &request {
        TokenRequest::AuthorizationCode { code, code_verifier } => within_limits(&[code, code_verifier]),
        TokenRequest::RefreshToken { refresh_token } => within_limits(&[refresh_token]),
    };
    if !fits {
        return Err(WireCode::RequestMalformed.into());
    }
    let (grant, refresh_token) = match &request {
        TokenRequest::AuthorizationCode { code, code_verifier } => {
            let grant = tx.grant_by_code(code, &caller.jkt)?.ok_or(WireCode::GrantInvalid)?;
            // A second use is refused but ends nothing (RFC 6749, 4.1.2 only says SHOULD): the code is bound to the
            // key, so the second user is the first one, who may have lost the answer.
            if let Some(code) = grant.refusal() {
                return Err(code.into());
            }
            if grant.code_used || call.now > grant.code_expires_at || !verifies(&grant, code_verifier) {
                return Err(WireCode::GrantInvalid.into());
            }
            let refresh = token::random()?;
            tx.redeem_code(grant.id, &refresh, call.now + i64::from(limits::REFRESH_TOKEN_LIFE_S))?;
            (grant, Some(refresh))
        }
        TokenRequest::RefreshToken { refresh_token } => {
            let grant = tx
                .grant_by_refresh(refresh_token, &caller.jkt)?
                .ok_or(WireCode::GrantInvalid)?;
            if let Some(code) = grant.refusal() {
                return Err(code.into());
            }
            if call.now > grant.refresh_expires_at {
                return Err(WireCode::GrantInvalid.into());
            }
            (grant, None)
        }
    };
    let person = tx.person(&grant.person)?.ok_or(AuthorityError::DataDamaged)?;
    if let Some(code) = person.end_code(call.now) {
        // The holder has proven who he is, so he learns why.
        return Ok(Reply::error_named(code, WireCode::GrantInvalid.http().1));
    }
    let access_token = token::random()?;
    tx.put_access_token(
        grant.id,
        &access_token,
        call.now + i64::from(limits::ACCESS_TOKEN_LIFE_S),
    )?;
    Ok(Reply::json(
        200,
        &TokenResponse {
            access_token,
            token_type: "DPoP".to_owned(),
            expires_in: limits::ACCESS_TOKEN_LIFE_S,
            refresh_token,
            // The grant is for the permit, in each of its forms, whichever of them was asked for first.
            authorization_details: Form::ALL
                .into_iter()
                .map(|form| GrantedDetail {
                    kind: OPENID_CREDENTIAL.to_owned(),
                    credential_configuration_id: form.configuration().to_owned(),
                    credential_identifiers: vec![form.identifier().to_owned()],
                })
                .collect(),
        },
    ))
}

/// RFC 7636, 4.6.
fn verifies(grant: &Grant, code_verifier: &str) -> bool {
    let challenge = URL_SAFE_NO_PAD.encode(sha256(code_verifier.as_bytes()));
    (43..=128).contains(&code_verifier.len())
        && verify_equal(challenge.as_bytes(), grant.code_challenge.as_bytes()).is_ok()
}
