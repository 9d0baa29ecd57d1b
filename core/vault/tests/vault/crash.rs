//! A process that is killed at any moment loses nothing that it had been told is written.

use std::{
    io::{BufRead, BufReader, Write},
    time::Duration,
};

use permitcard_vault::{Table, Vault, VaultError};

use crate::{
    common::{Home, Random, open},
    processes::{folder, start},
};

const SEED: u64 = 0x7065_726d_6974;

fn count(vault: &Vault) -> u32 {
    let count = vault.read(|tx| tx.get(Table::Setting, b"count")).unwrap();
    count.map_or(0, |bytes| u32::from_be_bytes(bytes.try_into().unwrap()))
}

/// What change number `number` puts under which key.
fn payload(number: u32) -> (Vec<u8>, Vec<u8>) {
    let length = number.wrapping_mul(2_654_435_761) as usize % 9000;
    (
        (number % 7).to_be_bytes().to_vec(),
        [number.to_be_bytes().to_vec(), vec![number as u8; length]].concat(),
    )
}

fn change(vault: &Vault, number: u32) -> Result<(), VaultError> {
    vault.write(|tx| {
        tx.put(Table::Setting, b"count", &number.to_be_bytes())?;
        let (key, value) = payload(number);
        tx.put(Table::Card, &key, &value)?;
        if number.is_multiple_of(5) {
            tx.delete(Table::Card, &((number + 3) % 7).to_be_bytes())?;
        }
        if number.is_multiple_of(50) {
            tx.clear_log()?;
        }
        tx.append_log(&number.to_be_bytes())
    })
}

/// All that the changes 1 to `number` leave.
fn check(vault: &Vault, number: u32) {
    let mut cards = std::collections::BTreeMap::new();
    let mut log = vec![];
    for number in 1..=number {
        let (key, value) = payload(number);
        cards.insert(key, value);
        if number.is_multiple_of(5) {
            cards.remove(((number + 3) % 7).to_be_bytes().as_slice());
        }
        if number.is_multiple_of(50) {
            log.clear();
        }
        log.push(number.to_be_bytes().to_vec());
    }
    vault
        .read(|tx| {
            assert_eq!(tx.list(Table::Card)?, cards.into_iter().collect::<Vec<_>>());
            assert_eq!(tx.read_log()?, log);
            Ok(())
        })
        .unwrap();
}

#[test]
#[ignore = "a child of another test"]
fn writing_child() {
    let Some(dir) = folder() else { return };
    let vault = open(&dir).unwrap();
    for number in count(&vault) + 1.. {
        change(&vault, number).unwrap();
        // One write into a pipe, so that a kill cannot cut the line.
        let mut out = std::io::stdout();
        out.write_all(format!("written {number}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    }
}

fn kill_often(kills: u32) {
    println!("seed {SEED:#x}");
    let mut random = Random(SEED);
    let home = Home::new();
    let (mut changes, mut early) = (0, 0);
    for kill in 0..kills {
        let mut child = start("crash::writing_child", home.dir());
        let mut numbers = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("written ")?.parse().ok());
        // A third dies around its start, which at first is in the making of the vault; the others at work.
        let mut acknowledged: Option<u32> = None;
        if kill % 3 != 0 {
            acknowledged = numbers.nth(random.below(20) as usize);
        }
        std::thread::sleep(Duration::from_micros(random.below(if kill % 3 == 0 {
            20_000
        } else {
            8_000
        })));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged = numbers.last().or(acknowledged);

        let vault = home.open().unwrap();
        let found = count(&vault);
        let least = acknowledged.unwrap_or(changes);
        assert!(
            (least..=least + 1).contains(&found),
            "kill {kill}: {least} acknowledged, {found} found"
        );
        check(&vault, found);
        early += u32::from(found == changes);
        changes = found;
    }
    println!("{kills} kills, {changes} changes, {early} kills before the first change");
}

#[test]
fn killed_processes_lose_nothing() {
    kill_often(48);
}

#[test]
#[ignore = "minutes: a thousand kills"]
fn killed_processes_lose_nothing_all() {
    kill_often(1000);
}
