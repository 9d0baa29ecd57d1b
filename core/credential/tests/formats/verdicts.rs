//! The tables of verdicts and policies in `docs/credential.md` are the data of the code.

use permitcard_credential::{
    permit::Profile,
    verdict::{Demands, Outcome, Policy, VerdictCode},
};

use crate::doc;

#[test]
fn the_table_of_outcomes_is_the_data_of_the_code() {
    let mut table = String::from("| outcome | codes `verdict.…` |\n|---|---|\n");
    for (name, outcome) in [
        ("good", Outcome::Good),
        ("unknown", Outcome::Unknown),
        ("bad", Outcome::Bad),
    ] {
        let codes: Vec<String> = VerdictCode::ALL
            .iter()
            .filter(|code| code.outcome() == outcome)
            .map(|code| format!("`{}`", code.code().trim_start_matches("verdict.")))
            .collect();
        table += &format!("| {name} | {} |\n", codes.join(", "));
    }
    doc::compare("outcomes", &table);
}

#[test]
fn the_table_of_policies_is_the_data_of_the_code() {
    let mut table = String::from(
        "| policy | audience | groups | trust list | status list | nonce | beacon | `status_unknown` | \
         `status_employer_change_pending` | test cards |\n|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for profile in Profile::ALL {
        let policy = Policy::of(*profile);
        let Demands {
            groups,
            trust_list_age_s,
            status_list_age_s,
            beacon_age_s,
            nonce,
            unknown_status,
            employer_change,
            test_cards,
        } = policy.demands();
        let groups: Vec<String> = groups.iter().map(|group| group.name().replace('_', " ")).collect();
        let groups = if groups.is_empty() {
            "none".to_owned()
        } else {
            groups.join(", ")
        };
        let enough = |yes| if yes { "enough" } else { "not enough" };
        table += &format!(
            "| {} | `{}` | {groups} | {} | {} | {} | {} | {} | {} | {} |\n",
            policy.name(),
            policy.aud(),
            age(trust_list_age_s),
            age(status_list_age_s),
            if nonce { "demanded" } else { "may be" },
            beacon_age_s.map_or_else(|| "may be".to_owned(), |age_s| age(Some(age_s))),
            enough(unknown_status),
            enough(employer_change),
            if test_cards { "in a sandbox" } else { "not enough" },
        );
    }
    doc::compare("policies", &table);
}

fn age(age_s: Option<i64>) -> String {
    const DAY_S: i64 = 86_400;
    match age_s {
        None => "not over".to_owned(),
        Some(DAY_S) => "1 day".to_owned(),
        Some(age_s) => {
            assert_eq!(age_s % DAY_S, 0, "say hours here");
            format!("{} days", age_s / DAY_S)
        }
    }
}
