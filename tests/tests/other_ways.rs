//! A registration on a bad day, on the command line: what failed is said with the other ways, and another way ends with the
//! card. Then tier 2, services and consents.

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
    worker::{answers, register},
};
use serde_json::{Value, json};

/// What a clerk hands over for the reference that a run showed.
fn window_code(sandbox: &Sandbox, person: &str, shown: &Value) -> String {
    let reference = shown["session_reference"].as_str().unwrap();
    let code = sandbox.admin.window_code(person, reference, "window-1").unwrap().code;
    // As somebody types it.
    code.to_lowercase()
}

/// The same by the clerk's command.
fn by_clerk(sandbox: &Sandbox, person: &str, shown: &Value) -> String {
    let reference = shown["session_reference"].as_str().unwrap();
    let of = [
        "--person",
        person,
        "--session",
        reference,
        "--clerk",
        "window-1",
        "--json",
    ];
    let mut command = permitcard(["authority", "window-code"]);
    command.args(of).arg("--data").arg(&sandbox.data);
    let made = Finished::from(command.output().unwrap()).assert_good().events();
    assert_eq!(
        (&made[0]["person"], &made[0]["clerk"]),
        (&json!(person), &json!("window-1"))
    );
    made[0]["code"].as_str().unwrap().to_owned()
}

fn by_window(home: &Path, code: &str) -> Finished {
    at_home(home, ["register", "--in-person-code", code])
}

#[test]
fn each_failure_names_the_window_and_the_window_ends_with_the_card() {
    let sandbox = Sandbox::start();
    for (person, step, code, exit) in [
        ("piotr", "document-check", "registration.document_refused", 1),
        ("minh", "face-check", "registration.face_refused", 1),
        ("helene", "document-check", "registration.check_unavailable", 3),
    ] {
        let home = sandbox.home(person);
        let failed = at_home(&home, answers(&sandbox, &sandbox.person(person)));
        failed.assert_failed(exit, code);
        assert_eq!(failed.event("refused")["step"], step, "{person}");
        let error = failed.event("error");
        let ways = error["other_ways"].as_array().unwrap();
        assert!(ways.contains(&json!("in-person-code")), "{error}");
        by_window(&home, &window_code(&sandbox, person, &error)).assert_good();
        at_home(&home, ["card"]).assert_good();
    }
}

#[test]
fn somebody_without_face_and_sim_goes_to_the_window_at_once() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    let client = sandbox.client_path();
    let start = [
        "register",
        "--client",
        client.to_str().unwrap(),
        "--accept-consents",
        "--way",
        "window",
    ];
    let waiting = at_home(&home, start);
    waiting.assert_failed(3, "cli.answer_missing");
    let shown = waiting.event("waiting");
    assert_eq!(shown["step"], "in-person-code");
    // Nobody is told to start what goes on.
    for command in ["card", "show", "print", "sync", "consents"] {
        at_home(&home, [command]).assert_failed(3, "cli.registration_open");
    }
    // Nothing that is no code goes out, and a wrong one is counted.
    by_window(&home, "12345").assert_failed(2, "input.in_person_code_invalid");
    by_window(&home, "ZZZZZ-ZZZZZ").assert_failed(1, "registration.in_person_code_expired");
    let code = by_clerk(&sandbox, "maria", &shown);
    by_window(&home, "ZZZZZ-ZZZZZ").assert_failed(1, "registration.in_person_code_wrong");
    let done = by_window(&home, &code).assert_good();
    assert_eq!(done.event("done")["card"]["tier"], 1);
}

#[test]
fn the_services_open_with_tier_2_and_close_with_its_consent() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    register(&sandbox, "maria", &home);
    let open = || -> usize {
        let services = at_home(&home, ["services"]).assert_good().events();
        assert_eq!(services.len(), 15);
        services.iter().filter(|service| service["open"] == true).count()
    };
    assert_eq!(open(), 3);
    let closed = at_home(&home, ["services"]).events().pop().unwrap();
    assert_eq!(closed["code"], "service.needs_tier_two");

    let done = at_home(&home, ["register", "--accept-consents", "--tier", "2", "--way", "sim"]).assert_good();
    assert_eq!(done.event("done")["card"]["tier"], 2);
    assert_eq!(open(), 15);
    // Run again it is the same card.
    at_home(&home, ["register", "--accept-consents", "--tier", "2"]).assert_good();

    let consents = at_home(&home, ["consents"]).assert_good().events();
    let kinds: Vec<&Value> = consents.iter().map(|consent| &consent["kind"]).collect();
    assert_eq!(kinds, ["general", "face-data", "social-security"]);
    at_home(&home, ["consents", "--withdraw", "social-security"]).assert_failed(1, "cli.not_confirmed");
    let withdrawn = at_home(&home, ["consents", "--withdraw", "social-security", "--yes"]).assert_good();
    assert_eq!(withdrawn.event("withdrawn")["effect"], "services-end");
    assert_eq!(open(), 3);

    let withdrawn = at_home(&home, ["consents", "--withdraw", "general", "--yes"]).assert_good();
    assert_eq!(withdrawn.event("withdrawn")["effect"], "card-ends");
    assert_eq!(at_home(&home, ["show", "--text"]).exit, 1);
    // The card that ended is no card to show, and says so.
    let ended = at_home(&home, ["register", "--accept-consents"]);
    assert_eq!(ended.exit, 1, "{ended:?}");
    assert_eq!(ended.event("done")["card"]["end"]["name"], "consent-withdrawn");
}

#[test]
fn without_a_physical_card_tier_2_says_so_and_the_card_stays() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    register(&sandbox, "suharto", &home);
    at_home(&home, ["register", "--accept-consents", "--tier", "2"])
        .assert_failed(1, "registration.physical_card_missing");
    at_home(&home, ["card"]).assert_good();
    let empty = sandbox.home("empty");
    let client = sandbox.client_path();
    at_home(
        &empty,
        ["register", "--client", client.to_str().unwrap(), "--tier", "2"],
    )
    .assert_failed(2, "wallet.not_registered");
}
