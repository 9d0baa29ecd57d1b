//! The names of `tests/vectors/names`: one file a language, each name with the form that is sent, other forms of the same
//! name, and names of other people.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{collections::BTreeMap, fs};

use permitcard_identity::{CountryCode, MrzName, NameForms, mrz_name_for, name_advice};
use serde_json::Value;

struct Name {
    language: String,
    surname: String,
    given: String,
    issuer: CountryCode,
    sent: MrzName,
    same: Vec<MrzName>,
    other: Vec<MrzName>,
}

impl Name {
    fn typed(&self) -> NameForms {
        NameForms::typed(&self.surname, &self.given, Some(&self.issuer)).unwrap()
    }

    fn of(&self, name: &MrzName) -> NameForms {
        NameForms::of(name, Some(&self.issuer))
    }

    fn what(&self) -> String {
        format!("{} {}", self.language, self.sent.as_str())
    }
}

fn names() -> Vec<Name> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/names");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let language = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let rows: Vec<Value> = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for row in rows {
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            let field = |value: &Value| MrzName::from_field(value.as_str().unwrap()).unwrap();
            let fields = |key: &str| row[key].as_array().unwrap().iter().map(field).collect();
            names.push(Name {
                language: language.clone(),
                surname: text("surname"),
                given: text("given"),
                issuer: CountryCode::normalise(&text("issuer")).unwrap(),
                sent: field(&row["sent"]),
                same: fields("same"),
                other: fields("other"),
            });
        }
    }
    names
}

#[test]
fn enough_names_of_enough_languages() {
    let mut languages: BTreeMap<String, usize> = BTreeMap::new();
    let names = names();
    for name in &names {
        *languages.entry(name.language.clone()).or_default() += 1;
    }
    println!("{} names of {} languages match", names.len(), languages.len());
    assert!(
        names.len() >= 300 && languages.len() >= 25,
        "{} names, {languages:?}",
        names.len()
    );
    assert!(names.iter().any(|name| !name.same.is_empty()) && names.iter().any(|name| !name.other.is_empty()));
}

#[test]
fn each_name_is_sent_as_expected() {
    for name in names() {
        let form = mrz_name_for(&name.surname, &name.given, Some(&name.issuer)).unwrap();
        assert_eq!(form.name, name.sent, "{}: {}", name.what(), form.name.as_str());
        assert_eq!(name.typed().list()[0], name.sent, "{}", name.what());
    }
}

#[test]
fn a_name_matches_all_of_its_forms() {
    for name in names() {
        let (typed, sent) = (name.typed(), name.of(&name.sent));
        let check = |one: &NameForms, form: &MrzName| {
            let held = name.of(form);
            let good = one.matches(&held) && held.matches(one);
            assert!(good, "{}: {}", name.what(), form.as_str());
        };
        // What was typed says which letters have several forms; the field alone says it where the state writes them with two.
        for form in typed.list().iter().chain(&name.same).chain([&name.sent]) {
            check(&typed, form);
        }
        for form in sent.list().iter().chain(&name.same).chain([&name.sent]) {
            check(&sent, form);
        }
    }
}

#[test]
fn a_name_matches_no_other_name() {
    for name in names() {
        let mut others = name.other.clone();
        // What is only advised about is another name until somebody has looked.
        let advice = name_advice(&name.sent, Some(&name.issuer), false);
        others.extend(advice.into_iter().flat_map(|one| one.held_as));
        for other in &others {
            for one in [name.typed(), name.of(&name.sent)] {
                let held = name.of(other);
                assert!(
                    !one.matches(&held) && !held.matches(&one),
                    "{}: {}",
                    name.what(),
                    other.as_str()
                );
            }
        }
    }
}

/// All pairs, as the authority compares them and as they are typed.
#[test]
fn two_people_never_match() {
    let names = names();
    let forms: Vec<(NameForms, NameForms)> = names.iter().map(|name| (name.typed(), name.of(&name.sent))).collect();
    for (at, (typed, sent)) in forms.iter().enumerate() {
        for (other_at, (other_typed, other_sent)) in forms.iter().enumerate().skip(at + 1) {
            let matches = [
                typed.matches(other_typed),
                typed.matches(other_sent),
                sent.matches(other_typed),
                sent.matches(other_sent),
            ];
            assert_eq!(
                matches,
                [false; 4],
                "{} and {}",
                names[at].what(),
                names[other_at].what()
            );
        }
    }
}
