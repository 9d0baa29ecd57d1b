//! Damaged files: the answer is what was stored or an error, never something else and never less.

use std::{collections::BTreeMap, time::Instant};

use permitcard_vault::{Table, VaultError};

use crate::common::{Content, Home, fill};

/// What a damaged file led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Same,
    Refused(&'static str),
    Missing,
    Wrong,
}

/// A vault that was closed, or left behind by a process that died, and the bytes of its files.
pub struct Sample {
    pub home: Home,
    pub content: Content,
    pub files: BTreeMap<&'static str, Vec<u8>>,
}

impl Sample {
    /// Everything in the database file.
    pub fn closed() -> Self {
        let home = Home::new();
        let vault = home.open().unwrap();
        fill(&vault);
        let content = Content::of(&vault).unwrap();
        vault.close();
        Self::take(home, content, &["", "-lock"])
    }

    /// The last changes in the write-ahead log only, the one before them in the database file.
    fn killed() -> Self {
        let home = Home::new();
        let vault = home.open().unwrap();
        fill(&vault);
        vault.close();
        let vault = home.open().unwrap();
        vault.write(|tx| tx.put(Table::Card, b"1", b"second version")).unwrap();
        vault.write(|tx| tx.append_log(b"fourth")).unwrap();
        let content = Content::of(&vault).unwrap();
        let sample = Self::take(home, content, &["", "-lock", "-wal"]);
        vault.close();
        sample
    }

    fn take(home: Home, content: Content, names: &[&'static str]) -> Self {
        let files = names
            .iter()
            .map(|name| (*name, std::fs::read(home.file(name)).unwrap()))
            .collect();
        Self { home, content, files }
    }

    /// Puts all files back, with `bytes` in place of the file `name`, and opens the vault.
    pub fn outcome_with(&self, name: &str, bytes: &[u8]) -> Outcome {
        for suffix in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(self.home.file(suffix));
        }
        for (other, whole) in &self.files {
            std::fs::write(self.home.file(other), if *other == name { bytes } else { whole }).unwrap();
        }
        self.outcome()
    }

    pub fn outcome(&self) -> Outcome {
        let vault = match self.home.open() {
            Ok(vault) => vault,
            Err(error) => return Outcome::Refused(error.code()),
        };
        let first = self.compare(Content::of(&vault), &self.content);
        if first != Outcome::Same {
            return first;
        }
        // A file that still reads well must also take a change without losing anything.
        let mut expected = self.content.clone();
        expected
            .records
            .insert(Table::Consent, vec![(b"later".to_vec(), b"value".to_vec())]);
        if let Err(error) = vault.write(|tx| tx.put(Table::Consent, b"later", b"value")) {
            return Outcome::Refused(error.code());
        }
        drop(vault);
        match self.home.open() {
            Ok(vault) => self.compare(Content::of(&vault), &expected),
            Err(error) => Outcome::Refused(error.code()),
        }
    }

    fn compare(&self, found: Result<Content, VaultError>, expected: &Content) -> Outcome {
        match found {
            Ok(found) if found == *expected => Outcome::Same,
            Ok(found) if expected.has_more_than(&found) => Outcome::Missing,
            Ok(_) => Outcome::Wrong,
            Err(error) => Outcome::Refused(error.code()),
        }
    }

    /// Flips one bit in every `step`, starting with `from`, and counts the outcomes.
    fn flip(&self, name: &'static str, from: usize, step: usize) -> BTreeMap<Outcome, usize> {
        let start = Instant::now();
        let mut bytes = self.files[name].clone();
        let mut outcomes = BTreeMap::new();
        let mut flips = 0;
        for bit in (from..bytes.len() * 8).step_by(step) {
            bytes[bit / 8] ^= 1 << (bit % 8);
            let outcome = self.outcome_with(name, &bytes);
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(
                matches!(outcome, Outcome::Same | Outcome::Refused(_)),
                "bit {bit} of file {name:?}: {outcome:?}"
            );
            *outcomes.entry(outcome).or_default() += 1;
            flips += 1;
        }
        println!(
            "file {name:?}: {flips} flips in {} s: {outcomes:?}",
            start.elapsed().as_secs()
        );
        outcomes
    }

    fn cut(&self, name: &'static str, step: usize) {
        let whole = &self.files[name];
        let mut outcomes: BTreeMap<_, usize> = BTreeMap::new();
        for length in (0..whole.len()).step_by(step) {
            let outcome = self.outcome_with(name, &whole[..length]);
            assert!(
                matches!(outcome, Outcome::Same | Outcome::Refused(_)),
                "file {name:?} cut at {length}: {outcome:?}"
            );
            *outcomes.entry(outcome).or_default() += 1;
        }
        println!("file {name:?} cut: {outcomes:?}");
    }
}

#[test]
fn flipped_bits_sample() {
    let closed = Sample::closed();
    let database = closed.flip("", 11, 211);
    assert!(database.keys().any(|outcome| matches!(outcome, Outcome::Refused(_))));
    // Whoever changes the mark gains nothing and breaks nothing.
    let mark = closed.flip("-lock", 0, 1);
    assert_eq!(mark.keys().collect::<Vec<_>>(), [&Outcome::Same]);
    let killed = Sample::killed();
    let log = killed.flip("-wal", 5, 401);
    assert!(log.contains_key(&Outcome::Refused("vault.rolled_back")));
}

#[test]
#[ignore = "minutes: every bit of every file"]
fn flipped_bits_all() {
    Sample::closed().flip("", 0, 1);
    let killed = Sample::killed();
    killed.flip("-wal", 0, 1);
    killed.flip("", 0, 7);
}

#[test]
fn cut_files_sample() {
    let closed = Sample::closed();
    closed.cut("", 509);
    closed.cut("", 4096);
    closed.cut("-lock", 1);
    Sample::killed().cut("-wal", 97);
}

#[test]
#[ignore = "minutes: every length of every file"]
fn cut_files_all() {
    Sample::closed().cut("", 1);
    let killed = Sample::killed();
    killed.cut("-wal", 1);
    killed.cut("", 1);
}

/// The flips that were found silent before there was a manifest: SQLite alone finds one record less and reports no
/// error. Each of them has to be an error here.
#[test]
#[ignore = "minutes: every bit of the file"]
fn rows_that_sqlite_alone_would_not_miss_all() {
    let (silent, flips) = silent_flips(&Sample::closed(), 0, 1);
    println!("{silent} of {flips} flips hide a record or log entry from SQLite alone; all are errors");
    assert!(silent > 10);
}

#[test]
fn rows_that_sqlite_alone_would_not_miss_sample() {
    let (silent, _) = silent_flips(&Sample::closed(), 3, 41);
    assert!(silent > 0, "the test flips nothing that matters");
}

fn silent_flips(sample: &Sample, from: usize, step: usize) -> (usize, usize) {
    let ids = |home: &Home| -> rusqlite::Result<Vec<Vec<u8>>> {
        home.raw()
            .prepare("SELECT rid FROM record ORDER BY rid")?
            .query_map([], |row| row.get(0))?
            .collect()
    };
    let found_alone = |home: &Home, ids: &[Vec<u8>]| -> rusqlite::Result<i64> {
        let raw = home.raw();
        let mut found = raw.query_row("SELECT count(*) FROM log", [], |row| row.get(0))?;
        for id in ids {
            let by_key = "SELECT count(*) FROM record WHERE tbl IN (1, 4, 5, 6, 7) AND rid = ?1 AND length(blob) > 0";
            found += raw.query_row(by_key, [id], |row| row.get::<_, i64>(0))?;
        }
        Ok(found)
    };
    assert_eq!(sample.outcome_with("", &sample.files[""]), Outcome::Same);
    std::fs::write(sample.home.file(""), &sample.files[""]).unwrap();
    let ids = ids(&sample.home).unwrap();
    let all = found_alone(&sample.home, &ids).unwrap();
    let mut bytes = sample.files[""].clone();
    let (mut silent, mut flips) = (0, 0);
    for bit in (from..bytes.len() * 8).step_by(step) {
        bytes[bit / 8] ^= 1 << (bit % 8);
        flips += 1;
        std::fs::write(sample.home.file(""), &bytes).unwrap();
        if found_alone(&sample.home, &ids).is_ok_and(|found| found < all) {
            silent += 1;
            let outcome = sample.outcome_with("", &bytes);
            assert!(matches!(outcome, Outcome::Refused(_)), "bit {bit}: {outcome:?}");
        }
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    (silent, flips)
}

/// After an unclean stop the structure of the file is checked as well: here a list of free pages, which no record shows.
#[test]
fn an_unclean_stop_leads_to_a_check_of_the_structure() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    vault.write(|tx| tx.put(Table::Trust, b"1", &[5; 40_000])).unwrap();
    vault.write(|tx| tx.delete(Table::Trust, b"1").map(|_| ())).unwrap();
    vault.close();
    let vault = home.open().unwrap();
    vault.write(|tx| tx.put(Table::Setting, b"language", b"fr")).unwrap();
    let content = Content::of(&vault).unwrap();
    let mut sample = Sample::take(home, content, &["", "-lock", "-wal"]);
    drop(vault);
    let database = sample.files.get_mut("").unwrap();
    let number = |at: usize, bytes: &[u8]| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    // SQLite file format 1.5: the first free page, and on it the number of the others.
    let trunk = (number(32, database) - 1) * 4096;
    assert!(number(trunk + 4, database) > 1);
    let whole = database.clone();
    database[trunk + 8..trunk + 12].copy_from_slice(&[0xff; 4]);
    let damaged = database.clone();
    assert_eq!(sample.outcome_with("", &whole), Outcome::Same);
    assert_eq!(sample.outcome_with("", &damaged), Outcome::Refused("vault.corrupt"));
    for (name, bytes) in &sample.files {
        std::fs::write(sample.home.file(name), bytes).unwrap();
    }
    assert_eq!(sample.home.open().unwrap_err().code(), "vault.corrupt");
}
