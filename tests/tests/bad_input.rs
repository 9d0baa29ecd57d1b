//! Every kind of bad input and bad luck on the command line: its stable code, advice in both languages, nothing lost.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use permitcard_messages::Language;
use permitcard_tests::{
    binaries,
    command::{Finished, at_home, permitcard},
    sandbox::Sandbox,
    worker::{answers, register, register_up_to_code, register_with_code, set, try_to_register},
};

/// The command failed as it has to, and says in both languages what happened and what to do.
fn refused(finished: &Finished, exit: i32, code: &str) {
    finished.assert_failed(exit, code);
    for language in Language::ALL {
        for text in [
            permitcard_messages::text(*language, code, &[]),
            permitcard_messages::next(*language, code, &[]),
        ] {
            assert!(
                text.is_some_and(|text| !text.is_empty()),
                "{code} says too little in {language:?}"
            );
        }
    }
}

#[test]
fn wrong_passport_wrong_number_and_unknown_permit_are_one_answer_and_a_right_one_goes_on() {
    let sandbox = Sandbox::start();
    let maria = sandbox.person("maria");
    let home = sandbox.home("phone");
    let mut said = Vec::new();
    for (option, value) in [
        ("--passport", "XDB100109"),
        ("--permit-number", "310000202400000199"),
        ("--permit-number", "999999999999999999"),
    ] {
        let mut answers = answers(&sandbox, &maria);
        set(&mut answers, option, value);
        let finished = at_home(&home, answers);
        refused(&finished, 1, "registration.identity_not_confirmed");
        let mut error = finished.event("error");
        let advice = error["name_advice"].as_array().unwrap();
        assert!(
            advice.iter().any(|one| one["code"] == "identity.ask_exact"),
            "{advice:?}"
        );
        // Only the count of tries differs.
        error["next"] = error["next"].as_str().unwrap().replace(char::is_numeric, "N").into();
        said.push(error);
    }
    assert!(said.windows(2).all(|pair| pair[0] == pair[1]), "{said:?}");
    // A person reads it too.
    let mut wrong = answers(&sandbox, &maria);
    set(&mut wrong, "--passport", "XDB100109");
    let mut command = permitcard(wrong);
    let finished: Finished = command
        .args(["--lang", "en", "--home"])
        .arg(&home)
        .output()
        .unwrap()
        .into();
    assert_eq!(finished.exit, 1);
    assert!(finished.stderr.contains("permitcard name"), "{}", finished.stderr);
    // The consent was not asked for again, and the right answer goes on.
    let finished = at_home(&home, answers(&sandbox, &maria));
    finished.assert_failed(3, "cli.answer_missing");
    let asked = |event: &serde_json::Value| event["event"] == "asked";
    assert_eq!(
        finished.events().into_iter().find(asked).unwrap()["step"],
        "identity-claim"
    );
    register_with_code(&home, &sandbox.code("maria")).assert_good();
}

#[test]
fn what_cannot_be_a_name_or_number_is_said_before_anything_is_sent() {
    let sandbox = Sandbox::start();
    let maria = sandbox.person("maria");
    let home = sandbox.home("phone");
    for (option, value, code) in [
        ("--surname", "Garc1a", "identity.name_character"),
        ("--surname", "加西亚", "identity.name_not_latin"),
        ("--permit-number", "12", "identity.permit_number_invalid"),
        ("--passport", "№", "identity.passport_number_invalid"),
        ("--passport-issuer", "Spain", "identity.country_invalid"),
    ] {
        let mut answers = answers(&sandbox, &maria);
        set(&mut answers, option, value);
        refused(&at_home(&home, answers), 2, code);
    }
    let database = rusqlite::Connection::open(sandbox.data.join("authority.db")).unwrap();
    let claims: i64 = database
        .query_row(
            "SELECT count(*) FROM evidence WHERE step LIKE '%identity%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(claims, 0, "a claim reached the authority");
}

#[test]
fn a_wrong_code_costs_a_try_and_an_expired_one_can_be_sent_again() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    register_up_to_code(&sandbox, &sandbox.person("maria"), &home);
    let code = sandbox.code("maria");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let finished = register_with_code(&home, wrong);
    refused(&finished, 1, "registration.code_wrong");
    assert_eq!(finished.event("refused")["tries_left"], 4);

    sandbox.clock.advance(601);
    refused(&register_with_code(&home, &code), 1, "registration.code_expired");
    let resent = at_home(&home, ["register", "--resend-code"]);
    resent.assert_failed(3, "cli.answer_missing");
    refused(
        &at_home(&home, ["register", "--resend-code"]),
        3,
        "registration.code_resend_too_soon",
    );
    register_with_code(&home, &sandbox.code("maria")).assert_good();
}

#[test]
fn five_wrong_codes_kill_the_code_but_not_the_registration() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    register_up_to_code(&sandbox, &sandbox.person("maria"), &home);
    let code = sandbox.code("maria");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..4 {
        refused(&register_with_code(&home, wrong), 1, "registration.code_wrong");
    }
    refused(
        &register_with_code(&home, wrong),
        1,
        "registration.code_tries_exhausted",
    );
    let dead = register_with_code(&home, &code);
    assert_eq!(dead.exit, 1, "a dead code was taken");
    sandbox.clock.advance(31);
    at_home(&home, ["register", "--resend-code"]).assert_failed(3, "cli.answer_missing");
    register_with_code(&home, &sandbox.code("maria")).assert_good();
}

#[test]
fn checks_that_do_not_pass_say_which() {
    let sandbox = Sandbox::start();
    for (person, exit, code) in [
        ("piotr", 1, "registration.document_refused"),
        ("minh", 1, "registration.face_refused"),
        ("minjun", 1, "registration.face_refused"),
        ("niccolo", 1, "registration.check_inconclusive"),
        ("helene", 3, "registration.check_unavailable"),
    ] {
        let home = sandbox.home(person);
        refused(&try_to_register(&sandbox, person, &home), exit, code);
        at_home(&home, ["card"]).assert_failed(3, "cli.registration_open");
    }
    // A provider that was down works at the next run, and nothing before is asked again.
    let home = sandbox.home("bjoern");
    let mut run = at_home(&home, answers(&sandbox, &sandbox.person("bjoern")));
    let mut down = 0;
    while run.event("error")["code"] == "registration.check_unavailable" {
        run.assert_failed(3, "registration.check_unavailable");
        down += 1;
        assert!(down < 4, "the provider never worked");
        run = at_home(&home, ["register", "--accept-consents"]);
    }
    assert!(down > 0, "the provider was never down");
    run.assert_failed(3, "cli.answer_missing");
    register_with_code(&home, &sandbox.code("bjoern")).assert_good();
}

#[test]
fn a_refused_consent_ends_the_registration_and_sends_no_name() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    let client = sandbox.client_path();
    let client = client.to_str().unwrap();
    let finished = at_home(&home, ["register", "--client", client, "--refuse-consents"]);
    refused(&finished, 1, "registration.consent_refused");
    register(&sandbox, "maria", &home);
}

#[test]
fn without_a_network_it_can_be_resumed() {
    let mut sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    register_up_to_code(&sandbox, &sandbox.person("maria"), &home);
    let code = sandbox.code("maria");
    sandbox.stop();
    refused(&register_with_code(&home, &code), 3, "network.offline");
    sandbox.restart();
    // The answer was stored before it was sent: it needs not be given again.
    let finished = at_home(&home, ["register", "--accept-consents"]).assert_good();
    assert_eq!(finished.event("replayed")["step"], "one-time-code");
    assert!(
        finished
            .events()
            .iter()
            .all(|event| event["event"] != "asked" || event["step"] != "one-time-code")
    );

    sandbox.stop();
    refused(&at_home(&home, ["sync"]), 3, "network.offline");
    refused(&at_home(&home, ["snapshot", "fetch"]), 3, "network.offline");
    at_home(&home, ["card"]).assert_good();
    at_home(&home, ["show"]).assert_good();
}

#[test]
fn a_certificate_of_somebody_else_is_refused() {
    let (sandbox, other) = (Sandbox::start(), Sandbox::start());
    let home = sandbox.home("phone");
    register_up_to_code(&sandbox, &sandbox.person("maria"), &home);
    let mut client = sandbox.client();
    client.ca = other.client().ca;
    let wrong = sandbox.home("wrong.json");
    fs::write(&wrong, client.to_json()).unwrap();
    let code = sandbox.code("maria");
    let finished = at_home(
        &home,
        ["register", "--client", wrong.to_str().unwrap(), "--code", &code],
    );
    refused(&finished, 3, "network.tls_refused");
    // With the right file again it goes on with the stored answer.
    let right = sandbox.client_path();
    let finished = at_home(
        &home,
        ["register", "--accept-consents", "--client", right.to_str().unwrap()],
    )
    .assert_good();
    assert_eq!(finished.event("replayed")["step"], "one-time-code");
    // A file with another root key is not taken at all.
    let foreign = other.client_path();
    refused(
        &at_home(&home, ["card", "--client", foreign.to_str().unwrap()]),
        2,
        "cli.client_differs",
    );
}

/// Runs the program with its home on a file system of this size, in a mount namespace of its own; what was written stays
/// in `image`, a folder that is copied in before and out after.
fn on_a_small_disk(image: &Path, bytes: usize, args: &[String]) -> Finished {
    const SCRIPT: &str = r#"
        set -e
        mount -t tmpfs -o "size=$1" none "$2"
        cp -a "$3/." "$2"
        shift 3
        set +e
        "$@"
        exit=$?
        set -e
        find "$IMAGE" -mindepth 1 -delete
        cp -a "$HOME_ON_DISK/." "$IMAGE"
        exit $exit
    "#;
    let mount = tempfile::tempdir().unwrap();
    let mut command = Command::new("unshare");
    // Root needs no user namespace; others get one.
    let root = fs::read_to_string("/proc/self/status").is_ok_and(|status| status.contains("Uid:\t0\t"));
    command.args(if root {
        vec!["--mount"]
    } else {
        vec!["--user", "--map-root-user", "--mount"]
    });
    command
        .args(["sh", "-c", SCRIPT, "sh"])
        .arg(bytes.to_string())
        .arg(mount.path())
        .arg(image);
    command
        .arg(binaries::permitcard())
        .args(args)
        .args(["--json", "--home"])
        .arg(mount.path());
    command
        .env("HOME_ON_DISK", mount.path())
        .env("IMAGE", image)
        .stdin(Stdio::null());
    command
        .output()
        .expect("unshare runs; it is in the package util-linux")
        .into()
}

#[test]
#[cfg(target_os = "linux")]
fn on_a_full_disk_nothing_is_lost() {
    let sandbox = Sandbox::start();
    let maria = sandbox.person("maria");
    let home = sandbox.home("phone");
    register_up_to_code(&sandbox, &maria, &home);
    let code = sandbox.code("maria");
    let args: Vec<String> = ["register", "--accept-consents", "--code", &code]
        .map(str::to_owned)
        .to_vec();
    let used: u64 = permitcard_tests::canary::files(&home)
        .iter()
        .map(|file| fs::metadata(file).unwrap().len().div_ceil(4096) * 4096)
        .sum();
    // The smallest disks cannot even take the answer, larger ones take it but not the card; the largest takes all.
    for (full, spare) in [0, 16, 48, 80, 4096].into_iter().enumerate() {
        let finished = on_a_small_disk(&home, usize::try_from(used).unwrap() + 32 * 1024 + spare * 1024, &args);
        if finished.exit == 0 {
            assert!(full > 0, "no disk was small enough");
            at_home(&home, ["card"]).assert_good();
            return;
        }
        refused(&finished, 3, "vault.full");
    }
    panic!("the card did not fit the largest disk");
}

#[test]
fn pictures_and_texts_that_are_no_code_say_so() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("verifier");
    let client = sandbox.client_path();
    let client = client.to_str().unwrap();
    let verify = |args: &[&str]| at_home(&home, [&["verify"], args].concat());
    refused(&verify(&["--text", "x"]), 2, "cli.client_missing");
    refused(
        &verify(&["--text", "WPC1:", "--client", client]),
        2,
        "checking.snapshot_missing",
    );
    at_home(&home, ["snapshot", "fetch"]).assert_good();
    refused(&verify(&["--text", "https://example.com"]), 1, "verdict.text_foreign");
    refused(&verify(&["--text", "WPC1:abc"]), 1, "verdict.text_damaged");
    refused(&verify(&["--text", "WPC1:BB8"]), 1, "verdict.presentation_malformed");
    refused(
        &verify(&["--text", &format!("WPC1:{}", "A".repeat(3_000))]),
        1,
        "verdict.text_too_long",
    );
    let path = sandbox.home("picture.png");
    refused(&verify(&["--png", path.to_str().unwrap()]), 2, "cli.file_unreadable");
    fs::write(&path, "GIF89a").unwrap();
    refused(&verify(&["--png", path.to_str().unwrap()]), 2, "cli.picture_unreadable");
    refused(
        &verify(&["--text", "WPC1:BB8", "--snapshot", path.to_str().unwrap()]),
        1,
        "cli.snapshot_unreadable",
    );
    fs::write(&path, "{}").unwrap();
    refused(
        &verify(&["--text", "x", "--client", path.to_str().unwrap()]),
        2,
        "client.file_malformed",
    );
}

#[test]
fn wrong_use_has_its_exit_code() {
    for (args, options) in [
        (&["verify", "--json"][..], &["--text", "--png"][..]),
        (&["show", "--json", "--nonce", "12"], &["--nonce"]),
        (&["register", "--json", "--resend=WANG"], &["--resend"]),
        (&["--json"], &["--json"]),
        (&["fly", "--json"], &[]),
    ] {
        let finished = Finished::from(permitcard(args).output().unwrap());
        refused(&finished, 2, "cli.usage");
        let error = finished.event("error");
        let named = error["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert_eq!(named, options, "{args:?}");
        assert!(!error.to_string().contains("WANG"));
    }
    let help = Finished::from(permitcard(["--help"]).output().unwrap());
    assert_eq!(help.exit, 0);
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("client.json"), "{}").unwrap();
    refused(&at_home(home.path(), ["erase"]), 1, "cli.not_confirmed");
    assert!(home.path().join("client.json").exists());
}

#[test]
fn errors_are_said_in_chinese_when_asked() {
    let home = tempfile::tempdir().unwrap();
    for (name, value) in [("LANG", "zh_CN.UTF-8"), ("LC_ALL", "zh_TW.UTF-8")] {
        let output = permitcard(["card", "--json", "--home"])
            .arg(home.path())
            .env(name, value)
            .output()
            .unwrap();
        let error = Finished::from(output).event("error");
        assert!(error["text"].as_str().unwrap().contains("签发机构"), "{error}");
    }
    let people = Finished::from(
        permitcard(["card", "--lang", "zh", "--home"])
            .arg(home.path())
            .output()
            .unwrap(),
    );
    assert!(
        people.stderr.contains("client.json") && people.stderr.contains("cli.client_missing"),
        "{people:?}"
    );
    assert_eq!((people.exit, people.stdout.as_str()), (2, ""));
}
