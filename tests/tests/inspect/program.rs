//! The program itself: options, standard input, exit codes, what people see.

use std::{fs, io::Write, path::PathBuf, process::Stdio};

use permitcard_credential::qr::text::encode;
use permitcard_crypto::ecdsa::SigningKey;
use permitcard_tests::command::{Finished, permitcard};
use serde_json::Value as Json;

use crate::{forge::*, shown, with_keys};

/// Files of one issuer and one good key binding token.
struct Files {
    folder: tempfile::TempDir,
    issuer: SigningKey,
    binding: Vec<u8>,
}

impl Files {
    fn new() -> Self {
        let (issuer, holder) = (key(), key());
        let binding = kbt(sd_cwt(&holder).item(&issuer), &binding_claims()).sign(&holder);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("token"), &binding).unwrap();
        fs::write(folder.path().join("key"), cose_key(&issuer).encode()).unwrap();
        fs::write(folder.path().join("other"), cose_key(&key()).encode()).unwrap();
        fs::write(folder.path().join("no-key"), b"no key").unwrap();
        fs::write(folder.path().join("list"), zlib(&[0b10])).unwrap();
        Self {
            folder,
            issuer,
            binding,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the program in the folder.
    fn run(&self, args: &[&str]) -> Finished {
        let mut command = permitcard(["inspect"]);
        command.args(args).current_dir(self.folder.path());
        command.output().expect("the program runs").into()
    }
}

#[test]
fn standard_input_and_repeated_keys() {
    let files = Files::new();
    let mut command = permitcard([
        "inspect",
        "--json",
        "--at",
        &NOW.to_string(),
        "--key",
        "other",
        "--key",
        "key",
        "-",
    ]);
    command.current_dir(files.folder.path()).stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text = encode(&files.binding);
    child
        .stdin
        .take()
        .unwrap()
        .write_all(format!("{text}\n").as_bytes())
        .unwrap();
    let finished = Finished::from(child.wait_with_output().unwrap());
    assert_eq!(finished.exit, 0, "{finished:?}");
    let answer: Json = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(answer, shown(&with_keys(&files.binding, &[&files.issuer])));
    // One object in one line, with the members in their order.
    assert_eq!(finished.stdout.lines().count(), 1);
    assert!(
        finished
            .stdout
            .starts_with("{\"format\":\"sd-cwt-kbt\",\"signatures\":[{\"layer\":\"issuer\",\"alg\":")
    );
}

#[test]
fn exit_codes() {
    let files = Files::new();
    let now = NOW.to_string();
    let exit = |args: &[&str]| files.run(args).exit;
    assert_eq!(exit(&["--at", &now, "--key", "key", "token"]), 0);
    assert_eq!(exit(&["--at", "2025-11-24T16:00:00Z", "--key", "key", "token"]), 0);
    assert_eq!(exit(&["--at", "2025-11-25T00:00:00+08:00", "--key", "key", "token"]), 0);
    assert_eq!(exit(&["--at", &now, "--key", "other", "token"]), 1);
    assert_eq!(exit(&["--at", &now, "token"]), 1);
    // Now is long after.
    assert_eq!(exit(&["--key", "key", "token"]), 1);
    assert_eq!(exit(&["key"]), 1);
    assert_eq!(exit(&["--status-list", "--bits", "2", "list"]), 0);
    assert_eq!(exit(&["--status-list", "--bits", "2", "token"]), 1);
    for wrong in [
        &["--at", &now, "--key", "no-key", "token"][..],
        &["--key", "missing", "token"],
        &["missing"],
        &[],
        &["token", "token"],
        &["--at", "yesterday", "token"],
        &["--external-aad", "xyz", "token"],
        &["--status-list", "list"],
        &["--bits", "2", "list"],
        &["--status-list", "--bits", "3", "list"],
    ] {
        assert_eq!(exit(wrong), 2, "{wrong:?}");
    }
}

#[test]
fn people_are_told_that_a_bare_list_has_no_signature() {
    let finished = Files::new().run(&["--lang", "en", "--status-list", "--bits", "2", "list"]);
    assert!(
        finished.stdout.contains("? Readable. No signature"),
        "{}",
        finished.stdout
    );
    assert!(!finished.stdout.contains('✔'));
    assert_eq!(finished.stdout.matches("Status list\n").count(), 1);
}

#[test]
fn wrong_use_is_told_to_programs_too() {
    let files = Files::new();
    files
        .run(&["--json", "--key", "no-key", "token"])
        .assert_failed(2, "cli.key_unreadable");
    files
        .run(&["--json", "--key", "missing", "token"])
        .assert_failed(2, "cli.file_unreadable");
    files
        .run(&["--json", "missing"])
        .assert_failed(2, "cli.file_unreadable");
    files
        .run(&["--json", "--at", "never", "token"])
        .assert_failed(2, "cli.usage");
}

#[test]
fn a_file_that_is_too_long_is_no_wrong_use() {
    let files = Files::new();
    fs::write(files.path("long"), vec![b'A'; permitcard_cli::inspect::MAX_FILE + 1]).unwrap();
    let finished = files.run(&["--json", "long"]);
    let answer: Json = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(
        (finished.exit, &answer["verdict"]["errors"][0]["code"]),
        (1, &"too_large".into())
    );
}

#[test]
fn people_see_names_times_and_reasons_in_their_language() {
    let files = Files::new();
    let english = files.run(&["--lang", "en", "--at", &(NOW + 30).to_string(), "--key", "key", "token"]);
    for said in [
        "SD-CWT with a key binding token",
        "✔ issuer  verified  ES256",
        "✔ holder  verified  ES256",
        "1 iss",
        "https://issuer.example",
        "4 exp",
        "2025-11-24T16:01:00Z",
        "8 cnf",
        "1 COSE_Key",
        "-1 crv",
        "39 cnonce",
        "✘ Not valid",
        "The token has expired.",
        "expired: holder: now",
    ] {
        assert!(english.stdout.contains(said), "not said: {said}\n{}", english.stdout);
    }
    assert!(
        english.stdout.lines().all(|line| line.chars().count() <= 92),
        "{}",
        english.stdout
    );
    let chinese = files.run(&["--lang", "zh", "--at", &(NOW + 30).to_string(), "token"]);
    for said in [
        "带密钥绑定令牌的 SD-CWT",
        "签发方",
        "没有密钥",
        "令牌已过期",
        "--key FILE",
    ] {
        assert!(chinese.stdout.contains(said), "not said: {said}\n{}", chinese.stdout);
    }
    // No sentence is missing and no colour reaches a file.
    for text in [&english.stdout, &chinese.stdout] {
        assert!(!text.contains('[') && !text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn nothing_of_a_token_moves_the_terminal() {
    let files = Files::new();
    let evil = "\u{1b}[2J\u{9b}31m\r\u{202e}evil";
    let token = Parts::new(&with(claims(), 1, text(evil)));
    let mut named = token.clone();
    named.protected = with(named.protected, 1, text(evil));
    entries(&mut named.protected).push((int(4), bytes(evil.as_bytes())));
    for parts in [token, named] {
        fs::write(files.path("evil"), parts.sign(&files.issuer)).unwrap();
        let shown = files.run(&["--key", "key", "evil"]).stdout;
        assert!(shown.contains("evil"), "{shown}");
        assert!(!shown.contains(['\u{1b}', '\u{9b}', '\r', '\u{202e}']), "{shown:?}");
    }
}

#[test]
fn long_values_are_cut_for_people_and_whole_for_programs() {
    let files = Files::new();
    let token = with(
        with(claims(), 500, text(&"x".repeat(5_000))),
        501,
        bytes(&[0xab; 5_000]),
    );
    fs::write(files.path("long"), Parts::new(&token).sign(&files.issuer)).unwrap();
    let people = files.run(&["--key", "key", "long"]).stdout;
    assert!(people.len() < 3_000, "{}", people.len());
    assert!(people.lines().all(|line| line.chars().count() <= 92), "{people}");
    assert_eq!(
        people.matches("… 5000 bytes").count() + people.matches("… 5,000 bytes").count(),
        2,
        "{people}"
    );
    let programs: Json = serde_json::from_str(&files.run(&["--json", "--key", "key", "long"]).stdout).unwrap();
    assert_eq!(programs["claims"]["500"].as_str().unwrap().len(), 5_000);
    assert_eq!(programs["claims"]["501"].as_str().unwrap().len(), 10_000);
}

/// `script` gives the program a terminal.
#[cfg(target_os = "linux")]
#[test]
fn colours_are_for_terminals_that_want_them() {
    let files = Files::new();
    let shown = |colours: &str| {
        let program = permitcard_tests::binaries::permitcard().display();
        let line = format!("{colours} exec {program} inspect --at {NOW} --key key token");
        let mut command = std::process::Command::new("script");
        command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
        command
            .current_dir(files.folder.path())
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR");
        let output = command.output().expect("script runs; it is in the package bsdutils");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("https://issuer.example"), "{text}");
        text
    };
    assert!(shown("").contains("\u{1b}[32m✔ issuer"), "{:?}", shown(""));
    assert!(!shown("NO_COLOR=1").contains('\u{1b}'));
}
