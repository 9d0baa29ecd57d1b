//! The boundary from Rust: who runs what, what a dropped or cancelled call leaves behind, and that nothing hangs with a
//! key store. The whole flow is tested from Kotlin and Swift.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod support;

use std::{process::Command, sync::Arc, thread};

use permitcard_ffi::{
    CancelToken, PermitCardError, Verifier, Wallet, erase_unopened_wallet,
    foreign::KeyError,
    types::{OpenOptions, Phase, Profile, RegistrationView, VerifyRequest},
};
use support::{Behaviour, FixedClock, Gate, Keys, block_on, open, options, poll_once_and_drop};
use tempfile::TempDir;

fn key_store(code: &str) -> PermitCardError {
    PermitCardError::KeyStore {
        reason: code.to_owned(),
    }
}

#[test]
fn calls_run_on_our_threads_whoever_polls() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Good));
    let wallet = open(dir.path(), &keys).unwrap();
    assert_eq!(block_on(wallet.state()).unwrap().phase, Phase::Empty);
    assert!(!keys.threads().is_empty());
    for (name, id) in keys.threads() {
        assert_eq!(name.as_deref(), Some("permitcard"));
        assert_ne!(id, thread::current().id());
    }
    block_on(wallet.close());
}

#[test]
fn a_dropped_future_takes_no_work_with_it() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Good));
    let wallet = open(dir.path(), &keys).unwrap();
    let (gate, came) = Gate::new();
    keys.behave(Behaviour::Wait(gate.clone()));
    poll_once_and_drop(wallet.start_registration(None));
    came.recv().unwrap();
    gate.open();
    // This call waits for its turn: the one before has stored its request by then.
    let again = block_on(wallet.resume_registration(None));
    assert!(
        matches!(
            again,
            Err(PermitCardError::KeyStore { .. } | PermitCardError::Network { .. })
        ),
        "{again:?}"
    );
    assert_eq!(
        block_on(wallet.registration()).unwrap(),
        Some(RegistrationView::Starting)
    );
    block_on(wallet.close());
}

#[test]
fn a_key_store_that_waits_holds_no_other_call_up() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Good));
    let wallet = open(dir.path(), &keys).unwrap();
    let (gate, came) = Gate::new();
    keys.behave(Behaviour::Wait(gate.clone()));
    thread::scope(|scope| {
        let starting = scope.spawn(|| block_on(wallet.start_registration(None)));
        came.recv().unwrap();
        assert_eq!(block_on(wallet.state()).unwrap().phase, Phase::Empty);
        assert_eq!(block_on(wallet.card()).unwrap(), None);
        assert_eq!(block_on(wallet.disclosure_log()).unwrap(), []);
        gate.open();
        starting.join().unwrap().unwrap_err();
    });
    block_on(wallet.close());
}

#[test]
fn a_cancelled_token_ends_the_waiting_and_nothing_else() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Good));
    let wallet = open(dir.path(), &keys).unwrap();
    let (gate, came) = Gate::new();
    keys.behave(Behaviour::Wait(gate.clone()));
    let token = CancelToken::new();
    thread::scope(|scope| {
        let starting = scope.spawn(|| block_on(wallet.start_registration(Some(token.clone()))));
        came.recv().unwrap();
        token.cancel();
        assert_eq!(starting.join().unwrap(), Err(PermitCardError::Cancelled));
    });
    gate.open();
    assert!(token.is_cancelled());
    assert_eq!(
        block_on(wallet.sync(None, Some(token))),
        Err(PermitCardError::Cancelled)
    );
    block_on(wallet.close());
}

#[test]
fn a_token_that_is_never_cancelled_changes_nothing() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Good));
    let wallet = open(dir.path(), &keys).unwrap();
    let token = CancelToken::new();
    assert_eq!(
        block_on(wallet.sync(None, Some(token.clone()))),
        Err(PermitCardError::NotRegistered)
    );
    assert!(!token.is_cancelled());
    block_on(wallet.close());
}

#[test]
fn every_error_of_a_key_store_arrives_as_what_it_is() {
    let dir = TempDir::new().unwrap();
    for (thrown, expected) in [
        (KeyError::Cancelled, PermitCardError::Cancelled),
        (KeyError::NeedsUser, PermitCardError::NeedsUser),
        (
            KeyError::LockedOut { retry_after_s: Some(9) },
            PermitCardError::KeyStoreLocked { retry_after_s: Some(9) },
        ),
        (KeyError::Invalidated, PermitCardError::KeyInvalidated),
        (KeyError::Transient, key_store("keys.transient")),
        (KeyError::NotFound, key_store("keys.not_found")),
        (KeyError::Unavailable, key_store("keys.unavailable")),
        (KeyError::Unexpected, key_store("keys.unexpected")),
    ] {
        let keys = Keys::new(Behaviour::Fail(thrown));
        assert_eq!(open(dir.path(), &keys).err(), Some(expected.clone()));
        let verifier = Verifier::open(options(dir.path(), 90), keys, Arc::new(FixedClock), None);
        assert_eq!(block_on(verifier).err(), Some(expected));
    }
}

#[test]
fn a_key_store_that_panics_is_unexpected() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Panic));
    let error = open(dir.path(), &keys).err().unwrap();
    assert_eq!(error, key_store("keys.unexpected"));
    assert!(!format!("{error} {error:?}").contains("GARCIA"));
    let verifier = block_on(Verifier::open(
        options(dir.path(), 90),
        keys,
        Arc::new(FixedClock),
        None,
    ));
    assert_eq!(
        verifier.err().map(|error| error.code()),
        Some("wallet.internal".to_owned())
    );
}

#[test]
fn a_panic_prints_its_place_and_not_its_text() {
    const NAME: &str = "a_panic_prints_its_place_and_not_its_text";
    const CHILD: &str = "PERMITCARD_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Panic));
        assert!(open(dir.path(), &keys).is_err());
        return;
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(child.status.success());
    let printed = [child.stdout, child.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    assert!(printed.contains("permitcard: fault at "), "{printed}");
    assert!(!printed.contains("GARCIA"), "{printed}");
}

#[test]
fn a_key_store_that_never_returns_times_out() {
    let dir = TempDir::new().unwrap();
    let (gate, came) = Gate::new();
    let keys = Keys::new(Behaviour::Wait(gate.clone()));
    let wallet = block_on(Wallet::open(
        options(dir.path(), 0),
        keys.clone(),
        Arc::new(FixedClock),
        None,
    ));
    assert_eq!(wallet.err(), Some(key_store("keys.timed_out")));
    let verifier = block_on(Verifier::open(options(dir.path(), 0), keys, Arc::new(FixedClock), None));
    assert_eq!(verifier.err(), Some(key_store("keys.timed_out")));
    drop(came);
    gate.open();
}

#[test]
fn dropping_a_wallet_does_not_wait_for_its_key_store() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Good));
    let wallet = open(dir.path(), &keys).unwrap();
    let (gate, came) = Gate::new();
    keys.behave(Behaviour::Wait(gate.clone()));
    poll_once_and_drop(wallet.start_registration(None));
    came.recv().unwrap();
    // Would never end if it waited: the gate opens afterwards.
    drop(wallet);
    gate.open();
}

#[test]
fn after_close_and_after_erase_every_call_says_closed() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Good));
    let closed = open(dir.path(), &keys).unwrap();
    block_on(closed.close());
    let erased = open(dir.path(), &keys).unwrap();
    block_on(erased.erase()).unwrap();
    for wallet in [closed, erased] {
        assert_eq!(block_on(wallet.state()).err(), Some(PermitCardError::Closed));
        assert_eq!(block_on(wallet.card()).err(), Some(PermitCardError::Closed));
        assert_eq!(
            block_on(wallet.start_registration(None)).err(),
            Some(PermitCardError::Closed)
        );
        assert_eq!(
            block_on(wallet.preview(Profile::Gate)).err(),
            Some(PermitCardError::Closed)
        );
        assert_eq!(block_on(wallet.erase()).err(), Some(PermitCardError::Closed));
        block_on(wallet.close());
    }
    block_on(erase_unopened_wallet(dir.path().to_str().unwrap().to_owned(), keys, 90)).unwrap();
}

#[test]
fn a_closed_verifier_says_closed() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Good));
    let verifier = block_on(Verifier::open(
        options(dir.path(), 90),
        keys,
        Arc::new(FixedClock),
        None,
    ))
    .unwrap();
    let request = VerifyRequest {
        text: "WPC1:".to_owned(),
        policy: Profile::Employer,
        aud: None,
        nonce: None,
        at: None,
        snapshot: None,
        remember: true,
        token: None,
    };
    let missing = PermitCardError::WrongState {
        reason: "checking.snapshot_missing".to_owned(),
    };
    assert_eq!(block_on(verifier.verify(request.clone())).err(), Some(missing));
    block_on(verifier.close());
    assert_eq!(block_on(verifier.verify(request)).err(), Some(PermitCardError::Closed));
    assert_eq!(block_on(verifier.snapshot_info()).err(), Some(PermitCardError::Closed));
    block_on(verifier.close());
}

#[test]
fn a_request_of_the_verifier_is_kept_until_it_is_forgotten() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Good));
    let opening = Verifier::open(options(dir.path(), 90), keys, Arc::new(FixedClock), None);
    let verifier = block_on(opening).unwrap();
    assert_eq!(block_on(verifier.open_request()), Ok(None));
    let make = |aud: &str, profile, portrait| block_on(verifier.make_request(aud.to_owned(), profile, portrait));
    let made = make("gate-7", Profile::Police, true).unwrap();
    assert!(made.text.starts_with("WPR1:"));
    assert_eq!((made.open.aud.as_str(), made.open.nonce.len()), ("gate-7", 8));
    assert_eq!(block_on(verifier.open_request()), Ok(Some(made.open.clone())));
    let debug = format!("{made:?}");
    assert!(!debug.contains("WPR1") && !debug.contains("nonce"), "{debug}");
    for (aud, profile, portrait, code) in [
        ("gate-7", Profile::Hotel, true, "checking.portrait_not_allowed"),
        ("8 bytes.", Profile::Hotel, false, ""),
        ("much too long", Profile::Hotel, false, "checking.audience_invalid"),
    ] {
        let refused = make(aud, profile, portrait).err().map(|error| error.code());
        assert_eq!(refused.unwrap_or_default(), code, "{aud}");
    }
    block_on(verifier.forget_request()).unwrap();
    assert_eq!(block_on(verifier.open_request()), Ok(None));
    block_on(verifier.close());
}

#[test]
fn a_client_file_that_cannot_be_used_is_invalid_input() {
    let (dir, keys) = (TempDir::new().unwrap(), Keys::new(Behaviour::Good));
    for (client_file, code) in [
        ("", "client.file_malformed"),
        ("{}", "client.file_malformed"),
        (
            &support::CLIENT_FILE.replace("https://", "http://"),
            "client.url_invalid",
        ),
        (&" ".repeat(70_000), "client.file_too_long"),
    ] {
        let options = OpenOptions {
            client_file: client_file.to_owned(),
            ..options(dir.path(), 90)
        };
        let opened = block_on(Wallet::open(options, keys.clone(), Arc::new(FixedClock), None));
        assert_eq!(
            opened.err(),
            Some(PermitCardError::InvalidInput {
                reason: code.to_owned()
            })
        );
    }
}
