//! What a code in the live form is not: paper, frames, and the answer to one verifier that asks. All of it through the program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::{Path, PathBuf};

use permitcard_tests::{
    command::{Finished, at_home},
    sandbox::Sandbox,
    worker::register,
};
use serde_json::Value;

/// A phone with a card, and a verifier with a snapshot that is younger than the card.
fn sandbox_with(person: &str) -> (Sandbox, PathBuf, PathBuf) {
    let sandbox = Sandbox::start();
    let (phone, verifier) = (sandbox.home("phone"), sandbox.home("verifier"));
    register(&sandbox, person, &phone);
    let client = sandbox.client_path();
    at_home(&verifier, ["snapshot", "fetch", "--client", client.to_str().unwrap()]).assert_good();
    (sandbox, phone, verifier)
}

fn codes(checked: &Finished) -> [String; 3] {
    let verified = checked.event("verified");
    ["issuer", "holder", "status"].map(|light| verified[light]["code"].as_str().unwrap().to_owned())
}

fn pictures(event: &Value) -> Vec<String> {
    let paths = event["pictures"].as_array().unwrap();
    paths.iter().map(|path| path.as_str().unwrap().to_owned()).collect()
}

fn in_folder(home: &Path, name: &str) -> String {
    home.join(name).display().to_string()
}

#[test]
fn paper_is_a_document_and_never_a_holder() {
    let (mut sandbox, phone, verifier) = sandbox_with("maria");
    let (page, picture) = (in_folder(&phone, "permit.svg"), in_folder(&phone, "permit.png"));
    let printed = at_home(&phone, ["print", "--svg", &page, "--png", &picture])
        .assert_good()
        .event("printed");
    assert_eq!(
        (&printed["test"], &printed["with_portrait"]),
        (&true.into(), &false.into())
    );
    assert!(printed["side_mm"].as_u64().unwrap() >= 31);
    let drawn = std::fs::read_to_string(&page).unwrap();
    for words in ["TEST 测试", "GARCIA LOPEZ, MARIA", "A document only.", "仅为凭证"] {
        assert!(drawn.contains(words), "{words}");
    }
    // The verifier learns of it with its next snapshot: the print got its place in the list just now.
    at_home(&verifier, ["snapshot", "fetch"]).assert_good();
    let text = printed["text"].as_str().unwrap();
    for input in [["--text", text], ["--png", &picture]] {
        let checked = at_home(&verifier, ["verify", input[0], input[1]]);
        assert_eq!(checked.exit, 1, "no policy is met");
        assert_eq!(
            codes(&checked),
            ["verdict.issuer_good", "verdict.document_only", "verdict.status_valid"]
        );
        let verified = checked.event("verified");
        assert_eq!(verified["document_only"], true);
        assert_eq!(verified["disclosed"]["employer"], "Shanghai Example Trading Co Ltd");
    }
    // It is kept: the authority is not asked again.
    sandbox.stop();
    let again = at_home(&phone, ["print"]).assert_good().event("printed");
    assert_eq!(again["text"], printed["text"]);
    let with = at_home(&phone, ["print", "--with-portrait"])
        .assert_good()
        .event("printed");
    assert_eq!(with["with_portrait"], true);
    assert!(with["qr_version"].as_u64() > again["qr_version"].as_u64());
}

#[test]
fn a_code_with_portrait_goes_through_pictures_and_lines() {
    let (_sandbox, phone, verifier) = sandbox_with("maria");
    let picture = in_folder(&phone, "code.png");
    let show = [
        "show",
        "--profile",
        "service-window",
        "--portrait",
        "--nonce",
        "314159",
        "--png",
        &picture,
    ];
    let code = at_home(&phone, show).assert_good().event("code");
    let (frames, files) = (code["frames"].as_array().unwrap(), pictures(&code));
    let parts = frames.len() / 3;
    assert!(parts >= 3 && files.len() == frames.len());
    assert!(files[1].ends_with("code-001.png"));

    // Any as many as there are parts, the last ones first; one fewer is not enough.
    let mut verify: Vec<&str> = vec!["verify", "--png"];
    verify.extend(files.iter().rev().take(parts).map(String::as_str));
    let missing = at_home(&verifier, &verify[..verify.len() - 1]);
    missing.assert_failed(3, "cli.frames_missing");
    verify.extend(["--policy", "service-window", "--nonce", "314159"]);
    let checked = at_home(&verifier, verify).assert_good();
    assert_eq!(
        codes(&checked),
        ["verdict.issuer_good", "verdict.holder_good", "verdict.status_valid"]
    );
    assert_eq!(checked.event("verified")["disclosed"]["portrait"], "image/png");

    let lines: Vec<&str> = frames.iter().map(|frame| frame.as_str().unwrap()).collect();
    let again = at_home(
        &verifier,
        [
            "verify",
            "--policy",
            "service-window",
            "--nonce",
            "314159",
            "--text",
            &lines.join("\n"),
        ],
    );
    assert_eq!(codes(&again)[1], "verdict.seen_before", "the same code in another way");
    at_home(&phone, ["show", "--profile", "hotel", "--portrait"]).assert_failed(2, "input.portrait_not_allowed");
}

#[test]
fn one_verifier_asks_and_gets_its_answer_once() {
    let (_sandbox, phone, verifier) = sandbox_with("maria");
    let picture = in_folder(&verifier, "request.png");
    let request = ["request", "--aud", "gate-7", "--profile", "hotel", "--png", &picture];
    let asked = at_home(&verifier, request).assert_good().event("request");
    assert!(asked["text"].as_str().unwrap().starts_with("WPR1:"));

    // Nobody is there to say yes.
    at_home(&phone, ["show", "--request", &picture]).assert_failed(1, "cli.show_not_confirmed");
    let code = at_home(&phone, ["show", "--request", &picture, "--yes"])
        .assert_good()
        .event("code");
    assert_eq!(
        (code["aud"].as_str(), &code["by_request"]),
        (Some("gate-7"), &true.into())
    );
    assert_eq!(code["groups"], serde_json::json!(["person"]));
    let answer = code["text"].as_str().unwrap();

    // A code for every hotel is no answer: it is checked as without a request, and the request waits on.
    let for_all = at_home(&phone, ["show", "--profile", "hotel"])
        .assert_good()
        .event("code");
    let for_all = for_all["text"].as_str().unwrap();
    let checked = at_home(&verifier, ["verify", "--policy", "hotel", "--text", for_all]).assert_good();
    assert_eq!(checked.event("verified")["nonce_confirmed"], false);
    let strict = at_home(
        &verifier,
        ["verify", "--policy", "police", "--aud", "wp.hot", "--text", for_all],
    );
    let unmet = strict.event("verified")["policy"]["unmet"].clone();
    assert!(
        unmet.as_array().unwrap().contains(&"verdict.nonce_not_asked".into()),
        "{unmet}"
    );

    // Somebody else gets nothing for it.
    let other = _sandbox.home("other");
    let client = _sandbox.client_path();
    at_home(&other, ["snapshot", "fetch", "--client", client.to_str().unwrap()]).assert_good();
    let elsewhere = at_home(&other, ["verify", "--policy", "hotel", "--text", answer]);
    assert_eq!(codes(&elsewhere)[1], "verdict.audience_wrong");

    // A code without the nonce is none of this request's, whoever asked before.
    let older = at_home(
        &verifier,
        [
            "verify",
            "--policy",
            "hotel",
            "--nonce",
            "0000000000000000",
            "--aud",
            "gate-7",
            "--text",
            answer,
        ],
    );
    assert_eq!(codes(&older)[1], "verdict.nonce_wrong");
    let checked = at_home(&verifier, ["verify", "--policy", "hotel", "--text", answer]).assert_good();
    assert_eq!(checked.event("verified")["nonce_confirmed"], true);
    // The nonce was for one answer.
    let again = at_home(&verifier, ["verify", "--policy", "hotel", "--text", answer]);
    assert_eq!(codes(&again)[1], "verdict.audience_wrong");

    at_home(&verifier, ["request", "--aud", "gate-number-7", "--profile", "hotel"])
        .assert_failed(2, "checking.audience_invalid");
    at_home(
        &verifier,
        ["request", "--aud", "gate-7", "--profile", "hotel", "--portrait"],
    )
    .assert_failed(2, "checking.portrait_not_allowed");
    at_home(&phone, ["show", "--yes", "--request", "WPR1:BB8"]).assert_failed(2, "input.request_invalid");
}
