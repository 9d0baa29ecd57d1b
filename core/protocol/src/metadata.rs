//! Issuer metadata (OpenID4VCI 1.0, 12.2) and authorization server metadata (RFC 8414).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::registration::{InteractionType, known};

/// The members of the issuer metadata that we use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuerMetadata {
    /// The credential issuer's identifier: the authority's URL.
    pub credential_issuer: String,
    /// Where authorization happens; here the same origin.
    pub authorization_servers: Vec<String>,
    /// See [`crate::endpoints::CREDENTIAL`].
    pub credential_endpoint: String,
    /// See [`crate::endpoints::NONCE`].
    pub nonce_endpoint: String,
    /// See [`crate::endpoints::DEFERRED`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deferred_credential_endpoint: Option<String>,
    /// See [`crate::endpoints::NOTIFICATION`].
    pub notification_endpoint: String,
    /// Batches.
    pub batch_credential_issuance: BatchIssuance,
    /// By configuration id.
    pub credential_configurations_supported: BTreeMap<String, CredentialConfiguration>,
}

/// How many credentials one request may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchIssuance {
    /// The most proofs.
    pub batch_size: u32,
}

/// One way to get the permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialConfiguration {
    /// The format identifier.
    pub format: String,
    /// The credential type, of `sd-cwt` and `dc+sd-jwt`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vct: Option<String>,
    /// The document type, of `mso_mdoc`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub doctype: Option<String>,
    /// Algorithms of the issuer's signature.
    pub credential_signing_alg_values_supported: Vec<SigningAlgorithm>,
    /// How credentials are bound.
    pub cryptographic_binding_methods_supported: Vec<String>,
    /// By proof type.
    pub proof_types_supported: BTreeMap<String, ProofType>,
}

/// An algorithm, named as its format names it (OpenID4VCI 1.0, 12.2.4 and appendix A).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SigningAlgorithm {
    /// A number of COSE, for `sd-cwt` and `mso_mdoc`.
    Cose(i64),
    /// A name of JOSE, for `dc+sd-jwt`.
    Jose(String),
}

/// One kind of key proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofType {
    /// JOSE algorithm names.
    pub proof_signing_alg_values_supported: Vec<String>,
    /// There if every proof needs a key attestation (OpenID4VCI 1.0, 12.2.4).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key_attestations_required: Option<KeyAttestationsRequired>,
}

/// What a key attestation has to show. Empty: that there is one, whatever the storage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAttestationsRequired {}

/// The members of the authorization server metadata that we use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerMetadata {
    /// The authority's URL.
    pub issuer: String,
    /// See [`crate::endpoints::CHALLENGE`].
    pub authorization_challenge_endpoint: String,
    /// See [`crate::endpoints::TOKEN`].
    pub token_endpoint: String,
    /// `code`.
    pub response_types_supported: Vec<String>,
    /// `authorization_code`, `refresh_token`.
    pub grant_types_supported: Vec<String>,
    /// `S256`.
    pub code_challenge_methods_supported: Vec<String>,
    /// `none`: public clients.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// `ES256`.
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// The kinds of step that this authority knows, as far as this version knows them.
    #[serde(deserialize_with = "known")]
    pub interaction_types_supported: Vec<InteractionType>,
}

/// The names of all status lists of an issuer (draft-ietf-oauth-status-list 9.3), for readers who want them ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusLists {
    /// Their logical names, as credentials state them.
    pub status_lists: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_are_numbers_or_names() {
        let json = r#"[-9,"ES256"]"#;
        let read: Vec<SigningAlgorithm> = serde_json::from_str(json).unwrap();
        assert_eq!(
            read,
            [SigningAlgorithm::Cose(-9), SigningAlgorithm::Jose("ES256".into())]
        );
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }

    #[test]
    fn kinds_of_step_that_are_newer_are_passed_over() {
        let text = r#"{"issuer":"","authorization_challenge_endpoint":"","token_endpoint":"",
            "response_types_supported":[],"grant_types_supported":[],"code_challenge_methods_supported":[],
            "token_endpoint_auth_methods_supported":[],"dpop_signing_alg_values_supported":[],
            "interaction_types_supported":["urn:permitcard:ia:of-tomorrow","urn:permitcard:ia:consent"]}"#;
        let metadata: ServerMetadata = serde_json::from_str(text).unwrap();
        assert_eq!(metadata.interaction_types_supported, [InteractionType::Consent]);
    }
}
