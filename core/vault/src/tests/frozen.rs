//! The bytes in the file, frozen. They differ from these only together with a new version number.

use super::second::{self, INSTALL_ID, MASTER, NONCE};
use crate::{
    MasterKey, OutboxEntry, Table, Vault, VaultError, VaultFile,
    format::{
        Place,
        keys::Keys,
        manifest::{Index, Manifest, Stamp, log_mac, row_id},
        record, seal_context,
    },
    mark::{self, Reached},
    outbox,
};

fn keys() -> Keys {
    Keys::new(MasterKey::from_opened(MASTER.to_vec()).unwrap(), INSTALL_ID)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares with a file of hexadecimal lines; the files were made by another program from the description.
fn assert_frozen(bytes: &[u8], frozen: &str) {
    let frozen: String = frozen.split_whitespace().collect();
    assert_eq!(hex(bytes), frozen);
}

fn nonce_of(sealed: &[u8]) -> [u8; 12] {
    sealed[5..17].try_into().unwrap()
}

#[test]
fn record_bytes() {
    let frozen = second::record("card", b"1", b"value", 7, NONCE);
    assert_frozen(&frozen, include_str!("frozen/record.hex"));

    let keys = keys();
    let id = row_id(&keys, Table::Card, b"1");
    assert_eq!(id.as_slice(), second::record_id("card", b"1"));
    let place = Place {
        table: "card",
        id: &id,
        generation: 7,
    };
    assert_eq!(place.aad(), second::aad("card", &id, 7));
    let enc = keys.enc("card").unwrap();
    let content = record::open(&enc, &place, &frozen).unwrap();
    assert_eq!(record::split(&content).unwrap(), (&b"1"[..], &b"value"[..]));
    assert_eq!(record::tag(&frozen).unwrap(), frozen[frozen.len() - 16..]);

    let sealed = record::seal(&enc, &place, &record::join(b"1", b"value")).unwrap();
    assert_eq!(sealed, second::record("card", b"1", b"value", 7, nonce_of(&sealed)));
}

#[test]
fn manifest_bytes() {
    let keys = keys();
    let mut index = Index::default();
    let stamp = |n: u8| Stamp {
        generation: n.into(),
        tag: [n; 16],
    };
    // In another order than that of the hash.
    index.insert(4, [9; 32], stamp(2));
    index.insert(4, [1; 32], stamp(3));
    index.insert(1, [5; 32], stamp(1));
    let entry = |table: u8, id: u8, n: u8| {
        let mut bytes = vec![table];
        bytes.extend([id; 32]);
        bytes.extend([0, 0, 0, 0, 0, 0, 0, n]);
        bytes.extend([n; 16]);
        bytes
    };
    let entries = [entry(1, 5, 1), entry(4, 1, 3), entry(4, 9, 2)].concat();
    let manifest = Manifest {
        epoch: 2,
        generation: 3,
        count: index.count(),
        hash: index.hash(),
        log_count: 5,
        log_mac: [0xab; 32],
    };
    let content = [
        &[
            1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 3,
        ][..],
        ring::digest::digest(&ring::digest::SHA256, &entries).as_ref(),
        &[0, 0, 0, 0, 0, 0, 0, 5],
        &[0xab; 32],
    ]
    .concat();
    assert_eq!(manifest.encode(), content);

    let frozen = second::seal("man", &second::aad("manifest", b"", 0), &content, NONCE);
    assert_frozen(&frozen, include_str!("frozen/manifest.hex"));
    assert_eq!(Manifest::open(&keys, &frozen).unwrap(), manifest);
    let sealed = manifest.seal(&keys).unwrap();
    assert_eq!(
        sealed,
        second::seal("man", &second::aad("manifest", b"", 0), &content, nonce_of(&sealed))
    );
}

#[test]
fn log_bytes() {
    let keys = keys();
    let frozen = second::seal("enc/log", &second::aad("log", &1u64.to_be_bytes(), 0), b"shown", NONCE);
    let frozen_mac = second::mac(&second::derive("log"), &[&[0; 32], &frozen]);
    assert_frozen(
        &[frozen.clone(), frozen_mac.clone()].concat(),
        include_str!("frozen/log.hex"),
    );
    assert_eq!(log_mac(&keys.log(), &[0; 32], &frozen).as_slice(), frozen_mac);
    let place = Place {
        table: "log",
        id: &1u64.to_be_bytes(),
        generation: 0,
    };
    assert_eq!(
        **record::open(&keys.enc("log").unwrap(), &place, &frozen).unwrap(),
        *b"shown"
    );
}

#[test]
fn key_slot_bytes() {
    assert_eq!(keys().check_value().as_slice(), &second::mac(&MASTER, &[b"kcv"])[..16]);
    assert_frozen(&keys().check_value(), "b8fe7c2c4d0fa0b8175f8db002307896");
    let context = second::lengths(&[b"wallet/v1", b"key_slot", &INSTALL_ID, &[0, 0, 0, 1]]);
    assert_eq!(seal_context(&INSTALL_ID), context);
    assert_frozen(
        &context,
        "0000000977616c6c65742f7631 000000086b65795f736c6f74 00000010 22222222222222222222222222222222 0000000400000001",
    );
}

#[test]
fn mark_bytes() {
    let reached = Reached {
        epoch: 2,
        generation: 3,
    };
    let body = [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3];
    let frozen = [&body[..], &second::mac(&second::derive("mark"), &[&body])[..16]].concat();
    assert_frozen(&frozen, include_str!("frozen/mark.hex"));
    assert_eq!(mark::encode(&keys(), reached), frozen);
    assert_eq!(mark::check(&keys(), &frozen), Some(reached));
}

#[test]
fn outbox_bytes() {
    let entry = OutboxEntry {
        op_id: "op".into(),
        kind: "k".into(),
        body: b"b".to_vec(),
        created: 1,
        attempts: 2,
        not_before: -1,
    };
    let frozen = [0x87, 1, 9, 0x61, b'k', 0x41, b'b', 1, 2, 0x20];
    assert_eq!(outbox::encode(9, &entry), frozen);
    assert_eq!(outbox::decode(b"op", &frozen), Some((9, entry)));
    for cut in 0..frozen.len() {
        assert_eq!(outbox::decode(b"op", &frozen[..cut]), None);
    }
    assert_eq!(outbox::decode(b"op", &[&frozen[..], &[0]].concat()), None);
}

#[test]
fn numbers_and_names_of_tables() {
    let all: Vec<_> = Table::ALL.iter().map(|table| (table.number(), table.name())).collect();
    let expected = [
        (1, "setting"),
        (2, "registration"),
        (3, "token"),
        (4, "card"),
        (5, "portrait"),
        (6, "credential"),
        (7, "outbox"),
        (8, "consent"),
        (9, "trust"),
        (10, "replay"),
        (11, "export"),
    ];
    assert_eq!(all, expected);
}

/// A whole file of version 1, as the first release wrote it, opens with its content.
#[test]
fn a_file_of_version_1_opens() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    std::fs::write(&path, include_bytes!("frozen/version-1.db")).unwrap();
    let file = VaultFile::open(&path).unwrap();
    let wrapped = file.wrapped_key().unwrap().unwrap();
    assert_eq!(
        (wrapped.key_id.as_str(), wrapped.ciphertext.as_slice()),
        ("key-1", &b"wrapped"[..])
    );
    assert_eq!(wrapped.aad, seal_context(&file.install_id()));
    let vault = file.unlock(MasterKey::from_opened(MASTER.to_vec()).unwrap()).unwrap();
    check_version_1(&vault);
}

fn check_version_1(vault: &Vault) {
    vault
        .read(|tx| {
            for table in Table::ALL.iter().filter(|table| **table != Table::Outbox) {
                // Exports came later.
                let expected = (*table != Table::Export).then(|| (b"key".to_vec(), table.name().into()));
                assert_eq!(tx.list(*table)?, expected.into_iter().collect::<Vec<_>>());
            }
            assert_eq!(tx.read_log()?, [b"first", b"other"]);
            assert_eq!(tx.outbox()?.len(), 1);
            Ok(())
        })
        .unwrap();
}

/// How `frozen/version-1.db` was made: it is what the program writes. A later version keeps that file and adds its own.
#[test]
fn what_is_in_the_file_of_version_1() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    let vault = VaultFile::open(&path)
        .unwrap()
        .create("key-1", b"wrapped", MasterKey::from_opened(MASTER.to_vec()).unwrap())
        .unwrap();
    vault
        .write(|tx| {
            let later = [Table::Outbox, Table::Export];
            for table in Table::ALL.iter().filter(|table| !later.contains(table)) {
                tx.put(*table, b"key", table.name().as_bytes())?;
            }
            tx.append_log(b"first")?;
            tx.append_log(b"other")?;
            let entry = OutboxEntry {
                op_id: "op".into(),
                kind: "kind".into(),
                body: b"body".to_vec(),
                created: 1_800_000_000,
                attempts: 1,
                not_before: 1_800_000_060,
            };
            tx.put_outbox(&entry)
        })
        .unwrap();
    check_version_1(&vault);
    vault.close();
    let (written, frozen) = (std::fs::read(&path).unwrap(), include_bytes!("frozen/version-1.db"));
    assert_eq!(written.len(), frozen.len());
    assert_eq!(written[..24], frozen[..24]);
}

#[test]
fn padding_hides_lengths_and_has_one_form() {
    let enc = keys().enc("card").unwrap();
    let place = Place {
        table: "card",
        id: &[0; 32],
        generation: 1,
    };
    for (content, sealed) in [(0, 289), (252, 289), (253, 545), (508, 545), (509, 801)] {
        assert_eq!(
            record::seal(&enc, &place, &vec![7; content]).unwrap().len(),
            sealed,
            "{content}"
        );
    }
    // Sealed with the right key, but with another padding: a longer one, one that is not zeros, a length beyond the end.
    let seal_raw = |padded: &[u8]| {
        let sealed = keys().enc("card").unwrap().seal(&place.aad(), padded).unwrap();
        [&[1, 0, 0, 0, 1][..], &sealed].concat()
    };
    let mut padded = vec![0; 256];
    padded[..5].copy_from_slice(&[0, 0, 0, 1, 9]);
    assert_eq!(**record::open(&enc, &place, &seal_raw(&padded)).unwrap(), [9]);
    let mut longer = padded.clone();
    longer.resize(512, 0);
    let mut dirty = padded.clone();
    dirty[255] = 1;
    let mut beyond = padded;
    beyond[2] = 1;
    for wrong in [longer, dirty, beyond] {
        assert_eq!(record::open(&enc, &place, &seal_raw(&wrong)), Err(VaultError::Corrupt));
    }
}
