//! No field stands in the clear in any file, in no encoding that it may have been given.

use permitcard_vault::{OutboxEntry, Table};

use crate::common::{Home, outbox_entry};

fn canary(number: usize) -> String {
    format!("CANARY-{number:02}-Ünïcode-冷")
}

/// The forms in which a text could stand in a file.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let utf16: Vec<u16> = text.encode_utf16().collect();
    vec![
        text.as_bytes().to_vec(),
        utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
    ]
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn hits(home: &Home) -> Vec<String> {
    let mut hits = vec![];
    for name in home.files() {
        let bytes = std::fs::read(home.dir().join(&name)).unwrap();
        for number in 0..40 {
            if forms(&canary(number)).iter().any(|form| holds(&bytes, form)) {
                hits.push(format!("{name} holds canary {number}"));
            }
        }
    }
    hits
}

#[test]
fn no_field_stands_in_the_clear_in_any_file() {
    let home = Home::new();
    let vault = home.open().unwrap();
    let mut number = 0;
    let mut next = || {
        number += 1;
        canary(number - 1)
    };
    vault
        .write(|tx| {
            for table in Table::ALL.iter().filter(|table| **table != Table::Outbox) {
                tx.put(*table, next().as_bytes(), next().as_bytes())?;
            }
            tx.append_log(next().as_bytes())?;
            tx.put_outbox(&OutboxEntry {
                kind: next(),
                body: next().into_bytes(),
                ..outbox_entry(&next())
            })
        })
        .unwrap();
    // While the write-ahead log is full, after a replacement, after a deletion, and after closing.
    assert_eq!(
        home.files(),
        ["wallet.db", "wallet.db-lock", "wallet.db-shm", "wallet.db-wal"]
    );
    assert!(std::fs::metadata(home.file("-wal")).unwrap().len() > 0);
    assert_eq!(hits(&home), Vec::<String>::new());
    vault
        .write(|tx| tx.put(Table::Card, canary(6).as_bytes(), next().as_bytes()))
        .unwrap();
    assert_eq!(hits(&home), Vec::<String>::new());
    vault.write(|tx| tx.clear(Table::Card)).unwrap();
    assert_eq!(hits(&home), Vec::<String>::new());
    vault.close();
    assert_eq!(hits(&home), Vec::<String>::new());

    // The same search finds each of them in a plain file.
    let plain: Vec<u8> = (0..number)
        .flat_map(|number| forms(&canary(number)).swap_remove(number % 3))
        .collect();
    std::fs::write(home.file("-plain"), plain).unwrap();
    assert_eq!(hits(&home).len(), number);
}

/// After a deletion not even the sealed bytes stay, neither in the file nor in the write-ahead log.
#[test]
fn deleted_records_leave_no_sealed_bytes() {
    let home = Home::new();
    let vault = home.open().unwrap();
    vault.write(|tx| tx.put(Table::Setting, b"stays", b"value")).unwrap();
    vault.write(|tx| tx.put(Table::Card, b"1", &[7; 9000])).unwrap();
    vault.write(|tx| tx.append_log(b"entry")).unwrap();
    let sealed = |select: &str| -> Vec<u8> { home.raw().query_row(select, [], |row| row.get(0)).unwrap() };
    let card = sealed("SELECT blob FROM record WHERE tbl = 4");
    let entry = sealed("SELECT blob FROM log");
    let slot = sealed("SELECT wrapped FROM key_slot");
    let stays = |wanted: &[u8]| {
        home.files()
            .iter()
            .any(|name| holds(&std::fs::read(home.dir().join(name)).unwrap(), wanted))
    };
    // Parts that lie within one page.
    let parts = [
        &card[50..90],
        &card[card.len() - 40..],
        &entry[entry.len() - 40..],
        &slot[..],
    ];
    assert!(parts.iter().all(|part| stays(part)));
    vault.write(|tx| tx.delete(Table::Card, b"1")).unwrap();
    vault.write(|tx| tx.clear_log()).unwrap();
    crate::model::rewrap(&home, &vault);
    assert!(!parts.iter().any(|part| stays(part)));
    assert_eq!(
        vault.read(|tx| tx.get(Table::Setting, b"stays")).unwrap().unwrap(),
        b"value"
    );
}
