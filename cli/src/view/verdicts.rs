//! The three answers to a code, as three lights that stand apart, for a terminal and for programs.

use permitcard_credential::{
    permit::{Category, Day, Disclosed},
    printed::Document,
    verdict::{Outcome as Ends, Policy, Verdict, VerdictCode, Verdicts},
};
use serde_json::{Map, Value, json};

use crate::{
    output::{Output, Tone, columns, pad, wrap},
    time,
    words::Words,
};

/// Prints the three lights, what was shown, the TEST sign, and what no code can say.
pub fn print(verdicts: &Verdicts, policy: &Policy, out: &Output) {
    let words = out.words();
    if verdicts.test {
        out.test_sign(2);
        if let Some(next) = words.next("test-card", &[]) {
            out.paragraph(2, Tone::Strong, &next);
        }
        out.line("");
    }
    lights(verdicts, 2, out);
    beside(verdicts, 4, out);
    out.line("");
    match &verdicts.disclosed {
        Some(disclosed) => {
            out.say(2, "cli-shown", &[]);
            out.rows(4, &rows(disclosed, words));
            if let Some(document) = &verdicts.document {
                out.rows(4, &in_words(document_fields(document), words));
            }
        }
        None => out.say(2, "cli-shown-nothing", &[]),
    }
    out.line("");
    if verdicts.holder.outcome == Ends::Good {
        compare_person(2, out);
        out.line("");
    } else if verdicts.disclosed.is_some()
        && let Some(next) = words.next("compare-person", &[])
    {
        out.paragraph(2, Tone::Strong, &next);
        out.line("");
    }
    let name = words.text(&format!("profile-{}", policy.name()), &[]);
    let unmet = policy.unmet(verdicts);
    if unmet.is_empty() {
        let enough = words.text("cli-policy-satisfied", &[("profile", name.into())]);
        return out.paragraph(2, Tone::Quiet, &enough);
    }
    out.say(2, "cli-policy-unmet", &[("profile", name.into())]);
    for code in &unmet {
        listed(4, "✘", Tone::Bad, &words.text(code.code(), &[]), out);
        out.paragraph(6, Tone::Quiet, code.code());
    }
    out.say(2, "cli-what-next", &[]);
    for step in words.next_steps(&unmet) {
        listed(4, "→", Tone::Strong, &step, out);
    }
}

/// A paragraph behind a mark.
fn listed(indent: usize, mark: &str, tone: Tone, text: &str, out: &Output) {
    for (index, line) in wrap(text, out.width().saturating_sub(indent + 2)).iter().enumerate() {
        let mark = if index == 0 {
            out.style().paint(tone, mark)
        } else {
            " ".to_owned()
        };
        out.line(&format!("{:indent$}{mark} {line}", ""));
    }
}

/// What no code can say, and what to do about it.
pub fn compare_person(indent: usize, out: &Output) {
    let words = out.words();
    out.say(indent, "compare-person", &[]);
    if let Some(next) = words.next("compare-person", &[]) {
        out.paragraph(indent, Tone::Strong, &next);
    }
}

/// What is known besides: the number that was asked for, the sign of the day, and when the code was seen before.
fn beside(verdicts: &Verdicts, indent: usize, out: &Output) {
    let words = out.words();
    if verdicts.nonce_confirmed {
        out.paragraph(indent, Tone::Quiet, &words.text("cli-nonce-confirmed", &[]));
    }
    if let Some(code) = verdicts.beacon_code() {
        let mut text = words.text(code.code(), &[]);
        if let Some(age) = verdicts.beacon_age_s {
            text = with_age(text, "cli-age-beacon", age, words);
        }
        out.paragraph(indent, Tone::Quiet, &text);
    }
    if let Some(seen) = verdicts.seen_before {
        let seen = [("time", time::local(seen).into())];
        out.paragraph(indent, Tone::Quiet, &words.text("cli-seen-before", &seen));
    }
}

fn with_age(text: String, id: &str, age_s: i64, words: &Words) -> String {
    let age = if age_s == 0 {
        words.text("cli-just-now", &[])
    } else {
        words.age(age_s)
    };
    let age = words.text(id, &[("age", age.into())]);
    // A full-width bracket brings its own space.
    let space = if age.starts_with('（') { "" } else { " " };
    format!("{text}{space}{age}")
}

/// The three lights, one below the other.
pub fn lights(verdicts: &Verdicts, indent: usize, out: &Output) {
    let three = [
        ("issuer", &verdicts.issuer),
        ("holder", &verdicts.holder),
        ("status", &verdicts.status),
    ];
    let names: Vec<String> = three
        .iter()
        .map(|(name, _)| out.words().text(&format!("cli-light-{name}"), &[]))
        .collect();
    let ends: Vec<String> = three
        .iter()
        .map(|(_, verdict)| {
            out.words()
                .text(&format!("cli-outcome-{}", ends_name(verdict.outcome)), &[])
        })
        .collect();
    let widest = |texts: &[String]| texts.iter().map(|text| columns(text)).max().unwrap_or_default();
    let (names_width, ends_width) = (widest(&names), widest(&ends));
    for ((name, end), (which, verdict)) in names.iter().zip(&ends).zip(three) {
        let tone = match verdict.outcome {
            Ends::Good => Tone::Good,
            Ends::Unknown => Tone::Unsure,
            Ends::Bad => Tone::Bad,
        };
        let lead = indent + 2 + names_width + 2 + ends_width + 2;
        let mut reason = out.words().text(verdict.code.code(), &[]);
        if let Some(age) = verdict.age_s {
            reason = with_age(reason, &format!("cli-age-{which}"), age, out.words());
        }
        for (index, line) in wrap(&reason, out.width().saturating_sub(lead)).iter().enumerate() {
            if index == 0 {
                let light = out
                    .style()
                    .paint(tone, &format!("● {}  {}", pad(name, names_width), pad(end, ends_width)));
                out.line(&format!("{:indent$}{light}  {line}", ""));
            } else {
                out.line(&format!("{:lead$}{line}", ""));
            }
        }
    }
}

/// The disclosed fields in words.
pub fn rows(disclosed: &Disclosed, words: &Words) -> Vec<(String, String)> {
    in_words(fields(disclosed), words)
}

fn in_words(fields: Vec<(&'static str, String)>, words: &Words) -> Vec<(String, String)> {
    let word = |(name, value): (&str, String)| {
        let value = match name {
            "category" => words.text(&format!("category-{value}"), &[]),
            "name" => value.replace("<<", ", ").replace('<', " "),
            "portrait" => words.text("cli-portrait-small", &[]),
            _ => value,
        };
        (words.text(&format!("field-{name}"), &[]), value)
    };
    fields.into_iter().map(word).collect()
}

/// What a printed permit says beside the whole groups that are in it.
pub fn document_fields(document: &Document) -> Vec<(&'static str, String)> {
    let fields = [
        ("employer", document.employer.clone()),
        ("occupation", document.occupation.clone()),
        ("birth_day", document.birth_day.map(date)),
        ("permit_number", document.permit_number.clone()),
    ];
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// The disclosed fields by the names that the messages have for them, always visible ones first.
pub fn fields(disclosed: &Disclosed) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    let category = match disclosed.category {
        Category::A => "A",
        Category::B => "B",
        Category::C => "C",
    };
    fields.push(("category", category.to_owned()));
    fields.push(("valid_until", date(disclosed.valid_until)));
    if disclosed.restrictions != 0 {
        fields.push(("restrictions", disclosed.restrictions.to_string()));
    }
    if let Some(person) = &disclosed.person {
        fields.push(("name", person.name.clone()));
        fields.push(("nationality", person.nationality.clone()));
    }
    if let Some(portrait) = &disclosed.portrait {
        fields.push(("portrait", portrait.format.media_type().to_owned()));
    }
    if let Some(employment) = &disclosed.employment {
        fields.push(("employer", employment.employer.clone()));
        fields.push(("employer_id", employment.employer_id.clone()));
        fields.push(("occupation", employment.occupation.clone()));
        fields.push(("place", employment.place.clone()));
    }
    if let Some(social_security) = &disclosed.social_security {
        fields.push(("social_security_number", social_security.number.clone()));
        fields.push(("insurance_record", social_security.insurance_record.clone()));
    }
    if let Some(file) = &disclosed.file {
        fields.push(("birth_day", date(file.birth_day)));
        fields.push(("passport", file.passport.clone()));
        fields.push(("permit_number", file.permit_number.clone()));
        if let Some(phone) = &file.phone {
            fields.push(("phone", phone.clone()));
        }
    }
    fields
}

fn date(day: Day) -> String {
    time::rfc3339(day.start())
        .split('T')
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn ends_name(ends: Ends) -> &'static str {
    match ends {
        Ends::Good => "good",
        Ends::Unknown => "unknown",
        Ends::Bad => "bad",
    }
}

fn verdict_json(verdict: &Verdict, words: &Words) -> Value {
    json!({
        "outcome": ends_name(verdict.outcome),
        "code": verdict.code.code(),
        "text": words.text(verdict.code.code(), &[]),
        "next": words.next(verdict.code.code(), &[]),
        "age_s": verdict.age_s,
    })
}

fn policy_json(policy: &Policy, verdicts: &Verdicts, words: &Words) -> Value {
    let unmet = policy.unmet(verdicts);
    json!({
        "name": policy.name(),
        "unmet": unmet.iter().map(|code| code.code()).collect::<Vec<_>>(),
        "next": words.next_steps(&unmet),
    })
}

/// The answers for programs.
pub fn to_json(verdicts: &Verdicts, policy: &Policy, words: &Words) -> Value {
    let shown: Option<Map<String, Value>> = verdicts.disclosed.as_ref().map(|disclosed| {
        fields(disclosed)
            .into_iter()
            .chain(verdicts.document.iter().flat_map(document_fields))
            .map(|(name, value)| (name.to_owned(), Value::String(value)))
            .collect()
    });
    json!({
        "issuer": verdict_json(&verdicts.issuer, words),
        "holder": verdict_json(&verdicts.holder, words),
        "status": verdict_json(&verdicts.status, words),
        "test": verdicts.test,
        "document_only": verdicts.holder.code == VerdictCode::DocumentOnly,
        "disclosed": shown,
        "iss": verdicts.iss,
        "aud": verdicts.aud,
        "presented_at": verdicts.presented_at,
        "expires_at": verdicts.expires_at,
        "nonce_confirmed": verdicts.nonce_confirmed,
        "seen_before": verdicts.seen_before,
        "beacon": verdicts.beacon_code().map(|code| code.code()),
        "beacon_age_s": verdicts.beacon_age_s,
        "compare_person": words.next("compare-person", &[]),
        "policy": policy_json(policy, verdicts, words),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_words_where_programs_read_types() {
        let words = Words::choose(None, |_| None);
        let portrait = in_words(vec![("portrait", "image/png".to_owned())], &words);
        assert_eq!(portrait, [("Portrait".to_owned(), "the small one".to_owned())]);
    }
}
