//! What issuance stores beside the card: tokens, and a running attempt.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::hash::sha256;
use permitcard_vault::{ReadTx, Table, VaultError, WriteTx};
use serde::{Deserialize, Serialize};

use crate::base::keys::DeviceKey;
use crate::base::outbox::{self, Kind};
use crate::base::store::{get_json, put_json};
use crate::held::ExportFormat;

const TOKENS: &[u8] = b"tokens";
const ATTEMPT: &[u8] = b"attempt";

/// The tokens of the authority. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRecord {
    pub(crate) access_token: String,
    /// Seconds since 1970.
    pub(crate) expires_at: i64,
    pub(crate) refresh_token: String,
    /// What to name in a credential request.
    pub(crate) credential_identifier: String,
    /// What to name for the other forms, as far as the authority gives them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) exports: Vec<ExportIdentifier>,
    /// The transport key, which all of it is bound to.
    pub(crate) key: DeviceKey,
    /// SHA-256 of the authorization code that they came for, base64url, where the registration was not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) came_for: Option<String>,
}

/// The name of another form of the permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportIdentifier {
    form: StoredForm,
    /// What to name in a credential request.
    pub(crate) identifier: String,
}

/// The stored form of an [`ExportFormat`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum StoredForm {
    #[serde(rename = "mdoc")]
    Mdoc,
    #[serde(rename = "sd-jwt")]
    SdJwt,
}

impl ExportIdentifier {
    pub(crate) fn new(format: ExportFormat, identifier: &str) -> Self {
        Self {
            form: match format {
                ExportFormat::Mdoc => StoredForm::Mdoc,
                ExportFormat::SdJwt => StoredForm::SdJwt,
            },
            identifier: identifier.to_owned(),
        }
    }

    pub(crate) fn format(&self) -> ExportFormat {
        match self.form {
            StoredForm::Mdoc => ExportFormat::Mdoc,
            StoredForm::SdJwt => ExportFormat::SdJwt,
        }
    }
}

impl TokenRecord {
    /// What [`TokenRecord::came_for`] says of an authorization code.
    pub(crate) fn code_name(code: &str) -> String {
        URL_SAFE_NO_PAD.encode(sha256(code.as_bytes()))
    }

    /// Both came from one registration: the refresh token stays, whatever access tokens it brings.
    pub(crate) fn same_grant(&self, other: &Self) -> bool {
        self.refresh_token == other.refresh_token && self.key == other.key
    }
}

impl fmt::Debug for TokenRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRecord")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Keys that were made for credentials which are not here yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttemptRecord {
    pub(crate) keys: Vec<DeviceKey>,
    /// What the phone says about the keys, where it says anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attestation: Option<Attestation>,
    /// The application is still being decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deferred: Option<DeferredRecord>,
}

/// The attestations of keys, and the nonce that they were made for: only together they are worth anything.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attestation {
    pub(crate) nonce: String,
    /// One chain a key, leaf first, DER in base64; empty where the host has none for a key.
    pub(crate) chains: Vec<Vec<String>>,
}

impl fmt::Debug for Attestation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attestation")
            .field("chains", &self.chains.len())
            .finish_non_exhaustive()
    }
}

/// A promise of the authority (OpenID4VCI 1.0, 9).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeferredRecord {
    pub(crate) transaction_id: String,
    /// When the authority last said that nothing is decided, seconds since 1970.
    pub(crate) asked_at: i64,
    /// When it wants to be asked again, seconds since 1970.
    pub(crate) ask_again_at: i64,
}

impl fmt::Debug for DeferredRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeferredRecord")
            .field("ask_again_at", &self.ask_again_at)
            .finish_non_exhaustive()
    }
}

pub(crate) fn tokens(tx: &ReadTx<'_>) -> Result<Option<TokenRecord>, VaultError> {
    get_json(tx, Table::Token, TOKENS)
}

pub(crate) fn put_tokens(tx: &mut WriteTx<'_>, tokens: &TokenRecord) -> Result<(), VaultError> {
    put_json(tx, Table::Token, TOKENS, tokens)
}

pub(crate) fn attempt(tx: &ReadTx<'_>) -> Result<Option<AttemptRecord>, VaultError> {
    get_json(tx, Table::Token, ATTEMPT)
}

pub(crate) fn put_attempt(tx: &mut WriteTx<'_>, attempt: &AttemptRecord) -> Result<(), VaultError> {
    put_json(tx, Table::Token, ATTEMPT, attempt)
}

/// Ends an attempt: its record and its requests.
pub(crate) fn end_attempt(tx: &mut WriteTx<'_>) -> Result<(), VaultError> {
    tx.delete(Table::Token, ATTEMPT)?;
    outbox::clear(tx, Kind::Deferred)?;
    outbox::clear(tx, Kind::Credential)
}

#[cfg(test)]
mod tests {
    use permitcard_crypto::ecdsa::{Curve, PublicKey};

    use super::*;

    fn key() -> DeviceKey {
        let public = PublicKey::from_coordinates(Curve::P256, &[1; 32], &[2; 32]).unwrap();
        DeviceKey {
            key_id: "k".into(),
            public,
        }
    }

    const KEY: &str = concat!(
        r#"{"key_id":"k","point":"BAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAgICAgICAgICAgICAgICAgICAgICAgICAgIC"#,
        r#"AgICAgI"}"#
    );

    fn frozen<T: Serialize + serde::de::DeserializeOwned + PartialEq + fmt::Debug>(record: &T, json: &str) {
        assert_eq!(serde_json::to_string(record).unwrap(), json);
        assert_eq!(&serde_json::from_str::<T>(json).unwrap(), record);
    }

    #[test]
    fn stored_forms_are_frozen() {
        let tokens = TokenRecord {
            access_token: "a".into(),
            expires_at: 7,
            refresh_token: "r".into(),
            credential_identifier: "c".into(),
            exports: Vec::new(),
            key: key(),
            came_for: None,
        };
        let json = format!(
            r#"{{"access_token":"a","expires_at":7,"refresh_token":"r","credential_identifier":"c","key":{KEY}}}"#
        );
        frozen(&tokens, &json);
        let tokens = TokenRecord {
            exports: vec![
                ExportIdentifier::new(ExportFormat::Mdoc, "m"),
                ExportIdentifier::new(ExportFormat::SdJwt, "s"),
            ],
            ..tokens
        };
        let exports = r#""exports":[{"form":"mdoc","identifier":"m"},{"form":"sd-jwt","identifier":"s"}],"key""#;
        frozen(&tokens, &json.replace(r#""key""#, exports));
        let again = TokenRecord {
            exports: Vec::new(),
            came_for: Some(TokenRecord::code_name("g")),
            ..tokens
        };
        let came_for = r#","came_for":"zQqphWFHtsW0_yt9_uXaIKo4JTCZ7xtKZKztIzya_ik"}"#;
        frozen(&again, &format!("{}{came_for}", json.strip_suffix('}').unwrap()));
        let attempt = AttemptRecord {
            keys: vec![key()],
            attestation: None,
            deferred: None,
        };
        frozen(&attempt, &format!(r#"{{"keys":[{KEY}]}}"#));
        let attempt = AttemptRecord {
            attestation: Some(Attestation {
                nonce: "CANARY".into(),
                chains: vec![vec!["AA==".into()], Vec::new()],
            }),
            deferred: Some(DeferredRecord {
                transaction_id: "CANARY".into(),
                asked_at: 5,
                ask_again_at: 9,
            }),
            ..attempt
        };
        let more = concat!(
            r#""attestation":{"nonce":"CANARY","chains":[["AA=="],[]]},"#,
            r#""deferred":{"transaction_id":"CANARY","asked_at":5,"ask_again_at":9}"#
        );
        frozen(&attempt, &format!(r#"{{"keys":[{KEY}],{more}}}"#));
        assert!(!format!("{attempt:?}").contains("CANARY"));
    }
}
