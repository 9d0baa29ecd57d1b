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
use permitcard_identity::{IdentityError, IdentityWarning, MrzFault, NameQuestion, NameRule, NumberNote};
use permitcard_messages::Language;
use permitcard_net::NetError;
use permitcard_platform::{ClockError, KeyError};
use permitcard_protocol::{WireCode, client_file::ClientFileError};
use permitcard_tests::{binaries::workspace, canary::files, documents};
use permitcard_vault::VaultError;
use permitcard_wallet::{
    CardEnd, CheckCode, Field, FieldChange, InputCode, InteractionType, ServiceCode, StateCode, WalletError,
    WithdrawalEffect,
};

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
    wallet.extend(codes!(InputCode, StateCode, CheckCode, ServiceCode));
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
        (
            "identity",
            codes!(
                IdentityError,
                IdentityWarning,
                MrzFault,
                NameQuestion,
                NumberNote,
                NameRule
            ),
        ),
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
                // The kind of a provider's event.
                let is_event = literal == "check.updated";
                let looks = areas.contains(area) && !name.is_empty() && !is_file && !is_event;
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

/// A text in one cell of a table; `permitcard` has no text with more than one line there.
fn cell(text: Option<String>) -> String {
    text.unwrap_or_default()
        .replace('|', "\\|")
        .replace(['{', '}'], "")
        .replace('\n', " ")
}

/// A code in a table, with what happened and what to do next; those on the wire with what goes with them.
fn row(code: &str) -> String {
    let text = cell(permitcard_messages::text(Language::English, code, &[]));
    let next = cell(permitcard_messages::next(Language::English, code, &[]));
    let Some(wire) = WireCode::from_code(code) else {
        return format!("| `{code}` | {text} | {next} |");
    };
    let ((status, error), rule) = (wire.http(), wire.failure());
    let named = |named: bool| if named { "yes" } else { "" };
    format!(
        "| `{code}` | {status} | `{error}` | {} | {text} | {next} | {} | {} | {} | {} |",
        rule.place.name(),
        rule.again.name(),
        named(rule.tries),
        named(rule.wait),
        named(rule.other_way),
    )
}

#[test]
fn the_table_in_the_document_is_up_to_date() {
    let mut table = String::new();
    for (owner, codes) in owned() {
        writeln!(table, "### Codes of `permitcard-{owner}`\n").unwrap();
        let (wire, other): (Vec<&str>, Vec<&str>) =
            codes.into_iter().partition(|code| WireCode::from_code(code).is_some());
        if !wire.is_empty() {
            table.push_str(
                "Codes on the wire. *Again*: what may be tried again. *Tries*: the answer says how many are left. *Wait*: it \
                 says for how long. *Other way*: it names another step that is open. A registration step that may be tried \
                 again travels with status 401 and `insufficient_authorization`.\n\n",
            );
            table.push_str(
                "| code | HTTP | `error` | where | what happened | what to do next | again | tries | wait | other way |\n\
                 |---|---|---|---|---|---|---|---|---|---|\n",
            );
            wire.iter().for_each(|code| writeln!(table, "{}", row(code)).unwrap());
            table.push('\n');
        }
        if !other.is_empty() {
            table.push_str("| code | what happened | what to do next |\n|---|---|---|\n");
            other.iter().for_each(|code| writeln!(table, "{}", row(code)).unwrap());
            table.push('\n');
        }
    }
    documents::check(&workspace().join("docs/protocol.md"), "codes", &table);
}

/// What is said about a card that changes or ends, and about consents, by the ids that the wallet gives to apps.
#[test]
fn everything_that_an_app_says_by_id_has_its_words() {
    let mut ids: Vec<(String, bool)> = vec![("change-added".into(), false), ("change-removed".into(), false)];
    for field in Field::ALL {
        let value = || Some("x".to_owned());
        let change = |before, after| FieldChange {
            field: *field,
            before,
            after,
        };
        for change in [change(value(), value()), change(None, value()), change(value(), None)] {
            ids.push((change.message_id(), false));
        }
        ids.push((format!("field-{}", field.name()), false));
    }
    ids.extend(
        CardEnd::ALL
            .iter()
            .map(|end| (format!("card-end-{}", end.name()), true)),
    );
    for has_card in [true, false] {
        let known = WithdrawalEffect::ALL.iter().map(|effect| (*effect, false));
        let effects = known.chain([(WithdrawalEffect::Unknown, true)]);
        ids.extend(effects.map(|(effect, with_next)| (effect.message_id(has_card), with_next)));
    }
    ids.push(("withdrawal-nothing".into(), false));
    ids.extend(
        InteractionType::ALL
            .iter()
            .chain([&InteractionType::Unknown])
            .map(|kind| (format!("step-{}", kind.name()), true)),
    );
    for (id, with_next) in ids {
        for language in Language::ALL {
            let args = [("field", "F".into()), ("before", "B".into()), ("after", "A".into())];
            let text = permitcard_messages::text(*language, &id, &args);
            assert!(text.is_some_and(|text| !text.is_empty()), "{id} in {language:?}");
            let next = permitcard_messages::next(*language, &id, &args);
            assert!(!with_next || next.is_some(), "{id} has no advice in {language:?}");
        }
    }
}
