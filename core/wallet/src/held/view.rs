use std::fmt;

use permitcard_credential::permit::card::{self, Card};
use permitcard_vault::{ReadTx, VaultError};

use super::end::{CardEnd, end};
use super::field::FieldValue;
use super::fields::card_fields;
use super::record::{self, CardState, StoredStatus};

/// What the authority last said about the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardStatus {
    /// Never asked.
    Unknown,
    /// Valid.
    Valid,
    /// Valid, and a change of employer is being decided: verifiers with a fresh snapshot are told so.
    EmployerChangePending,
    /// Suspended: verifiers with a fresh snapshot refuse it.
    Suspended,
    /// Revoked or cancelled, for good.
    Revoked,
}

/// The card. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct CardView {
    /// The version; rises with every change.
    pub version: u64,
    /// 1: permit only; 2: social security services as well.
    pub tier: u8,
    /// A test card: every screen that shows it says so.
    pub test: bool,
    /// The issuer's logical name.
    pub issuer: String,
    /// When the authority signed this version, seconds since 1970.
    pub issued_at: i64,
    /// All fields of the card, in the order of [`crate::Field::ALL`].
    pub fields: Vec<FieldValue>,
    /// There is a portrait: see [`crate::Wallet::portrait`].
    pub has_portrait: bool,
    /// What the authority last said.
    pub status: CardStatus,
    /// When it said so, seconds since 1970.
    pub status_at: Option<i64>,
    /// A newer version exists at the authority; sync with a prompt to get it. The copies of this one may be revoked because
    /// of it: that is no end of the card.
    pub superseded: bool,
    /// Why the card has ended, if it has: it is only looked at, and not shown to anybody.
    pub end: Option<CardEnd>,
    /// How often an older version than the one held here came from the authority, and was passed over.
    pub older_versions_seen: u32,
    /// Credentials that were never shown.
    pub credentials_left: u32,
    /// When the last credential ends, seconds since 1970.
    pub credentials_expire_at: i64,
}

impl fmt::Debug for CardView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardView")
            .field("version", &self.version)
            .field("tier", &self.tier)
            .field("test", &self.test)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// The picture of the card. `Debug` shows no byte.
#[derive(Clone, PartialEq, Eq)]
pub struct PortraitView {
    /// The encoded picture.
    pub bytes: Vec<u8>,
    /// Such as `image/webp`.
    pub media_type: String,
}

impl fmt::Debug for PortraitView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortraitView")
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}

/// The stored card with its signed content; read anew, for nothing personal is kept in memory.
pub(crate) fn stored_card(bytes: &[u8], state: &CardState) -> Result<Card, VaultError> {
    let key = state.issuer_key.to_public_key().map_err(|_| VaultError::Corrupt)?;
    card::parse(bytes, &key).map_err(|_| VaultError::Corrupt)
}

/// The view of the stored card.
pub(crate) fn card_view(tx: &ReadTx<'_>, now: i64) -> Result<Option<CardView>, VaultError> {
    let Some((bytes, state)) = record::card(tx)? else {
        return Ok(None);
    };
    let card = stored_card(&bytes, &state)?;
    let credentials = record::credentials(tx)?;
    Ok(Some(CardView {
        version: card.version,
        tier: card.tier,
        test: card.permit.test,
        issuer: card.iss.clone(),
        issued_at: card.iat,
        fields: card_fields(&card),
        has_portrait: record::portrait(tx)?.is_some(),
        status: state.status.into(),
        status_at: state.status_at,
        superseded: state.is_superseded(),
        end: end(&state, card.permit.valid_until.ends_at(), now),
        older_versions_seen: state.older_seen,
        credentials_left: record::unused(&credentials, now),
        credentials_expire_at: credentials
            .iter()
            .map(|credential| credential.expires_at)
            .max()
            .unwrap_or_default(),
    }))
}

/// The stored portrait.
pub(crate) fn portrait_view(tx: &ReadTx<'_>) -> Result<Option<PortraitView>, VaultError> {
    let (Some((bytes, state)), Some(portrait)) = (record::card(tx)?, record::portrait(tx)?) else {
        return Ok(None);
    };
    let format = stored_card(&bytes, &state)?.portrait_format.media_type().to_owned();
    Ok(Some(PortraitView {
        bytes: portrait,
        media_type: format,
    }))
}

impl From<StoredStatus> for CardStatus {
    fn from(stored: StoredStatus) -> Self {
        match stored {
            StoredStatus::Unknown => Self::Unknown,
            StoredStatus::Valid => Self::Valid,
            StoredStatus::EmployerChangePending => Self::EmployerChangePending,
            StoredStatus::Suspended => Self::Suspended,
            StoredStatus::Revoked => Self::Revoked,
        }
    }
}
