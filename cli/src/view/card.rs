//! The card, for a terminal and for programs.

use permitcard_wallet::{CardEnd, CardStatus, CardView, Field, FieldChange, FieldValue};
use serde_json::{Map, Value, json};

use crate::{
    output::{Output, Tone, columns, pad, wrap},
    time,
    words::Words,
};

/// The widest card, in columns: wide enough for the TEST sign on one line.
const WIDEST: usize = 76;

/// Draws the card as a box with the TEST sign on top, and what is known about it below.
pub fn print(card: &CardView, out: &Output) {
    let inner = (out.width().min(WIDEST)).saturating_sub(8);
    let edge = |left: char, right: char| {
        out.line(&format!(
            "  {}",
            out.style()
                .paint(Tone::Quiet, &format!("{left}{}{right}", "─".repeat(inner + 2)))
        ));
    };
    let row = |tone: Tone, text: &str| {
        let bar = out.style().paint(Tone::Quiet, "│");
        out.line(&format!("  {bar} {} {bar}", out.style().paint(tone, &pad(text, inner))));
    };
    edge('╭', '╮');
    row(Tone::Strong, &out.words().text("cli-card-title", &[]));
    if card.test {
        for line in wrap(&format!("TEST  {}", out.words().text("test-card", &[])), inner) {
            row(Tone::Test, &line);
        }
    }
    row(Tone::Plain, "");
    let shown = rows(&card.fields, out.words());
    let widest = shown.iter().map(|(label, _)| columns(label)).max().unwrap_or_default();
    for (label, value) in &shown {
        for (index, line) in wrap(value, inner.saturating_sub(widest + 2)).iter().enumerate() {
            let label = if index == 0 { label.as_str() } else { "" };
            row(Tone::Plain, &format!("{}  {line}", pad(label, widest)));
        }
    }
    edge('╰', '╯');
    print_state(card, out);
}

fn print_state(card: &CardView, out: &Output) {
    if let Some(end) = card.end {
        print_end(end, out);
        return;
    }
    let (tone, mark) = match card.status {
        CardStatus::Valid => (Tone::Good, "✔"),
        CardStatus::Unknown | CardStatus::EmployerChangePending => (Tone::Unsure, "?"),
        CardStatus::Suspended | CardStatus::Revoked => (Tone::Bad, "✘"),
    };
    let status = status_word(card.status, out.words());
    let asked = card.status_at.map(time::local).unwrap_or_default();
    let asked = if asked.is_empty() {
        asked
    } else {
        format!("  ({asked})")
    };
    out.line(&format!(
        "    {} {status}{}",
        out.style().paint(tone, mark),
        out.style().paint(Tone::Quiet, &asked)
    ));
    if let Some(next) = status_next(card.status, out.words()) {
        out.paragraph(4, Tone::Plain, &next);
    }
    out.say(
        4,
        "cli-card-version",
        &[
            ("version", i64::try_from(card.version).unwrap_or(i64::MAX).into()),
            ("issuer", (&card.issuer).into()),
            ("time", time::local(card.issued_at).into()),
        ],
    );
    out.say(
        4,
        "cli-card-credentials",
        &[
            ("count", card.credentials_left.into()),
            ("time", time::local(card.credentials_expire_at).into()),
        ],
    );
    if card.superseded {
        out.paragraph(4, Tone::Unsure, &out.words().text("cli-card-superseded", &[]));
    }
}

/// Says that a card has ended, why, and what to do next.
pub fn print_end(end: CardEnd, out: &Output) {
    let id = format!("card-end-{}", end.name());
    out.paragraph(4, Tone::Bad, &out.words().text(&id, &[]));
    if let Some(next) = out.words().next(&id, &[]) {
        out.paragraph(4, Tone::Plain, &next);
    }
}

/// The same for programs.
pub fn end_to_json(end: CardEnd, words: &Words) -> Value {
    let id = format!("card-end-{}", end.name());
    json!({ "name": end.name(), "text": words.text(&id, &[]), "next": words.next(&id, &[]) })
}

/// A change in words, and what to do about it.
pub fn change(change: &FieldChange, words: &Words) -> (String, Option<String>) {
    let shown = |value: &Option<String>| {
        let field = FieldValue {
            field: change.field,
            value: value.clone()?,
        };
        self::value(&field, words)
    };
    let nothing = || words.text("cli-nothing", &[]);
    let args = [
        ("field", label(change.field, words).into()),
        ("before", shown(&change.before).unwrap_or_else(nothing).into()),
        ("after", shown(&change.after).unwrap_or_else(nothing).into()),
    ];
    let id = change.message_id();
    (words.text(&id, &args), words.next(&id, &args))
}

/// The word for a field.
pub fn label(field: Field, words: &Words) -> String {
    words.text(&format!("field-{}", field.name()), &[])
}

/// Fields in words.
pub fn rows(fields: &[FieldValue], words: &Words) -> Vec<(String, String)> {
    fields
        .iter()
        .filter_map(|field| Some((label(field.field, words), value(field, words)?)))
        .collect()
}

/// A value as people read it; nothing for what is not worth a line.
fn value(field: &FieldValue, words: &Words) -> Option<String> {
    match field.field {
        Field::Portrait => Some(words.text("cli-portrait-small", &[])),
        Field::Restrictions if field.value == "0" => None,
        Field::Category => Some(words.text(&format!("category-{}", field.value), &[])),
        Field::Tier => Some(words.text(&format!("tier-{}", field.value), &[])),
        Field::Name => Some(field.value.replace("<<", ", ").replace('<', " ")),
        _ => Some(field.value.clone()),
    }
}

/// The word for a status.
pub fn status_word(status: CardStatus, words: &Words) -> String {
    words.text(&format!("cli-card-status-{}", status_name(status)), &[])
}

/// What to do next about a status, where there is something to do.
pub fn status_next(status: CardStatus, words: &Words) -> Option<String> {
    words.next(&format!("cli-card-status-{}", status_name(status)), &[])
}

/// The name of a status, for programs.
pub fn status_name(status: CardStatus) -> &'static str {
    match status {
        CardStatus::Unknown => "unknown",
        CardStatus::Valid => "valid",
        CardStatus::EmployerChangePending => "employer-change-pending",
        CardStatus::Suspended => "suspended",
        CardStatus::Revoked => "revoked",
    }
}

/// The card for programs.
pub fn to_json(card: &CardView, words: &Words) -> Value {
    let fields: Map<String, Value> = card
        .fields
        .iter()
        .filter(|field| field.field != Field::Portrait)
        .map(|field| (field.field.name().to_owned(), Value::String(field.value.clone())))
        .collect();
    json!({
        "test": card.test,
        "version": card.version,
        "tier": card.tier,
        "issuer": card.issuer,
        "issued_at": time::rfc3339(card.issued_at),
        "fields": fields,
        "has_portrait": card.has_portrait,
        "status": status_name(card.status),
        "status_next": card.end.is_none().then(|| status_next(card.status, words)).flatten(),
        "status_at": card.status_at.map(time::rfc3339),
        "superseded": card.superseded,
        "end": card.end.map(|end| end_to_json(end, words)),
        "older_versions_seen": card.older_versions_seen,
        "credentials_left": card.credentials_left,
        "credentials_expire_at": time::rfc3339(card.credentials_expire_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::LanguageName;

    #[test]
    fn the_test_sign_fits_on_one_line_of_the_card() {
        for language in [LanguageName::En, LanguageName::Zh] {
            let words = Words::choose(Some(language), |_| None);
            let sign = format!("TEST  {}", words.text("test-card", &[]));
            assert_eq!(wrap(&sign, WIDEST - 8).len(), 1, "{sign}");
        }
    }
}
