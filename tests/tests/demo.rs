//! The demo, run as a person runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Command,
};

use permitcard_tests::{
    canary::{files, forms, search},
    command::{Finished, at_home, permitcard},
};
use serde_json::{Value, json};

fn demo(args: &[&str], temp: &Path) -> Finished {
    permitcard(["demo"])
        .args(args)
        .env("TMPDIR", temp)
        .output()
        .expect("the program runs")
        .into()
}

/// The outcomes and reasons of a case: issuer, holder, status.
fn lights(finished: &Finished, case: &str) -> [(String, String); 3] {
    let found = finished.events().into_iter().find(|event| event["case"] == case);
    let result = &found.unwrap_or_else(|| panic!("no case {case}"))["result"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    ["issuer", "holder", "status"].map(|light| (text(&result[light]["outcome"]), text(&result[light]["code"])))
}

fn reasons(finished: &Finished, case: &str) -> [String; 3] {
    lights(finished, case).map(|(_, code)| code)
}

#[test]
fn the_genuine_code_is_accepted_and_the_three_bad_ones_are_refused() {
    let temp = tempfile::tempdir().unwrap();
    let finished = demo(&["--json"], temp.path()).assert_good();
    let good = ["verdict.issuer_good", "verdict.holder_good", "verdict.status_valid"];
    assert_eq!(reasons(&finished, "genuine"), good);
    assert_eq!(reasons(&finished, "revoked-first-snapshot"), good);
    assert_eq!(
        reasons(&finished, "forged"),
        [
            "verdict.issuer_signature_invalid",
            "verdict.holder_unproven",
            "verdict.status_unproven",
        ]
    );
    assert_eq!(
        reasons(&finished, "late"),
        [good[0], "verdict.presentation_expired", good[2]]
    );
    assert_eq!(
        reasons(&finished, "revoked"),
        [good[0], good[1], "verdict.status_revoked"]
    );
    assert_eq!(
        lights(&finished, "genuine").map(|(outcome, _)| outcome),
        ["good", "good", "good"]
    );

    let events = finished.events();
    let genuine = events.iter().find(|event| event["case"] == "genuine").unwrap();
    assert_eq!(genuine["result"]["test"], true);
    assert_eq!(genuine["result"]["disclosed"]["name"], "GARCIA LOPEZ<<MARIA");
    assert_eq!(genuine["result"]["policy"]["unmet"], json!([]));
    let forged = events.iter().find(|event| event["case"] == "forged").unwrap();
    assert_eq!(forged["result"]["disclosed"], Value::Null, "a forger's words are shown");
    let steps: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "answered")
        .map(|event| &event["step"])
        .collect();
    let first = [
        "consent",
        "identity-claim",
        "one-time-code",
        "document-check",
        "consent",
        "face-check",
    ];
    let second = [
        "consent",
        "identity-claim",
        "document-check",
        "consent",
        "in-person-code",
    ];
    assert_eq!(steps, [&first[..], &second[..]].concat());
    // Whose face is not recognised gets the same card at a service window.
    let refused = finished.event("refused");
    assert_eq!(
        (&refused["step"], &refused["code"]),
        (&json!("face-check"), &json!("registration.face_refused"))
    );
    // Nobody answers when the verifier asks again, and everything after that is done without.
    assert_eq!(finished.event("stopped")["asking_again"], "network.offline");
    let position = |kind: &str| events.iter().position(|event| event["event"] == kind).unwrap();
    assert!(position("snapshot") < position("revoked") && position("revoked") < position("stopped"));
    assert!(position("stopped") < position("shown") && position("shown") < position("verified"));
    assert_eq!(events.last().unwrap()["event"], "done");

    assert_eq!(
        fs::read_dir(temp.path()).unwrap().count(),
        0,
        "something was left behind"
    );
}

#[test]
fn the_story_is_told_in_both_languages() {
    let temp = tempfile::tempdir().unwrap();
    for (language, end) in [("en", "the three bad ones were refused"), ("zh", "三个坏码都被拒绝")] {
        let finished = demo(&["--lang", language], temp.path()).assert_good();
        assert!(finished.stdout.contains(end), "{finished:?}");
        assert!(!finished.stdout.contains("[cli"), "a sentence is missing: {finished:?}");
        // Without a terminal: the code in blocks, and no colours but those of the code.
        assert_eq!(finished.stdout.matches("TEST  ").count(), 1);
        let outside: String = finished
            .stdout
            .lines()
            .filter(|line| !line.contains('▀') && !line.contains("48;5;231"))
            .collect();
        assert!(!outside.contains('\u{1b}'), "{outside}");
    }
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("mine.txt"), "mine").unwrap();
    demo(&["--json", "--keep", dir.path().to_str().unwrap()], dir.path()).assert_failed(2, "cli.demo_folder_not_empty");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    demo(&["--json", "--person", "nobody"], dir.path()).assert_failed(2, "cli.demo_person_unknown");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
#[cfg(unix)]
fn interrupted_it_leaves_nothing_behind() {
    for lines in [1, 4, 8, 13] {
        let temp = tempfile::tempdir().unwrap();
        let mut child = permitcard(["demo", "--json"])
            .env("TMPDIR", temp.path())
            .spawn()
            .unwrap();
        let mut events = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..lines {
            events.next().unwrap().unwrap();
        }
        let interrupted = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        assert!(interrupted.success());
        let last = events.last().unwrap().unwrap();
        assert!(last.contains("cli.demo_interrupted"), "{last}");
        assert_eq!(child.wait().unwrap().code(), Some(3));
        assert_eq!(
            fs::read_dir(temp.path()).unwrap().count(),
            0,
            "interrupted after {lines} events"
        );
    }
}

/// Every value of the canary person, as it stands in the register.
fn canaries() -> Vec<(String, String)> {
    let register = include_str!("../../authority/src/register/people.json");
    let people: Vec<Value> = serde_json::from_str(register).unwrap();
    let person = people.into_iter().find(|person| person["id"] == "canary").unwrap();
    let not_personal = [
        "id",
        "about",
        "nationality",
        "passport_issuer",
        "category",
        "contact_kind",
    ];
    let texts = person
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| !not_personal.contains(&name.as_str()));
    let values: Vec<_> = texts
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    // Free-text fields, numbers, contact, portrait, birth day: nobody took a canary away.
    assert!(values.len() >= 12, "{values:?}");
    values
}

#[test]
fn nothing_personal_is_readable_in_the_kept_folders_and_erase_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let keep = dir.path().join("kept");
    demo(
        &["--json", "--person", "canary", "--keep", keep.to_str().unwrap()],
        dir.path(),
    )
    .assert_good();
    let folders: Vec<_> = fs::read_dir(&keep)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(folders.len(), 5, "{folders:?}");

    let mut names = Vec::new();
    let mut needles = Vec::new();
    for (name, value) in canaries() {
        for text in [value.clone(), value.to_uppercase()] {
            for form in forms(&text) {
                names.push(name.clone());
                needles.push(form);
            }
        }
    }
    let holder = keep.join("worker-1");
    assert!(holder.join("wallet.db").metadata().unwrap().len() > 0);
    for folder in [&holder, &keep.join("verifier")] {
        let hits = search(folder, &needles, |_| false);
        let hits: Vec<_> = hits.iter().map(|(path, needle)| (path, &names[*needle])).collect();
        assert!(hits.is_empty(), "{hits:?}");
    }
    // The search is worth something: it finds each value, in each form, where one was left.
    let plain = dir.path().join("plain");
    fs::create_dir(&plain).unwrap();
    let mut leak = Vec::new();
    for needle in &needles {
        leak.extend_from_slice(b"x");
        leak.extend_from_slice(needle);
    }
    fs::write(plain.join("log.txt"), leak).unwrap();
    assert_eq!(search(&plain, &needles, |_| false).len(), needles.len());
    // The authority has them all: the person is the one who was registered.
    let authority = search(&keep.join("authority"), &needles, |_| false);
    assert!(authority.len() >= 10, "{authority:?}");

    at_home(&holder, ["erase", "--yes"]).assert_good();
    assert_eq!(fs::exists(&holder).unwrap().then(|| files(&holder)), None);
    // The other phone is untouched.
    at_home(&keep.join("worker-2"), ["card"]).assert_good();
}

#[test]
fn kept_pictures_are_read_by_a_foreign_scanner_and_by_the_command() {
    let dir = tempfile::tempdir().unwrap();
    let keep = dir.path().join("kept");
    let finished = demo(&["--json", "--keep", keep.to_str().unwrap()], dir.path()).assert_good();
    let text = finished.event("shown")["text"].as_str().unwrap().to_owned();
    let picture = keep.join("pictures/worker-1.png");
    let scanner = Command::new("zbarimg")
        .args(["--quiet", "--raw"])
        .arg(&picture)
        .output();
    let scanned = scanner.expect("zbarimg runs; it is in the package zbar-tools");
    assert_eq!(String::from_utf8(scanned.stdout).unwrap().trim_end(), text);

    // The verifier of the demo checks it again, at the time when it was made.
    let at = finished.event("shown")["issued_at"].to_string();
    let verifier = keep.join("verifier");
    let checked = at_home(&verifier, ["verify", "--at", &at, "--png", picture.to_str().unwrap()]).assert_good();
    assert_eq!(checked.event("verified")["holder"]["code"], "verdict.holder_good");
    let late = at_home(
        &verifier,
        ["verify", "--png", keep.join("pictures/worker-2.png").to_str().unwrap()],
    );
    assert_eq!(
        (late.exit, &late.event("verified")["status"]["code"]),
        (1, &"verdict.status_revoked".into())
    );
}
