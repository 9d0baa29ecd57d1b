//! Nonce, credential, deferred credential and notification endpoints (OpenID4VCI 1.0, 7, 8, 9 and 11).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The configuration of our primary format, SD-CWT.
pub const CONFIGURATION_SD_CWT: &str = "WorkPermit_sdcwt";
/// The format identifier of SD-CWT: the media type's name, by analogy with `dc+sd-jwt`.
pub const FORMAT_SD_CWT: &str = "sd-cwt";
/// The configuration of the mobile document of ISO/IEC 18013-5.
pub const CONFIGURATION_MDOC: &str = "WorkPermit_mdoc";
/// The format identifier of a mobile document (OpenID4VCI 1.0, A.2).
pub const FORMAT_MDOC: &str = "mso_mdoc";
/// The configuration of the SD-JWT VC.
pub const CONFIGURATION_SD_JWT: &str = "WorkPermit_sdjwt";
/// The format identifier of SD-JWT VC (OpenID4VCI 1.0, A.3).
pub const FORMAT_SD_JWT: &str = "dc+sd-jwt";
/// The `typ` of a key proof (OpenID4VCI 1.0, F.1).
pub const PROOF_TYP: &str = "openid4vci-proof+jwt";
/// The `typ` of a key attestation (OpenID4VCI 1.0, D.1).
pub const ATTESTATION_TYP: &str = "key-attestation+jwt";

/// The answer of the nonce endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonceResponse {
    /// For the proofs of one credential request.
    pub c_nonce: String,
}

/// A credential request: one proof a credential. It names what it asks for by one of the two names (OpenID4VCI 1.0, 8.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialRequest {
    /// From the token response.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credential_identifier: Option<String>,
    /// From the issuer metadata, for a client that was given no identifier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credential_configuration_id: Option<String>,
    /// One key each.
    #[serde(default)]
    pub proofs: Proofs,
}

impl CredentialRequest {
    /// A request by the identifier of the token response.
    pub fn by_identifier(identifier: &str, proofs: Proofs) -> Self {
        Self {
            credential_identifier: Some(identifier.to_owned()),
            credential_configuration_id: None,
            proofs,
        }
    }
}

/// The proofs of a credential request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proofs {
    /// Key proofs in JWS compact form, at most [`crate::limits::BATCH`].
    #[serde(default)]
    pub jwt: Vec<String>,
}

/// The header of a key proof.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofHeader {
    /// Always [`PROOF_TYP`].
    pub typ: String,
    /// Always `ES256`.
    pub alg: String,
    /// The key that the credential will be bound to.
    pub jwk: permitcard_credential::cose::Jwk,
    /// A key attestation in JWT form (OpenID4VCI 1.0, D.1), signed with that same key: see [`AttestationHeader`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key_attestation: Option<String>,
}

impl fmt::Debug for ProofHeader {
    // An attestation may tell one device from another.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProofHeader")
            .field("typ", &self.typ)
            .field("attested", &self.key_attestation.is_some())
            .finish_non_exhaustive()
    }
}

/// The claims of a key proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofClaims {
    /// The credential issuer's identifier.
    pub aud: String,
    /// Seconds since 1970.
    pub iat: i64,
    /// The `c_nonce`.
    pub nonce: String,
}

/// The header of a key attestation (OpenID4VCI 1.0, D.1). `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestationHeader {
    /// Always [`ATTESTATION_TYP`].
    pub typ: String,
    /// Always `ES256`.
    pub alg: String,
    /// The chain as the key store gave it, DER in base64 (RFC 7515, 4.1.6): first the certificate of the attested key.
    pub x5c: Vec<String>,
}

impl fmt::Debug for AttestationHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttestationHeader")
            .field("certificates", &self.x5c.len())
            .finish_non_exhaustive()
    }
}

/// The claims of a key attestation (OpenID4VCI 1.0, D.1). How strong the storage is stands in the chain, where the maker of
/// the phone signed it: `key_storage` would only be the phone's own word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestationClaims {
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970.
    pub exp: i64,
    /// The one key.
    pub attested_keys: Vec<permitcard_credential::cose::Jwk>,
    /// The `c_nonce` that the key was made for; the chain carries it as its challenge.
    pub nonce: String,
}

/// The answer of the credential endpoint, and of the deferred credential endpoint, with credentials. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialResponse {
    /// In the order of the proofs.
    pub credentials: Vec<IssuedCredential>,
    /// For the notification endpoint.
    pub notification_id: String,
}

impl fmt::Debug for CredentialResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialResponse")
            .field("credentials", &self.credentials.len())
            .finish_non_exhaustive()
    }
}

/// The answer of both endpoints, with status 202, as long as the application is being decided (OpenID4VCI 1.0, 8.3 and 9.2).
/// `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeferredResponse {
    /// What to ask for at the deferred credential endpoint.
    pub transaction_id: String,
    /// Seconds to wait before the next request.
    pub interval: u32,
}

impl fmt::Debug for DeferredResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeferredResponse")
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

/// A request to the deferred credential endpoint (OpenID4VCI 1.0, 9.1). `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeferredRequest {
    /// From the answer of the credential endpoint.
    pub transaction_id: String,
}

impl fmt::Debug for DeferredRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeferredRequest { .. }")
    }
}

/// One issued credential. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedCredential {
    /// `sd-cwt`: base64url of the tagged SD-CWT with all disclosures. `mso_mdoc`: base64url of the CBOR `IssuerSigned`.
    /// `dc+sd-jwt`: the SD-JWT with all disclosures.
    pub credential: String,
}

impl fmt::Debug for IssuedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuedCredential { .. }")
    }
}

/// A notification to the issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationRequest {
    /// From the credential response.
    pub notification_id: String,
    /// What became of the credentials.
    pub event: NotificationEvent,
}

/// What became of issued credentials (OpenID4VCI 1.0, 11.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationEvent {
    /// Checked and stored.
    CredentialAccepted,
    /// Refused by the holder's checks.
    CredentialFailure,
    /// Deleted by the holder.
    CredentialDeleted,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_one_thing_and_may_lack_what_the_server_then_misses() {
        let request = CredentialRequest::by_identifier("work-permit", Proofs { jwt: vec!["a".into()] });
        let json = r#"{"credential_identifier":"work-permit","proofs":{"jwt":["a"]}}"#;
        assert_eq!(serde_json::to_string(&request).unwrap(), json);
        assert_eq!(serde_json::from_str::<CredentialRequest>(json).unwrap(), request);
        let other: CredentialRequest =
            serde_json::from_str(r#"{"credential_configuration_id":"WorkPermit_mdoc","proofs":{"attestation":[]}}"#)
                .unwrap();
        assert_eq!(other.credential_configuration_id.as_deref(), Some(CONFIGURATION_MDOC));
        assert_eq!(other.credential_identifier, None);
        assert!(other.proofs.jwt.is_empty());
    }

    #[test]
    fn what_is_deferred_has_the_members_of_the_specification() {
        let response = DeferredResponse {
            transaction_id: "CANARY".into(),
            interval: 3600,
        };
        let json = r#"{"transaction_id":"CANARY","interval":3600}"#;
        assert_eq!(serde_json::to_string(&response).unwrap(), json);
        assert_eq!(serde_json::from_str::<DeferredResponse>(json).unwrap(), response);
        // A batch is not taken for a promise, nor the other way round.
        assert!(serde_json::from_str::<DeferredResponse>(r#"{"credentials":[],"notification_id":"n"}"#).is_err());
        assert!(serde_json::from_str::<CredentialResponse>(json).is_err());
        let request = DeferredRequest {
            transaction_id: "CANARY".into(),
        };
        assert_eq!(
            serde_json::to_string(&request).unwrap(),
            r#"{"transaction_id":"CANARY"}"#
        );
        assert!(!format!("{response:?} {request:?}").contains("CANARY"));
    }

    #[test]
    fn a_proof_without_attestation_is_as_it_was() {
        let header = |more: &str| {
            format!(
                r#"{{"typ":"openid4vci-proof+jwt","alg":"ES256","jwk":{{"kty":"EC","crv":"P-256","x":"{x}","y":"{x}"}}{more}}}"#,
                x = "A".repeat(43)
            )
        };
        for (more, attested) in [("", None), (r#","key_attestation":"a.b.c""#, Some("a.b.c"))] {
            let read: ProofHeader = serde_json::from_str(&header(more)).unwrap();
            assert_eq!(read.key_attestation.as_deref(), attested);
            assert_eq!(serde_json::to_string(&read).unwrap(), header(more));
            assert!(!format!("{read:?}").contains("a.b.c"));
        }
    }
}
