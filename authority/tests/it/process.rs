use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use permitcard_protocol::ClientFile;
use serde_json::Value;

fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_permitcard-authority"));
    command
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env_remove("PERMITCARD_ENV")
        .env("LC_ALL", "C");
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    command(data, arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A server of its own process, and its readiness line.
fn serve(data: &Path, arguments: &[&str]) -> (Child, Value) {
    let mut child = command(data, &[&["serve", "--json"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[test]
fn production_is_refused_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let output = command(&data, &["serve", "--json"])
        .env("PERMITCARD_ENV", "production")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(error["code"], "authority.production_refused");
    let parts = &error["parts"];
    for (part, about) in [
        ("register", "test provider"),
        ("messages", "test provider"),
        ("document-check", "test provider"),
        ("face-check", "test provider"),
        ("bank-card", "test provider"),
        ("sim", "test provider"),
        ("signing-keys", "plain files"),
        ("attestation-root", "test root"),
    ] {
        assert_eq!(parts[part], about, "{part}");
    }
    assert_eq!(parts.as_object().unwrap().len(), 8);
    let output = command(&data, &["serve"])
        .env("PERMITCARD_ENV", "production")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("  register: test provider\n") && text.contains("  signing-keys: plain files\n"),
        "{text}"
    );
    assert!(output.stdout.is_empty());
    assert!(!data.exists());
}

/// Real providers are not enough, and each part that is left is named.
#[test]
fn production_names_what_real_providers_leave() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let secret = |bytes: &str| format!("whsec_{bytes}");
    write("acme.secret", &secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
    write("acme.pem", "");
    let file = |environment: &str| {
        format!(
            r#"{{"version":1,"providers":[{{"name":"acme","roles":["register","messages","document-check","face-check",
            "bank-card","sim"],"url":"https://acme.example","ca_file":"acme.pem","secret_file":"acme.secret",
            "environment":"{environment}"}}]}}"#
        )
    };
    let parts = || {
        let output = command(dir.path(), &["serve", "--json"])
            .env("PERMITCARD_ENV", "production")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let error: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut parts: Vec<String> = error["parts"].as_object().unwrap().keys().cloned().collect();
        parts.sort();
        parts
    };
    write("providers.json", &file("live"));
    assert_eq!(parts(), ["attestation-root", "signing-keys"]);
    // The manual's example.
    write("acme.secret", &secret("cGVybWl0Y2FyZCBleGFtcGxlIHNlY3JldCwgbm8gMSE="));
    assert_eq!(parts(), ["attestation-root", "provider-secret", "signing-keys"]);
    write("providers.json", &file("test"));
    assert_eq!(parts().len(), 9);
    assert!(!dir.path().join("authority.db").exists());
}

/// Mistakes can be had again: the seed is printed.
#[test]
fn a_sandbox_that_makes_mistakes_says_by_which_seed() {
    let dir = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let (mut child, ready) = serve(dir.path(), arguments);
        signal(&child, "TERM");
        child.wait().unwrap();
        ready["sandbox_seed"].clone()
    };
    assert_eq!(run(&[]), Value::Null);
    assert_eq!(run(&["--sandbox-seed", "5"]), Value::Null);
    assert_eq!(run(&["--sandbox-false-rejects", "100", "--sandbox-seed", "5"]), 5);
    assert!(run(&["--sandbox-false-accepts", "100"]).is_u64());
    let output = command(dir.path(), &["serve", "--sandbox-false-accepts", "1001"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn production_refuses_what_works_on_a_sandboxs_data() {
    let dir = tempfile::tempdir().unwrap();
    let (child, _) = serve(dir.path(), &[]);
    for arguments in [
        &["people", "--json"] as &[&str],
        &["mailbox", "--json"],
        &["event", "revoke", "maria", "--json"],
        &["check", "--launch-token", "x", "--json"],
        &["checks", "--json"],
    ] {
        let mut command = command(dir.path(), arguments);
        let output = command.env("PERMITCARD_ENV", "production").output().unwrap();
        let error: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (output.status.code(), error["code"].as_str()),
            (Some(1), Some("authority.production_refused")),
            "{arguments:?}"
        );
    }
    assert_eq!(json(&run(dir.path(), &["people", "maria", "--json"]))["state"], "valid");
    assert_eq!(
        json(&run(dir.path(), &["checks", "--wrong", "--json"])),
        serde_json::json!([])
    );
    assert_eq!(run(dir.path(), &["checks"]).stdout, b"No check.\n");
    signal(&child, "TERM");
}

#[test]
fn commands_work_on_a_running_server_and_signals_stop_it() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, ready) = serve(dir.path(), &[]);
    assert_eq!(ready["pid"], child.id());
    let file = std::fs::read(ready["client_file"].as_str().unwrap()).unwrap();
    assert_eq!(ClientFile::parse(&file).unwrap().url, ready["url"].as_str().unwrap());

    let people = json(&run(dir.path(), &["people", "--json"]));
    assert!(people.as_array().unwrap().len() >= 14);
    assert_eq!(
        json(&run(dir.path(), &["people", "maria", "--json"]))["mrz_name"],
        "GARCIA<LOPEZ<<MARIA"
    );
    assert_eq!(json(&run(dir.path(), &["mailbox", "--json"])), Value::Array(vec![]));
    assert_eq!(run(dir.path(), &["mailbox"]).stdout, b"Nothing was sent.\n");
    assert_eq!(
        json(&run(dir.path(), &["event", "suspend", "maria", "--json"]))["state"],
        "suspended"
    );
    let text = run(dir.path(), &["people", "maria"]);
    assert!(String::from_utf8(text.stdout).unwrap().contains("suspended"));

    for (arguments, exit, code) in [
        (&["people", "nobody", "--json"][..], 2, "authority.person_unknown"),
        (
            &["mailbox", "--person", "nobody", "--json"],
            2,
            "authority.person_unknown",
        ),
        (
            &["check", "--launch-token", "x", "--json"],
            1,
            "authority.launch_refused",
        ),
        (&["serve", "--json"], 3, "authority.data_in_use"),
    ] {
        let output = run(dir.path(), arguments);
        let error: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (output.status.code(), error["code"].as_str()),
            (Some(exit), Some(code)),
            "{arguments:?}"
        );
    }
    assert_eq!(run(dir.path(), &["event", "burn", "maria"]).status.code(), Some(2));

    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    // The next one keeps the address.
    let (mut child, again) = serve(dir.path(), &[]);
    assert_eq!(again["url"], ready["url"]);
    signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn it_stops_with_its_parent_if_asked() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, _) = serve(dir.path(), &["--exit-with-parent"]);
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_killed_server_starts_again() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, ready) = serve(dir.path(), &[]);
    child.kill().unwrap();
    child.wait().unwrap();
    let (mut child, again) = serve(dir.path(), &[]);
    assert_eq!(again["url"], ready["url"]);
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn without_an_authority_there_is_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&dir.path().join("nothing"), &["people", "--json"]);
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), error["code"].as_str()),
        (Some(2), Some("authority.data_missing"))
    );
    assert!(!dir.path().join("nothing").exists());
}

#[test]
fn help_tells_the_magic_numbers_and_the_exit_codes() {
    let dir = tempfile::tempdir().unwrap();
    let help = |command: &str| String::from_utf8(run(dir.path(), &[command, "--help"]).stdout).unwrap();
    assert!(help("people").contains("…05  the provider of every check is down"));
    assert!(help("check").contains("…02  the document is refused"));
    assert!(help("serve").contains("Exit codes"));
}

/// The access log names routes, never what a caller sent.
#[tokio::test(flavor = "multi_thread")]
async fn the_access_log_has_templates_only() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, ready) = serve(dir.path(), &["--access-log"]);
    let file = std::fs::read(ready["client_file"].as_str().unwrap()).unwrap();
    let client = crate::support::Client::new(&ClientFile::parse(&file).unwrap());
    client.get_open("/status/1?canary=1").await;
    client.get_open("/status/777").await;
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut log = String::new();
    std::io::Read::read_to_string(child.stderr.as_mut().unwrap(), &mut log).unwrap();
    let lines: Vec<&str> = log.lines().map(|line| line.rsplit_once(' ').unwrap().0).collect();
    assert_eq!(lines, ["GET /status/{list} 200", "GET /status/{list} 404"]);
}

/// What a clerk does at a service window, in a process of its own beside the server.
#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_gives_out_a_code() {
    use permitcard_protocol::registration::{InPersonCodeAnswer, StepAnswer};
    let dir = tempfile::tempdir().unwrap();
    let (mut child, ready) = serve(dir.path(), &["--reply-floor-ms", "0"]);
    let file = std::fs::read(ready["client_file"].as_str().unwrap()).unwrap();
    let mut holder = crate::support::Holder::new(crate::support::Client::new(&ClientFile::parse(&file).unwrap()));
    holder.start().await.next();
    let reference = holder.consent(true).await.next().session_reference.unwrap();
    let shown = format!("{}-{}", &reference[..4], &reference[4..]);

    let words = run(
        dir.path(),
        &[
            "window-code",
            "--person",
            "maria",
            "--session",
            &shown,
            "--clerk",
            "window-4",
        ],
    );
    assert_eq!(words.status.code(), Some(0));
    let words = String::from_utf8(words.stdout).unwrap();
    let (code, rest) = words.split_once('\n').unwrap();
    assert_eq!((code.len(), &code[5..6]), (11, "-"), "{words}");
    assert!(
        rest.starts_with(&format!(
            "For maria, in the registration {shown} only. Works once, until 20"
        )),
        "{rest}"
    );
    assert_eq!(rest.lines().count(), 1, "{rest}");

    let made = json(&run(
        dir.path(),
        &[
            "window-code",
            "--person",
            "maria",
            "--session",
            &reference,
            "--clerk",
            "window-4",
            "--json",
        ],
    ));
    assert_eq!(
        (&made["person"], &made["session"]),
        (&"maria".into(), &reference.as_str().into())
    );
    assert_eq!(made["clerk"], "window-4");
    assert_eq!(
        (&made["ended_earlier"], &made["application_pending"]),
        (&true.into(), &false.into())
    );
    let code = made["code"].as_str().unwrap().replace('-', "");
    let answer = StepAnswer::InPersonCode(InPersonCodeAnswer { code });
    assert!(matches!(holder.answer(answer).await, crate::support::Step::Granted));

    for (person, session, code) in [
        ("nobody", reference.as_str(), "authority.person_unknown"),
        ("maria", "0000-0000", "authority.session_unknown"),
        // It led to a card and is over.
        ("maria", &reference, "authority.session_unknown"),
    ] {
        let output = run(
            dir.path(),
            &[
                "window-code",
                "--person",
                person,
                "--session",
                session,
                "--clerk",
                "c",
                "--json",
            ],
        );
        let error: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((output.status.code(), error["code"].as_str()), (Some(2), Some(code)));
    }
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
