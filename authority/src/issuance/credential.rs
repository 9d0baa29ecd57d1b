use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::{
    mdoc,
    permit::{self, CREDENTIAL_LIFE_S, Day, Permit, StatusRef},
    sdjwt,
};
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_protocol::{
    WireCode,
    issuance::{CredentialRequest, CredentialResponse, IssuedCredential, NonceResponse},
};

use super::{form::Form, permit::permit, proofs};
use crate::{
    AuthorityError,
    app::App,
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
    let (form, request) = match wanted(&call.body) {
        Ok(wanted) => wanted,
        Err(refused) => return Ok(refused),
    };
    let proven = proofs::check(
        &request.proofs.jwt,
        app.url(),
        &caller.jkt,
        form.configuration(),
        &app.proof_nonces,
        call.now,
    )?;
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
    let places = lists::take_places(tx, batch, person.state.status(), form.status_bits(), proven.keys.len())?;
    let mut credentials = Vec::with_capacity(places.len());
    for (holder, place) in proven.keys.iter().zip(places) {
        let copy = ToIssue {
            app,
            now: call.now,
            iat,
            exp,
            holder,
            status: StatusRef {
                idx: u64::from(place.idx),
                uri: app.config.status_uri(place.list),
            },
            permit: &permit,
        };
        credentials.push(IssuedCredential {
            credential: match form {
                Form::SdCwt => copy.sd_cwt()?,
                Form::Mdoc => copy.mdoc()?,
                Form::SdJwt => copy.sd_jwt()?,
            },
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

/// What a request asks for, by one of the two names; or the error of OpenID4VCI 1.0, 8.3.1.2.
fn wanted(body: &[u8]) -> Result<(Form, CredentialRequest), Reply> {
    const MALFORMED: &str = "invalid_credential_request";
    let malformed = || Reply::error_named(WireCode::RequestMalformed, MALFORMED);
    let request: CredentialRequest = serde_json::from_slice(body).map_err(|_| malformed())?;
    let found = match (&request.credential_identifier, &request.credential_configuration_id) {
        (Some(name), None) => Form::from_identifier(name).ok_or("unknown_credential_identifier"),
        (None, Some(name)) => Form::from_configuration(name).ok_or("unknown_credential_configuration"),
        _ => return Err(malformed()),
    };
    match found {
        Ok(form) => Ok((form, request)),
        Err(error) => Err(Reply::error_named(WireCode::CredentialUnknown, error)),
    }
}

/// One copy of the permit that is to be signed.
struct ToIssue<'a> {
    app: &'a App,
    now: i64,
    iat: i64,
    exp: i64,
    holder: &'a PublicKey,
    status: StatusRef,
    permit: &'a Permit,
}

impl ToIssue<'_> {
    fn sd_cwt(self) -> Result<String, AuthorityError> {
        let keys = &self.app.keys;
        let input = permit::IssueInput {
            iss: &self.app.config.iss,
            sub: &random_sub()?,
            iat: self.iat,
            exp: self.exp,
            holder: self.holder,
            status: self.status,
            permit: self.permit,
        };
        let unsigned = permit::issue(&input, keys.issuer.public_key()).map_err(|_| AuthorityError::SigningFailed)?;
        Ok(URL_SAFE_NO_PAD.encode(keys.sign_with_issuer(unsigned)?))
    }

    fn mdoc(self) -> Result<String, AuthorityError> {
        let signer = &self.app.document_signer;
        let certificate = signer.certificate(self.now)?;
        let unsigned = mdoc::issue(&mdoc::IssueInput {
            signed_at: self.iat,
            expires_at: self.exp,
            holder: self.holder,
            status: self.status,
            permit: self.permit,
            chain: &[&certificate],
        })
        .map_err(|_| AuthorityError::SigningFailed)?;
        let signature = signer.sign(unsigned.to_sign())?;
        let bytes = unsigned.finish(&signature).map_err(|_| AuthorityError::SigningFailed)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn sd_jwt(self) -> Result<String, AuthorityError> {
        let signer = &self.app.document_signer;
        let certificate = signer.certificate(self.now)?;
        let unsigned = sdjwt::issue(&sdjwt::IssueInput {
            iss: signer.uri(),
            iat: self.iat,
            exp: self.exp,
            holder: self.holder,
            status: self.status,
            permit: self.permit,
            chain: &[&certificate],
        })
        .map_err(|_| AuthorityError::SigningFailed)?;
        let signature = signer.sign(unsigned.to_sign())?;
        unsigned.finish(&signature).map_err(|_| AuthorityError::SigningFailed)
    }
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

    #[test]
    fn a_request_names_one_of_what_is_offered() {
        for (body, form) in [
            (r#"{"credential_identifier":"work-permit"}"#, Form::SdCwt),
            (r#"{"credential_identifier":"work-permit-sdjwt"}"#, Form::SdJwt),
            (r#"{"credential_configuration_id":"WorkPermit_mdoc"}"#, Form::Mdoc),
        ] {
            assert_eq!(wanted(body.as_bytes()).unwrap().0, form);
        }
        for (body, error) in [
            ("{}", "invalid_credential_request"),
            ("[", "invalid_credential_request"),
            (
                r#"{"credential_identifier":"work-permit","credential_configuration_id":"WorkPermit_mdoc"}"#,
                "invalid_credential_request",
            ),
            (
                r#"{"credential_identifier":"WorkPermit_mdoc"}"#,
                "unknown_credential_identifier",
            ),
            (
                r#"{"credential_configuration_id":"work-permit"}"#,
                "unknown_credential_configuration",
            ),
        ] {
            let refused = wanted(body.as_bytes()).unwrap_err();
            assert!(String::from_utf8_lossy(&refused.to_stored()).contains(error), "{body}");
        }
    }
}
