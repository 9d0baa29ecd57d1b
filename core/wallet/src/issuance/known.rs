//! What is kept of the trust list: enough never to go back (design 4.4).

use permitcard_credential::cose::Jwk;
use permitcard_credential::snapshot::{Roots, Snapshot};
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_vault::{ReadTx, Table, VaultError, WriteTx};
use serde::{Deserialize, Serialize};

use crate::base::store::{get_json, put_json};
use crate::error::CheckCode;

const STATE: &[u8] = b"state";

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustState {
    serial: u64,
    /// Missing as long as the root never changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<ChangedRoot>,
    /// The thumbprint (RFC 7638) of the root key that the last client file gave; missing in older vaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given: Option<String>,
    /// The thumbprints of root keys that client files gave before and do not give any more, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    left: Vec<String>,
}

/// The most root keys that are remembered as left.
const LEFT: usize = 16;

impl TrustState {
    /// An older client file gives this key: a newer one replaced it, and whoever holds it now may be a thief.
    fn was_left(&self, given: &Jwk) -> bool {
        self.left.contains(&given.thumbprint())
    }

    /// Notes which root key the client file gives.
    fn note_given(&mut self, given: &Jwk) {
        let named = given.thumbprint();
        let before = self.given.replace(named.clone());
        // Of an older vault only a change tells which key was given.
        let before = before.or_else(|| Some(self.root.as_ref()?.given.thumbprint()));
        if let Some(before) = before.filter(|before| *before != named) {
            self.left.push(before);
            if self.left.len() > LEFT {
                self.left.remove(0);
            }
        }
    }
}

/// What the root key was changed to. It goes with one given key: a client file with another one begins anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangedRoot {
    given: Jwk,
    current: Jwk,
}

/// What new lists are compared with.
pub(super) struct Known {
    /// The highest serial; `None` before the first list.
    pub(super) serial: Option<u64>,
    pub(super) roots: Roots,
    /// The client file is older than one that was used before: nothing under its root key counts.
    pub(super) is_older: bool,
}

impl Known {
    /// For the root key of the client file.
    pub(super) fn stored(tx: &ReadTx<'_>, given: &PublicKey) -> Result<Self, VaultError> {
        Self::of(state(tx)?, given)
    }

    fn of(state: Option<TrustState>, given: &PublicKey) -> Result<Self, VaultError> {
        let serial = state.as_ref().map(|state| state.serial);
        let named = Jwk::from_public_key(given);
        let is_older = state.as_ref().is_some_and(|state| state.was_left(&named));
        let changed = match state.and_then(|state| state.root) {
            Some(root) if root.given == named => Some(root.current.to_public_key().map_err(|_| VaultError::Corrupt)?),
            _ => None,
        };
        let roots = Roots::new(given.clone(), changed);
        Ok(Self {
            serial,
            roots,
            is_older,
        })
    }
}

fn state(tx: &ReadTx<'_>) -> Result<Option<TrustState>, VaultError> {
    get_json(tx, Table::Trust, STATE)
}

/// Keeps serial and root of a checked list. The code says that a list in between replaced its root.
pub(super) fn keep(
    tx: &mut WriteTx<'_>,
    given: &PublicKey,
    snapshot: &Snapshot,
) -> Result<Result<(), CheckCode>, VaultError> {
    let before = state(tx)?;
    let after = match raised(before.clone(), given, snapshot)? {
        Ok(after) => after,
        Err(code) => return Ok(Err(code)),
    };
    // Most lists bring nothing new.
    if before.as_ref() != Some(&after) {
        put_json(tx, Table::Trust, STATE, &after)?;
    }
    Ok(Ok(()))
}

fn raised(
    before: Option<TrustState>,
    given: &PublicKey,
    snapshot: &Snapshot,
) -> Result<Result<TrustState, CheckCode>, VaultError> {
    let known = Known::of(before.clone(), given)?;
    if known.is_older || !known.roots.accepts(snapshot) {
        return Ok(Err(CheckCode::TrustListInvalid));
    }
    let mut state = before.unwrap_or_default();
    state.serial = state.serial.max(snapshot.serial());
    state.note_given(&Jwk::from_public_key(given));
    if snapshot.root() != known.roots.current() {
        state.root = Some(ChangedRoot {
            given: Jwk::from_public_key(given),
            current: Jwk::from_public_key(snapshot.root()),
        });
    }
    Ok(Ok(state))
}

#[cfg(test)]
mod tests;
