//! What led to a step's outcome, in the form of OpenID Identity Assurance Schema Definition 1.0 (`verified_claims`), so that
//! what a real provider says maps to it one to one. It holds no value of the person: evidence itself stays with its
//! provider, and only its digest is kept.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;

use super::{Check, Environment, Outcome};

/// The frameworks that checks are made under.
const FRAMEWORK: &str = "permitcard";
const TEST_FRAMEWORK: &str = "permitcard_sandbox";

/// One entry of the evidence. Deliberately without `Debug`.
pub(crate) struct Evidence<'a> {
    /// The session's name for providers.
    pub(crate) session: &'a str,
    /// The name of the step.
    pub(crate) step: &'a str,
    /// What came out.
    pub(crate) outcome: Outcome,
    /// Who checked.
    pub(crate) provider: &'a str,
    /// How, in the provider's words.
    pub(crate) method: &'a str,
    /// What it is worth.
    pub(crate) environment: Environment,
    /// Seconds since 1970.
    pub(crate) performed_at: i64,
    /// SHA-256 of what is kept elsewhere.
    pub(crate) digest: [u8; 32],
    /// The clerk who looked at document and person.
    pub(crate) clerk: Option<&'a str>,
}

impl Check {
    /// What is kept of it.
    pub(crate) fn evidence(&self) -> Evidence<'_> {
        Evidence {
            session: &self.session,
            step: self.kind.name(),
            outcome: self.outcome,
            provider: &self.provider,
            method: &self.method,
            environment: self.environment,
            performed_at: self.performed_at,
            digest: self.evidence,
            clerk: None,
        }
    }
}

#[derive(Serialize)]
struct VerifiedClaims<'a> {
    verification: Verification<'a>,
    claims: Claims,
}

#[derive(Serialize)]
struct Claims {
    test: bool,
}

#[derive(Serialize)]
struct Verification<'a> {
    trust_framework: &'static str,
    time: &'a str,
    verification_process: &'a str,
    evidence: [Item<'a>; 1],
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    check_details: Vec<Details<'a>>,
    attachments: [Attachment<'a>; 1],
}

#[derive(Serialize)]
struct Details<'a> {
    check_method: &'static str,
    organization: &'a str,
    time: &'a str,
    method: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    clerk: Option<&'a str>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    desc: &'a str,
    url: String,
    digest: Digest,
}

#[derive(Serialize)]
struct Digest {
    alg: &'static str,
    value: String,
}

impl Evidence<'_> {
    /// The JSON of `verified_claims`. `claims` says only whether all of it was plumbing.
    pub(crate) fn verified_claims(&self) -> String {
        let time = chrono::DateTime::from_timestamp(self.performed_at, 0)
            .map(|time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
            .unwrap_or_default();
        let (kind, methods) = form(self.step);
        let is_test = self.environment == Environment::Test;
        let details = |check_method| Details {
            check_method,
            organization: self.provider,
            time: &time,
            method: self.method,
            outcome: self.outcome.name(),
            clerk: self.clerk,
        };
        let claims = VerifiedClaims {
            verification: Verification {
                trust_framework: if is_test { TEST_FRAMEWORK } else { FRAMEWORK },
                time: &time,
                verification_process: self.session,
                evidence: [Item {
                    kind,
                    check_details: methods.iter().copied().map(details).collect(),
                    attachments: [Attachment {
                        desc: self.step,
                        url: format!("urn:permitcard:evidence:{}:{}", self.session, self.step),
                        digest: Digest {
                            alg: "sha-256",
                            value: STANDARD.encode(self.digest),
                        },
                    }],
                }],
            },
            claims: Claims { test: is_test },
        };
        // Structs of texts always serialise.
        serde_json::to_string(&claims).unwrap_or_default()
    }
}

/// Type of evidence and check methods, of the predefined values of the eKYC and IDA working group: `vri` image taken
/// remotely, `bvr` biometrics at a distance, `vpip` and `pvp` document and face in person, `data` a matching record,
/// `auth` an account of the person.
fn form(step: &str) -> (&'static str, &'static [&'static str]) {
    match step {
        "document-check" => ("document", &["vri"]),
        "face-check" => ("document", &["bvr"]),
        "in-person-code" => ("document", &["vpip", "pvp"]),
        "one-time-code" | "bank-card" | "sim" => ("electronic_record", &["auth"]),
        _ => ("electronic_record", &["data"]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn evidence(step: &str) -> Evidence<'_> {
        Evidence {
            session: "s",
            step,
            outcome: Outcome::Passed,
            provider: "sandbox",
            method: "magic-number",
            environment: Environment::Test,
            performed_at: 1_700_000_000,
            digest: [7; 32],
            clerk: None,
        }
    }

    #[test]
    fn the_form_is_frozen() {
        assert_eq!(
            evidence("document-check").verified_claims(),
            r#"{"verification":{"trust_framework":"permitcard_sandbox","time":"2023-11-14T22:13:20Z","verification_process":"s","evidence":[{"type":"document","check_details":[{"check_method":"vri","organization":"sandbox","time":"2023-11-14T22:13:20Z","method":"magic-number","outcome":"passed"}],"attachments":[{"desc":"document-check","url":"urn:permitcard:evidence:s:document-check","digest":{"alg":"sha-256","value":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="}}]}]},"claims":{"test":true}}"#
        );
    }

    #[test]
    fn a_clerk_looked_at_both_and_is_named() {
        let json = Evidence {
            clerk: Some("window-7"),
            environment: Environment::Live,
            ..evidence("in-person-code")
        }
        .verified_claims();
        let json: Value = serde_json::from_str(&json).unwrap();
        let details = json["verification"]["evidence"][0]["check_details"]
            .as_array()
            .unwrap()
            .clone();
        assert_eq!(details.len(), 2);
        assert_eq!(
            (&details[0]["check_method"], &details[0]["clerk"]),
            (&json!("vpip"), &json!("window-7"))
        );
        assert_eq!(
            (&details[1]["check_method"], &details[1]["clerk"]),
            (&json!("pvp"), &json!("window-7"))
        );
        assert_eq!(json["verification"]["trust_framework"], "permitcard");
        assert_eq!(json["claims"]["test"], false);
    }
}
