//! Erasing: no file and no key stays, also where nothing can be opened any more.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;

use permitcard_platform::{DeviceKeys, file_keys::FileKeys};
use permitcard_tests::{canary::files, command::at_home, sandbox::Sandbox, worker::register};

#[test]
fn erase_removes_keys_and_files_without_a_network() {
    let mut sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    register(&sandbox, "maria", &home);
    at_home(&home, ["snapshot", "fetch"]).assert_good();
    at_home(&home, ["show", "--svg", home.join("mine.svg").to_str().unwrap()]).assert_good();
    sandbox.stop();
    let keys = FileKeys::open(&home.join("keys/wallet")).unwrap();
    assert!(keys.list().unwrap().len() >= 12);
    at_home(&home, ["erase", "--yes"]).assert_good();
    // What the user put there stays, nothing else.
    assert_eq!(files(&home), [home.join("mine.svg")]);
    assert_eq!(keys.list().unwrap(), []);
    at_home(&home, ["card"]).assert_failed(2, "cli.client_missing");
    let again = at_home(&home, ["erase", "--yes"]).assert_good();
    assert_eq!(again.event("erased")["found"], false);
    // The same phone can register again.
    sandbox.restart();
    let person = sandbox.person("suharto");
    at_home(&home, permitcard_tests::worker::answers(&sandbox, &person)).assert_good();
}

#[test]
fn a_wallet_that_cannot_be_opened_can_be_erased() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    register(&sandbox, "suharto", &home);
    fs::remove_dir_all(home.join("keys/wallet")).unwrap();
    let lost = at_home(&home, ["card"]);
    assert_eq!(lost.exit, 3, "{lost:?}");
    // Nothing is wiped because a key is missing: that is for the user to say.
    assert!(home.join("wallet.db").exists());
    at_home(&home, ["erase", "--yes"]).assert_good();
    assert!(!home.exists());
}
