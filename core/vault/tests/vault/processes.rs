//! Several processes on one vault. A child is this test program again, with a folder in its environment.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use permitcard_platform::DeviceKeys;
use permitcard_vault::Table;

use crate::{
    common::{Home, keys, open},
    life::count_up,
};

const FOLDER: &str = "PERMITCARD_TEST_FOLDER";
const PROCESSES: usize = 4;
const ROUNDS: u32 = 25;

/// The folder that the parent names; `None` where the ignored child test is run by hand.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Starts the ignored test `name` of this program in a process of its own.
pub fn start(name: &str, dir: &Path) -> Child {
    command(Command::new(std::env::current_exe().unwrap()), name, dir)
}

/// As [`start`], with another program before it.
pub fn command(mut command: Command, name: &str, dir: &Path) -> Child {
    command
        .args([name, "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "a child of another test"]
fn counting_child() {
    let Some(dir) = folder() else { return };
    let vault = open(&dir).unwrap();
    for _ in 0..ROUNDS {
        vault
            .write(|tx| {
                count_up(tx)?;
                tx.append_log(b"counted")
            })
            .unwrap();
    }
}

#[test]
fn processes_share_a_first_run_and_lose_no_change() {
    let home = Home::new();
    let children: Vec<_> = (0..PROCESSES)
        .map(|_| start("processes::counting_child", home.dir()))
        .collect();
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let vault = home.open().unwrap();
    let total = PROCESSES as u32 * ROUNDS;
    let count = vault.read(|tx| tx.get(Table::Setting, b"count")).unwrap().unwrap();
    assert_eq!(count, total.to_be_bytes());
    assert_eq!(vault.read(|tx| tx.read_log()).unwrap().len() as u32, total);
    assert_eq!(keys(home.dir()).list().unwrap().len(), 1);
}

/// What one open vault writes, another one that is open at the same time reads.
#[test]
fn an_open_vault_sees_what_another_one_wrote() {
    let home = Home::new();
    let (one, other) = (home.open().unwrap(), home.open().unwrap());
    for round in 0..10u8 {
        let (writer, reader) = if round % 2 == 0 { (&one, &other) } else { (&other, &one) };
        writer.write(|tx| tx.put(Table::Setting, b"round", &[round])).unwrap();
        assert_eq!(
            reader.read(|tx| tx.get(Table::Setting, b"round")).unwrap().unwrap(),
            [round]
        );
    }
}
