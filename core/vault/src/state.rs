use rusqlite::{Connection, OptionalExtension};

use crate::{
    VaultError,
    connection::sql,
    format::{
        keys::Keys,
        manifest::{Index, Mac, Manifest, RowId, Stamp},
        record::Tag,
    },
    mark::Reached,
    schema::KeySlot,
};

/// The manifest and the index that it covers, checked against the whole file once and then kept: as long as the sealed
/// manifest in the file stays the same, every record is checked against this index when it is read.
pub(crate) struct State {
    pub manifest: Manifest,
    pub sealed: Vec<u8>,
    pub index: Index,
}

impl State {
    /// The state of the file now: `cached` where nothing changed it, else read and checked anew.
    pub fn current(
        connection: &Connection,
        keys: &Keys,
        cached: Option<Self>,
        reached: Reached,
    ) -> Result<Self, VaultError> {
        let sealed = sealed_manifest(connection)?;
        if let Some(state) = cached.filter(|state| state.sealed == sealed) {
            return Ok(state);
        }
        let state = Self::load(connection, keys, sealed)?;
        if state.reached() < reached {
            return Err(VaultError::RolledBack);
        }
        Ok(state)
    }

    pub fn reached(&self) -> Reached {
        Reached {
            epoch: self.manifest.epoch,
            generation: self.manifest.generation,
        }
    }

    fn load(connection: &Connection, keys: &Keys, sealed: Vec<u8>) -> Result<Self, VaultError> {
        let manifest = Manifest::open(keys, &sealed)?;
        let slot = KeySlot::read(connection)?.ok_or(VaultError::Corrupt)?;
        if slot.created_epoch != manifest.epoch {
            return Err(if slot.created_epoch < manifest.epoch {
                VaultError::RolledBack
            } else {
                VaultError::Corrupt
            });
        }
        let index = scan_table(connection)?;
        if !manifest.covers(&index) || !index_agrees(connection, &index)? || !log_agrees(connection, &manifest)? {
            return Err(VaultError::Corrupt);
        }
        Ok(Self {
            manifest,
            sealed,
            index,
        })
    }
}

/// The bytes of the sealed manifest.
pub(crate) fn sealed_manifest(connection: &Connection) -> Result<Vec<u8>, VaultError> {
    connection
        .prepare_cached("SELECT blob FROM manifest WHERE id = 1")
        .and_then(|mut query| query.query_row([], |row| row.get(0)).optional())
        .map_err(sql)?
        .ok_or(VaultError::Corrupt)
}

/// Reads the table from end to end, without its index.
fn scan_table(connection: &Connection) -> Result<Index, VaultError> {
    let mut query = connection
        .prepare("SELECT tbl, rid, generation, substr(blob, -16) FROM record NOT INDEXED")
        .map_err(sql)?;
    let mut rows = query.query([]).map_err(sql)?;
    let mut index = Index::default();
    while let Some(row) = rows.next().map_err(sql)? {
        let table: u8 = row.get(0).map_err(sql)?;
        let id: RowId = row.get(1).map_err(sql)?;
        let generation: i64 = row.get(2).map_err(sql)?;
        let generation = u64::try_from(generation).map_err(|_| VaultError::Corrupt)?;
        let tag: Tag = row.get(3).map_err(sql)?;
        if index.insert(table, id, Stamp { generation, tag }) {
            return Err(VaultError::Corrupt);
        }
    }
    Ok(index)
}

/// Whether a look-up by key finds what the scan of the table found. A changed key in one of the two trees hides a
/// record from one of them only.
fn index_agrees(connection: &Connection, index: &Index) -> Result<bool, VaultError> {
    let mut query = connection
        .prepare("SELECT tbl, rid FROM record INDEXED BY record_key ORDER BY tbl, rid")
        .map_err(sql)?;
    let mut rows = query.query([]).map_err(sql)?;
    let mut expected = index.rows();
    while let Some(row) = rows.next().map_err(sql)? {
        let (table, id): (u8, RowId) = (row.get(0).map_err(sql)?, row.get(1).map_err(sql)?);
        if expected.next() != Some((table, &id)) {
            return Ok(false);
        }
    }
    Ok(expected.next().is_none())
}

/// Whether the log ends where the manifest says. Its middle is checked when it is read.
fn log_agrees(connection: &Connection, manifest: &Manifest) -> Result<bool, VaultError> {
    let last: Option<(i64, Mac)> = connection
        .query_row("SELECT seq, mac FROM log ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
        .map_err(sql)?;
    Ok(match last {
        None => manifest.log_count == 0,
        Some((seq, mac)) => u64::try_from(seq) == Ok(manifest.log_count) && mac == manifest.log_mac,
    })
}
