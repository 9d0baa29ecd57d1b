//! Nonce, credential and notification endpoints (OpenID4VCI 1.0, 7, 8 and 11).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The configuration of our primary format, SD-CWT.
pub const CONFIGURATION_SD_CWT: &str = "WorkPermit_sdcwt";
/// The format identifier of SD-CWT: the media type's name, by analogy with `dc+sd-jwt`.
pub const FORMAT_SD_CWT: &str = "sd-cwt";
/// The `typ` of a key proof (OpenID4VCI 1.0, F.1).
pub const PROOF_TYP: &str = "openid4vci-proof+jwt";

/// The answer of the nonce endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonceResponse {
    /// For the proofs of one credential request.
    pub c_nonce: String,
}

/// A credential request: one proof a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialRequest {
    /// From the token response.
    pub credential_identifier: String,
    /// One key each.
    pub proofs: Proofs,
}

/// The proofs of a credential request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proofs {
    /// Key proofs in JWS compact form, at most [`crate::limits::BATCH`].
    pub jwt: Vec<String>,
}

/// The header of a key proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofHeader {
    /// Always [`PROOF_TYP`].
    pub typ: String,
    /// Always `ES256`.
    pub alg: String,
    /// The key that the credential will be bound to.
    pub jwk: permitcard_credential::cose::Jwk,
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

/// The answer of the credential endpoint. `Debug` shows no value.
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

/// One issued credential. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedCredential {
    /// base64url of the tagged SD-CWT with all disclosures.
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
