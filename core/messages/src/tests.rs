use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use crate::{Arg, Language, bundle::render, next, sources, text};

/// A message or term (with a leading `-`): the arguments of its value and of each attribute.
type Shape = BTreeMap<String, BTreeSet<String>>;

/// Files whose messages explain a code: what happened, and what to do next.
const OF_CODES: &[&str] = &[
    "authority",
    "checking",
    "device",
    "formats",
    "identity",
    "issuance",
    "network",
    "protocol",
    "registration",
    "verdicts",
    "wallet",
];

/// Messages of those files after which there is nothing to do.
fn needs_no_next(id: &str) -> bool {
    id.starts_with("identity-rule_")
        || id.starts_with("verdict-line-")
        || ["verdict-issuer_good", "verdict-status_valid", "verdict-beacon_age"].contains(&id)
}

fn shapes_of(source: &str) -> Vec<(String, Shape)> {
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut shapes = Vec::new();
    for entry in resource.entries() {
        let (id, value, attributes) = match entry {
            Entry::Message(message) => (message.id.name.to_owned(), message.value.as_ref(), &message.attributes),
            Entry::Term(term) => (format!("-{}", term.id.name), Some(&term.value), &term.attributes),
            Entry::Junk { content } => panic!("{content}"),
            _ => continue,
        };
        let mut shape = Shape::from([(
            String::new(),
            arguments(value.unwrap_or_else(|| panic!("{id} has no value"))),
        )]);
        for attribute in attributes {
            let doubled = shape.insert(attribute.id.name.to_owned(), arguments(&attribute.value));
            assert_eq!(doubled, None, "{id} has .{} twice", attribute.id.name);
        }
        shapes.push((id, shape));
    }
    shapes
}

fn arguments(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    in_pattern(pattern, &mut found);
    found
}

fn in_pattern(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, found);
        }
    }
}

fn in_expression(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, found),
        Expression::Select { selector, variants } => {
            in_inline(selector, found);
            for variant in variants {
                in_pattern(&variant.value, found);
            }
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => in_expression(expression, found),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::TermReference { arguments: None, .. }
        | InlineExpression::MessageReference { .. } => {}
        other => panic!("{other:?}: no function and no argument of a term is in use here"),
    }
}

/// All messages and terms of a language; an id stands in one file only.
fn shapes(language: Language) -> BTreeMap<String, Shape> {
    let mut all = BTreeMap::new();
    for (file, source) in sources::of(language) {
        for (id, shape) in shapes_of(source) {
            assert!(
                all.insert(id.clone(), shape).is_none(),
                "{id} of {file}.ftl stands twice"
            );
        }
    }
    all
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Every text of a language with its arguments filled in: id, attribute, text.
fn rendered(language: Language, arg: &dyn Fn(&str) -> Arg<'static>) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    for (id, shape) in shapes(language) {
        if id.starts_with('-') {
            continue;
        }
        for (attribute, arguments) in shape {
            let args: Vec<(&str, Arg<'_>)> = arguments.iter().map(|name| (name.as_str(), arg(name))).collect();
            let of = (!attribute.is_empty()).then_some(attribute.as_str());
            let (text, errors) = render(language, &id, of, &args).unwrap();
            assert!(errors.is_empty(), "{id}.{attribute}: {errors:?}");
            out.push((id.clone(), attribute, text));
        }
    }
    out
}

#[test]
fn every_file_is_embedded() {
    for language in Language::ALL {
        let folder = format!("{}/texts/{}", env!("CARGO_MANIFEST_DIR"), language.tag());
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        found.sort();
        let embedded: Vec<String> = sources::of(*language)
            .iter()
            .map(|(name, _)| format!("{name}.ftl"))
            .collect();
        assert_eq!(found, embedded);
    }
}

#[test]
fn both_languages_have_the_same_texts_and_arguments() {
    let (english, chinese) = (shapes(Language::English), shapes(Language::Chinese));
    for (id, shape) in &english {
        assert_eq!(chinese.get(id), Some(shape), "{id}");
    }
    for id in chinese.keys() {
        assert!(english.contains_key(id), "{id} is only Chinese");
    }
    for (english, chinese) in sources::of(Language::English)
        .iter()
        .zip(sources::of(Language::Chinese))
    {
        let ids = |source| shapes_of(source).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(
            ids(english.1),
            ids(chinese.1),
            "{}.ftl: the same order, for those who compare",
            english.0
        );
    }
}

#[test]
fn no_text_is_empty_or_unfinished() {
    for language in Language::ALL {
        for (id, attribute, text) in rendered(*language, &|_| "value".into()) {
            assert!(!text.trim().is_empty(), "{id}.{attribute}");
            assert_eq!(text, text.trim(), "{id}.{attribute}");
            for unwanted in ["{", "}", "TODO", "\u{2068}", "\u{2069}", "  "] {
                assert!(!text.contains(unwanted), "{id}.{attribute}: {text}");
            }
        }
        rendered(*language, &|_| Arg::Number(2));
    }
}

#[test]
fn each_language_is_its_own() {
    for (id, attribute, text) in rendered(Language::Chinese, &|_| "x".into()) {
        assert!(text.chars().any(is_han), "{id}.{attribute}: {text}");
        let mixed = [',', '!', '?', ';'].iter().any(|sign| text.contains(*sign));
        assert!(!mixed, "{id}.{attribute} has a Western sign: {text}");
    }
    for (id, attribute, text) in rendered(Language::English, &|_| "x".into()) {
        // Words to look for on a Chinese document.
        let shows_chinese = id.starts_with("identity-") && attribute == "next";
        assert!(shows_chinese || !text.chars().any(is_han), "{id}.{attribute}: {text}");
    }
}

#[test]
fn every_code_says_what_to_do_next() {
    for language in Language::ALL {
        for (file, source) in sources::of(*language) {
            for (id, shape) in shapes_of(source) {
                let attributes: Vec<&str> = shape
                    .keys()
                    .map(String::as_str)
                    .filter(|name| !name.is_empty())
                    .collect();
                assert!(
                    attributes.is_empty() || attributes == ["next"],
                    "{id} has {attributes:?}"
                );
                if OF_CODES.contains(file) {
                    assert!(
                        needs_no_next(&id) || !attributes.is_empty(),
                        "{id} does not say what to do next"
                    );
                    // Apps show the text of any code, and have no arguments to give.
                    let free = id.starts_with("identity-rule_") || shape.values().all(BTreeSet::is_empty);
                    assert!(free, "{id} has arguments");
                }
            }
        }
    }
}

#[test]
fn code_and_id_find_the_same_text() {
    for language in Language::ALL {
        assert!(text(*language, "network.tls_refused", &[]).is_some());
        assert_eq!(
            text(*language, "network.tls_refused", &[]),
            text(*language, "network-tls_refused", &[])
        );
        assert!(next(*language, "network.tls_refused", &[]).is_some());
        assert_eq!(text(*language, "network.unheard_of", &[]), None);
        assert_eq!(next(*language, "field-name", &[]), None);
        assert_eq!(text(*language, "", &[]), None);
        assert_eq!(text(*language, "-again", &[]), None);
    }
}

#[test]
fn numbers_choose_their_form() {
    let tries = |language, count: i64| text(language, "tries-left", &[("tries", count.into())]).unwrap();
    assert_eq!(tries(Language::English, 0), "No tries are left.");
    assert_eq!(tries(Language::English, 1), "One try is left.");
    assert_eq!(tries(Language::English, 4), "4 tries are left.");
    assert_eq!(tries(Language::Chinese, 0), "已没有剩余次数。");
    assert_eq!(tries(Language::Chinese, 1), "还可以尝试 1 次。");
}

#[test]
fn argument_is_shown_and_never_interpreted() {
    let hostile = "{ -again } { $to } \\u0041 \n.next = x";
    let args = [("from", hostile.into()), ("to", "UE".into())];
    let shown = text(Language::English, "identity.rule_transliterated", &args).unwrap();
    assert!(shown.starts_with(hostile), "{shown}");
    assert!(shown.contains(" is sent as UE,"), "{shown}");
}

#[test]
fn terms_are_filled_in() {
    let shown = next(Language::English, "network.unreadable", &[]).unwrap();
    assert!(shown.ends_with("give them the code."), "{shown}");
}

#[test]
fn ids_are_listed() {
    let ids = crate::ids(Language::English);
    assert_eq!(ids, crate::ids(Language::Chinese));
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(ids.contains(&"registration-identity_not_confirmed".to_owned()));
    assert!(ids.iter().all(|id| !id.starts_with('-')));
}

/// The sentences that the product promises to say.
#[test]
fn promised_sentences_are_there() {
    for language in Language::ALL {
        for id in [
            "test-card",
            "not-official",
            "compare-person",
            "consent-general-1",
            "consent-face-data-1",
        ] {
            assert!(text(*language, id, &[]).is_some(), "{id}");
        }
        for line in ["issuer", "holder", "status"] {
            for outcome in ["good", "unknown", "bad"] {
                assert!(text(*language, &format!("verdict-line-{line}-{outcome}"), &[]).is_some());
            }
        }
    }
    let holder = text(Language::English, "verdict.holder_good", &[]).unwrap();
    assert!(holder.starts_with("This phone holds the card"), "{holder}");
    assert!(
        next(Language::English, "verdict.holder_good", &[])
            .unwrap()
            .contains("passport")
    );
    assert!(
        text(Language::English, "test-card", &[])
            .unwrap()
            .contains("proves nothing about a person")
    );
}
