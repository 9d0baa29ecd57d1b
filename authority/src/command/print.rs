//! What commands print. Standard output carries the answer only.

use std::io::Write;

use serde::Serialize;
use serde_json::json;

use crate::{
    AuthorityError,
    admin::{Mail, PersonView},
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

pub(super) fn error(out: &mut dyn Write, error: AuthorityError, json: bool) -> Result<(), AuthorityError> {
    if json {
        json_line(out, &json!({ "code": error.code(), "error": error.to_string() }))
    } else {
        line(out, &format!("error: {error} [{}]", error.code()))
    }
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
        ("contact", person.contact.as_deref().unwrap_or("-")),
        ("valid until", &person.valid_until),
        ("state", &person.state),
        ("card version", &version),
        ("sandbox", &person.sandbox),
    ] {
        line(out, format!("{name:<16} {value}").trim_end())?;
    }
    Ok(())
}

pub(super) fn mailbox(out: &mut dyn Write, mails: &[Mail], json: bool) -> Result<(), AuthorityError> {
    if json {
        return json_line(out, &mails);
    }
    for mail in mails {
        let time = chrono::DateTime::from_timestamp(mail.sent_at, 0)
            .map(|time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string())
            .unwrap_or_default();
        line(
            out,
            &format!("{time}  {:<12} {:<16} {}", mail.person, mail.contact, mail.code),
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

pub(super) fn ready(out: &mut dyn Write, url: &str, client_file: &str, json: bool) -> Result<(), AuthorityError> {
    if json {
        let pid = std::process::id();
        return json_line(out, &json!({ "url": url, "client_file": client_file, "pid": pid }));
    }
    line(out, &format!("Sandbox authority at {url}"))?;
    line(out, &format!("Wallets and verifiers take {client_file}"))?;
    line(
        out,
        "Every card is a test and proves nothing about a person. Stop with Ctrl-C.",
    )
}
