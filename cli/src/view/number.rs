//! Numbers explained, for a terminal and for programs.

use permitcard_identity::{
    Certainty, CountryCode, FieldAnswer, FieldWanted, NumberHistory, NumberKind, PermanentResidentEdition,
    PermanentResidentNumber, Recognised, SocialSecurityNumber,
};
use serde_json::{Map, Value, json};

use super::name::{sex_name, today};
use crate::output::{Output, Tone};

/// Prints what a number may be, the surest first, or is by what somebody said, with what it says about itself.
pub fn show(found: &[Recognised], is_given: bool, history: &NumberHistory, out: &Output) {
    let words = out.words();
    let kinds = found.iter().map(|one| {
        let facts: Map<String, Value> = facts(one, history)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        json!({
            "kind": one.kind.name(),
            "certainty": one.certainty.name(),
            "value": one.value,
            "facts": facts,
            "warning": one.warning.map(|warning| json!({
                "code": warning.code(),
                "text": words.text(warning.code(), &[]),
                "next": words.next(warning.code(), &[]),
            })),
        })
    });
    out.event("number", json!({ "kinds": kinds.collect::<Vec<_>>() }));
    let Some(first) = found.first() else { return };
    out.line(&format!("  {}", out.style().paint(Tone::Strong, &first.value)));
    for one in found {
        let (tone, mark) = match one.certainty {
            Certainty::Certain => (Tone::Good, "✔"),
            Certainty::Possible if !is_given => (Tone::Quiet, "·"),
            _ => (Tone::Plain, "·"),
        };
        let mut text = words.text(&format!("number-{}", one.kind.name()), &[]);
        if !is_given {
            let certainty = words.text(&format!("certainty-{}", one.certainty.name()), &[]);
            let args = [("kind", text.into()), ("certainty", certainty.into())];
            text = words.text("cli-number-kind", &args);
        }
        out.paragraph(4, tone, &format!("{mark} {text}"));
        let rows: Vec<(String, String)> = facts(one, history)
            .into_iter()
            .map(|(name, value)| {
                let value = match name {
                    "sex" => words.text(&format!("cli-sex-{value}"), &[]),
                    "edition" => words.text(&format!("cli-edition-{value}"), &[]),
                    _ => value,
                };
                (words.text(&format!("cli-fact-{name}"), &[]), value)
            })
            .collect();
        out.rows(8, &rows);
        if let Some(warning) = one.warning.filter(|_| is_given || one.certainty != Certainty::Possible) {
            out.paragraph(6, Tone::Unsure, &words.text(warning.code(), &[]));
            for next in words.advice(warning.code(), &[]) {
                out.paragraph(6, Tone::Plain, &next);
            }
        }
    }
    out.line("");
}

/// What a number says about itself, by the name of each fact.
fn facts(one: &Recognised, history: &NumberHistory) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    match one.kind {
        NumberKind::PermanentResident => {
            let Ok(number) = PermanentResidentNumber::normalise(&one.value) else {
                return facts;
            };
            let number = number.value;
            let edition = match number.edition() {
                PermanentResidentEdition::Of2017 => "2017",
                PermanentResidentEdition::Of2023 => "2023",
            };
            facts.push(("edition", edition.to_owned()));
            facts.extend(
                number
                    .nationality()
                    .map(|code| ("nationality", code.alpha3().to_owned())),
            );
            facts.push(("place", number.place().to_owned()));
            let birth = today().and_then(|today| number.birth(today));
            facts.extend(birth.map(|day| ("birth", day.to_string())));
            facts.extend(number.sex().map(|sex| ("sex", sex_name(sex).to_owned())));
        }
        NumberKind::SocialSecurity => {
            let Ok(number) = SocialSecurityNumber::normalise(&one.value) else {
                return facts;
            };
            if let Some(parts) = number.value.parts() {
                facts.push(("country", parts.country));
                facts.push(("document", parts.document));
            }
            let source = history
                .source_of(&number.value)
                .filter(|source| source.value != one.value);
            facts.extend(source.map(|source| ("source", source.value.clone())));
        }
        NumberKind::Passport => {
            let held = history
                .all(NumberKind::Passport)
                .into_iter()
                .find(|held| held.value == one.value);
            facts.extend(
                held.and_then(|held| held.issuer.as_ref())
                    .map(|code| ("country", CountryCode::alpha3(code).to_owned())),
            );
            let newer = held.and_then(|held| history.replaced_by(held));
            facts.extend(newer.map(|newer| ("replaced_by", newer.value.clone())));
        }
        _ => {}
    }
    facts
}

/// Prints what to type into a field, and what to know about it.
pub fn answer(field: FieldWanted, answer: &FieldAnswer, out: &Output) {
    let words = out.words();
    let notes = answer.notes.iter().map(|note| {
        json!({
            "code": note.code(), "text": words.text(note.code(), &[]), "next": words.next(note.code(), &[]),
        })
    });
    let field = match field {
        FieldWanted::Number(kind) => kind.name(),
        FieldWanted::IdentityDocument => "identity-document",
    };
    out.event(
        "answer",
        json!({
            "field": field,
            "kind": answer.kind.name(),
            "value": answer.value,
            "document_type": answer.document_type,
            "notes": notes.collect::<Vec<_>>(),
        }),
    );
    let kind = words.text(&format!("number-{}", answer.kind.name()), &[]);
    out.say(2, "cli-number-wanted", &[("kind", kind.into())]);
    let value = answer.value.as_deref().unwrap_or("–");
    out.line(&format!("    {}", out.style().paint(Tone::Strong, value)));
    if let Some(code) = answer.document_type.filter(|_| answer.value.is_some()) {
        out.say(4, "cli-number-document-type", &[("code", code.into())]);
    }
    for note in &answer.notes {
        out.paragraph(4, Tone::Plain, &format!("· {}", words.text(note.code(), &[])));
        for next in words.advice(note.code(), &[]) {
            out.paragraph(6, Tone::Quiet, &next);
        }
    }
}
