//! The life of a card on the command line: the operator lets something happen, the holder's next sync says it in words.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::Path;

use permitcard_tests::{
    command::{Finished, at_home, permitcard},
    sandbox::Sandbox,
    worker::{register, try_to_register},
};
use serde_json::{Value, json};

/// `permitcard authority event`, as an operator runs it beside the server.
fn event(sandbox: &Sandbox, args: &[&str]) -> Finished {
    let mut command = permitcard(["authority", "event"]);
    command.args(args).arg("--json").arg("--data").arg(&sandbox.data);
    command.output().unwrap().into()
}

fn happened(sandbox: &Sandbox, args: &[&str]) -> Value {
    let finished = event(sandbox, args).assert_good();
    serde_json::from_str(&finished.stdout).unwrap()
}

fn sync(phone: &Path) -> Value {
    at_home(phone, ["sync"]).assert_good().event("synced")
}

fn words(phone: &Path, language: &str) -> String {
    let mut command = permitcard(["sync", "--lang", language]);
    let finished: Finished = command.arg("--home").arg(phone).output().unwrap().into();
    assert_eq!(finished.exit, 0, "{finished:?}");
    // Lines are as wide as the terminal.
    finished.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_change_is_said_in_words_with_what_to_do() {
    let sandbox = Sandbox::start();
    let phone = sandbox.home("phone");
    register(&sandbox, "maria", &phone);
    let before = sandbox.person("maria");

    let employer = "Suzhou Example Precision Co Ltd";
    let change = [
        "change-employer",
        "maria",
        "--employer",
        employer,
        "--employer-id",
        "91320500EXAMPLE0X1",
    ];
    assert_eq!(happened(&sandbox, &change)["employer"], employer);
    let said = words(&phone, "en");
    let sentence = format!("Your employer is now {employer}; before, it was {}.", before.employer);
    assert!(said.contains(&sentence), "{said}");
    assert!(said.contains("Change your residence permit"), "{said}");

    happened(
        &sandbox,
        &["change-position", "maria", "--occupation", "Head of engineering"],
    );
    let said = words(&phone, "zh");
    assert!(said.contains("您的职业现为“Head of engineering”"), "{said}");

    let passport = ["new-passport", "maria", "--passport", "XDD123456"];
    let person = happened(&sandbox, &passport);
    assert_eq!(person["former_numbers"][0]["kind"], "passport");
    let synced = sync(&phone);
    assert_eq!(synced["changes"].as_array().unwrap().len(), 1);
    let change = &synced["changes"][0];
    assert_eq!(
        (&change["field"], &change["before"], &change["after"]),
        (&json!("passport"), &json!(before.passport), &json!("XDD123456"))
    );
    assert!(change["text"].as_str().unwrap().contains("XDD123456"));
    assert!(change["next"].as_str().unwrap().contains("within 10 days"));

    happened(&sandbox, &["extend", "maria", "--until", "2031-03-31"]);
    let synced = sync(&phone);
    assert_eq!(synced["changes"][0]["after"], "2031-03-31");
    happened(&sandbox, &["reissue", "maria"]);
    let synced = sync(&phone);
    assert_eq!((&synced["new_version"], &synced["changes"]), (&json!(true), &json!([])));
    assert_eq!(synced["card_version"], 6);
    at_home(&phone, ["show"]).assert_good();
}

#[test]
fn a_cancelled_card_stays_visible_and_says_what_to_do() {
    let sandbox = Sandbox::start();
    let phone = sandbox.home("phone");
    register(&sandbox, "maria", &phone);
    happened(&sandbox, &["cancel", "maria"]);
    let synced = sync(&phone);
    assert_eq!(
        (&synced["status"], &synced["end"]["name"]),
        (&json!("revoked"), &json!("permit-cancelled"))
    );
    let card = at_home(&phone, ["card"]).assert_good().event("card");
    assert_eq!(card["card"]["end"]["name"], "permit-cancelled");
    assert_eq!(card["card"]["fields"]["employer"], sandbox.person("maria").employer);
    assert!(card["card"]["end"]["next"].as_str().unwrap().contains("certificate"));
    at_home(&phone, ["show"]).assert_failed(1, "wallet.card_revoked");
    let said = words(&phone, "en");
    assert!(said.contains("Your work permit was cancelled"), "{said}");
    // Nothing more happens to it.
    event(&sandbox, &["extend", "maria"]).assert_failed(1, "authority.permit_ended");
}

/// Not even where the card still names a later last day.
#[test]
fn an_expired_permit_promises_no_certificate() {
    let sandbox = Sandbox::start();
    let phone = sandbox.home("phone");
    register(&sandbox, "maria", &phone);
    happened(&sandbox, &["expire", "maria"]);
    let end = sync(&phone)["end"].clone();
    assert_eq!(end["name"], "permit-expired");
    assert!(!end["next"].as_str().unwrap().contains("certificate"), "{end}");
}

#[test]
fn a_suspended_card_says_what_to_do() {
    let sandbox = Sandbox::start();
    let phone = sandbox.home("phone");
    register(&sandbox, "maria", &phone);
    assert_eq!(sync(&phone)["status_next"], Value::Null);
    happened(&sandbox, &["suspend", "maria"]);
    let synced = sync(&phone);
    assert!(synced["status_next"].as_str().unwrap().contains("employer"), "{synced}");
    let card = at_home(&phone, ["card"]).assert_good().event("card");
    assert_eq!(card["card"]["status_next"], synced["status_next"]);
    let said = words(&phone, "en");
    assert!(said.contains("Ask your employer or the authority why"), "{said}");
}

#[test]
fn an_application_that_is_still_being_decided_says_when_it_was_asked() {
    let sandbox = Sandbox::start();
    let phone = sandbox.home("phone");
    let waiting = try_to_register(&sandbox, "thandiwe", &phone);
    waiting.assert_failed(3, "issuance.pending");
    let error = waiting.event("error");
    let (asked, again) = (&error["asked_at"], &error["ask_again_at"]);
    assert!(asked.is_string() && again.is_string() && asked != again, "{error}");
    for command in ["card", "show", "print", "sync", "register"] {
        let told = at_home(&phone, [command]);
        told.assert_failed(3, "issuance.pending");
        let told = told.event("error");
        if !matches!(command, "sync" | "register") {
            assert_eq!((&told["asked_at"], &told["ask_again_at"]), (asked, again));
        }
        assert!(
            told["asked_at"].is_string() && told["ask_again_at"].is_string(),
            "{told}"
        );
        // Whoever was told that it is decided may ask: no wait is named.
        assert!(!told["next"].as_str().unwrap().contains("Wait"), "{told}");
    }
    for (language, said) in [
        ("en", "The authority was last asked on"),
        ("zh", "最近一次向签发机构查询是在"),
    ] {
        let mut command = permitcard(["card", "--lang", language]);
        let finished: Finished = command.arg("--home").arg(&phone).output().unwrap().into();
        assert!(finished.stderr.contains(said), "{}", finished.stderr);
    }
    let services = at_home(&phone, ["services"]).assert_good().events();
    assert!(
        services
            .iter()
            .all(|service| service["code"] == "service.application_pending"),
        "{services:?}"
    );
    let mut command = permitcard(["consents", "--lang", "en"]);
    let finished: Finished = command.arg("--home").arg(&phone).output().unwrap().into();
    assert!(finished.stdout.contains("There is no card yet."), "{finished:?}");
    assert!(!finished.stdout.contains("Your card"), "{finished:?}");
}

#[test]
fn an_event_says_what_it_needs() {
    let sandbox = Sandbox::start();
    event(&sandbox, &["change-employer", "maria"]).assert_failed(2, "authority.event_data_missing");
    event(&sandbox, &["suspend", "maria", "--passport", "X1"]).assert_failed(2, "authority.event_data_invalid");
    event(&sandbox, &["suspend", "nobody"]).assert_failed(2, "authority.person_unknown");
    assert_eq!(sandbox.person("maria").card_version, 1);
    let help: Finished = permitcard(["authority", "event", "--help"]).output().unwrap().into();
    for name in [
        "extend",
        "employer-change",
        "change-employer",
        "change-position",
        "new-passport",
        "suspend",
        "resume",
        "revoke",
        "expire",
        "reissue",
        "approve",
        "refuse",
    ] {
        assert!(help.stdout.contains(&format!("- {name}:")), "{name}: {}", help.stdout);
    }
}
