//! Every code of every crate: listed in `docs/protocol.md`, never shared, with a text in each language.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
};

use permitcard_authority::AuthorityError;
use permitcard_checking::CheckingError;
use permitcard_cli::CliCode;
use permitcard_credential::{
    cose::{CoseError, cbor::CborError},
    mdoc::MdocError,
    permit::PermitError,
    qr::QrError,
    sdcwt::SdCwtError,
    sdjwt::SdJwtError,
    snapshot::SnapshotError,
    status::StatusError,
    verdict::{VerdictCode, VerdictError},
};
use permitcard_crypto::CryptoError;
use permitcard_identity::{IdentityError, IdentityWarning, NameRule};
use permitcard_messages::Language;
use permitcard_net::NetError;
use permitcard_platform::{ClockError, KeyError};
use permitcard_protocol::{WireCode, client_file::ClientFileError};
use permitcard_tests::{binaries::workspace, canary::files, documents};
use permitcard_vault::VaultError;
use permitcard_wallet::{CheckCode, InputCode, StateCode, WalletError};

/// The codes of each crate, top to bottom.
fn owned() -> Vec<(&'static str, Vec<&'static str>)> {
    macro_rules! codes {
        ($($kind:ty),+) => {{
            let mut codes: Vec<&'static str> = Vec::new();
            $(codes.extend(<$kind>::ALL.iter().map(|one| one.code()));)+
            codes
        }};
    }
    let mut wallet = WalletError::OWN_CODES.to_vec();
    wallet.extend(codes!(InputCode, StateCode, CheckCode));
    vec![
        ("protocol", codes!(WireCode, ClientFileError)),
        ("wallet", wallet),
        ("checking", codes!(CheckingError)),
        ("net", codes!(NetError)),
        ("vault", codes!(VaultError)),
        (
            "credential",
            codes!(
                VerdictCode,
                VerdictError,
                SnapshotError,
                MdocError,
                SdJwtError,
                PermitError,
                SdCwtError,
                StatusError,
                QrError,
                CoseError,
                CborError
            ),
        ),
        ("identity", codes!(IdentityError, IdentityWarning, NameRule)),
        ("platform", codes!(KeyError, ClockError)),
        ("crypto", codes!(CryptoError)),
        ("authority", codes!(AuthorityError)),
        ("cli", codes!(CliCode)),
    ]
}

#[test]
fn no_code_has_two_owners_and_all_have_the_form() {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for (owner, codes) in owned() {
        for code in codes {
            let (area, name) = code.split_once('.').unwrap_or_else(|| panic!("{code} has no area"));
            let snake = |text: &str| {
                text.starts_with(|c: char| c.is_ascii_lowercase())
                    && text
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            };
            assert!(snake(area) && snake(name), "{code}");
            if let Some(other) = owners.insert(code, owner) {
                panic!("{code} stands twice, in {owner} and in {other}");
            }
        }
    }
}

#[test]
fn every_code_has_a_text_and_advice_in_each_language() {
    for (_, codes) in owned() {
        for code in codes {
            let good = matches!(
                code,
                "verdict.issuer_good" | "verdict.holder_good" | "verdict.status_valid" | "verdict.beacon_age"
            );
            for language in Language::ALL {
                let text = permitcard_messages::text(*language, code, &[]);
                assert!(
                    text.is_some_and(|text| !text.is_empty()),
                    "{code} has no text in {language:?}"
                );
                let next = permitcard_messages::next(*language, code, &[]);
                let needs_none = good || code.starts_with("identity.rule_");
                assert!(needs_none || next.is_some(), "{code} has no advice in {language:?}");
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_texts() {
    assert_eq!(
        permitcard_messages::ids(Language::English),
        permitcard_messages::ids(Language::Chinese)
    );
}

/// No enum of codes was forgotten above: every text in a shipped source that looks like a code of a known area is one.
#[test]
fn no_code_in_a_source_is_missing_in_the_list() {
    let listed: BTreeSet<&str> = owned().into_iter().flat_map(|(_, codes)| codes).collect();
    let areas: BTreeSet<&str> = listed.iter().filter_map(|code| code.split('.').next()).collect();
    let mut seen = 0;
    for folder in ["core", "authority", "bindings", "cli"] {
        for path in files(&workspace().join(folder))
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        {
            let shipped = path
                .components()
                .all(|part| part.as_os_str() != "tests" && part.as_os_str() != "tests.rs");
            if !shipped {
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            for literal in source.split('"').skip(1).step_by(2) {
                let Some((area, name)) = literal.split_once('.') else {
                    continue;
                };
                let is_file = ["db", "json", "lock", "pem"].contains(&name) || name.starts_with("snake_case");
                let looks = areas.contains(area) && !name.is_empty() && !is_file;
                if looks && name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
                    assert!(
                        listed.contains(literal),
                        "{} has the code {literal}, which is not listed",
                        path.display()
                    );
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= listed.len() / 2, "only {seen} codes were found in the sources");
}

/// Every sentence that the command line uses is there, and none is there for nothing.
#[test]
fn sentences_of_the_command_line_are_all_there_and_all_used() {
    let mut used = BTreeSet::new();
    let mut patterns = Vec::new();
    for path in files(&workspace().join("cli/src")) {
        let source = fs::read_to_string(&path).unwrap();
        for literal in source
            .split('"')
            .skip(1)
            .step_by(2)
            .filter(|literal| literal.starts_with("cli-"))
        {
            match literal.split_once('{') {
                Some((before, _)) => patterns.push(before.to_owned()),
                None => {
                    used.insert(literal.to_owned());
                }
            }
        }
    }
    assert!(used.len() > 60 && patterns.len() >= 5, "{used:?} {patterns:?}");
    let codes: BTreeSet<String> = CliCode::ALL.iter().map(|code| code.code().replace('.', "-")).collect();
    let ids: BTreeSet<String> = permitcard_messages::ids(Language::English)
        .into_iter()
        .filter(|id| id.starts_with("cli-"))
        .collect();
    for id in &used {
        assert!(ids.contains(id), "{id} has no text");
    }
    for pattern in &patterns {
        assert!(
            ids.iter().any(|id| id.starts_with(pattern)),
            "nothing begins with {pattern}"
        );
    }
    for id in &ids {
        let known = used.contains(id) || codes.contains(id) || patterns.iter().any(|pattern| id.starts_with(pattern));
        assert!(known, "{id} is used nowhere");
    }
}

#[test]
fn the_table_in_the_document_is_up_to_date() {
    let mut table = String::new();
    for (owner, codes) in owned() {
        writeln!(table, "### Codes of `permitcard-{owner}`\n").unwrap();
        let on_the_wire = |code: &str| {
            WireCode::ALL
                .iter()
                .find(|wire| wire.code() == code)
                .map(|wire| wire.http())
        };
        let wire = codes.iter().any(|code| on_the_wire(code).is_some());
        table.push_str(if wire {
            "| code | HTTP | `error` | what it says |\n|---|---|---|---|\n"
        } else {
            "| code | what it says |\n|---|---|\n"
        });
        for code in codes {
            let text = permitcard_messages::text(Language::English, code, &[]).unwrap();
            let text = text.replace('|', "\\|").replace(['{', '}'], "").replace('\n', " ");
            match on_the_wire(code) {
                Some((status, error)) => writeln!(table, "| `{code}` | {status} | `{error}` | {text} |").unwrap(),
                None if wire => writeln!(table, "| `{code}` | | | {text} |").unwrap(),
                None => writeln!(table, "| `{code}` | {text} |").unwrap(),
            }
        }
        table.push('\n');
    }
    documents::check(&workspace().join("docs/protocol.md"), "codes", &table);
}
