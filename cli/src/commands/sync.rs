use permitcard_wallet::{FieldChange, SyncReport};
use serde_json::{Value, json};

use super::pending::explained;
use crate::{
    args::SyncArgs,
    failure::{Exit, Outcome},
    home::Home,
    output::{Output, Tone},
    registration::key_prompt,
    time, view,
    words::Words,
};

/// `permitcard sync`
pub async fn run(args: &SyncArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let wallet = home.wallet(client).await?;
    let report = {
        let _busy = out.progress("cli-busy-authority");
        wallet.sync(Some(key_prompt(out.words()))).await
    };
    let report = explained(&wallet, report.map_err(Into::into)).await;
    wallet.close().await;
    let report = report?;
    out.event("synced", to_json(&report, out.words()));
    print(&report, out);
    Ok(Exit::Good)
}

fn print(report: &SyncReport, out: &Output) {
    let words = out.words();
    let status = view::card::status_word(report.status, words);
    out.say(2, "cli-sync-done", &[("time", time::local(report.at).into())]);
    if report.application_decided {
        out.say(4, "cli-sync-application-decided", &[]);
    }
    if let Some(end) = report.end {
        view::card::print_end(end, out);
        return;
    }
    out.say(4, "cli-sync-status", &[("status", status.into())]);
    if let Some(next) = view::card::status_next(report.status, words) {
        out.paragraph(4, Tone::Plain, &next);
    }
    if report.new_version {
        out.say(
            4,
            if report.changes.is_empty() {
                "cli-sync-new-version-same"
            } else {
                "cli-sync-new-version"
            },
            &[("version", i64::try_from(report.card_version).unwrap_or(i64::MAX).into())],
        );
        for change in &report.changes {
            print_change(change, out);
        }
    } else if report.needs_user {
        out.paragraph(4, Tone::Unsure, &words.text("cli-card-superseded", &[]));
    } else if !report.application_decided {
        out.say(4, "cli-sync-same-version", &[]);
    }
    if report.renewed {
        out.say(4, "cli-sync-renewed", &[("count", report.credentials_left.into())]);
    }
    if report.older_version_seen {
        out.paragraph(4, Tone::Unsure, &words.text("cli-sync-older-version", &[]));
    }
}

/// What changed, and what to do about it.
fn print_change(change: &FieldChange, out: &Output) {
    let (text, next) = view::card::change(change, out.words());
    out.paragraph(6, Tone::Plain, &text);
    if let Some(next) = next {
        out.paragraph(8, Tone::Quiet, &next);
    }
}

fn to_json(report: &SyncReport, words: &Words) -> Value {
    let changes: Vec<Value> = report
        .changes
        .iter()
        .map(|change| {
            let (text, next) = view::card::change(change, words);
            json!({
                "field": change.field.name(),
                "before": change.before,
                "after": change.after,
                "text": text,
                "next": next,
            })
        })
        .collect();
    json!({
        "at": time::rfc3339(report.at),
        "card_version": report.card_version,
        "new_version": report.new_version,
        "changes": changes,
        "status": view::card::status_name(report.status),
        "status_next": view::card::status_next(report.status, words),
        "status_changed": report.status_changed,
        "end": report.end.map(|end| view::card::end_to_json(end, words)),
        "renewed": report.renewed,
        "needs_user": report.needs_user,
        "credentials_left": report.credentials_left,
        "delivered": report.delivered,
        "application_decided": report.application_decided,
        "older_version_seen": report.older_version_seen,
    })
}
