//! Rows, files and keys that were exchanged for others, by somebody who has the files but not the key.

use permitcard_vault::{Table, VaultError};

use crate::{
    common::{Content, Home, fill, open},
    damage::{Outcome, Sample},
};

/// Changes the closed file with SQLite alone, as an attacker would who has the file but not the key.
fn tampered(change: &str) -> Outcome {
    let sample = Sample::closed();
    sample.home.raw().execute_batch(change).unwrap();
    sample.outcome()
}

#[test]
fn exchanged_rows_are_refused() {
    let refused = Outcome::Refused("vault.corrupt");
    let credentials = "(SELECT rowid FROM record WHERE tbl = 6 ORDER BY rowid)";
    for change in [
        // Between two ids of one table: the sealed bytes alone, then with the generation.
        format!("UPDATE record SET blob = (SELECT blob FROM record WHERE tbl = 6 ORDER BY rowid DESC LIMIT 1) WHERE rowid IN {credentials}"),
        "UPDATE record SET rid = zeroblob(32) WHERE tbl = 6 AND rowid = (SELECT min(rowid) FROM record WHERE tbl = 6)".into(),
        // Between tables.
        "UPDATE record SET tbl = 5 WHERE tbl = 4".into(),
        "UPDATE record SET tbl = 11 WHERE tbl = 4".into(),
        "UPDATE record SET blob = (SELECT blob FROM record WHERE tbl = 1) WHERE tbl = 7".into(),
        "UPDATE record SET generation = generation + 1 WHERE tbl = 1".into(),
        "UPDATE record SET generation = -1 WHERE tbl = 1".into(),
        // One too few, one too many.
        "DELETE FROM record WHERE tbl = 5".into(),
        "DELETE FROM record".into(),
        "INSERT INTO record SELECT tbl + 4, rid, generation, blob FROM record WHERE tbl = 4".into(),
        // The log: the middle, the end, the order, one too many.
        "DELETE FROM log WHERE seq = 2".into(),
        "DELETE FROM log WHERE seq = 3".into(),
        "DELETE FROM log".into(),
        "UPDATE log SET blob = (SELECT blob FROM log WHERE seq = 1) WHERE seq = 2".into(),
        "UPDATE log SET seq = 9 WHERE seq = 2; UPDATE log SET seq = 2 WHERE seq = 1; UPDATE log SET seq = 1 WHERE seq = 9".into(),
        "INSERT INTO log SELECT 4, blob, mac FROM log WHERE seq = 3".into(),
        // The manifest and what belongs to the key.
        "DELETE FROM manifest".into(),
        "UPDATE manifest SET blob = (SELECT blob FROM record WHERE tbl = 4)".into(),
        "DELETE FROM key_slot".into(),
        "INSERT INTO key_slot SELECT slot_id + 1, key_version, key_id, wrapped, kcv, created_epoch FROM key_slot".into(),
        "UPDATE key_slot SET key_version = 2".into(),
        "UPDATE key_slot SET kcv = zeroblob(16)".into(),
        "UPDATE key_slot SET created_epoch = 2".into(),
        "DELETE FROM install".into(),
        // The schema.
        "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM log; END".into(),
        "CREATE TABLE more (a)".into(),
        "DROP INDEX record_key".into(),
        "DROP TABLE log".into(),
        "PRAGMA application_id = 1".into(),
        "PRAGMA user_version = 0".into(),
    ] {
        assert_eq!(tampered(&change), refused, "{change}");
    }
    assert_eq!(
        tampered("UPDATE key_slot SET created_epoch = 0"),
        Outcome::Refused("vault.rolled_back")
    );
    // The host's key store is what refuses these.
    for change in [
        "UPDATE key_slot SET wrapped = zeroblob(60)",
        "UPDATE install SET install_id = zeroblob(16)",
    ] {
        assert_eq!(tampered(change), Outcome::Refused("keys.invalidated"), "{change}");
    }
    assert_eq!(
        tampered("UPDATE key_slot SET key_id = 'other'"),
        Outcome::Refused("keys.not_found")
    );
    // Changes that change nothing are not refused.
    assert_eq!(tampered("UPDATE record SET rid = rid"), Outcome::Same);
    assert_eq!(tampered("VACUUM"), Outcome::Same);
}

/// These are found when the vault is opened, before anybody asks for the record or the log.
#[test]
fn opening_compares_index_and_log_with_the_manifest() {
    let hide_from_index = "
        DROP INDEX record_key;
        CREATE UNIQUE INDEX record_key ON record (tbl, rid) WHERE tbl <> 4;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = 'CREATE UNIQUE INDEX record_key ON record (tbl, rid)' WHERE name = 'record_key'";
    for change in [
        hide_from_index,
        "DELETE FROM log WHERE seq = 3",
        "DELETE FROM log",
        "INSERT INTO log SELECT 4, blob, mac FROM log WHERE seq = 3",
        "UPDATE log SET mac = zeroblob(32) WHERE seq = 3",
    ] {
        let sample = Sample::closed();
        sample.home.raw().execute_batch(change).unwrap();
        assert_eq!(sample.home.open().unwrap_err().code(), "vault.corrupt", "{change}");
    }
}

#[test]
fn an_old_copy_of_one_record_is_refused() {
    let sample = Sample::closed();
    let raw = sample.home.raw();
    let (generation, blob): (i64, Vec<u8>) = raw
        .query_row("SELECT generation, blob FROM record WHERE tbl = 4", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    drop(raw);
    let vault = sample.home.open().unwrap();
    vault.write(|tx| tx.put(Table::Card, b"1", b"revoked")).unwrap();
    vault.close();
    sample
        .home
        .raw()
        .execute(
            "UPDATE record SET generation = ?1, blob = ?2 WHERE tbl = 4",
            (generation, blob),
        )
        .unwrap();
    assert_eq!(sample.home.open().unwrap_err().code(), "vault.corrupt");
}

/// What is exchanged while the vault is open is found when it is read, not only at the next start.
#[test]
fn a_change_behind_an_open_vault_is_refused() {
    for change in [
        "UPDATE record SET blob = (SELECT blob FROM record WHERE tbl = 1) WHERE tbl = 4",
        "DELETE FROM record WHERE tbl = 4",
        "DELETE FROM log WHERE seq = 2",
        "DELETE FROM log WHERE seq = 3",
        "INSERT INTO log SELECT 4, blob, mac FROM log WHERE seq = 3",
    ] {
        let home = Home::new();
        let vault = home.open().unwrap();
        fill(&vault);
        home.raw().execute_batch(change).unwrap();
        assert_eq!(Content::of(&vault), Err(VaultError::Corrupt), "{change}");
    }
}

#[test]
fn an_older_whole_file_is_refused() {
    let sample = Sample::closed();
    let vault = sample.home.open().unwrap();
    vault.write(|tx| tx.put(Table::Card, b"1", b"revoked")).unwrap();
    vault.close();
    // The database alone: the mark knows better.
    std::fs::write(sample.home.file(""), &sample.files[""]).unwrap();
    assert_eq!(sample.home.open().unwrap_err().code(), "vault.rolled_back");
    // Database and mark together: only a change of the wrapping key helps, and after it the old file never opens again.
    assert_eq!(sample.outcome_with("", &sample.files[""]), Outcome::Same);
}

#[test]
fn no_older_file_opens_after_the_wrapping_key_was_replaced() {
    let sample = Sample::closed();
    let vault = sample.home.open().unwrap();
    crate::model::rewrap(&sample.home, &vault);
    assert_eq!(Content::of(&vault).unwrap(), sample.content);
    vault.close();
    assert_eq!(Content::of(&sample.home.open().unwrap()).unwrap(), sample.content);
    assert_eq!(
        sample.outcome_with("", &sample.files[""]),
        Outcome::Refused("keys.not_found")
    );
}

/// An older copy that is put back while the vault is open is found, too.
#[test]
fn an_older_file_behind_an_open_vault_is_refused() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    let old: Vec<u8> = home
        .raw()
        .query_row("SELECT blob FROM manifest", [], |row| row.get(0))
        .unwrap();
    vault.write(|tx| tx.append_log(b"more")).unwrap();
    let raw = home.raw();
    raw.execute("UPDATE manifest SET blob = ?1", [old]).unwrap();
    raw.execute("DELETE FROM log WHERE seq = 4", []).unwrap();
    assert_eq!(vault.read(|tx| tx.read_log()), Err(VaultError::RolledBack));
    drop(vault);
    assert_eq!(open(home.dir()).unwrap_err().code(), "vault.rolled_back");
}

#[test]
fn a_vanished_or_emptied_file_is_not_taken_for_a_new_one() {
    let sample = Sample::closed();
    std::fs::remove_file(sample.home.file("")).unwrap();
    assert_eq!(sample.home.open().unwrap_err().code(), "vault.corrupt");
    assert!(!sample.home.file("").exists());
    assert_eq!(sample.outcome_with("", b""), Outcome::Refused("vault.corrupt"));
    // A whole new file in its place.
    let other = Home::new();
    drop(permitcard_vault::VaultFile::open(&other.file("")).unwrap());
    let new = std::fs::read(other.file("")).unwrap();
    assert_eq!(sample.outcome_with("", &new), Outcome::Refused("vault.corrupt"));
}

#[test]
fn a_file_of_another_installation_is_refused() {
    let (ours, theirs) = (Sample::closed(), Sample::closed());
    assert_eq!(
        ours.outcome_with("", &theirs.files[""]),
        Outcome::Refused("keys.not_found")
    );
}

#[test]
fn something_else_than_a_vault_is_refused_and_left_as_it_is() {
    let home = Home::new();
    for bytes in [
        &b"not a database, but a text that is long enough to be looked at as one"[..],
        &[0; 5000],
        &[0xff; 4096],
    ] {
        std::fs::write(home.file(""), bytes).unwrap();
        assert_eq!(home.open().unwrap_err().code(), "vault.corrupt");
        assert_eq!(std::fs::read(home.file("")).unwrap(), bytes);
    }
    std::fs::remove_file(home.file("")).unwrap();
    home.raw()
        .execute_batch("CREATE TABLE other (a); INSERT INTO other VALUES (1)")
        .unwrap();
    let before = std::fs::read(home.file("")).unwrap();
    assert_eq!(home.open().unwrap_err().code(), "vault.corrupt");
    assert_eq!(std::fs::read(home.file("")).unwrap(), before);
}
