//! Registration and real-name verification: what travels through the authorization challenge endpoint.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    FormError, WireCode,
    form::{self, Form},
};

/// The kinds of step (design 4.1). The names on the wire are `urn:permitcard:ia:` and the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum InteractionType {
    /// Consent, general or for face data.
    #[serde(rename = "urn:permitcard:ia:consent")]
    Consent,
    /// Name, permit number or social security number, travel document.
    #[serde(rename = "urn:permitcard:ia:identity-claim")]
    IdentityClaim,
    /// A code sent to the contact in the register.
    #[serde(rename = "urn:permitcard:ia:one-time-code")]
    OneTimeCode,
    /// A check of the travel document by a provider.
    #[serde(rename = "urn:permitcard:ia:document-check")]
    DocumentCheck,
    /// A check of the face by a provider.
    #[serde(rename = "urn:permitcard:ia:face-check")]
    FaceCheck,
}

impl InteractionType {
    /// All kinds, in their usual order.
    pub const ALL: &'static [Self] = &[
        Self::Consent,
        Self::IdentityClaim,
        Self::OneTimeCode,
        Self::DocumentCheck,
        Self::FaceCheck,
    ];

    /// The name on the wire.
    pub fn urn(self) -> &'static str {
        match self {
            Self::Consent => "urn:permitcard:ia:consent",
            Self::IdentityClaim => "urn:permitcard:ia:identity-claim",
            Self::OneTimeCode => "urn:permitcard:ia:one-time-code",
            Self::DocumentCheck => "urn:permitcard:ia:document-check",
            Self::FaceCheck => "urn:permitcard:ia:face-check",
        }
    }

    /// The short name, for command lines and logs: `consent`, `identity-claim`, …
    pub fn name(self) -> &'static str {
        self.urn().strip_prefix("urn:permitcard:ia:").unwrap_or_default()
    }

    /// The kind of that name on the wire, if it is one of ours.
    pub fn from_urn(urn: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.urn() == urn)
    }
}

impl fmt::Display for InteractionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a consent is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentKind {
    /// Registration as a whole; comes first, before any name is sent.
    General,
    /// Face data; separate, and stands before the face step.
    FaceData,
}

/// A consent that the authority asks for. Its words are in `messages`, id `consent-KIND-VERSION`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRequest {
    /// What it is about.
    pub kind: ConsentKind,
    /// The version of its text.
    pub version: u32,
    /// What the data may be used for: one short machine-readable word, such as `registration`.
    pub scope: String,
}

/// The holder's answer to one consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentDecision {
    /// What it is about.
    pub kind: ConsentKind,
    /// The version that was shown.
    pub version: u32,
    /// The scope that was shown.
    pub scope: String,
    /// Given or refused.
    pub given: bool,
}

/// Which number the holder names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimedNumber {
    /// The number of the work permit, normalised.
    PermitNumber(String),
    /// The social security number, normalised.
    SocialSecurityNumber(String),
}

/// The travel document that the holder names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelDocument {
    /// The document number, normalised.
    pub number: String,
    /// The issuing state, three letters of ICAO 9303-3, 5.
    pub issuer: String,
}

/// Who the holder says to be. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityClaim {
    /// The name as the machine-readable zone has it (`GARCIA<LOPEZ<<MARIA`), at most 39 characters, no trailing filler.
    pub name: String,
    /// One of the two numbers.
    pub number: ClaimedNumber,
    /// The passport.
    pub document: TravelDocument,
}

impl fmt::Debug for IdentityClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityClaim { .. }")
    }
}

/// The answer to the step with a code. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OneTimeCodeAnswer {
    /// The digits that arrived.
    Code(String),
    /// Please send another one; possible 30 s after the last.
    Resend(bool),
}

impl fmt::Debug for OneTimeCodeAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCodeAnswer { .. }")
    }
}

/// The answer to a step that a provider carried out: never a result, only the provider's receipt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptAnswer {
    /// The single-use receipt that the provider gave this host, base64url.
    pub receipt: String,
}

impl fmt::Debug for ReceiptAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptAnswer { .. }")
    }
}

/// The answer to one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepAnswer {
    /// To `consent`.
    Consent(Vec<ConsentDecision>),
    /// To `identity-claim`.
    IdentityClaim(IdentityClaim),
    /// To `one-time-code`.
    OneTimeCode(OneTimeCodeAnswer),
    /// To `document-check`.
    DocumentCheck(ReceiptAnswer),
    /// To `face-check`.
    FaceCheck(ReceiptAnswer),
}

impl StepAnswer {
    /// The kind of step that this answers.
    pub fn interaction_type(&self) -> InteractionType {
        match self {
            Self::Consent(_) => InteractionType::Consent,
            Self::IdentityClaim(_) => InteractionType::IdentityClaim,
            Self::OneTimeCode(_) => InteractionType::OneTimeCode,
            Self::DocumentCheck(_) => InteractionType::DocumentCheck,
            Self::FaceCheck(_) => InteractionType::FaceCheck,
        }
    }

    /// The JSON of the form field `interaction_data`.
    pub fn to_json(&self) -> String {
        let json = match self {
            Self::Consent(decisions) => serde_json::to_string(decisions),
            Self::IdentityClaim(claim) => serde_json::to_string(claim),
            Self::OneTimeCode(answer) => serde_json::to_string(answer),
            Self::DocumentCheck(answer) | Self::FaceCheck(answer) => serde_json::to_string(answer),
        };
        // Structs of strings and numbers always serialise.
        json.unwrap_or_default()
    }

    /// Reads the JSON of `interaction_data` for a kind of step.
    ///
    /// # Errors
    /// [`FormError::Invalid`] when it is not the expected JSON.
    pub fn from_json(kind: InteractionType, json: &str) -> Result<Self, FormError> {
        let answer = match kind {
            InteractionType::Consent => serde_json::from_str(json).map(Self::Consent),
            InteractionType::IdentityClaim => serde_json::from_str(json).map(Self::IdentityClaim),
            InteractionType::OneTimeCode => serde_json::from_str(json).map(Self::OneTimeCode),
            InteractionType::DocumentCheck => serde_json::from_str(json).map(Self::DocumentCheck),
            InteractionType::FaceCheck => serde_json::from_str(json).map(Self::FaceCheck),
        };
        answer.map_err(|_| FormError::Invalid("interaction_data"))
    }
}

/// A request to the authorization challenge endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChallengeRequest {
    /// The first one.
    Start {
        /// The client's name: `permitcard`.
        client_id: String,
        /// PKCE challenge, method S256.
        code_challenge: String,
        /// RFC 9396 JSON: which credential is wanted.
        authorization_details: String,
        /// The kinds of step that this client can do.
        interaction_types_supported: Vec<InteractionType>,
    },
    /// Each further one.
    Answer {
        /// The session, as the last response named it.
        auth_session: String,
        /// The answer.
        answer: StepAnswer,
    },
}

impl ChallengeRequest {
    /// The form body.
    pub fn to_form(&self) -> String {
        match self {
            Self::Start { client_id, code_challenge, authorization_details, interaction_types_supported } => {
                let supported: Vec<&str> = interaction_types_supported.iter().map(|kind| kind.urn()).collect();
                form::encode(&[
                    ("response_type", "code"),
                    ("client_id", client_id),
                    ("code_challenge", code_challenge),
                    ("code_challenge_method", "S256"),
                    ("authorization_details", authorization_details),
                    ("interaction_types_supported", &supported.join(",")),
                ])
            }
            Self::Answer { auth_session, answer } => form::encode(&[
                ("auth_session", auth_session),
                ("interaction_type", answer.interaction_type().urn()),
                ("interaction_data", &answer.to_json()),
            ]),
        }
    }

    /// Reads a form body. Unknown kinds in `interaction_types_supported` are passed over.
    ///
    /// # Errors
    /// [`FormError`] for a missing, repeated or unreadable field.
    pub fn from_form(body: &[u8]) -> Result<Self, FormError> {
        let mut form = Form::parse(body)?;
        if let Some(auth_session) = form.optional("auth_session") {
            let kind = InteractionType::from_urn(&form.required("interaction_type")?)
                .ok_or(FormError::Invalid("interaction_type"))?;
            let answer = StepAnswer::from_json(kind, &form.required("interaction_data")?)?;
            return Ok(Self::Answer { auth_session, answer });
        }
        form.fixed("response_type", "code")?;
        form.fixed("code_challenge_method", "S256")?;
        Ok(Self::Start {
            client_id: form.required("client_id")?,
            code_challenge: form.required("code_challenge")?,
            authorization_details: form.required("authorization_details")?,
            interaction_types_supported: form
                .required("interaction_types_supported")?
                .split(',')
                .filter_map(InteractionType::from_urn)
                .collect(),
        })
    }
}

/// What the host needs to run a provider's check.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// The provider, for instance `sandbox`.
    pub provider: String,
    /// Where the provider's kit connects to.
    pub url: String,
    /// The provider's opaque token for this check of this session.
    pub token: String,
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Launch").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// What is known about a code on its way. Never to whom it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeOnItsWay {
    /// How many digits.
    pub digits: u32,
    /// Seconds that it still lives.
    pub expires_in: u32,
    /// Seconds until another one may be asked for.
    pub resend_after: u32,
}

/// The 401 answer while more is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsufficientAuthorization {
    /// Always `insufficient_authorization`.
    pub error: String,
    /// The session for the next request; may differ from the last one.
    pub auth_session: String,
    /// The step that comes next.
    pub interaction_type_required: InteractionType,
    /// The other steps that are open now.
    pub interaction_types_allowed: Vec<InteractionType>,
    /// Why the last answer did not pass, if it did not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<WireCode>,
    /// Tries left for the required step.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tries_left: Option<u32>,
    /// Seconds to wait before the next try.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after: Option<u32>,
    /// For `consent`: what to ask.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub consents: Option<Vec<ConsentRequest>>,
    /// For `one-time-code`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub one_time_code: Option<CodeOnItsWay>,
    /// For `document-check` and `face-check`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub launch: Option<Launch>,
}

/// The value of [`InsufficientAuthorization::error`].
pub const INSUFFICIENT_AUTHORIZATION: &str = "insufficient_authorization";

/// The 200 answer at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationGranted {
    /// Single use, bound to the DPoP key.
    pub authorization_code: String,
}

/// What the host's stand-in for a provider's kit sends in the sandbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxCheckRequest {
    /// The launch token.
    pub token: String,
}

/// What it gets back: a receipt, never a result.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxCheckResponse {
    /// Single use, base64url, at least 128 bits.
    pub receipt: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_read_back() {
        let requests = [
            ChallengeRequest::Start {
                client_id: "permitcard".into(),
                code_challenge: "abc".into(),
                authorization_details: "[]".into(),
                interaction_types_supported: InteractionType::ALL.to_vec(),
            },
            ChallengeRequest::Answer {
                auth_session: "s".into(),
                answer: StepAnswer::IdentityClaim(IdentityClaim {
                    name: "GARCIA<LOPEZ<<MARIA".into(),
                    number: ClaimedNumber::SocialSecurityNumber("ESP000000000000001".into()),
                    document: TravelDocument { number: "XDB123456".into(), issuer: "ESP".into() },
                }),
            },
            ChallengeRequest::Answer {
                auth_session: "s".into(),
                answer: StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(true)),
            },
        ];
        for request in requests {
            assert_eq!(ChallengeRequest::from_form(request.to_form().as_bytes()).unwrap(), request);
        }
    }

    #[test]
    fn repeated_and_missing_fields_are_refused() {
        assert_eq!(
            ChallengeRequest::from_form(b"auth_session=a&auth_session=b"),
            Err(FormError::Duplicate)
        );
        assert_eq!(
            ChallengeRequest::from_form(b"response_type=code"),
            Err(FormError::Missing("code_challenge_method"))
        );
        assert_eq!(
            ChallengeRequest::from_form(b"response_type=token"),
            Err(FormError::Invalid("response_type"))
        );
    }

    #[test]
    fn debug_shows_no_personal_value() {
        let claim = IdentityClaim {
            name: "CANARYNAME".into(),
            number: ClaimedNumber::PermitNumber("CANARYNUMBER".into()),
            document: TravelDocument { number: "CANARYDOC".into(), issuer: "ESP".into() },
        };
        assert!(!format!("{:?}", StepAnswer::IdentityClaim(claim)).contains("CANARY"));
    }
}
