use permitcard_wallet::{FieldChange, SyncReport};
use serde_json::{Value, json};

use crate::{
    args::SyncArgs,
    failure::{Exit, Outcome},
    home::Home,
    output::{Output, Tone},
    registration::key_prompt,
    time, view,
};

/// `permitcard sync`
pub async fn run(args: &SyncArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let wallet = home.wallet(client).await?;
    let report = {
        let _busy = out.progress("cli-busy-authority");
        wallet.sync(Some(key_prompt(out.words()))).await
    };
    wallet.close().await;
    let report = report?;
    out.event("synced", to_json(&report));
    print(&report, out);
    Ok(Exit::Good)
}

fn print(report: &SyncReport, out: &Output) {
    let words = out.words();
    let status = view::card::status_word(report.status, words);
    out.say(2, "cli-sync-done", &[("time", time::local(report.at).into())]);
    out.say(4, "cli-sync-status", &[("status", status.into())]);
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
    } else {
        out.say(4, "cli-sync-same-version", &[]);
    }
    if report.renewed {
        out.say(4, "cli-sync-renewed", &[("count", report.credentials_left.into())]);
    }
    if report.older_version_seen {
        out.paragraph(4, Tone::Unsure, &words.text("cli-sync-older-version", &[]));
    }
}

fn print_change(change: &FieldChange, out: &Output) {
    let nothing = || out.words().text("cli-nothing", &[]);
    let label = view::card::label(change.field, out.words());
    let (before, after) = (
        change.before.clone().unwrap_or_else(nothing),
        change.after.clone().unwrap_or_else(nothing),
    );
    out.paragraph(6, Tone::Plain, &format!("{label}: {before} → {after}"));
}

fn to_json(report: &SyncReport) -> Value {
    let changes: Vec<Value> = report
        .changes
        .iter()
        .map(|change| json!({ "field": change.field.name(), "before": change.before, "after": change.after }))
        .collect();
    json!({
        "at": time::rfc3339(report.at),
        "card_version": report.card_version,
        "new_version": report.new_version,
        "changes": changes,
        "status": view::card::status_name(report.status),
        "status_changed": report.status_changed,
        "renewed": report.renewed,
        "credentials_left": report.credentials_left,
        "delivered": report.delivered,
        "older_version_seen": report.older_version_seen,
    })
}
