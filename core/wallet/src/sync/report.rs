use crate::held::{CardEnd, CardStatus, FieldChange};

/// What a sync did and found.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// A printed permit was fetched, for the first time or anew: the one kept before has little time left, or is of
    /// another version of the card.
    pub printed_renewed: bool,
    /// The application was decided: the card came with this sync.
    pub application_decided: bool,
    /// The authority answered with an older version than the wallet holds; it was passed over.
    pub older_version_seen: bool,
}
