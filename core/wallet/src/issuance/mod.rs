//! Issuance (design 4.2): token, nonce, keys, credentials, card, portrait, all checks, then one transaction.

mod attempt;
mod batch;
mod checks;
mod client;
mod exports;
mod known;
mod pending;
mod printed;
mod proofs;
mod record;
mod trust;

use permitcard_protocol::WireCode;
use permitcard_vault::{ReadTx, VaultError, WriteTx};

pub(crate) use attempt::{fetch, sweep};
pub(crate) use client::{fresh, notify, refreshed};
pub(crate) use exports::renew_exports;
pub use pending::PendingView;
pub(crate) use pending::{deferred, pending};
pub(crate) use printed::renew_printed;
pub(crate) use record::{TokenRecord, tokens};
pub(crate) use trust::{card_now, statuses};

use crate::base::keys::DeviceKey;
use crate::base::outbox::{self, Kind};

/// What a finished registration gives: the right to one card.
pub(crate) struct Grant {
    pub(crate) code: String,
    pub(crate) code_verifier: String,
    /// The transport key that all of it is bound to.
    pub(crate) key: DeviceKey,
    /// There is a card already, with tokens of an earlier registration of the same key: those give way.
    pub(crate) again: bool,
}

/// What the room above does inside of issuance's transactions.
#[derive(Clone, Copy)]
pub(crate) struct Hooks {
    /// The registration still waits for the card of this authorization code.
    pub(crate) is_granted: fn(&ReadTx<'_>, &str) -> Result<bool, VaultError>,
    /// There will be no card for this registration; gives the key that goes with it, unless it is a card's.
    pub(crate) grant_lost: fn(&mut WriteTx<'_>, WireCode) -> Result<Option<DeviceKey>, VaultError>,
    /// The card is about to be stored; `false` if nobody waits for it any more.
    pub(crate) card_stored: fn(&mut WriteTx<'_>) -> Result<bool, VaultError>,
}

impl Hooks {
    /// For a renewal, which nothing stands above.
    pub(crate) const NONE: Self = Self {
        is_granted: |_, _| Ok(false),
        grant_lost: |_, _| Ok(None),
        card_stored: |_| Ok(true),
    };
}

/// Forgets the request for tokens of a registration beside a card. Tokens that came already stay: they took the place of
/// the card's own, and without them no sync could reach the authority. The next one then brings the card of tier 2; without
/// them it brings a newer one of tier 1.
pub(crate) fn forget_grant(tx: &mut WriteTx<'_>) -> Result<(), VaultError> {
    outbox::clear(tx, Kind::Token)
}

/// Forgets tokens, a running attempt and their requests; gives the keys to destroy.
pub(crate) fn forget(tx: &mut WriteTx<'_>) -> Result<Vec<DeviceKey>, VaultError> {
    let keys = record::attempt(tx)?.map(|attempt| attempt.keys).unwrap_or_default();
    tx.clear(permitcard_vault::Table::Token)?;
    for kind in [
        Kind::Token,
        Kind::Refresh,
        Kind::Credential,
        Kind::Deferred,
        Kind::Export,
        Kind::Notification,
        // Of consents of this registration: it must not end the card of another one.
        Kind::Withdrawal,
    ] {
        outbox::clear(tx, kind)?;
    }
    Ok(keys)
}
