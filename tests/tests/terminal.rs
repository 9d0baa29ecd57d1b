//! The program at a terminal: `script` gives it one, with a window of the size that the test wants.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{
    fs,
    io::{Read, Write},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use permitcard_tests::{
    binaries,
    command::at_home,
    sandbox::Sandbox,
    worker::{answers, register},
};

/// Whoever waits so long for a message waits for nothing. No outcome depends on it.
const NO_HANG: Duration = Duration::from_secs(120);

/// Starts the program in a window.
fn in_window(columns: u32, lines: u32, home: &Path, args: &str) -> Child {
    let program = binaries::permitcard().display();
    let line = format!(
        "stty cols {columns} rows {lines}; exec {program} {args} --home {}",
        home.display()
    );
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    command
        .env_remove("PERMITCARD_HOME")
        .env("LC_ALL", "en_US.UTF-8")
        .env("TERM", "xterm-256color");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.spawn().expect("script runs; it is in the package bsdutils")
}

/// What the terminal showed until the program ended well.
fn shown(mut child: Child) -> String {
    let mut bytes = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(child.wait().unwrap().success(), "{text}");
    text
}

#[test]
fn a_code_is_shown_where_it_fits_and_else_written_as_a_picture() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    register(&sandbox, "maria", &home);
    let picture = home.join("pictures/code.png");

    let large = shown(in_window(120, 60, &home, "show"));
    assert!(large.contains('▀') && !large.contains("Picture written"), "{large}");
    // Dark on light whatever the theme, and the TEST sign.
    assert!(
        large.contains("\u{1b}[38;5;16;48;5;231m") && large.contains(" TEST "),
        "{large}"
    );
    assert!(!picture.exists());

    let small = shown(in_window(80, 24, &home, "show"));
    assert!(!small.contains('▀'), "{small}");
    assert!(
        small.contains("101 columns") && small.contains(&picture.display().to_string()),
        "{small}"
    );
    let client = sandbox.client_path();
    let verifier = sandbox.home("verifier");
    at_home(&verifier, ["snapshot", "fetch", "--client", client.to_str().unwrap()]).assert_good();
    at_home(&verifier, ["verify", "--png", picture.to_str().unwrap()]).assert_good();

    // One line too few is too small.
    assert!(shown(in_window(101, 52, &home, "show")).contains('▀'));
    assert!(!shown(in_window(101, 51, &home, "show")).contains('▀'));
    assert!(!shown(in_window(100, 52, &home, "show")).contains('▀'));
}

#[test]
fn a_person_is_asked_and_may_mistype() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    let maria = sandbox.person("maria");
    let client = sandbox.client_path();
    let mut child = in_window(100, 40, &home, &format!("register --client {}", client.display()));
    let mut keyboard = child.stdin.take().unwrap();
    // What is typed, an unclear yes and a number that cannot be one among it.
    let typed = [
        "perhaps",
        "yes",
        "García-López",
        "María",
        "31",
        &maria.permit_number,
        &maria.passport,
        "E5",
        "esp",
        "yes",
    ];
    keyboard
        .write_all(format!("{}\n", typed.join("\n")).as_bytes())
        .unwrap();
    let begun = Instant::now();
    while sandbox.admin.mailbox(Some("maria")).unwrap().is_empty() {
        if begun.elapsed() > NO_HANG {
            child.kill().unwrap();
            // It says what was shown instead.
            shown(child);
            panic!("no code was sent");
        }
        thread::sleep(Duration::from_millis(20));
    }
    let code = sandbox.code("maria");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    keyboard
        .write_all(format!("{wrong}\n{code}\nyes\n").as_bytes())
        .unwrap();
    let text = shown(child);
    for said in [
        "Please answer yes or no.",
        "This cannot be a work permit number.",
        "This cannot be a country code.",
        "This is how your name will be sent, and why:",
        "GARCIA<LOPEZ<<MARIA",
        "The code is wrong.",
        "4 tries are left.",
        "Your card is here.",
    ] {
        assert!(text.contains(said), "not said: {said}\n{text}");
    }
    at_home(&home, ["card"]).assert_good();
}

#[test]
fn a_person_changes_over_at_any_question() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    let client = sandbox.client_path();
    let client = client.to_str().unwrap();
    let waiting = at_home(
        &home,
        ["register", "--client", client, "--accept-consents", "--way", "window"],
    );
    let reference = waiting.event("waiting")["session_reference"]
        .as_str()
        .unwrap()
        .to_owned();
    let code = sandbox.admin.window_code("minh", &reference, "window-1").unwrap().code;
    let mut child = in_window(100, 40, &home, "register");
    let mut keyboard = child.stdin.take().unwrap();
    // At the question for the surname; then a way that is none, and a code with a slip of the pen.
    keyboard
        .write_all(format!("?\n7\n2\n{code}0\n{code}\n").as_bytes())
        .unwrap();
    let text = shown(child);
    for said in [
        "Type ? to take another way.",
        "These ways are open:",
        &format!("2  Code from a service window ({reference})"),
        "Please type one of the numbers.",
        "This cannot be the code of a service window",
        "Your card is here.",
    ] {
        assert!(text.contains(said), "not said: {said}\n{text}");
    }
    at_home(&home, ["card"]).assert_good();
}

#[test]
fn erasing_is_asked_first() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    at_home(&home, answers(&sandbox, &sandbox.person("suharto"))).assert_good();
    let mut child = in_window(100, 40, &home, "erase");
    child.stdin.take().unwrap().write_all(b"no\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    at_home(&home, ["card"]).assert_good();
    let mut child = in_window(100, 40, &home, "erase");
    child.stdin.as_mut().unwrap().write_all(b"yes\n").unwrap();
    assert!(shown(child).contains("Erased"));
    assert!(fs::exists(&home).is_ok_and(|exists| !exists));
}

#[test]
fn a_question_without_an_answer_names_the_option_that_answers() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    let client = sandbox.client_path();
    let mut child = in_window(100, 40, &home, &format!("register --client {}", client.display()));
    // The end of the input, as Ctrl-D types it.
    child.stdin.take().unwrap().write_all(b"\x04").unwrap();
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{text}");
    assert!(
        text.contains("the same options and --accept-consents") && !text.contains("{$"),
        "{text}"
    );
}
