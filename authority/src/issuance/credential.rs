use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::permit::{CREDENTIAL_LIFE_S, Day, IssueInput, StatusRef, issue};
use permitcard_protocol::{
    WireCode,
    issuance::{CredentialRequest, CredentialResponse, IssuedCredential, NonceResponse},
};

use super::{CREDENTIAL_IDENTIFIER, permit::permit, proofs};
use crate::{
    AuthorityError,
    http::{Call, Fault, Reply},
    lists,
    store::Tx,
    token,
};

/// Characters of `sub`: without those that are easily taken for another one.
const SUB_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SUB_LEN: usize = 8;

/// `POST /nonce`.
pub(crate) fn nonce(call: &Call, _: &Tx<'_>) -> Result<Reply, Fault> {
    let c_nonce = call.app.proof_nonces.make(call.now)?;
    Ok(Reply::json(200, &NonceResponse { c_nonce }))
}

/// `POST /credential`: one credential for each proof.
pub(crate) fn credential(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let app = &call.app;
    let (caller, grant) = (call.caller()?, call.grant()?);
    let request: CredentialRequest = serde_json::from_slice(&call.body).map_err(|_| WireCode::RequestMalformed)?;
    if request.credential_identifier != CREDENTIAL_IDENTIFIER {
        return Err(WireCode::CredentialUnknown.into());
    }
    let proven = proofs::check(&request.proofs.jwt, app.url(), &caller.jkt, &app.proof_nonces, call.now)?;
    if !tx.first_use(&proven.seen, call.now + app.proof_nonces.life_s())? {
        return Err(WireCode::NonceInvalid.into());
    }
    let person = tx.person(&grant.person)?.ok_or(AuthorityError::DataDamaged)?;
    if person.has_ended(call.now) {
        return Err(WireCode::PermitEnded.into());
    }

    let permit = permit(&person, app.is_test())?;
    // All copies of a day are equal in their times, so that these link none of them to another.
    let iat = Day::of_unix(call.now).start();
    let exp = (iat + CREDENTIAL_LIFE_S).min(person.valid_until.ends_at());
    let notification_id = token::random()?;
    let batch = tx.put_batch(&notification_id, grant.id, &person.id, person.card_version)?;
    let places = lists::take_places(tx, batch, person.state.status(), proven.keys.len())?;
    let mut credentials = Vec::with_capacity(places.len());
    for (holder, place) in proven.keys.iter().zip(places) {
        let input = IssueInput {
            iss: &app.config.iss,
            sub: &random_sub()?,
            iat,
            exp,
            holder,
            status: StatusRef {
                idx: u64::from(place.idx),
                uri: app.config.status_uri(place.list),
            },
            permit: &permit,
        };
        let unsigned = issue(&input, app.keys.issuer.public_key()).map_err(|_| AuthorityError::SigningFailed)?;
        let credential = app.keys.sign_with_issuer(unsigned)?;
        credentials.push(IssuedCredential {
            credential: URL_SAFE_NO_PAD.encode(credential),
        });
    }
    Ok(Reply::json(
        200,
        &CredentialResponse {
            credentials,
            notification_id,
        },
    ))
}

fn random_sub() -> Result<String, AuthorityError> {
    let bytes: [u8; SUB_LEN] = permitcard_crypto::random::bytes().map_err(|_| AuthorityError::CryptoFailed)?;
    Ok(bytes
        .iter()
        .filter_map(|byte| SUB_ALPHABET.get(usize::from(*byte % 32)))
        .map(|byte| char::from(*byte))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_random_and_of_eight_characters() {
        let (one, other) = (random_sub().unwrap(), random_sub().unwrap());
        assert_eq!(one.len(), SUB_LEN);
        assert_ne!(one, other);
    }
}
