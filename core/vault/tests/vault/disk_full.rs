//! A write that the system refuses. Each point of a full disk is tested inside the crate; here a real file system says no.
#![cfg(unix)]

use std::process::{Command, Output};

use permitcard_vault::Table;

use crate::{
    common::{Content, Home, fill, open},
    processes::{command, folder},
};

#[test]
#[ignore = "a child of another test"]
fn growing_child() {
    let Some(dir) = folder() else { return };
    let vault = open(&dir).unwrap();
    let before = Content::of(&vault).unwrap();
    let mut written = 0u8;
    let error = loop {
        match vault.write(|tx| tx.put(Table::Trust, &[written], &[written; 20_000])) {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
    };
    // What was written before is still there in this process, and it says why it stopped.
    let mut after = Content::of(&vault).unwrap();
    let trust = after.records.insert(Table::Trust, vec![]).unwrap();
    assert_eq!(trust.len(), usize::from(written));
    assert_eq!(after, before);
    println!("stopped after {written}: {}", error.code());
}

/// The largest size of a file stands for a disk without room: the system refuses the write in the middle.
#[test]
fn a_refused_write_is_a_typed_error_and_loses_nothing() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    let before = Content::of(&vault).unwrap();
    vault.close();
    let output = with_file_size(400, "disk_full::growing_child", &home);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let line = text
        .lines()
        .find_map(|line| line.split_once("stopped after "))
        .unwrap()
        .1;
    let (written, code) = line.split_once(": ").unwrap();
    let written: usize = written.parse().unwrap();
    // SQLite tells a file that may not grow from a disk that is full.
    assert_eq!(code, "vault.io");
    assert!(written > 1, "{line}");

    let vault = home.open().unwrap();
    let mut after = Content::of(&vault).unwrap();
    assert_eq!(after.records.insert(Table::Trust, vec![]).unwrap().len(), written);
    assert_eq!(after, before);
    vault
        .write(|tx| tx.put(Table::Trust, b"room again", &[1; 500_000]))
        .unwrap();
}

/// A disk without any room: not even the memory that processes share can be laid out in a file.
#[test]
fn without_any_room_everything_can_still_be_read() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    vault.close();
    let before = std::fs::read(home.file("")).unwrap();
    let output = with_file_size(1, "disk_full::reading_child", &home);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(text.contains("nothing missing"), "{text}");
    assert_eq!(std::fs::read(home.file("")).unwrap(), before);
    home.open().unwrap();
}

#[test]
#[ignore = "a child of another test"]
fn reading_child() {
    let Some(dir) = folder() else { return };
    let vault = open(&dir).unwrap();
    let content = Content::of(&vault).unwrap();
    // The limit is felt: there is no room for a new vault.
    assert!(Home::new().open().is_err());
    assert_eq!(content.log.len(), 3);
    assert_eq!(content.outbox.len(), 1);
    assert_eq!(content.records.values().map(Vec::len).sum::<usize>(), 6);
    assert!(vault.write(|tx| tx.append_log(b"no room")).is_err());
    assert_eq!(Content::of(&vault).unwrap(), content);
    println!("nothing missing");
}

/// Runs a child that may not write a file beyond `blocks`, of 512 or 1024 bytes as the shell likes it; the signal is
/// ignored, so that it becomes an error of the write.
fn with_file_size(blocks: u32, name: &str, home: &Home) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
    shell.arg(std::env::current_exe().unwrap());
    command(shell, name, home.dir()).wait_with_output().unwrap()
}
