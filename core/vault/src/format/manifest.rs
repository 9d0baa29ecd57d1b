//! The sealed manifest: what the file has to hold, so that nothing can be hidden or put back unseen.
//!
//! Inside its seal: `01 || epoch u64 || generation u64 || count u64 || hash 32 || log count u64 || last log MAC 32`.
//! The hash is SHA-256 over the entries in ascending order, each `table u8 || row id 32 || generation u64 || tag 16`.
//! The disclosure log is covered by its count and last MAC alone: an entry costs the same however long the log is.

use std::collections::BTreeMap;

use permitcard_crypto::{hash::sha256, mac::hmac_sha256};

use super::{
    Place,
    keys::Keys,
    record::{self, Tag},
};
use crate::{Table, VaultError};

const FORMAT: u8 = 1;
const LENGTH: usize = 1 + 8 + 8 + 8 + 32 + 8 + 32;
const PLACE: Place<'static> = Place {
    table: "manifest",
    id: &[],
    generation: 0,
};

pub(crate) type RowId = [u8; 32];
pub(crate) type Mac = [u8; 32];

/// The row id of a record: HMAC of its key.
pub(crate) fn row_id(keys: &Keys, table: Table, key: &[u8]) -> RowId {
    hmac_sha256(keys.idx(table.name()).as_slice(), &[key])
}

/// The MAC of a log entry, over the MAC before it and the sealed entry. Both have one length each for a given entry.
pub(crate) fn log_mac(key: &[u8; 32], before: &Mac, sealed: &[u8]) -> Mac {
    hmac_sha256(key, &[before, sealed])
}

/// Which version of a record is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub generation: u64,
    pub tag: Tag,
}

/// The records that the file has to hold.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Index(BTreeMap<(u8, RowId), Stamp>);

impl Index {
    pub fn get(&self, table: Table, id: &RowId) -> Option<Stamp> {
        self.0.get(&(table.number(), *id)).copied()
    }

    /// Adds a record; tells whether it was there before.
    pub fn insert(&mut self, table: u8, id: RowId, stamp: Stamp) -> bool {
        self.0.insert((table, id), stamp).is_some()
    }

    pub fn remove(&mut self, table: Table, id: &RowId) {
        self.0.remove(&(table.number(), *id));
    }

    pub fn rows(&self) -> impl Iterator<Item = (u8, &RowId)> {
        self.0.keys().map(|(table, id)| (*table, id))
    }

    pub fn rows_of(&self, table: Table) -> impl Iterator<Item = (&RowId, Stamp)> {
        self.0
            .range((table.number(), [0; 32])..=(table.number(), [0xff; 32]))
            .map(|((_, id), stamp)| (id, *stamp))
    }

    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    pub fn hash(&self) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(self.0.len() * (1 + 32 + 8 + 16));
        for ((table, id), stamp) in &self.0 {
            bytes.push(*table);
            bytes.extend_from_slice(id);
            bytes.extend_from_slice(&stamp.generation.to_be_bytes());
            bytes.extend_from_slice(&stamp.tag);
        }
        sha256(&bytes)
    }
}

/// What is inside the seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// Moves on with every change of the wrapping key.
    pub epoch: u64,
    /// Moves on with every transaction that changed something.
    pub generation: u64,
    pub count: u64,
    pub hash: [u8; 32],
    pub log_count: u64,
    pub log_mac: Mac,
}

impl Manifest {
    /// The manifest of a vault that was just made.
    pub fn first() -> Self {
        let index = Index::default();
        Self {
            epoch: 1,
            generation: 1,
            count: index.count(),
            hash: index.hash(),
            log_count: 0,
            log_mac: [0; 32],
        }
    }

    pub fn covers(&self, index: &Index) -> bool {
        self.count == index.count() && self.hash == index.hash()
    }

    pub fn seal(&self, keys: &Keys) -> Result<Vec<u8>, VaultError> {
        record::seal(&keys.manifest()?, &PLACE, &self.encode())
    }

    pub fn open(keys: &Keys, sealed: &[u8]) -> Result<Self, VaultError> {
        let content = record::open(&keys.manifest()?, &PLACE, sealed)?;
        Self::decode(&content).ok_or(VaultError::Corrupt)
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(LENGTH);
        out.push(FORMAT);
        out.extend_from_slice(&self.epoch.to_be_bytes());
        out.extend_from_slice(&self.generation.to_be_bytes());
        out.extend_from_slice(&self.count.to_be_bytes());
        out.extend_from_slice(&self.hash);
        out.extend_from_slice(&self.log_count.to_be_bytes());
        out.extend_from_slice(&self.log_mac);
        out
    }

    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&[FORMAT])?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (generation, rest) = rest.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let (hash, rest) = rest.split_first_chunk()?;
        let (log_count, rest) = rest.split_first_chunk()?;
        Some(Self {
            epoch: u64::from_be_bytes(*epoch),
            generation: u64::from_be_bytes(*generation),
            count: u64::from_be_bytes(*count),
            hash: *hash,
            log_count: u64::from_be_bytes(*log_count),
            log_mac: rest.try_into().ok()?,
        })
    }
}
