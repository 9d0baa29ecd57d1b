//! What commands print. Standard output carries the answer only.

use std::io::Write;

use permitcard_messages::Language;
use serde::Serialize;
use serde_json::json;

use crate::{
    AuthorityError,
    admin::{Mail, PersonView, SandboxCheckView, WindowCode},
    crockford,
};

fn line(out: &mut dyn Write, text: &str) -> Result<(), AuthorityError> {
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|_| AuthorityError::OutputFailed)
}

fn json_line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), AuthorityError> {
    line(
        out,
        &serde_json::to_string(value).map_err(|_| AuthorityError::OutputFailed)?,
    )
}

/// The end of a command that failed: what happened and what to do next, or an event for programs, with the members that
/// all commands of Permit Card use.
pub(super) fn error(
    out: &mut dyn Write,
    language: Language,
    error: AuthorityError,
    json: bool,
) -> Result<(), AuthorityError> {
    let code = error.code();
    let text = permitcard_messages::text(language, code, &[]).unwrap_or_else(|| error.to_string());
    let next = permitcard_messages::next(language, code, &[]);
    let unfit = match error {
        AuthorityError::ProductionRefused(parts) => Some(parts),
        _ => None,
    };
    if json {
        let exit = error.exit_code();
        let mut event = json!({ "event": "error", "code": code, "exit": exit, "text": text, "next": next });
        if let (Some(parts), Some(event)) = (unfit, event.as_object_mut()) {
            let parts: serde_json::Map<_, _> = parts
                .iter()
                .map(|part| (part.name().to_owned(), part.about().into()))
                .collect();
            event.insert("parts".to_owned(), parts.into());
        }
        return json_line(out, &event);
    }
    line(out, &text)?;
    for part in unfit.into_iter().flat_map(crate::ProductionParts::iter) {
        line(out, &format!("  {}: {}", part.name(), part.about()))?;
    }
    if let Some(next) = next {
        line(out, &next)?;
    }
    line(out, code)
}

/// The language of the environment: the first of three variables that says something.
pub(super) fn language(variable: impl Fn(&str) -> Option<String>) -> Language {
    let mut values = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable);
    Language::from_tag(&values.find(|value| !value.is_empty()).unwrap_or_default())
}

/// One person with every field, or a table of all.
pub(super) fn people(out: &mut dyn Write, people: &[PersonView], one: bool, json: bool) -> Result<(), AuthorityError> {
    match people {
        [person] if one && json => json_line(out, person),
        _ if json => json_line(out, &people),
        [person] if one => details(out, person),
        _ => table(out, people),
    }
}

fn table(out: &mut dyn Write, people: &[PersonView]) -> Result<(), AuthorityError> {
    let row = |cells: [&str; 5]| {
        let [id, name, permit, passport, about] = cells;
        format!("{id:<12} {name:<39} {permit:<18} {passport:<13} {about}")
            .trim_end()
            .to_owned()
    };
    line(
        out,
        &row([
            "PERSON",
            "NAME IN THE PASSPORT",
            "PERMIT NUMBER",
            "PASSPORT",
            "WHAT FOR",
        ]),
    )?;
    for person in people {
        let passport = format!("{} {}", person.passport_issuer, person.passport);
        line(
            out,
            &row([
                &person.id,
                &person.mrz_name,
                &person.permit_number,
                &passport,
                &person.about,
            ]),
        )?;
    }
    Ok(())
}

fn details(out: &mut dyn Write, person: &PersonView) -> Result<(), AuthorityError> {
    let passport = format!("{} {}", person.passport_issuer, person.passport);
    let version = person.card_version.to_string();
    for (name, value) in [
        ("person", person.id.as_str()),
        ("what for", &person.about),
        ("surname", &person.surname),
        ("given names", &person.given_names),
        ("in the passport", &person.mrz_name),
        ("nationality", &person.nationality),
        ("passport", &passport),
        ("permit number", &person.permit_number),
        (
            "social security",
            person.social_security_number.as_deref().unwrap_or("-"),
        ),
        ("category", &person.category),
        ("employer", &person.employer),
        ("employer id", &person.employer_id),
        ("occupation", &person.occupation),
        ("place", &person.place),
        ("contact", person.contact.as_deref().unwrap_or("-")),
        ("valid until", &person.valid_until),
        ("state", &person.state),
        ("card version", &version),
        ("sandbox", &person.sandbox),
    ] {
        line(out, format!("{name:<16} {value}").trim_end())?;
    }
    for former in &person.former_numbers {
        line(
            out,
            &format!("{:<16} {}", format!("old {}", former.kind), former.number),
        )?;
    }
    Ok(())
}

pub(super) fn mailbox(out: &mut dyn Write, mails: &[Mail], json: bool) -> Result<(), AuthorityError> {
    if json {
        return json_line(out, &mails);
    }
    if mails.is_empty() {
        return line(out, "Nothing was sent.");
    }
    for mail in mails {
        let says = if mail.code.is_empty() { &mail.kind } else { &mail.code };
        let at = time(mail.sent_at);
        line(out, &format!("{at}  {:<12} {:<16} {says}", mail.person, mail.contact))?;
    }
    Ok(())
}

pub(super) fn window_code(out: &mut dyn Write, code: &WindowCode, json: bool) -> Result<(), AuthorityError> {
    if json {
        return json_line(out, code);
    }
    let session = crockford::in_halves(&code.session);
    line(out, &code.code)?;
    line(
        out,
        &format!(
            "For {}, in the registration {session} only. Works once, until {}.",
            code.person,
            time(code.expires_at)
        ),
    )?;
    if code.ended_earlier {
        line(
            out,
            "The code that was given out for this registration before counts no more.",
        )?;
    }
    if code.application_pending {
        line(
            out,
            "The application is still being decided: tell the holder that the card comes once it is approved.",
        )?;
    }
    Ok(())
}

/// A point in time, for people.
fn time(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0)
        .map(|time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string())
        .unwrap_or_default()
}

pub(super) fn checks(out: &mut dyn Write, checks: &[SandboxCheckView], json: bool) -> Result<(), AuthorityError> {
    if json {
        return json_line(out, &checks);
    }
    if checks.is_empty() {
        return line(out, "No check.");
    }
    for check in checks {
        let truth = if check.outcome == check.truth {
            String::new()
        } else {
            format!("  wrong, should be {}", check.truth)
        };
        line(
            out,
            &format!(
                "{}  {:<14} {:<18} {}{truth}",
                time(check.performed_at),
                check.kind,
                check.number,
                check.outcome
            ),
        )?;
    }
    Ok(())
}

pub(super) fn receipt(out: &mut dyn Write, receipt: &str, json: bool) -> Result<(), AuthorityError> {
    if json {
        json_line(out, &json!({ "receipt": receipt }))
    } else {
        line(out, receipt)
    }
}

/// The server accepts connections. `seed`: of the sandbox's mistakes, where it makes some.
pub(super) fn ready(
    out: &mut dyn Write,
    url: &str,
    client_file: &str,
    seed: Option<u64>,
    json: bool,
) -> Result<(), AuthorityError> {
    if json {
        let pid = std::process::id();
        let mut ready = json!({ "url": url, "client_file": client_file, "pid": pid });
        if let (Some(seed), Some(ready)) = (seed, ready.as_object_mut()) {
            ready.insert("sandbox_seed".to_owned(), seed.into());
        }
        return json_line(out, &ready);
    }
    line(out, &format!("Sandbox authority at {url}"))?;
    if let Some(seed) = seed {
        line(
            out,
            &format!("Its checks make mistakes, chosen by --sandbox-seed {seed}"),
        )?;
    }
    line(out, &format!("Wallets and verifiers take {client_file}"))?;
    line(
        out,
        "Every card is a test and proves nothing about a person. Stop with Ctrl-C.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_says_what_to_do_next_in_every_language() {
        for language in Language::ALL {
            for failed in AuthorityError::ALL {
                let mut out = Vec::new();
                error(&mut out, *language, *failed, true).unwrap();
                let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
                assert_eq!(json["code"], failed.code());
                assert!(json["next"].is_string(), "{} {language:?}", failed.code());
                assert_ne!(
                    json["text"].as_str(),
                    Some(failed.to_string().as_str()),
                    "{} {language:?}",
                    failed.code()
                );
            }
        }
    }

    #[test]
    fn the_language_is_that_of_the_environment() {
        let of =
            |name: &'static str, value: &'static str| language(|variable| (variable == name).then(|| value.to_owned()));
        assert_eq!(of("LANG", "zh_CN.UTF-8"), Language::Chinese);
        assert_eq!(of("LC_ALL", "en_GB"), Language::English);
        assert_eq!(of("NONE", "zh"), Language::English);
    }
}
