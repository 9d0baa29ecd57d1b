//! What is stored of the card: its signed bytes, what is known about it, its portrait, its credentials.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::cose::Jwk;
use permitcard_vault::{ReadTx, Table, VaultError, WriteTx};
use serde::{Deserialize, Serialize};

use super::end::StoredEnd;
use crate::base::keys::DeviceKey;
use crate::base::store::{get_json, put_json};

const CARD: &[u8] = b"card";
const CARD_STATE: &[u8] = b"state";
const PORTRAIT: &[u8] = b"portrait";

/// What is known about the stored card beside its signed bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardState {
    /// The version of the card.
    pub(crate) version: u64,
    /// The card is a test card.
    pub(crate) test: bool,
    /// The key that signed it, found in the trust list when it came.
    pub(crate) issuer_key: Jwk,
    /// What the authority last said.
    pub(crate) status: StoredStatus,
    /// When it said so.
    pub(crate) status_at: Option<i64>,
    /// The newest version that the authority named.
    pub(crate) newest_version: u64,
    /// Why the authority gives out nothing more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<StoredEnd>,
    /// How often an older version than the one held here came, and was passed over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) older_seen: u32,
}

impl CardState {
    /// There is a newer version at the authority.
    pub(crate) fn is_superseded(&self) -> bool {
        self.newest_version > self.version
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// The stored form of [`CardStatus`](super::CardStatus).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredStatus {
    Unknown,
    Valid,
    EmployerChangePending,
    Suspended,
    Revoked,
}

/// One credential with its device key. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CredentialRecord {
    pub(crate) key: DeviceKey,
    /// Show sessions that used it.
    pub(crate) uses: u32,
    /// The last one, seconds since 1970.
    pub(crate) last_used: i64,
    /// The key store did not know its key any more; tried last.
    pub(crate) key_lost: bool,
    /// The verifier that it was last shown to by that one's own audience: it gets the same one again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reader: Option<String>,
    /// Seconds since 1970.
    pub(crate) expires_at: i64,
    /// The tagged SD-CWT with all disclosures.
    #[serde(with = "base64url")]
    pub(crate) bytes: Vec<u8>,
}

impl CredentialRecord {
    /// Never shown, alive, and its key is there as far as anybody knows.
    pub(crate) fn is_unused(&self, now: i64) -> bool {
        self.uses == 0 && !self.key_lost && self.expires_at > now
    }
}

impl fmt::Debug for CredentialRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialRecord")
            .field("uses", &self.uses)
            .finish_non_exhaustive()
    }
}

mod base64url {
    use super::*;

    pub(super) fn serialize<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| serde::de::Error::custom("no base64url"))
    }
}

/// The signed card and what is known about it.
pub(crate) fn card(tx: &ReadTx<'_>) -> Result<Option<(Vec<u8>, CardState)>, VaultError> {
    let bytes = tx.get(Table::Card, CARD)?;
    let state = get_json(tx, Table::Card, CARD_STATE)?;
    match (bytes, state) {
        (Some(bytes), Some(state)) => Ok(Some((bytes, state))),
        (None, None) => Ok(None),
        _ => Err(VaultError::Corrupt),
    }
}

pub(crate) fn put_card(tx: &mut WriteTx<'_>, bytes: &[u8], state: &CardState) -> Result<(), VaultError> {
    tx.put(Table::Card, CARD, bytes)?;
    put_card_state(tx, state)
}

pub(crate) fn put_card_state(tx: &mut WriteTx<'_>, state: &CardState) -> Result<(), VaultError> {
    put_json(tx, Table::Card, CARD_STATE, state)
}

/// Keeps why the authority gives out nothing more, where there is a card. Most of the time there is nothing to write.
pub(crate) fn put_end(tx: &mut WriteTx<'_>, end: Option<StoredEnd>) -> Result<(), VaultError> {
    match card(tx)? {
        Some((_, mut state)) if state.end != end => {
            state.end = end;
            put_card_state(tx, &state)
        }
        _ => Ok(()),
    }
}

pub(crate) fn portrait(tx: &ReadTx<'_>) -> Result<Option<Vec<u8>>, VaultError> {
    tx.get(Table::Portrait, PORTRAIT)
}

pub(crate) fn put_portrait(tx: &mut WriteTx<'_>, bytes: &[u8]) -> Result<(), VaultError> {
    tx.put(Table::Portrait, PORTRAIT, bytes)
}

/// All credentials, in the order of their keys' names.
pub(crate) fn credentials(tx: &ReadTx<'_>) -> Result<Vec<CredentialRecord>, VaultError> {
    tx.list(Table::Credential)?
        .iter()
        .map(|(_, value)| serde_json::from_slice(value).map_err(|_| VaultError::Corrupt))
        .collect()
}

/// How many credentials were never shown and still live.
pub(crate) fn unused(credentials: &[CredentialRecord], now: i64) -> u32 {
    let unused = credentials
        .iter()
        .filter(|credential| credential.is_unused(now))
        .count();
    u32::try_from(unused).unwrap_or(u32::MAX)
}

pub(crate) fn put_credential(tx: &mut WriteTx<'_>, credential: &CredentialRecord) -> Result<(), VaultError> {
    put_json(tx, Table::Credential, credential.key.key_id.as_bytes(), credential)
}

/// Puts a batch in place of the one before.
pub(crate) fn replace_credentials(tx: &mut WriteTx<'_>, batch: &[CredentialRecord]) -> Result<(), VaultError> {
    tx.clear(Table::Credential)?;
    batch.iter().try_for_each(|credential| put_credential(tx, credential))
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
        let state = CardState {
            version: 3,
            test: true,
            issuer_key: Jwk::from_public_key(&key().public),
            status: StoredStatus::Suspended,
            status_at: Some(9),
            newest_version: 4,
            end: None,
            older_seen: 0,
        };
        let json = concat!(
            r#"{"version":3,"test":true,"issuer_key":{"kty":"EC","crv":"P-256","#,
            r#""x":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","y":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"},"#,
            r#""status":"suspended","status_at":9,"newest_version":4}"#
        );
        frozen(&state, json);
        let ended = CardState {
            end: Some(StoredEnd::ConsentWithdrawn),
            older_seen: 2,
            ..state
        };
        let json = json.replace(
            r#""newest_version":4"#,
            r#""newest_version":4,"end":"consent_withdrawn","older_seen":2"#,
        );
        frozen(&ended, &json);
        let credential = CredentialRecord {
            key: key(),
            uses: 1,
            last_used: 5,
            key_lost: false,
            reader: None,
            expires_at: 8,
            bytes: vec![0xfb, 0xff, 0],
        };
        let json = format!(r#"{{"key":{KEY},"uses":1,"last_used":5,"key_lost":false,"expires_at":8,"bytes":"-_8A"}}"#);
        frozen(&credential, &json);
        let shown = CredentialRecord {
            reader: Some("gate-7".into()),
            ..credential
        };
        let json = json.replace(r#""expires_at""#, r#""reader":"gate-7","expires_at""#);
        frozen(&shown, &json);
    }
}
