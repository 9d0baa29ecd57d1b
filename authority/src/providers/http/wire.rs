//! The messages of the provider protocol, version 1 (`docs/providers.md`). The sandbox's service speaks the same.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_protocol::{limits, registration::ClaimedNumber};
use serde::{Deserialize, Serialize};

use crate::providers::{
    Check, CheckKind, CheckRef, CheckRequest, ClaimedDocument, DocumentFacts, Environment, MessageToSend, Outcome,
    ProviderError, RegisterRecord,
};

/// Below the provider's URL: start a check.
pub(crate) const CHECKS: &str = "/checks";
/// Below the provider's URL: what is known about a check.
pub(crate) const RESULT: &str = "/checks/result";
/// Below the provider's URL: delete all that is kept of a check.
pub(crate) const DELETE: &str = "/checks/delete";
/// Below the provider's URL: send a message.
pub(crate) const MESSAGES: &str = "/messages";
/// Below the provider's URL: look a permit up.
pub(crate) const REGISTER: &str = "/register/find";
/// The only type of event.
pub(crate) const CHECK_UPDATED: &str = "check.updated";

/// The longest URL of a kit.
const URL: usize = 256;
/// The longest launch token.
const TOKEN: usize = 2048;

/// `POST /checks`
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartBody {
    pub(crate) kind: CheckKind,
    pub(crate) session: String,
    pub(crate) jkt: String,
    pub(crate) nonce: String,
    pub(crate) number: ClaimedNumber,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) document: Option<ClaimedDocument>,
}

impl From<CheckRequest> for StartBody {
    fn from(request: CheckRequest) -> Self {
        Self {
            kind: request.kind,
            session: request.session,
            jkt: request.jkt,
            nonce: request.nonce,
            number: request.number,
            document: request.document,
        }
    }
}

/// The answer to it.
#[derive(Serialize, Deserialize)]
pub(crate) struct StartedBody {
    pub(crate) url: String,
    pub(crate) token: String,
}

impl StartedBody {
    /// An address that a phone may be sent to, and a token that fits into an answer.
    pub(crate) fn is_good(&self) -> bool {
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        self.url.starts_with("https://")
            && self.url.len() <= URL
            && is_plain(&self.url)
            && (1..=TOKEN).contains(&self.token.len())
            && is_plain(&self.token)
    }
}

/// `POST /checks/result` and `POST /checks/delete`
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckBody {
    pub(crate) kind: CheckKind,
    pub(crate) session: String,
    pub(crate) nonce: String,
}

impl From<&CheckRef> for CheckBody {
    fn from(check: &CheckRef) -> Self {
        Self {
            kind: check.kind,
            session: check.session.clone(),
            nonce: check.nonce.clone(),
        }
    }
}

/// What is known about a check: `null` while the check is not finished.
#[derive(Serialize, Deserialize)]
pub(crate) struct ResultAnswer {
    // Without this a missing member would read as `null`.
    #[serde(deserialize_with = "Option::deserialize")]
    pub(crate) result: Option<ResultBody>,
}

/// What a provider says about a check, in answers and in events.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResultBody {
    pub(crate) kind: CheckKind,
    pub(crate) session: String,
    pub(crate) jkt: String,
    pub(crate) nonce: String,
    pub(crate) outcome: Outcome,
    pub(crate) method: String,
    pub(crate) environment: Environment,
    pub(crate) performed_at: i64,
    pub(crate) sequence: u32,
    /// SHA-256, base64url.
    pub(crate) receipt_sha256: String,
    /// SHA-256, base64url.
    pub(crate) evidence_sha256: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) document: Option<DocumentFacts>,
}

impl ResultBody {
    /// The check, said by this provider, which is known for this environment.
    ///
    /// # Errors
    /// [`ProviderError`] for another environment, or for texts that are too long or no hashes.
    pub(crate) fn into_check(self, provider: &str, environment: Environment) -> Result<Check, ProviderError> {
        let fits = |text: &str| text.len() <= limits::TEXT_FIELD;
        let document_fits = self.document.as_ref().is_none_or(|facts| {
            [&facts.number, &facts.issuer, &facts.birth_date, &facts.mrz_name]
                .into_iter()
                .all(|text| fits(text))
        });
        let is_good = self.environment == environment
            && self.sequence > 0
            && [&self.session, &self.jkt, &self.nonce, &self.method]
                .into_iter()
                .all(|text| fits(text))
            && document_fits;
        if !is_good {
            return Err(ProviderError);
        }
        Ok(Check {
            kind: self.kind,
            session: self.session,
            jkt: self.jkt,
            nonce: self.nonce,
            outcome: self.outcome,
            provider: provider.to_owned(),
            method: self.method,
            environment,
            performed_at: self.performed_at,
            sequence: self.sequence,
            receipt: hash(&self.receipt_sha256)?,
            evidence: hash(&self.evidence_sha256)?,
            document: self.document,
        })
    }
}

fn hash(text: &str) -> Result<[u8; 32], ProviderError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ProviderError)?;
    bytes.try_into().map_err(|_| ProviderError)
}

/// The body of a signed message.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) result: ResultBody,
}

impl Event {
    /// The check that the event is about.
    ///
    /// # Errors
    /// [`ProviderError`] for another type of event; else as [`ResultBody::into_check`].
    pub(crate) fn into_check(self, provider: &str, environment: Environment) -> Result<Check, ProviderError> {
        if self.kind != CHECK_UPDATED {
            return Err(ProviderError);
        }
        self.result.into_check(provider, environment)
    }
}

/// `POST /messages`; the answer is an empty object.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageBody {
    pub(crate) id: String,
    pub(crate) person: String,
    pub(crate) permit_number: String,
    pub(crate) contact: String,
    pub(crate) kind: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) code: Option<String>,
    /// Seconds since 1970.
    pub(crate) at: i64,
}

impl From<MessageToSend> for MessageBody {
    fn from(message: MessageToSend) -> Self {
        Self {
            id: message.id,
            person: message.person,
            permit_number: message.permit_number,
            contact: message.contact,
            kind: message.kind.name().to_owned(),
            code: message.kind.code().map(str::to_owned),
            at: message.now,
        }
    }
}

/// An answer that says nothing more than that it worked.
#[derive(Serialize, Deserialize)]
pub(crate) struct Done {}

/// `POST /register/find`
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindBody {
    pub(crate) number: ClaimedNumber,
}

/// The answer to it.
#[derive(Serialize, Deserialize)]
pub(crate) struct FoundBody {
    // As above: "no such permit" must be said.
    #[serde(deserialize_with = "Option::deserialize")]
    pub(crate) record: Option<RecordBody>,
}

/// A record of the register.
#[derive(Serialize, Deserialize)]
pub(crate) struct RecordBody {
    pub(crate) person: String,
    pub(crate) permit_number: String,
    pub(crate) mrz_name: String,
    pub(crate) passport: String,
    pub(crate) passport_issuer: String,
    pub(crate) birth_date: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) contact: Option<String>,
    pub(crate) ended: bool,
}

impl From<RecordBody> for RegisterRecord {
    fn from(record: RecordBody) -> Self {
        Self {
            person: record.person,
            permit_number: record.permit_number,
            mrz_name: record.mrz_name,
            passport: record.passport,
            passport_issuer: record.passport_issuer,
            birth_date: record.birth_date,
            contact: record.contact,
            ended: record.ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `docs/providers.md` says; the kind of the number goes with it.
    #[test]
    fn what_is_asked_is_frozen() {
        let body = |number| {
            let request = CheckRequest {
                kind: CheckKind::Document,
                session: "s".into(),
                jkt: "j".into(),
                nonce: "n".into(),
                number,
                document: None,
                now: 0,
            };
            serde_json::to_string(&StartBody::from(request)).unwrap()
        };
        assert_eq!(
            body(ClaimedNumber::PermitNumber("310000202400000101".into())),
            concat!(
                r#"{"kind":"document-check","session":"s","jkt":"j","nonce":"n","#,
                r#""number":{"permit_number":"310000202400000101"}}"#
            )
        );
        assert_eq!(
            body(ClaimedNumber::SocialSecurityNumber("ESP310199001".into())),
            concat!(
                r#"{"kind":"document-check","session":"s","jkt":"j","nonce":"n","#,
                r#""number":{"social_security_number":"ESP310199001"}}"#
            )
        );
        let check = CheckRef {
            kind: CheckKind::Face,
            session: "s".into(),
            nonce: "n".into(),
        };
        let named = serde_json::to_string(&CheckBody::from(&check)).unwrap();
        assert_eq!(named, r#"{"kind":"face-check","session":"s","nonce":"n"}"#);
    }

    #[test]
    fn nothing_said_is_no_answer() {
        assert!(serde_json::from_str::<ResultAnswer>("{}").is_err());
        assert!(serde_json::from_str::<FoundBody>("{}").is_err());
        let answer: ResultAnswer = serde_json::from_str(r#"{"result":null}"#).unwrap();
        assert!(answer.result.is_none());
        let found: FoundBody = serde_json::from_str(r#"{"record":null}"#).unwrap();
        assert!(found.record.is_none());
    }
}
