use std::collections::BTreeMap;

use permitcard_protocol::{
    endpoints, limits,
    metadata::{
        BatchIssuance, CredentialConfiguration, IssuerMetadata, KeyAttestationsRequired, ProofType, ServerMetadata,
    },
    registration::InteractionType,
};

use super::{AttestationPolicy, Form};
use crate::{
    http::{Call, Fault, Reply},
    store::Tx,
};

/// `GET /.well-known/openid-credential-issuer`.
pub(crate) fn issuer_metadata(call: &Call, _: &Tx<'_>) -> Result<Reply, Fault> {
    let url = call.app.url();
    let configurations = Form::ALL.into_iter().map(|form| {
        let configuration = CredentialConfiguration {
            format: form.format().to_owned(),
            vct: form.vct(),
            doctype: form.doc_type(call.app.is_test()),
            credential_signing_alg_values_supported: vec![form.signing_algorithm()],
            cryptographic_binding_methods_supported: vec![form.binding().to_owned()],
            proof_types_supported: BTreeMap::from([(
                "jwt".to_owned(),
                ProofType {
                    proof_signing_alg_values_supported: vec!["ES256".to_owned()],
                    key_attestations_required: (call.app.attestation == AttestationPolicy::Required)
                        .then(KeyAttestationsRequired::default),
                },
            )]),
        };
        (form.configuration().to_owned(), configuration)
    });
    let metadata = IssuerMetadata {
        credential_issuer: url.to_owned(),
        authorization_servers: vec![url.to_owned()],
        credential_endpoint: format!("{url}{}", endpoints::CREDENTIAL),
        nonce_endpoint: format!("{url}{}", endpoints::NONCE),
        deferred_credential_endpoint: Some(format!("{url}{}", endpoints::DEFERRED)),
        notification_endpoint: format!("{url}{}", endpoints::NOTIFICATION),
        batch_credential_issuance: BatchIssuance {
            batch_size: u32::try_from(limits::BATCH).unwrap_or(1),
        },
        credential_configurations_supported: configurations.collect(),
    };
    Ok(Reply::json(200, &metadata))
}

/// `GET /.well-known/oauth-authorization-server`.
pub(crate) fn server_metadata(call: &Call, _: &Tx<'_>) -> Result<Reply, Fault> {
    let url = call.app.url();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let metadata = ServerMetadata {
        issuer: url.to_owned(),
        authorization_challenge_endpoint: format!("{url}{}", endpoints::CHALLENGE),
        token_endpoint: format!("{url}{}", endpoints::TOKEN),
        response_types_supported: words(&["code"]),
        grant_types_supported: words(&["authorization_code", "refresh_token"]),
        code_challenge_methods_supported: words(&["S256"]),
        token_endpoint_auth_methods_supported: words(&["none"]),
        dpop_signing_alg_values_supported: words(&["ES256"]),
        interaction_types_supported: InteractionType::ALL.to_vec(),
    };
    Ok(Reply::json(200, &metadata))
}
