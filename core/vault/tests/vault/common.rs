use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use permitcard_platform::file_keys::FileKeys;
use permitcard_vault::{OpenError, OutboxEntry, Record, Table, Vault, VaultError, open_with};
use tempfile::TempDir;

/// A folder with a vault file and a key store.
pub struct Home {
    dir: TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The file `wallet.db` with `suffix` behind its name.
    pub fn file(&self, suffix: &str) -> PathBuf {
        self.dir().join(format!("wallet.db{suffix}"))
    }

    pub fn keys(&self) -> FileKeys {
        keys(self.dir())
    }

    pub fn open(&self) -> Result<Vault, OpenError> {
        open(self.dir())
    }

    /// The names of all files beside the key store's folder.
    pub fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(self.dir())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "keys")
            .collect();
        names.sort();
        names
    }

    /// Opens the file with nothing but SQLite.
    pub fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.file("")).unwrap()
    }
}

pub fn keys(dir: &Path) -> FileKeys {
    FileKeys::open(&dir.join("keys")).unwrap()
}

pub fn open(dir: &Path) -> Result<Vault, OpenError> {
    open_with(&dir.join("wallet.db"), &keys(dir))
}

/// All that a vault holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    pub records: BTreeMap<Table, Vec<Record>>,
    pub outbox: Vec<OutboxEntry>,
    pub log: Vec<Vec<u8>>,
}

impl Content {
    /// Reads everything, each record by both ways.
    pub fn of(vault: &Vault) -> Result<Self, VaultError> {
        vault.read(|tx| {
            let mut content = Self {
                outbox: tx.outbox()?,
                log: tx.read_log()?,
                ..Self::default()
            };
            for table in Table::ALL {
                let records = tx.list(*table)?;
                for (key, value) in &records {
                    assert_eq!(tx.get(*table, key)?.as_ref(), Some(value));
                }
                content.records.insert(*table, records);
            }
            Ok(content)
        })
    }

    /// Whether something of `self` is not in `other`.
    pub fn has_more_than(&self, other: &Self) -> bool {
        self.log.len() > other.log.len()
            || self.outbox.len() > other.outbox.len()
            || self
                .records
                .iter()
                .any(|(table, records)| records.len() > other.records[table].len())
    }
}

/// Fills a vault with a little of everything.
pub fn fill(vault: &Vault) {
    vault
        .write(|tx| {
            tx.put(Table::Setting, b"language", b"en")?;
            tx.put(Table::Card, b"1", &[1; 700])?;
            tx.put(Table::Portrait, b"1", &[2; 5000])?;
            tx.put(Table::Credential, b"a", &[3; 300])?;
            tx.put(Table::Credential, b"b", &[4; 300])?;
            tx.append_log(b"first")?;
            tx.append_log(b"second")
        })
        .unwrap();
    vault
        .write(|tx| {
            tx.put(Table::Setting, b"language", b"zh")?;
            tx.append_log(b"third")?;
            tx.put_outbox(&outbox_entry("op-1"))
        })
        .unwrap();
}

pub fn outbox_entry(op_id: &str) -> OutboxEntry {
    OutboxEntry {
        op_id: op_id.to_owned(),
        kind: "answer".to_owned(),
        body: b"body".to_vec(),
        created: 1_800_000_000,
        attempts: 0,
        not_before: 0,
    }
}

/// Small and repeatable random numbers (xorshift64*); the seed stands in the test.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }
}
