//! The layers of design 3, read from cargo metadata and from the sources: an arrow points only downwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{collections::BTreeMap, fs, path::Path};

use cargo_metadata::{DependencyKind, MetadataCommand};
use permitcard_tests::{binaries::workspace, canary::files};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The core, top to bottom.
const CORE: [&str; 11] = [
    "permitcard-wallet",
    "permitcard-checking",
    "permitcard-net",
    "permitcard-vault",
    "permitcard-protocol",
    "permitcard-guide",
    "permitcard-credential",
    "permitcard-identity",
    "permitcard-messages",
    "permitcard-platform",
    "permitcard-crypto",
];

/// Packages of the workspace that each package uses, tests left out.
fn arrows() -> BTreeMap<String, Vec<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata");
    let names: Vec<String> = metadata
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let used = |package: &cargo_metadata::Package| {
        let dependencies = package
            .dependencies
            .iter()
            .filter(|used| used.kind != DependencyKind::Development);
        dependencies
            .map(|used| used.name.clone())
            .filter(|name| names.contains(name))
            .collect()
    };
    metadata
        .packages
        .iter()
        .map(|package| (package.name.to_string(), used(package)))
        .collect()
}

fn rank(name: &str) -> Option<usize> {
    CORE.iter().position(|core| *core == name)
}

#[test]
fn crates_point_only_downwards() {
    let arrows = arrows();
    for (package, used) in &arrows {
        let Some(from) = rank(package) else { continue };
        for name in used {
            let to = rank(name).unwrap_or_else(|| panic!("{package} uses {name}, which is not of the core"));
            assert!(from < to, "{package} uses {name}, which is above it");
        }
    }
    let in_core = arrows.keys().filter(|name| rank(name).is_some()).count();
    assert!(in_core >= 10, "only {in_core} crates of the core were found");
}

#[test]
fn what_stands_apart_stays_apart() {
    let arrows = arrows();
    let used = |package: &str| arrows.get(package).unwrap_or_else(|| panic!("no package {package}"));
    assert!(used("permitcard-messages").is_empty());
    assert!(used("permitcard-crypto").is_empty());
    // No I/O, no clock: nothing of the host.
    assert!(!used("permitcard-credential").contains(&"permitcard-platform".to_owned()));
    for never in [
        "permitcard-wallet",
        "permitcard-checking",
        "permitcard-vault",
        "permitcard-net",
    ] {
        assert!(
            !used("permitcard-authority").contains(&never.to_owned()),
            "the authority uses {never}"
        );
    }
    // Shipped libraries know nothing of programs and tests.
    for (package, used) in &arrows {
        let program = [
            "permitcard",
            "permitcard-tests",
            "permitcard-benches",
            "permitcard-faults",
            "permitcard-fuzz-targets",
            "permitcard-pictures",
            "xtask",
            "permitcard-bindgen",
        ];
        for name in used.iter().filter(|name| program.contains(&name.as_str())) {
            assert!(program.contains(&package.as_str()), "{package} uses {name}");
        }
    }
}

/// The rooms that a file of a crate with rooms uses.
struct Rooms<'a> {
    order: &'a [&'a str],
    /// Items that the crate's root takes out of a room: name to room.
    root: BTreeMap<String, String>,
}

impl Rooms<'_> {
    /// Collects into `used` every room that the tokens name. `depth` is how far the module is below the crate's root.
    fn walk(&self, tokens: TokenStream, depth: usize, used: &mut Vec<String>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Ident(name) if name == "mod" => {
                    if let (Some(TokenTree::Ident(_)), Some(TokenTree::Group(body))) =
                        (tokens.get(at + 1), tokens.get(at + 2))
                    {
                        self.walk(body.stream(), depth + 1, used);
                        at += 2;
                    }
                }
                TokenTree::Ident(name) if name == "crate" && is_path(&tokens, at + 1) => {
                    self.name(&tokens, at + 3, used);
                }
                TokenTree::Ident(name) if name == "super" => {
                    let first = at == 0 || !is_path(&tokens, at.saturating_sub(2));
                    let mut ups = 1;
                    let mut next = at + 1;
                    while is_path(&tokens, next) && is_ident(&tokens, next + 2, "super") {
                        ups += 1;
                        next += 3;
                    }
                    if first && ups == depth && is_path(&tokens, next) {
                        self.name(&tokens, next + 2, used);
                    }
                }
                TokenTree::Group(group) => self.walk(group.stream(), depth, used),
                _ => {}
            }
            at += 1;
        }
    }

    /// What follows `crate::`: one name, or several in braces.
    fn name(&self, tokens: &[TokenTree], at: usize, used: &mut Vec<String>) {
        match tokens.get(at) {
            Some(TokenTree::Ident(name)) => self.add(&name.to_string(), used),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for part in inner.split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',')) {
                    if let Some(TokenTree::Ident(name)) = part.first() {
                        self.add(&name.to_string(), used);
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&self, name: &str, used: &mut Vec<String>) {
        let room = self.root.get(name).map_or(name, String::as_str);
        if self.order.contains(&room) {
            used.push(room.to_owned());
        }
    }
}

/// `::` at this place.
fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(colon)) if colon.as_char() == ':');
    colon(at) && colon(at + 1)
}

fn is_ident(tokens: &[TokenTree], at: usize, name: &str) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Ident(ident)) if ident == name)
}

/// `pub use room::{A, B};` of the crate's root: which name comes out of which room.
fn root_items(source: &str, order: &[&str]) -> BTreeMap<String, String> {
    let mut items = BTreeMap::new();
    for statement in source.split(';') {
        let Some((_, path)) = statement.rsplit_once("use ") else {
            continue;
        };
        let Some((room, names)) = path.trim().split_once("::") else {
            continue;
        };
        if order.contains(&room) {
            for part in names
                .split(['{', '}', ','])
                .map(str::trim)
                .filter(|part| !part.is_empty())
            {
                let name = part
                    .rsplit("::")
                    .next()
                    .and_then(|last| last.rsplit(" as ").next())
                    .unwrap_or(part);
                items.insert(name.to_owned(), room.to_owned());
            }
        }
    }
    items
}

/// Panics if a room of the crate uses one above it; a file that is in no room uses none.
fn check_rooms(folder: &str, order: &[&str]) {
    let source = workspace().join(folder).join("src");
    let lib = fs::read_to_string(source.join("lib.rs")).expect("lib.rs");
    let rooms = Rooms {
        order,
        root: root_items(&lib, order),
    };
    let mut seen = Vec::new();
    for path in files(&source)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
    {
        let inside = path.strip_prefix(&source).expect("below src");
        let mut modules: Vec<String> = inside
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into())
            .collect();
        if modules.last().is_some_and(|last| last == "mod") {
            modules.pop();
        }
        if modules == ["lib"] {
            continue;
        }
        let rank = order
            .iter()
            .position(|room| modules.first().is_some_and(|first| first == room));
        let mut used = Vec::new();
        rooms.walk(tokens(&path), modules.len(), &mut used);
        for room in used {
            let to = order
                .iter()
                .position(|name| *name == room)
                .expect("only rooms are collected");
            let downwards = rank.is_some_and(|from| from <= to);
            assert!(
                downwards,
                "{folder}/src/{} uses the room {room}, which is not below it",
                inside.display()
            );
            seen.push((modules[0].clone(), room));
        }
    }
    let between = seen.iter().filter(|(from, to)| from != to).count();
    assert!(
        between > 0,
        "{folder}: no arrow between two rooms was found, so that nothing was tested"
    );
}

fn tokens(path: &Path) -> TokenStream {
    fs::read_to_string(path)
        .expect("a source")
        .parse()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn rooms_of_the_wallet_point_only_downwards() {
    check_rooms(
        "core/wallet",
        &[
            "wallet",
            "sync",
            "consents",
            "registration",
            "issuance",
            "services",
            "presentation",
            "erase",
            "held",
            "base",
        ],
    );
}

#[test]
fn rooms_of_the_credential_point_only_downwards() {
    check_rooms(
        "core/credential",
        &[
            "verdict", "snapshot", "printed", "mdoc", "sdjwt", "permit", "sdcwt", "status", "qr", "cose",
        ],
    );
}

#[test]
fn every_way_of_naming_a_room_is_seen() {
    let order = ["upper", "lower"];
    let root = root_items(
        "mod upper; pub use upper::{Thing, error::Fault as F}; pub use lower::Low;",
        &order,
    );
    let rooms = Rooms { order: &order, root };
    let used = |source: &str, depth: usize| {
        let mut used = Vec::new();
        rooms.walk(source.parse().expect("tokens"), depth, &mut used);
        used
    };
    assert_eq!(used("use crate::upper::X;", 1), ["upper"]);
    assert_eq!(used("use crate::{lower, upper::{X, lower}};", 1), ["lower", "upper"]);
    assert_eq!(
        used(
            "fn f() { let x = crate::Thing::new(); format!(\"{}\", crate::upper::y()) }",
            1
        ),
        ["upper", "upper"]
    );
    assert_eq!(used("use super::upper;", 1), ["upper"]);
    assert_eq!(used("use super::super::upper;", 2), ["upper"]);
    assert_eq!(used("mod tests { use super::super::{upper}; }", 1), ["upper"]);
    assert_eq!(
        used("use super::upper; mod tests { use super::*; }", 2),
        Vec::<String>::new()
    );
    assert_eq!(used("use crate::F;", 1), ["upper"]);
    assert_eq!(
        used("use crate::error::Fault; use other::upper;", 1),
        Vec::<String>::new()
    );
}
