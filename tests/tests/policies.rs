//! The policies of `verify` on the command line: what each demands, and that it does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::Path;

use permitcard_credential::{permit::Profile, verdict::Policy};
use permitcard_tests::{
    command::{Finished, at_home, permitcard},
    sandbox::Sandbox,
    worker::register,
};
use serde_json::json;

#[test]
fn policies_are_listed_as_they_are() {
    let listed = Finished::from(permitcard(["policies", "--json"]).output().unwrap());
    let listed = listed.assert_good().events();
    assert_eq!(listed.len(), Profile::ALL.len());
    for (event, profile) in listed.iter().zip(Profile::ALL) {
        let (policy, demands) = (Policy::of(*profile), Policy::of(*profile).demands());
        let groups: Vec<_> = demands.groups.iter().map(|group| group.name()).collect();
        assert_eq!(
            *event,
            json!({
                "event": "policy",
                "name": policy.name(),
                "aud": policy.aud(),
                "groups": groups,
                "trust_list_age_s": demands.trust_list_age_s,
                "status_list_age_s": demands.status_list_age_s,
                "beacon_age_s": demands.beacon_age_s,
                "nonce": demands.nonce,
                "unknown_status": demands.unknown_status,
                "employer_change": demands.employer_change,
                "test_cards": demands.test_cards,
            })
        );
    }
}

#[test]
fn every_policy_is_met_by_the_code_of_its_profile_or_says_what_to_do() {
    let sandbox = Sandbox::start();
    let phone = sandbox.home("phone");
    register(&sandbox, "maria", &phone);
    let client = sandbox.client_path();
    for profile in Profile::ALL {
        let (name, demands) = (profile.name(), Policy::of(*profile).demands());
        // A verifier for each: the batch has ten copies for fourteen codes, and one copy twice in a second was seen before.
        let verifier = sandbox.home(name);
        at_home(&verifier, ["snapshot", "fetch", "--client", client.to_str().unwrap()]).assert_good();
        let without = verify(&verifier, name, &show(&phone, name, &[]), &[]);
        let policy = without.event("verified")["policy"].clone();
        if demands.nonce {
            assert_eq!(without.exit, 1, "{name}");
            assert_eq!(policy["unmet"], json!(["verdict.nonce_not_asked"]), "{name}");
            assert_eq!(policy["next"].as_array().unwrap().len(), 1, "{name}");
        } else {
            assert_eq!(without.exit, 0, "{name}: {policy}");
            assert_eq!((&policy["unmet"], &policy["next"]), (&json!([]), &json!([])), "{name}");
        }
        let nonce = ["--nonce", "314159"];
        let with = verify(&verifier, name, &show(&phone, name, &nonce), &nonce);
        assert_eq!(with.exit, 0, "{name}: {}", with.event("verified")["policy"]);
    }
}

fn show(phone: &Path, profile: &str, more: &[&str]) -> String {
    let arguments = [&["show", "--profile", profile], more].concat();
    let code = at_home(phone, arguments).assert_good().event("code");
    code["text"].as_str().unwrap().to_owned()
}

fn verify(verifier: &Path, policy: &str, text: &str, more: &[&str]) -> Finished {
    at_home(
        verifier,
        [&["verify", "--policy", policy, "--text", text], more].concat(),
    )
}
