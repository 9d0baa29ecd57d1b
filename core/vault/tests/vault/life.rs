//! The life of a vault: first run, closing, erasing, other versions.

use std::{
    path::Path,
    sync::{Arc, Barrier},
    time::{Duration, Instant},
};

use permitcard_platform::{DeviceKeys, KeyPurpose, KeySpec};
use permitcard_vault::{MasterKey, OpenError, Table, Vault, VaultError, VaultFile, open_with};

use crate::common::{Content, Home, fill, outbox_entry};

#[test]
fn two_steps_and_one_step_open_the_same_vault() {
    let home = Home::new();
    let keys = home.keys();
    let file = VaultFile::open(&home.file("")).unwrap();
    assert_eq!(file.wrapped_key().unwrap(), None);
    let key_id = keys
        .create_many(
            KeySpec {
                purpose: KeyPurpose::Wrapping,
            },
            1,
            vec![],
        )
        .unwrap()
        .remove(0)
        .key_id;
    let master = MasterKey::generate().unwrap();
    let ciphertext = keys
        .seal(key_id.clone(), file.seal_context(), master.to_seal())
        .unwrap();
    let install_id = file.install_id();
    let vault = file.create(&key_id, &ciphertext, master).unwrap();
    fill(&vault);
    let content = Content::of(&vault).unwrap();
    vault.close();

    assert_eq!(
        Content::of(&open_with(&home.file(""), &keys).unwrap()).unwrap(),
        content
    );

    let file = VaultFile::open(&home.file("")).unwrap();
    assert_eq!(file.install_id(), install_id);
    let wrapped = file.wrapped_key().unwrap().unwrap();
    assert_eq!((&wrapped.key_id, &wrapped.ciphertext), (&key_id, &ciphertext));
    let opened = keys
        .open_sealed(wrapped.key_id, wrapped.aad, wrapped.ciphertext)
        .unwrap();
    let vault = file.unlock(MasterKey::from_opened(opened).unwrap()).unwrap();
    assert_eq!(Content::of(&vault).unwrap(), content);
}

#[test]
fn a_second_key_is_never_made() {
    let home = Home::new();
    home.open().unwrap();
    let file = VaultFile::open(&home.file("")).unwrap();
    assert_eq!(
        file.create("other", b"", MasterKey::generate().unwrap()).unwrap_err(),
        VaultError::AlreadyCreated
    );
    let other = Home::new();
    let file = VaultFile::open(&other.file("")).unwrap();
    assert_eq!(
        file.unlock(MasterKey::generate().unwrap()).unwrap_err(),
        VaultError::NotCreated
    );
}

#[test]
fn a_first_run_keeps_others_out_until_it_is_done_or_given_up() {
    let home = Home::new();
    let first = VaultFile::open(&home.file("")).unwrap();
    let start = Instant::now();
    assert_eq!(VaultFile::open(&home.file("")).unwrap_err(), VaultError::Busy);
    assert!(start.elapsed() >= Duration::from_secs(5));
    drop(first);
    let second = VaultFile::open(&home.file("")).unwrap();
    let _vault = second.create("key", b"", MasterKey::generate().unwrap()).unwrap();
    assert!(
        VaultFile::open(&home.file(""))
            .unwrap()
            .wrapped_key()
            .unwrap()
            .is_some()
    );
}

#[test]
fn a_wrong_key_is_not_corruption_and_changes_nothing() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    let content = Content::of(&vault).unwrap();
    vault.close();
    let before = std::fs::read(home.file("")).unwrap();
    for _ in 0..3 {
        let file = VaultFile::open(&home.file("")).unwrap();
        assert_eq!(
            file.unlock(MasterKey::generate().unwrap()).unwrap_err(),
            VaultError::WrongKey
        );
    }
    assert_eq!(MasterKey::from_opened(vec![0; 31]).unwrap_err(), VaultError::WrongKey);
    assert_eq!(std::fs::read(home.file("")).unwrap(), before);
    assert_eq!(Content::of(&home.open().unwrap()).unwrap(), content);
}

#[test]
fn a_newer_schema_is_refused_and_left_untouched() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    vault.close();
    home.raw()
        .execute_batch("PRAGMA user_version = 2; CREATE TABLE newer (a)")
        .unwrap();
    let before = std::fs::read(home.file("")).unwrap();
    assert_eq!(home.open().unwrap_err(), OpenError::Vault(VaultError::SchemaTooNew));
    assert_eq!(std::fs::read(home.file("")).unwrap(), before);

    // Also where a newer program was killed, and its last changes are in the write-ahead log only.
    let newer = home.raw();
    newer
        .execute_batch("PRAGMA user_version = 3; INSERT INTO newer VALUES (1)")
        .unwrap();
    let (log, copy) = (std::fs::read(home.file("-wal")).unwrap(), Home::new());
    assert!(!log.is_empty());
    for suffix in ["", "-wal"] {
        std::fs::copy(home.file(suffix), copy.file(suffix)).unwrap();
    }
    drop(newer);
    assert_eq!(copy.open().unwrap_err(), OpenError::Vault(VaultError::SchemaTooNew));
    assert_eq!(std::fs::read(copy.file("")).unwrap(), before);
    assert_eq!(std::fs::read(copy.file("-wal")).unwrap(), log);
}

#[test]
fn after_closing_every_call_says_so() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    vault.close();
    vault.close();
    assert_eq!(vault.read(|tx| tx.get(Table::Card, b"1")), Err(VaultError::Closed));
    assert_eq!(
        vault.write(|tx| tx.put(Table::Card, b"1", b"")),
        Err(VaultError::Closed)
    );
    assert_eq!(vault.key_to_wrap().unwrap_err(), VaultError::Closed);
    assert_eq!(vault.replace_wrapping("key", b""), Err(VaultError::Closed));
    // Nothing waits in a write-ahead log any more.
    assert_eq!(home.files(), ["wallet.db", "wallet.db-lock"]);
}

#[test]
fn closing_waits_for_a_running_transaction() {
    let home = Home::new();
    let vault = Arc::new(home.open().unwrap());
    let inside = Arc::new(Barrier::new(2));
    let writer = {
        let (vault, inside) = (vault.clone(), inside.clone());
        std::thread::spawn(move || {
            vault.write(|tx| {
                inside.wait();
                (0..20).try_for_each(|i: u8| tx.put(Table::Setting, &[i], &[i; 300]))
            })
        })
    };
    inside.wait();
    vault.close();
    assert_eq!(writer.join().unwrap(), Ok(()));
    assert_eq!(
        home.open().unwrap().read(|tx| tx.list(Table::Setting)).unwrap().len(),
        20
    );
}

#[test]
fn many_threads_lose_no_change() {
    let home = Home::new();
    let vault = home.open().unwrap();
    vault
        .write(|tx| tx.put(Table::Setting, b"count", &0u32.to_be_bytes()))
        .unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    vault.write(count_up).unwrap();
                    vault.read(|tx| tx.list(Table::Setting)).unwrap();
                }
            });
        }
    });
    assert_eq!(
        vault.read(|tx| tx.get(Table::Setting, b"count")).unwrap().unwrap(),
        100u32.to_be_bytes()
    );
}

/// Reads a number, adds one and writes it back.
pub fn count_up(tx: &mut permitcard_vault::WriteTx<'_>) -> Result<(), VaultError> {
    let count = tx.get(Table::Setting, b"count")?.unwrap_or_default();
    let count = u32::from_be_bytes(count.try_into().unwrap_or_default());
    tx.put(Table::Setting, b"count", &(count + 1).to_be_bytes())
}

#[test]
fn erasing_leaves_no_file() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    vault.close();
    for suffix in ["-wal", "-shm", "-journal"] {
        std::fs::write(home.file(suffix), b"left behind").unwrap();
    }
    Vault::delete_files(&home.file("")).unwrap();
    assert_eq!(home.files(), Vec::<String>::new());
    Vault::delete_files(&home.file("")).unwrap();
    Vault::delete_files(Path::new("/nowhere/at/all/wallet.db")).unwrap();
    assert_eq!(home.files(), Vec::<String>::new());
    // Afterwards it is a first run again.
    assert_eq!(VaultFile::open(&home.file("")).unwrap().wrapped_key().unwrap(), None);
}

/// An erase that stopped halfway is not taken for damage, and can be repeated.
#[test]
fn an_interrupted_erase_can_be_repeated() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    vault.close();
    // Something that cannot be removed as a file stands in its way.
    std::fs::create_dir(home.file("-journal")).unwrap();
    assert_eq!(Vault::delete_files(&home.file("")), Err(VaultError::Io));
    assert!(!home.file("").exists());
    std::fs::remove_dir(home.file("-journal")).unwrap();
    assert_eq!(VaultFile::open(&home.file("")).unwrap().wrapped_key().unwrap(), None);
    Vault::delete_files(&home.file("")).unwrap();
    assert_eq!(home.files(), Vec::<String>::new());
}

#[test]
fn a_damaged_file_is_kept_until_it_is_set_aside_and_afterwards() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    vault.close();
    let mut bytes = std::fs::read(home.file("")).unwrap();
    bytes[20_000..].fill(0x55);
    std::fs::write(home.file(""), &bytes).unwrap();
    for _ in 0..2 {
        assert_eq!(home.open().unwrap_err(), OpenError::Vault(VaultError::Corrupt));
        assert_eq!(std::fs::read(home.file("")).unwrap(), bytes);
    }
    let kept = Vault::set_aside(&home.file("")).unwrap();
    assert_eq!(std::fs::read(kept).unwrap(), bytes);
    let vault = home.open().unwrap();
    assert_eq!(vault.read(|tx| tx.list(Table::Card)).unwrap(), []);
    vault.close();
    Vault::delete_files(&home.file("")).unwrap();
    assert_eq!(home.files(), Vec::<String>::new());
}

#[test]
fn limits_of_keys_and_values() {
    let home = Home::new();
    let vault = home.open().unwrap();
    let put = |key: &[u8], value: &[u8]| vault.write(|tx| tx.put(Table::Trust, key, value));
    let longest = vec![7; 16 * 1024 * 1024];
    assert_eq!(put(&[1; 1024], b""), Ok(()));
    assert_eq!(put(&[1; 1025], b""), Err(VaultError::TooLarge));
    assert_eq!(put(b"", &longest), Ok(()));
    assert_eq!(put(b"", &[&longest[..], b"1"].concat()), Err(VaultError::TooLarge));
    assert_eq!(
        vault.write(|tx| tx.append_log(&[&longest[..], b"1"].concat())),
        Err(VaultError::TooLarge)
    );
    drop(vault);
    let vault = home.open().unwrap();
    assert_eq!(vault.read(|tx| tx.get(Table::Trust, b"")).unwrap().unwrap(), longest);
    assert_eq!(vault.read(|tx| tx.get(Table::Trust, &[1; 1024])).unwrap().unwrap(), b"");
}

#[test]
fn the_outbox_keeps_the_order_of_the_first_put() {
    let home = Home::new();
    let vault = home.open().unwrap();
    for op in ["c", "a", "b"] {
        vault.write(|tx| tx.put_outbox(&outbox_entry(op))).unwrap();
    }
    let mut again = outbox_entry("c");
    again.attempts = 1;
    vault.write(|tx| tx.put_outbox(&again)).unwrap();
    vault.write(|tx| tx.delete_outbox("a")).unwrap();
    vault.write(|tx| tx.put_outbox(&outbox_entry("d"))).unwrap();
    let entries = vault.read(|tx| tx.outbox()).unwrap();
    assert_eq!(
        entries.iter().map(|e| e.op_id.as_str()).collect::<Vec<_>>(),
        ["c", "b", "d"]
    );
    assert_eq!(entries[0], again);
}

#[test]
fn a_missing_folder_and_a_folder_in_the_way_are_typed_errors() {
    let home = Home::new();
    assert_eq!(
        VaultFile::open(&home.dir().join("no/wallet.db")).unwrap_err(),
        VaultError::Io
    );
    std::fs::create_dir(home.file("")).unwrap();
    assert_eq!(VaultFile::open(&home.file("")).unwrap_err(), VaultError::Io);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    let names = home.files();
    assert_eq!(names, ["wallet.db", "wallet.db-lock", "wallet.db-shm", "wallet.db-wal"]);
    for name in names {
        let mode = std::fs::metadata(home.dir().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn nothing_prints_what_it_holds() {
    let home = Home::new();
    let file = VaultFile::open(&home.file("")).unwrap();
    assert_eq!(format!("{file:?}"), "VaultFile");
    drop(file);
    assert_eq!(format!("{:?}", home.open().unwrap()), "Vault");
    assert_eq!(format!("{:?}", MasterKey::generate().unwrap()), "MasterKey");
    assert!(!format!("{:?}", outbox_entry("secret-op")).contains("secret-op"));
    for error in VaultError::ALL {
        assert!(error.code().starts_with("vault."));
        assert!(!error.to_string().is_empty());
    }
}
