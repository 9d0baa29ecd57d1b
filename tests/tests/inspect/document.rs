//! `docs/inspect.md` against the program.

use std::fs;

use permitcard_cli::inspect::{
    Format, InspectCode, MAX_FILE, MAX_INFLATED, MAX_INPUT, MAX_KEY_FILE, Mode, Options, inspect, read_keys,
};
use permitcard_messages::Language;
use permitcard_tests::{
    binaries::workspace,
    command::{Finished, permitcard},
    documents,
};
fn document() -> std::path::PathBuf {
    workspace().join("docs/inspect.md")
}

fn sentence(language: Language, code: InspectCode) -> String {
    let id = format!("cli-inspect-error-{code}");
    permitcard_messages::text(language, &id, &[]).unwrap_or_else(|| panic!("{id} has no text in {language:?}"))
}

#[test]
fn the_list_of_codes_is_the_enum() {
    let mut table = String::from("| code | what it says |\n|---|---|\n");
    for code in InspectCode::ALL {
        table.push_str(&format!("| `{code}` | {} |\n", sentence(Language::English, *code)));
    }
    documents::check(&document(), "inspect-codes", &table);
}

#[test]
fn every_code_and_format_has_a_sentence_in_each_language_and_none_is_left_over() {
    for language in Language::ALL {
        for code in InspectCode::ALL {
            assert!(!sentence(*language, *code).is_empty());
        }
        for format in Format::ALL {
            let id = format!("cli-inspect-format-{}", format.name());
            assert!(permitcard_messages::text(*language, &id, &[]).is_some(), "{id}");
        }
    }
    let codes: Vec<&str> = InspectCode::ALL.iter().map(|code| code.code()).collect();
    for id in permitcard_messages::ids(Language::English) {
        if let Some(code) = id.strip_prefix("cli-inspect-error-") {
            assert!(codes.contains(&code), "{id} belongs to no code");
        }
    }
}

#[test]
fn every_format_is_described() {
    let text = fs::read_to_string(document()).unwrap();
    for format in Format::ALL {
        assert!(
            text.contains(&format!("\n| `{}` |", format.name())),
            "{}",
            format.name()
        );
    }
}

#[test]
fn the_limits_are_those_of_the_program() {
    let text = fs::read_to_string(document()).unwrap();
    let token = permitcard_credential::sdcwt::draft::LIMITS;
    for limit in [
        MAX_FILE,
        MAX_INPUT,
        MAX_INFLATED,
        MAX_KEY_FILE,
        token.items,
        permitcard_credential::sdcwt::draft::MAX_DISCLOSURES,
    ] {
        let digits = limit.to_string();
        let grouped: Vec<&str> = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|three| std::str::from_utf8(three).unwrap())
            .collect();
        assert!(text.contains(&grouped.join(",")), "{limit} is not in the document");
    }
}

/// A vector.
fn vector(name: &str) -> Vec<u8> {
    fs::read(workspace().join("tests/vectors").join(name)).unwrap()
}

/// The JSON of the program, in more lines than it prints.
fn example(input: &[u8], key: Option<&str>, now: i64) -> String {
    let keys = key.map(|key| read_keys(&vector(key)).unwrap());
    let options = Options {
        keys: keys.unwrap_or_default(),
        now,
        external_aad: Vec::new(),
        mode: Mode::Recognise,
    };
    let report = inspect(input, &options);
    format!("```json\n{}\n```\n", serde_json::to_string_pretty(&report).unwrap())
}

#[test]
fn the_examples_are_what_the_program_prints() {
    /// 2024-09-03T02:30:00Z
    const LATE: i64 = 1_725_330_600;
    let kbt = vector("sd-cwt/kbt.cbor");
    documents::check(
        &document(),
        "inspect-kbt",
        &example(&kbt, Some("sd-cwt/issuer_privkey.pem"), LATE),
    );

    let mut command = permitcard(["inspect", "--lang", "en", "--key", "issuer_privkey.pem"]);
    command.args(["--at", "2024-09-03T02:30:00Z", "kbt.cbor"]);
    command.current_dir(workspace().join("tests/vectors/sd-cwt"));
    let human = Finished::from(command.output().expect("the program runs"));
    documents::check(&document(), "inspect-human", &format!("```\n{}```\n", human.stdout));

    let lists: serde_json::Value = serde_json::from_slice(&vector("token-status-list/short.json")).unwrap();
    let token = lists["status_list_token_cwt"].as_str().unwrap();
    documents::check(
        &document(),
        "inspect-status",
        &example(token.as_bytes(), None, 1_700_000_000),
    );
    let unrecognised = example(&vector("sd-cwt/first-blinded-hash.txt"), None, 1_700_000_000);
    documents::check(&document(), "inspect-unrecognised", &unrecognised);
}
