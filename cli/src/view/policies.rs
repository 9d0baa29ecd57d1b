//! What a policy demands, in words and for programs.

use permitcard_credential::verdict::Policy;
use serde_json::{Value, json};

use crate::{
    output::{Output, Tone},
    words::Words,
};

/// Prints the name of a policy, its audience, and one line a demand.
pub fn print(policy: &Policy, out: &Output) {
    let words = out.words();
    let title = words.text(&format!("profile-{}", policy.name()), &[]);
    let name = out.style().paint(Tone::Strong, &title);
    let codes = out
        .style()
        .paint(Tone::Quiet, &format!("{}  {}", policy.name(), policy.aud()));
    out.line(&format!("  {name}  {codes}"));
    out.rows(4, &rows(policy, words));
    out.line("");
}

fn rows(policy: &Policy, words: &Words) -> Vec<(String, String)> {
    let demands = policy.demands();
    let at_most = |limit: Option<i64>| match limit {
        Some(limit_s) => words.text("cli-demand-age", &[("age", words.age(limit_s).into())]),
        None => words.text("cli-demand-any-age", &[]),
    };
    let beacon = match demands.beacon_age_s {
        Some(limit_s) => words.text("cli-demand-age", &[("age", words.age(limit_s).into())]),
        None => words.text("cli-demand-no", &[]),
    };
    let choose = |yes: bool, (one, other): (&str, &str)| words.text(if yes { one } else { other }, &[]);
    let needed = ("cli-demand-yes", "cli-demand-no");
    let enough = ("cli-demand-enough", "cli-demand-not-enough");
    let tests = ("cli-demand-sandbox", "cli-demand-not-enough");
    let mut rows: Vec<(String, String)> = Vec::new();
    for group in demands.groups {
        let name = if rows.is_empty() {
            words.text("cli-demand-groups", &[])
        } else {
            String::new()
        };
        rows.push((name, words.text(&format!("group-{}", group.name()), &[])));
    }
    if rows.is_empty() {
        rows.push((words.text("cli-demand-groups", &[]), words.text("cli-nothing", &[])));
    }
    let others = [
        ("cli-demand-trust-list", at_most(demands.trust_list_age_s)),
        ("cli-demand-status-list", at_most(demands.status_list_age_s)),
        ("cli-demand-nonce", choose(demands.nonce, needed)),
        ("cli-demand-beacon", beacon),
        ("cli-demand-unknown-status", choose(demands.unknown_status, enough)),
        ("cli-demand-employer-change", choose(demands.employer_change, enough)),
        ("cli-demand-test-cards", choose(demands.test_cards, tests)),
    ];
    rows.extend(others.map(|(id, value)| (words.text(id, &[]), value)));
    rows
}

/// A policy for programs; ages in seconds, `null` where any is enough.
pub fn to_json(policy: &Policy) -> Value {
    let demands = policy.demands();
    json!({
        "name": policy.name(),
        "aud": policy.aud(),
        "groups": demands.groups.iter().map(|group| group.name()).collect::<Vec<_>>(),
        "trust_list_age_s": demands.trust_list_age_s,
        "status_list_age_s": demands.status_list_age_s,
        "beacon_age_s": demands.beacon_age_s,
        "nonce": demands.nonce,
        "unknown_status": demands.unknown_status,
        "employer_change": demands.employer_change,
        "test_cards": demands.test_cards,
    })
}
