//! A name as it will be sent, for a terminal and for programs.

use chrono::{Datelike, Local};
use permitcard_identity::{
    ChineseName, CountryCode, Day, Mrz, MrzCorrection, MrzDate, MrzFault, MrzFormat, NameAdvice, NameForm, NameForms,
    Sex,
};
use permitcard_messages::Language;
use permitcard_wallet::NameAdviceView;
use serde_json::{Value, json};

use crate::{
    output::{Output, Tone},
    words::Words,
};

/// A name and what is known beside it.
pub struct Named {
    /// As it is sent, and why.
    pub form: NameForm,
    /// All forms that are the same name.
    pub forms: NameForms,
    /// The state of the passport.
    pub issuer: Option<CountryCode>,
    /// A Chinese name beside.
    pub chinese: Option<ChineseName>,
}

/// The most forms that are shown to people; programs get all.
const SHOWN: usize = 6;

/// Today, on this machine.
pub fn today() -> Option<Day> {
    let today = Local::now().date_naive();
    Day::new(
        u16::try_from(today.year()).ok()?,
        u8::try_from(today.month()).ok()?,
        u8::try_from(today.day()).ok()?,
    )
}

/// Prints how the name is sent and why, what is the same name, what the authority may hold, and what to ask.
pub fn show(named: &Named, advice: &[NameAdvice], held: Option<&(String, bool)>, out: &Output) {
    out.event("name", to_json(named, advice, held, out));
    let words = out.words();
    let strong = |text: &str| out.style().paint(Tone::Strong, text);
    out.say(2, "cli-name-as-sent", &[]);
    out.line(&format!("    {}", strong(named.form.name.as_str())));
    for step in &named.form.steps {
        let args = [("from", (&step.from).into()), ("to", (&step.to).into())];
        let why = words.text(step.rule.code(), &args);
        out.paragraph(4, Tone::Quiet, &format!("· {why}"));
    }
    if named.form.steps.is_empty() {
        out.paragraph(4, Tone::Quiet, &format!("· {}", words.text("cli-name-unchanged", &[])));
    }
    if let Some(chinese) = &named.chinese {
        let text = words.text("cli-name-chinese", &[("name", chinese.as_str().into())]);
        out.paragraph(4, Tone::Quiet, &format!("· {text}"));
    }
    let forms = named.forms.list();
    if let Some((_, others)) = forms.split_first().filter(|(_, others)| !others.is_empty()) {
        out.line("");
        out.say(2, "cli-name-same", &[]);
        for name in others.iter().take(SHOWN) {
            out.line(&format!("    {}", name.as_str()));
        }
        if let Some(more) = others.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let more = i64::try_from(more).unwrap_or(i64::MAX);
            out.paragraph(4, Tone::Quiet, &words.text("cli-name-more", &[("count", more.into())]));
        }
    }
    out.line("");
    if let Some((name, same)) = held {
        let (id, tone, mark) = match same {
            true => ("cli-name-held-same", Tone::Good, "✔"),
            false => ("cli-name-held-other", Tone::Bad, "✘"),
        };
        let text = words.text(id, &[("name", name.into())]);
        out.paragraph(2, tone, &format!("{mark} {text}"));
        if *same {
            return;
        }
        out.line("");
    }
    out.say(2, "cli-name-ask", &[]);
    for one in advice {
        out.paragraph(4, Tone::Plain, &format!("· {}", words.text(one.question.code(), &[])));
        for name in &one.held_as {
            out.line(&format!("      {}", strong(name.as_str())));
        }
        for next in words.advice(one.question.code(), &[]) {
            out.paragraph(6, Tone::Quiet, &next);
        }
    }
    out.line("");
    out.say(2, "cli-name-forward", &[]);
    out.paragraph(4, Tone::Plain, &question(Language::Chinese, named));
}

/// The question to the employer.
fn question(language: Language, named: &Named) -> String {
    let args = [("name", named.form.name.as_str().into())];
    permitcard_messages::text(language, "employer-name-question", &args).unwrap_or_default()
}

fn to_json(named: &Named, advice: &[NameAdvice], held: Option<&(String, bool)>, out: &Output) -> Value {
    let words = out.words();
    let steps = named.form.steps.iter().map(|step| {
        let args = [("from", (&step.from).into()), ("to", (&step.to).into())];
        json!({
            "rule": step.rule.code(), "from": step.from, "to": step.to, "text": words.text(step.rule.code(), &args),
        })
    });
    let advice: Vec<NameAdviceView> = advice.iter().cloned().map(Into::into).collect();
    let name = &named.form.name;
    json!({
        "sent": name.as_str(),
        "primary": name.primary(),
        "secondary": name.secondary(),
        "possibly_cut": name.is_possibly_truncated(),
        "issuer": named.issuer.as_ref().map(CountryCode::as_str),
        "chinese": named.chinese.as_ref().map(ChineseName::as_str),
        "steps": steps.collect::<Vec<_>>(),
        "same": named.forms.list().iter().map(|name| name.as_str()).collect::<Vec<_>>(),
        "advice": advice_to_json(&advice, words),
        "employer_question": {
            "en": question(Language::English, named),
            "zh": question(Language::Chinese, named),
        },
        "held": held.map(|(name, same)| json!({ "name": name, "same": same })),
    })
}

/// Advice about a name for programs.
pub fn advice_to_json(advice: &[NameAdviceView], words: &Words) -> Value {
    let one = |one: &NameAdviceView| {
        let code = one.question.code();
        json!({
            "code": code, "text": words.text(code, &[]), "next": words.next(code, &[]), "held_as": one.held_as,
        })
    };
    advice.iter().map(one).collect()
}

/// Prints the fields of a zone.
pub fn zone(mrz: &Mrz, out: &Output) {
    let (format, sex) = (format_name(mrz.format), mrz.sex.map(sex_name));
    let today = today();
    let date = |date: MrzDate, full: Option<Day>| full.map_or_else(|| parts(date), |day| day.to_string());
    let birth = date(mrz.birth, today.and_then(|today| mrz.birth.birth_day(today)));
    let expiry = date(mrz.expiry, today.and_then(|today| mrz.expiry.expiry_day(today)));
    out.event(
        "mrz",
        json!({
            "format": format,
            "document_code": mrz.document_code,
            "issuer": mrz.issuer.as_str(),
            "name": mrz.name.as_str(),
            "number": mrz.number,
            "nationality": mrz.nationality.as_str(),
            "birth": birth,
            "sex": sex,
            "expiry": expiry,
            "optional": mrz.optional,
            "faults": [],
        }),
    );
    let words = out.words();
    out.paragraph(2, Tone::Good, &format!("✔ {}", words.text("cli-mrz-good", &[])));
    let mut rows = vec![
        ("cli-mrz-number", mrz.number.clone()),
        ("cli-mrz-issuer", mrz.issuer.as_str().to_owned()),
        ("field-nationality", mrz.nationality.as_str().to_owned()),
        ("field-birth_day", birth),
        ("cli-mrz-expiry", expiry),
    ];
    if let Some(sex) = sex {
        rows.insert(4, ("cli-mrz-sex", words.text(&format!("cli-sex-{sex}"), &[])));
    }
    let rows: Vec<(String, String)> = rows
        .into_iter()
        .map(|(id, value)| (words.text(id, &[]), value))
        .collect();
    out.rows(4, &rows);
    out.line("");
}

/// A date with unknown parts.
fn parts(date: MrzDate) -> String {
    let part = |part: Option<u8>| part.map_or_else(|| "??".to_owned(), |part| format!("{part:02}"));
    format!("??{}-{}-{}", part(date.year), part(date.month), part(date.day))
}

fn format_name(format: MrzFormat) -> &'static str {
    match format {
        MrzFormat::Passport => "passport",
        MrzFormat::Card => "card",
    }
}

/// The stable name of a sex.
pub fn sex_name(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
    }
}

/// Prints what is wrong with a zone beyond the first thing, and corrections that would agree.
pub fn faulty(faults: &[MrzFault], corrections: &[MrzCorrection], out: &Output) {
    let change = |one: &MrzCorrection| {
        let changes = one.changes.iter().map(|change| {
            json!({
                "line": change.line + 1, "place": change.place + 1,
                "from": change.from.to_string(), "to": change.to.to_string(),
            })
        });
        json!({ "text": one.text, "changes": changes.collect::<Vec<_>>() })
    };
    out.event(
        "mrz",
        json!({
            "faults": faults.iter().map(|fault| fault.code()).collect::<Vec<_>>(),
            "corrections": corrections.iter().map(change).collect::<Vec<_>>(),
        }),
    );
    let words = out.words();
    for fault in faults.iter().skip(1) {
        out.paragraph(2, Tone::Bad, &format!("✘ {}", words.text(fault.code(), &[])));
    }
    if corrections.is_empty() {
        return;
    }
    out.say(2, "cli-mrz-corrections", &[]);
    for one in corrections {
        out.line("");
        for line in one.text.lines() {
            out.line(&format!("    {}", out.style().paint(Tone::Strong, line)));
        }
        for change in &one.changes {
            let number = |at: usize| i64::try_from(at + 1).unwrap_or(i64::MAX);
            let args = [
                ("line", number(change.line).into()),
                ("place", number(change.place).into()),
                ("from", change.from.to_string().into()),
                ("to", change.to.to_string().into()),
            ];
            out.paragraph(4, Tone::Quiet, &format!("· {}", words.text("cli-mrz-change", &args)));
        }
    }
    out.line("");
}
