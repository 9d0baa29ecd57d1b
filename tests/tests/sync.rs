//! What happens to a permit reaches holder and verifier.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::time::{Duration, SystemTime};

use permitcard_authority::admin::PermitEvent;
use permitcard_tests::{
    command::{Finished, at_home},
    sandbox::Sandbox,
    worker::register,
};
use serde_json::json;

fn show(home: &std::path::Path) -> String {
    let code = at_home(home, ["show"]).assert_good().event("code");
    code["text"].as_str().unwrap().to_owned()
}

fn verify(verifier: &std::path::Path, text: &str) -> Finished {
    at_home(verifier, ["verify", "--text", text])
}

#[test]
fn extended_suspended_resumed_and_revoked() {
    let sandbox = Sandbox::start();
    let (phone, verifier) = (sandbox.home("phone"), sandbox.home("verifier"));
    register(&sandbox, "maria", &phone);
    let client = sandbox.client_path();
    at_home(&verifier, ["snapshot", "fetch", "--client", client.to_str().unwrap()]).assert_good();
    assert_eq!(
        verify(&verifier, &show(&phone)).assert_good().event("verified")["status"]["code"],
        "verdict.status_valid"
    );

    sandbox.admin.event(PermitEvent::Extend, "maria").unwrap();
    let synced = at_home(&phone, ["sync"]).assert_good().event("synced");
    assert_eq!(
        (&synced["new_version"], &synced["card_version"]),
        (&true.into(), &2.into())
    );
    assert_eq!(synced["changes"][0]["field"], "valid_until");
    assert_eq!(
        at_home(&phone, ["sync"]).assert_good().event("synced")["new_version"],
        false
    );
    assert_eq!(verify(&verifier, &show(&phone)).exit, 0);

    sandbox.admin.event(PermitEvent::Suspend, "maria").unwrap();
    at_home(&verifier, ["snapshot", "fetch"]).assert_good();
    let text = show(&phone);
    let checked = verify(&verifier, &text);
    assert_eq!(
        (checked.exit, &checked.event("verified")["status"]["code"]),
        (1, &"verdict.status_suspended".into())
    );
    assert_eq!(
        at_home(&phone, ["sync"]).assert_good().event("synced")["status"],
        "suspended"
    );
    assert_eq!(
        at_home(&phone, ["show"]).assert_good().event("code")["status"],
        "suspended"
    );
    let left = || at_home(&phone, ["card"]).assert_good().event("card")["card"]["credentials_left"].clone();
    let before = left();
    at_home(&phone, ["show", "--png", "/nonexist/code.png"]).assert_failed(3, "cli.file_unwritable");
    assert_eq!(left(), before, "a code that could not be written spends no copy");

    sandbox.admin.event(PermitEvent::Resume, "maria").unwrap();
    assert_eq!(
        at_home(&phone, ["sync"]).assert_good().event("synced")["status"],
        "valid"
    );

    sandbox.admin.event(PermitEvent::Revoke, "maria").unwrap();
    let synced = at_home(&phone, ["sync"]);
    let card = at_home(&phone, ["card"]).assert_good().event("card");
    assert_eq!(card["card"]["status"], "revoked", "{synced:?}");
    at_home(&phone, ["show"]).assert_failed(1, "wallet.card_revoked");
}

#[test]
fn nonce_audience_and_repetition() {
    let sandbox = Sandbox::start();
    let (phone, verifier) = (sandbox.home("phone"), sandbox.home("verifier"));
    register(&sandbox, "suharto", &phone);
    let client = sandbox.client_path();
    at_home(&verifier, ["snapshot", "fetch", "--client", client.to_str().unwrap()]).assert_good();
    let holder = |finished: &Finished| {
        finished.event("verified")["holder"]["code"]
            .as_str()
            .unwrap()
            .to_owned()
    };

    for nonce in ["314159", "00ff10ff20ff30ff"] {
        let text = at_home(&phone, ["show", "--nonce", nonce]).assert_good().event("code")["text"]
            .as_str()
            .unwrap()
            .to_owned();
        let asked = |nonce: &str| at_home(&verifier, ["verify", "--text", &text, "--nonce", nonce]);
        assert_eq!(holder(&asked("271828")), "verdict.nonce_wrong");
        let right = asked(nonce).assert_good().event("verified");
        assert_eq!(right["nonce_confirmed"], true);
        assert_eq!(holder(&asked(nonce)), "verdict.seen_before");
    }
    let text = show(&phone);
    assert_eq!(
        holder(&at_home(&verifier, ["verify", "--text", &text, "--nonce", "314159"])),
        "verdict.nonce_missing"
    );
    let hotel = at_home(&phone, ["show", "--profile", "hotel"])
        .assert_good()
        .event("code");
    let hotel = hotel["text"].as_str().unwrap();
    assert_eq!(holder(&verify(&verifier, hotel)), "verdict.audience_wrong");
    // Even with the audience named, an employer needs more than a hotel's code shows.
    let named = at_home(&verifier, ["verify", "--text", hotel, "--aud", "wp.hot"]);
    let result = named.event("verified");
    assert_eq!(
        (named.exit, &result["policy"]["unmet"]),
        (1, &json!(["verdict.group_missing"]))
    );
    assert_eq!(result["disclosed"].get("employer"), None);
}

#[test]
fn a_code_passes_through_standard_input_pictures_and_a_carried_snapshot() {
    let sandbox = Sandbox::start();
    let (phone, online, offline) = (sandbox.home("phone"), sandbox.home("online"), sandbox.home("offline"));
    register(&sandbox, "maria", &phone);
    let client = sandbox.client_path();
    let client = client.to_str().unwrap();
    let (snapshot, png, svg) = (
        sandbox.home("snapshot.cbor"),
        sandbox.home("code.png"),
        sandbox.home("code.svg"),
    );
    let snapshot = snapshot.to_str().unwrap();
    at_home(&online, ["snapshot", "fetch", "--client", client, "--out", snapshot]).assert_good();
    let pictures = ["show", "--png", png.to_str().unwrap(), "--svg", svg.to_str().unwrap()];
    at_home(&phone, pictures).assert_good();
    assert!(std::fs::read_to_string(&svg).unwrap().starts_with("<svg"));
    // This verifier never had a snapshot of its own, nor a network.
    let args = [
        "verify",
        "--client",
        client,
        "--snapshot",
        snapshot,
        "--png",
        png.to_str().unwrap(),
    ];
    at_home(&offline, args).assert_good();
    at_home(&offline, ["verify", "--png", png.to_str().unwrap()]).assert_failed(2, "checking.snapshot_missing");
}

#[test]
fn a_snapshot_goes_to_a_verifier_without_network_and_never_back() {
    let sandbox = Sandbox::start();
    let (phone, online, offline) = (sandbox.home("phone"), sandbox.home("online"), sandbox.home("offline"));
    register(&sandbox, "maria", &phone);
    let client = sandbox.client_path();
    let client = client.to_str().unwrap();
    let (old, new) = (sandbox.home("old.cbor"), sandbox.home("new.cbor"));
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let early = at_home(&online, ["snapshot", "export", old, "--client", client]);
    assert_eq!(
        (early.exit, early.event("error")["code"].as_str()),
        (2, Some("checking.snapshot_missing"))
    );
    at_home(&online, ["snapshot", "fetch", "--out", old]).assert_good();
    let fetched_at = SystemTime::now();
    let other = sandbox.home("other.cbor");
    at_home(&online, ["snapshot", "export", other.to_str().unwrap()]).assert_good();
    assert_eq!(std::fs::read(old).unwrap(), std::fs::read(&other).unwrap());

    at_home(&offline, ["snapshot", "import", old, "--client", client]).assert_good();
    let text = show(&phone);
    verify(&offline, &text).assert_good();
    // Lists of one second are of one age.
    while fetched_at.elapsed().unwrap() <= Duration::from_secs(1) {
        std::thread::sleep(Duration::from_millis(50));
    }
    sandbox.admin.event(PermitEvent::Revoke, "maria").unwrap();
    at_home(&online, ["snapshot", "fetch", "--out", new]).assert_good();
    at_home(&offline, ["snapshot", "import", new]).assert_good();
    let checked = verify(&offline, &text);
    assert_eq!(checked.event("verified")["status"]["code"], "verdict.status_revoked");
    let back = at_home(&offline, ["snapshot", "import", old]);
    assert_ne!(back.exit, 0);
    let code = back.event("error")["code"].as_str().unwrap().to_owned();
    assert!(
        ["checking.list_rolled_back", "checking.serial_rolled_back"].contains(&code.as_str()),
        "{code}"
    );
    assert_eq!(
        verify(&offline, &text).event("verified")["status"]["code"],
        "verdict.status_revoked"
    );

    std::fs::write(&other, "no snapshot").unwrap();
    let foreign = at_home(&offline, ["snapshot", "import", other.to_str().unwrap()]);
    assert_eq!(foreign.event("error")["code"], "cli.snapshot_unreadable");
}
