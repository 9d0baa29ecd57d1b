use permitcard_protocol::{
    WireCode,
    issuance::{CredentialRequest, NonceResponse},
};

use super::{
    attestation::{AttestationPolicy, ProvenLevel},
    copies::{self, Wanted},
    deferred,
    form::Form,
    proofs::{self, Proven},
};
use crate::{
    AuthorityError,
    http::{Call, Fault, Reply},
    store::{Grant, PermitState, Tx},
};

/// `POST /nonce`.
pub(crate) fn nonce(call: &Call, _: &Tx<'_>) -> Result<Reply, Fault> {
    let c_nonce = call.app.proof_nonces.make(call.now)?;
    Ok(Reply::json(200, &NonceResponse { c_nonce }))
}

/// `POST /credential`: one credential for each proof; a promise while the application is being decided.
pub(crate) fn credential(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let app = &call.app;
    let (caller, grant) = (call.caller()?, call.grant()?);
    let (form, request) = match wanted(&call.body) {
        Ok(wanted) => wanted,
        Err(refused) => return Ok(refused),
    };
    let proven = proofs::check(
        &request.proofs.jwt,
        &proofs::Expected {
            audience: app.url(),
            transport: &caller.jkt,
            configuration: form.configuration(),
            nonces: &app.proof_nonces,
            roots: &app.attestation_roots,
            policy: app.attestation,
            now: call.now,
        },
    )?;
    if !tx.first_use(&proven.seen, call.now + app.proof_nonces.life_s())? {
        return Err(WireCode::NonceInvalid.into());
    }
    let level = level(tx, grant, &proven, app.attestation, call.now)?;
    let person = tx.person(&grant.person)?.ok_or(AuthorityError::DataDamaged)?;
    if let Some(code) = person.end_code(call.now) {
        return Err(code.into());
    }
    if person.state == PermitState::Pending {
        return deferred::promise(app, tx, grant, form, &proven.keys, level, call.now);
    }
    let wanted = Wanted {
        grant,
        person: &person,
        form,
        keys: &proven.keys,
        level,
        now: call.now,
    };
    let (_, response) = copies::issue(app, tx, &wanted)?;
    Ok(Reply::json(200, &response))
}

/// The least that was shown about a key of the batch, now or when credentials in another form were asked for. What was
/// shown now is kept.
fn level(
    tx: &Tx<'_>,
    grant: &Grant,
    proven: &Proven,
    policy: AttestationPolicy,
    now: i64,
) -> Result<ProvenLevel, Fault> {
    if policy == AttestationPolicy::Off {
        return Ok(ProvenLevel::Unproven);
    }
    let mut least = ProvenLevel::SecureElement;
    for (thumbprint, shown) in &proven.shown {
        let level = match shown {
            Some(level) => {
                tx.put_attested_key(thumbprint, grant.id, *level, now)?;
                *level
            }
            None => match (tx.attested_level(thumbprint, grant.id)?, policy) {
                (Some(level), _) => level,
                (None, AttestationPolicy::Required) => return Err(WireCode::AttestationRequired.into()),
                (None, _) => ProvenLevel::Unproven,
            },
        };
        // Kept while unproven keys were taken as well; now they are not.
        if level == ProvenLevel::Unproven && policy == AttestationPolicy::Required {
            return Err(WireCode::AttestationRequired.into());
        }
        least = least.min(level);
    }
    Ok(least)
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

#[cfg(test)]
mod tests {
    use super::*;

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
