use permitcard_wallet::{ConsentKind, ConsentStatus, Wallet, Withdrawal, WithdrawalEffect};
use serde_json::json;

use super::pending::explained;
use crate::{
    args::ConsentsArgs,
    failure::{CliCode, Exit, Outcome},
    home::Home,
    output::{Output, Tone},
    prompt::Terminal,
    registration::key_prompt,
    time,
};

/// `permitcard consents`
pub async fn run(args: &ConsentsArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let wallet = home.wallet(client).await?;
    let done = match args.withdraw {
        None => list(&wallet, out).await,
        Some(name) => withdraw(&wallet, name.kind(), args.yes, out).await,
    };
    let done = explained(&wallet, done).await;
    wallet.close().await;
    done?;
    Ok(Exit::Good)
}

async fn asked(wallet: &Wallet, out: &Output) -> Outcome<Vec<ConsentStatus>> {
    let _busy = out.progress("cli-busy-authority");
    Ok(wallet.consents().await?)
}

async fn list(wallet: &Wallet, out: &Output) -> Outcome<()> {
    let has_card = wallet.card().await?.is_some();
    let consents = asked(wallet, out).await?;
    if consents.is_empty() {
        out.say(2, "cli-consents-none", &[]);
    }
    for consent in &consents {
        out.event("consent", to_json(consent));
        print(consent, has_card, out);
    }
    Ok(())
}

async fn withdraw(wallet: &Wallet, kind: ConsentKind, yes: bool, out: &Output) -> Outcome<()> {
    let has_card = wallet.card().await?.is_some();
    if !yes {
        // What it means comes before the question, also where there is nobody to ask.
        let consents = asked(wallet, out).await?;
        if let Some(consent) = consents.iter().find(|consent| consent.kind == kind) {
            print(consent, has_card, out);
            out.line("");
        }
        let person = Terminal::find(*out, CliCode::NotConfirmed, "--yes").ok_or(CliCode::NotConfirmed)?;
        if !person.yes_or_no("cli-ask-withdraw")? {
            return Err(CliCode::NotConfirmed.into());
        }
    }
    let done = {
        let _busy = out.progress("cli-busy-authority");
        wallet.withdraw_consent(kind).await?
    };
    out.event(
        "withdrawn",
        json!({
            "kind": done.kind.name(), "withdrawn_at": done.withdrawn_at.map(time::rfc3339),
            "effect": done.effect.name(), "records_deleted": done.records_deleted,
        }),
    );
    print_done(&done, has_card, out);
    if done.effect == WithdrawalEffect::ServicesEnd && has_card {
        // The card has a new version without the services, which replaces the old one.
        let _busy = out.progress("cli-busy-authority");
        wallet.sync(Some(key_prompt(out.words()))).await?;
    }
    Ok(())
}

fn print_done(done: &Withdrawal, has_card: bool, out: &Output) {
    if done.withdrawn_at.is_none() {
        out.say(2, "withdrawal-nothing", &[]);
        return;
    }
    let text = out.words().text("cli-withdrawn", &[]);
    out.paragraph(2, Tone::Good, &format!("✔ {text}"));
    out.say(4, &done.effect.message_id(has_card), &[]);
    if let Some(count) = done.records_deleted {
        out.say(4, "cli-records-deleted", &[("count", count.into())]);
    }
}

fn print(consent: &ConsentStatus, has_card: bool, out: &Output) {
    let words = out.words();
    let name = words.text(&format!("cli-consent-name-{}", consent.kind.name()), &[]);
    out.line("");
    out.paragraph(2, Tone::Strong, &name);
    let decided = [("time", time::local(consent.decided_at).into())];
    out.say(
        4,
        if consent.given {
            "cli-consent-agreed"
        } else {
            "cli-consent-refused"
        },
        &decided,
    );
    if let Some(at) = consent.withdrawn_at {
        out.say(4, "cli-consent-withdrawn", &[("time", time::local(at).into())]);
    }
    if consent.counts() {
        out.say(4, "cli-consent-if-withdrawn", &[]);
        out.say(6, &consent.effect.message_id(has_card), &[]);
    }
    if consent.outdated {
        out.paragraph(4, Tone::Unsure, &words.text("consent-outdated", &[]));
    }
}

fn to_json(consent: &ConsentStatus) -> serde_json::Value {
    json!({
        "kind": consent.kind.name(), "version": consent.version, "scope": consent.scope, "given": consent.given,
        "decided_at": time::rfc3339(consent.decided_at), "withdrawn_at": consent.withdrawn_at.map(time::rfc3339),
        "outdated": consent.outdated, "effect": consent.effect.name(),
    })
}
