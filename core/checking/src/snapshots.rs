//! The snapshot in use: taken in, given out, looked at. Root, serial and the times of its lists never go back.

use std::sync::Arc;

use permitcard_credential::{
    cose::{decode_key, encode_key},
    snapshot::{Roots, Snapshot},
};
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_platform::ClockReading;
use permitcard_vault::{ReadTx, Table, VaultError, WriteTx};

use crate::{
    Checker, CheckingError,
    checker::{TIME, decode_time, record_key},
    floor::SnapshotFloor,
    time::TimeFloor,
};

/// What is known about the snapshot in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotInfo {
    /// The serial of its trust list.
    pub serial: u64,
    /// When its trust list was issued, seconds since 1970.
    pub issued_at: i64,
    /// The last second in which its trust list counts.
    pub expires_at: i64,
    /// Seconds after which a newer one should be fetched.
    pub ttl_s: u64,
    /// When a newer one should be fetched, seconds since 1970: at the end of the first `ttl` of all its lists.
    pub refresh_at: i64,
    /// Its status lists.
    pub status_lists: Vec<StatusListInfo>,
    /// Lists in the file that do not count, because no listed key may have signed them.
    pub ignored: usize,
}

/// What is known about one status list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusListInfo {
    /// Its logical name.
    pub uri: String,
    /// When it was issued, seconds since 1970.
    pub issued_at: i64,
    /// The last second in which it counts.
    pub expires_at: i64,
}

impl Checker {
    /// Takes in a snapshot file. Its root, its serial and the times of its lists never go back.
    ///
    /// # Errors
    /// [`CheckingError::Snapshot`], [`CheckingError::RootRolledBack`], [`CheckingError::SerialRolledBack`],
    /// [`CheckingError::ListRolledBack`], [`CheckingError::Vault`]. The snapshot before stays in use.
    pub fn snapshot_import(&self, file: &[u8]) -> Result<(), CheckingError> {
        let reading = self.reading()?;
        let mut state = self.state();
        let now_s = state.time.time(&reading).now_s;
        // All that must not go back is read inside of the transaction: another process may have raised it.
        let taken = self.vault().write(|tx| {
            let roots = stored_roots(tx, self.root())?;
            let snapshot = match roots.parse(file, now_s) {
                Ok(snapshot) => snapshot,
                Err(error) => return Ok(Err(error.into())),
            };
            let time = store(tx, self.root(), &roots, file, &snapshot, &reading)?;
            Ok(time.map(|time| (snapshot, time)))
        })?;
        let (snapshot, time) = taken?;
        state.snapshot = Some(Arc::new(snapshot));
        state.time = time;
        Ok(())
    }

    /// Reads a snapshot file that is not taken in. With `within_floor` it must not go back behind what was.
    pub(crate) fn snapshot_read(&self, file: &[u8], now_s: i64, within_floor: bool) -> Result<Snapshot, CheckingError> {
        let (roots, floor) = self
            .vault()
            .read(|tx| Ok((stored_roots(tx, self.root())?, stored_floor(tx, self.root())?)))?;
        let snapshot = roots.parse(file, now_s)?;
        if within_floor {
            floor.raise(&snapshot)?;
        }
        Ok(snapshot)
    }

    /// The stored snapshot file, to carry to a verifier without network.
    ///
    /// # Errors
    /// [`CheckingError::SnapshotMissing`], [`CheckingError::Vault`].
    pub fn snapshot_export(&self) -> Result<Vec<u8>, CheckingError> {
        let key = record_key(b"snapshot", self.root());
        self.vault()
            .read(|tx| tx.get(Table::Trust, &key))?
            .ok_or(CheckingError::SnapshotMissing)
    }

    /// What is known about the snapshot in use; `None` before the first one.
    pub fn snapshot_info(&self) -> Option<SnapshotInfo> {
        let snapshot = self.state().snapshot.clone()?;
        Some(SnapshotInfo {
            serial: snapshot.serial(),
            issued_at: snapshot.issued_at(),
            expires_at: snapshot.expires_at(),
            ttl_s: snapshot.trust_list().ttl_s,
            refresh_at: snapshot.refresh_at(),
            status_lists: snapshot
                .status_lists()
                .map(|list| StatusListInfo {
                    uri: list.uri.to_owned(),
                    issued_at: list.issued_at,
                    expires_at: list.expires_at,
                })
                .collect(),
            ignored: snapshot.ignored(),
        })
    }
}

/// The root key of the client file, and the one that the newest snapshot ended with.
pub(crate) fn stored_roots(tx: &ReadTx<'_>, given: &PublicKey) -> Result<Roots, VaultError> {
    let changed = match tx.get(Table::Trust, &record_key(b"root", given))? {
        Some(record) => Some(decode_key(&record).map_err(|_| VaultError::Corrupt)?),
        None => None,
    };
    Ok(Roots::new(given.clone(), changed))
}

fn stored_floor(tx: &ReadTx<'_>, root: &PublicKey) -> Result<SnapshotFloor, VaultError> {
    match tx.get(Table::Trust, &record_key(b"floor", root))? {
        Some(record) => SnapshotFloor::decode(&record).map_err(|_| VaultError::Corrupt),
        None => Ok(SnapshotFloor::default()),
    }
}

fn store(
    tx: &mut WriteTx<'_>,
    root: &PublicKey,
    roots: &Roots,
    file: &[u8],
    snapshot: &Snapshot,
    reading: &ClockReading,
) -> Result<Result<TimeFloor, CheckingError>, VaultError> {
    let floor = match stored_floor(tx, root)?.raise(snapshot) {
        Ok(floor) => floor,
        Err(error) => return Ok(Err(error)),
    };
    let mut time = decode_time(tx.get(Table::Setting, TIME)?)?;
    time.raise(snapshot.newest_time(), reading);
    if snapshot.root() != roots.current() {
        tx.put(Table::Trust, &record_key(b"root", root), &encode_key(snapshot.root()))?;
    }
    tx.put(Table::Trust, &record_key(b"floor", root), &floor.encode())?;
    tx.put(Table::Trust, &record_key(b"snapshot", root), file)?;
    tx.put(Table::Setting, TIME, &time.encode())?;
    Ok(Ok(time))
}
