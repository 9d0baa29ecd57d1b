use std::{collections::BTreeSet, path::Path};

use rusqlite::Connection;

use crate::{
    MasterKey, Table, Vault, VaultError, VaultFile,
    format::{Place, keys::Keys, manifest::row_id, record},
};

fn create(path: &Path) -> Vault {
    VaultFile::open(path)
        .unwrap()
        .create("key", b"wrapped", MasterKey::from_opened(vec![7; 32]).unwrap())
        .unwrap()
}

fn unlock(path: &Path) -> Result<Vault, VaultError> {
    VaultFile::open(path)?.unlock(MasterKey::from_opened(vec![7; 32])?)
}

/// SQLite is built with exactly the options of `.cargo/config.toml`; without that file they would be lost unseen.
#[test]
fn sqlite_is_built_with_our_options() {
    let config = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.cargo/config.toml")).unwrap();
    let flags = config
        .lines()
        .find_map(|line| line.strip_prefix("LIBSQLITE3_FLAGS = \""))
        .unwrap()
        .trim_end_matches('"');
    let connection = Connection::open_in_memory().unwrap();
    let options: BTreeSet<String> = connection
        .prepare("PRAGMA compile_options")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let (mut on, mut off) = (0, 0);
    for flag in flags.split(' ') {
        let (kind, name) = flag.split_at(2);
        let name = name.strip_prefix("SQLITE_").unwrap();
        let there = options
            .iter()
            .any(|option| option == name || option.strip_suffix("=1") == Some(name));
        match kind {
            "-D" => on += usize::from(there),
            "-U" => off += usize::from(there),
            _ => panic!("{flag}"),
        }
        assert_eq!(there, kind == "-D", "{flag} in {options:?}");
    }
    assert!(on > 0);
    assert_eq!(off, 0);
    assert!(options.contains("THREADSAFE=1"));
}

#[test]
fn pragmas_hold_on_a_new_and_on_a_reopened_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    let check = |vault: &Vault| {
        for (pragma, expected) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("fullfsync", "1"),
            ("checkpoint_fullfsync", "1"),
            ("temp_store", "2"),
            ("secure_delete", "1"),
            ("busy_timeout", "5000"),
            ("trusted_schema", "0"),
            ("cell_size_check", "1"),
            ("user_version", "1"),
            ("application_id", "1346598449"),
        ] {
            let value = vault.with_connection(|connection| {
                connection
                    .query_row(&format!("PRAGMA {pragma}"), [], |row| {
                        let value = row.get_ref(0)?;
                        Ok(value
                            .as_str()
                            .map_or_else(|_| value.as_i64().unwrap().to_string(), str::to_owned))
                    })
                    .unwrap()
            });
            assert_eq!(value, expected, "{pragma}");
        }
    };
    let vault = create(&path);
    check(&vault);
    drop(vault);
    check(&unlock(&path).unwrap());
}

/// The disk becomes full at each point of a large change: it fails as a whole, everything before stays readable, and
/// the same change works once there is room.
#[test]
fn a_full_disk_at_each_point_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    let vault = create(&path);
    vault.write(|tx| tx.put(Table::Setting, b"before", b"here")).unwrap();
    let change = |vault: &Vault| {
        vault.write(|tx| {
            tx.put(Table::Portrait, b"large", &[9; 30_000])?;
            tx.put(Table::Setting, b"before", b"changed")?;
            tx.append_log(&[1; 5000])
        })
    };
    let pages = |vault: &Vault| -> i64 {
        vault.with_connection(|c| c.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap())
    };
    let limit = |vault: &Vault, pages: i64| {
        vault.with_connection(|c| {
            c.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| {
                row.get::<_, i64>(0)
            })
            .unwrap()
        });
    };
    let start = pages(&vault);
    let mut refused = 0;
    loop {
        limit(&vault, start + refused);
        let result = change(&vault);
        if result.is_ok() {
            break;
        }
        assert_eq!(result, Err(VaultError::Full), "room for {refused} pages");
        let check = |vault: &Vault| {
            vault
                .read(|tx| {
                    assert_eq!(tx.get(Table::Setting, b"before")?.unwrap(), b"here");
                    assert_eq!(tx.get(Table::Portrait, b"large")?, None);
                    assert!(tx.read_log()?.is_empty());
                    Ok(())
                })
                .unwrap();
        };
        check(&vault);
        // And a process that opens the file at this moment.
        check(&unlock(&path).unwrap());
        refused += 1;
    }
    // The portrait alone needs seven pages more.
    assert!(refused >= 7, "full at {refused} points only");
    let check = |vault: &Vault| {
        vault
            .read(|tx| {
                assert_eq!(tx.get(Table::Setting, b"before")?.unwrap(), b"changed");
                assert_eq!(tx.get(Table::Portrait, b"large")?.unwrap(), [9; 30_000]);
                assert_eq!(tx.read_log()?, [[1; 5000]]);
                Ok(())
            })
            .unwrap();
    };
    check(&vault);
    drop(vault);
    check(&unlock(&path).unwrap());
}

/// A change that failed inside a transaction cannot be passed over: what follows it would be half a change.
#[test]
fn a_swallowed_failure_commits_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    let vault = create(&path);
    let result = vault.write(|tx| {
        tx.put(Table::Setting, b"a", b"1")?;
        let failed = tx.put(Table::Setting, &[0; 1025], b"");
        assert_eq!(failed, Err(VaultError::TooLarge));
        assert_eq!(tx.put(Table::Setting, b"b", b"2"), Err(VaultError::TooLarge));
        assert_eq!(tx.append_log(b""), Err(VaultError::TooLarge));
        Ok(())
    });
    assert_eq!(result, Err(VaultError::TooLarge));
    assert!(vault.read(|tx| tx.list(Table::Setting)).unwrap().is_empty());
}

/// A panic of the caller inside a transaction rolls it back and leaves the vault usable.
#[test]
fn a_panic_inside_a_transaction_leaves_the_vault_usable() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(&dir.path().join("vault.db"));
    vault.write(|tx| tx.put(Table::Setting, b"a", b"1")).unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = vault.write(|tx| -> Result<(), VaultError> {
            tx.put(Table::Setting, b"a", b"2")?;
            panic!("in the test")
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(vault.read(|tx| tx.get(Table::Setting, b"a")).unwrap().unwrap(), b"1");
    vault.write(|tx| tx.put(Table::Setting, b"a", b"3")).unwrap();
    assert_eq!(vault.read(|tx| tx.get(Table::Setting, b"a")).unwrap().unwrap(), b"3");
}

/// A transaction that was given up used the generation of the next one: its record opens, but it is not the right one.
#[test]
fn a_record_of_an_abandoned_transaction_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    let install_id = VaultFile::open(&path).unwrap().install_id();
    let vault = create(&path);
    vault.write(|tx| tx.put(Table::Card, b"1", b"committed")).unwrap();
    let keys = Keys::new(MasterKey::from_opened(vec![7; 32]).unwrap(), install_id);
    let id = row_id(&keys, Table::Card, b"1");
    let generation: i64 = vault.with_connection(|c| {
        c.query_row("SELECT generation FROM record", [], |row| row.get(0))
            .unwrap()
    });
    let place = Place {
        table: "card",
        id: &id,
        generation: generation as u64,
    };
    let abandoned = record::seal(&keys.enc("card").unwrap(), &place, &record::join(b"1", b"abandoned")).unwrap();
    assert!(record::open(&keys.enc("card").unwrap(), &place, &abandoned).is_ok());
    vault.with_connection(|c| c.execute("UPDATE record SET blob = ?1", [abandoned]).unwrap());
    assert_eq!(vault.read(|tx| tx.get(Table::Card, b"1")), Err(VaultError::Corrupt));
    drop(vault);
    assert_eq!(unlock(&path).unwrap_err(), VaultError::Corrupt);
}

/// The time of a show must not grow with the log: the statements of an appending transaction read no log row.
#[test]
fn appending_reads_no_other_entry() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    let vault = create(&path);
    vault
        .write(|tx| (0..50).try_for_each(|_| tx.append_log(b"entry")))
        .unwrap();
    // With every entry but the last made unreadable, appending still works, and reading says so.
    vault.with_connection(|c| {
        c.execute("UPDATE log SET blob = zeroblob(400) WHERE seq < 50", [])
            .unwrap()
    });
    vault.write(|tx| tx.append_log(b"one more")).unwrap();
    assert_eq!(vault.read(|tx| Ok(tx.log_len())).unwrap(), 51);
    assert_eq!(vault.read(|tx| tx.read_log()), Err(VaultError::Corrupt));
}
