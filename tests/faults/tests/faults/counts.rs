//! What the authority did, counted from outside: the rows of its database.

use std::{collections::BTreeMap, path::Path};

use rusqlite::{Connection, OpenFlags};

/// Rows that a repeated or later request may add: replay memory, stored answers of harmless requests, tokens that replace
/// one that grew old, lists that are signed anew. None of them is an effect on a person. Messages on their way come and go
/// by themselves; what came out of them is in the mailbox. Codes of a window come from a clerk, and not from the phone.
const NOT_COUNTED: [&str; 8] = [
    "seen",
    "answer",
    "access_token",
    "signed_list",
    "beacon",
    "outgoing",
    "window_code",
    "sqlite_sequence",
];

/// Rows by table.
pub type Counts = BTreeMap<String, i64>;

/// What is right.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The most rows at any moment.
    pub most: Counts,
    /// The rows at the end.
    pub end: Counts,
}

/// An eye on the authority's database.
pub struct Ledger(Connection);

impl Ledger {
    pub fn open(data_dir: &Path) -> Self {
        let path = data_dir.join("authority.db");
        Self(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap())
    }

    pub fn counts(&self) -> Counts {
        let mut tables = self
            .0
            .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
            .unwrap();
        let names: Vec<String> = tables
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let counted = names.into_iter().filter(|name| !NOT_COUNTED.contains(&name.as_str()));
        counted
            .map(|name| {
                let rows = self
                    .0
                    .query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0))
                    .unwrap();
                (name, rows)
            })
            .collect()
    }

    /// Copies that a verifier takes, by the version of their card.
    pub fn good_copies(&self) -> BTreeMap<u64, u64> {
        let mut good = self
            .0
            .prepare(
                "SELECT batch.card_version, count(*) FROM credential JOIN batch ON batch.id = credential.batch
                 WHERE credential.status = 0 GROUP BY batch.card_version",
            )
            .unwrap();
        let rows = good.query_map([], |row| {
            Ok((row.get::<_, u32>(0)?.into(), row.get::<_, u32>(1)?.into()))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// Grants that are not ended.
    pub fn live_grants(&self) -> i64 {
        self.0
            .query_row("SELECT count(*) FROM permit_grant WHERE ended = 0", [], |row| {
                row.get(0)
            })
            .unwrap()
    }
}
