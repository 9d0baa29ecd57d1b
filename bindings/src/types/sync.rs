use std::fmt;

use permitcard_wallet as core;

use super::{CardEnd, CardStatus, Field};

/// What a sync did and found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SyncReport {
    /// The authority's time, seconds since 1970.
    pub at: i64,
    /// The version of the card that the wallet holds now.
    pub card_version: u64,
    /// The card was replaced by a newer version.
    pub new_version: bool,
    /// What differs between the old version and the new one.
    pub changes: Vec<FieldChange>,
    /// The card's status.
    pub status: CardStatus,
    /// Why the card has ended, if it has: it is only looked at from now on.
    pub end: Option<CardEnd>,
    /// The status differs from the one of the last sync.
    pub status_changed: bool,
    /// The batch of credentials was replaced.
    pub renewed: bool,
    /// New credentials or a new version wait for the user: call sync again with a prompt.
    pub needs_user: bool,
    /// Credentials that were never shown.
    pub credentials_left: u32,
    /// Stored requests that were delivered now.
    pub delivered: u32,
    /// A printed permit was fetched, for the first time or anew.
    pub printed_renewed: bool,
    /// The application was decided: the card came with this sync.
    pub application_decided: bool,
    /// The authority answered with an older version than the wallet holds; it was passed over.
    pub older_version_seen: bool,
}

impl From<core::SyncReport> for SyncReport {
    fn from(report: core::SyncReport) -> Self {
        let core::SyncReport {
            at,
            card_version,
            new_version,
            changes,
            status,
            end,
            status_changed,
            renewed,
            needs_user,
            credentials_left,
            delivered,
            printed_renewed,
            application_decided,
            older_version_seen,
        } = report;
        Self {
            at,
            card_version,
            new_version,
            changes: changes.into_iter().map(Into::into).collect(),
            status: status.into(),
            end: end.map(Into::into),
            status_changed,
            renewed,
            needs_user,
            credentials_left,
            delivered,
            printed_renewed,
            application_decided,
            older_version_seen,
        }
    }
}

/// One field that changed. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct FieldChange {
    /// The field.
    pub field: Field,
    /// The id of the sentence that says it. It takes the arguments `before` and `after`, and `field`, the word for the field,
    /// where the field came or went.
    pub message_id: String,
    /// Its value before; none if it was not there.
    pub before: Option<String>,
    /// Its value now; none if it is gone.
    pub after: Option<String>,
}

impl fmt::Debug for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FieldChange").field(&self.field).finish()
    }
}

impl From<core::FieldChange> for FieldChange {
    fn from(change: core::FieldChange) -> Self {
        let message_id = change.message_id();
        let core::FieldChange { field, before, after } = change;
        Self {
            message_id,
            field: field.into(),
            before,
            after,
        }
    }
}
