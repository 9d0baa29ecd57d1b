//! What issuance stores beside the card: tokens, and a running attempt.

use std::fmt;

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

/// Ends an attempt: its record and its request.
pub(crate) fn end_attempt(tx: &mut WriteTx<'_>) -> Result<(), VaultError> {
    tx.delete(Table::Token, ATTEMPT)?;
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
        frozen(&AttemptRecord { keys: vec![key()] }, &format!(r#"{{"keys":[{KEY}]}}"#));
    }
}
