use std::fmt;

use permitcard_identity::{IdentityWarning, NameStep};
use permitcard_protocol::WireCode;
use permitcard_protocol::registration::{CodeOnItsWay, ConsentDecision, ConsentRequest, InteractionType, Launch};

/// Where a registration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistrationView {
    /// The first request has no reply yet: call `resume_registration`.
    Starting,
    /// The authority waits for an answer to a step.
    Step(StepView),
    /// Every step passed: call `fetch_card`.
    ReadyToFetch,
    /// The card is here.
    Finished,
    /// The authority ended the registration, for instance because its session is too old: start again.
    Ended {
        /// Why.
        code: WireCode,
    },
}

/// A step that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepView {
    /// The kind of step that comes next.
    pub required: InteractionType,
    /// The other steps that are open now.
    pub allowed: Vec<InteractionType>,
    /// Why the last answer did not pass, if it did not.
    pub failed: Option<WireCode>,
    /// Tries left for the required step, where the authority tells.
    pub tries_left: Option<u32>,
    /// Seconds to wait before the next try, counted from the authority's answer.
    pub retry_after_s: Option<u32>,
    /// For `consent`: what to ask; empty otherwise.
    pub consents: Vec<ConsentRequest>,
    /// For `one-time-code`: how many digits, how long it lives.
    pub one_time_code: Option<CodeOnItsWay>,
    /// For `document-check` and `face-check`: what the host gives to the provider's kit.
    pub launch: Option<Launch>,
    /// An answer is stored and the authority's reply to it is not here yet: do not ask the holder, call
    /// `resume_registration`.
    pub unanswered: bool,
}

/// The holder's answer to a step. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub enum StepAnswer {
    /// To `consent`: one decision for each consent that was asked for.
    Consent {
        /// The decisions.
        decisions: Vec<ConsentDecision>,
    },
    /// To `identity-claim`.
    Identity {
        /// What the holder typed.
        identity: IdentityInput,
    },
    /// To `one-time-code`: the digits that arrived.
    OneTimeCode {
        /// The digits; spaces between them are passed over.
        code: String,
    },
    /// To `one-time-code`: please send another one.
    ResendCode,
    /// To `document-check`.
    DocumentCheck {
        /// The receipt of the provider's kit, base64url.
        receipt: String,
    },
    /// To `face-check`.
    FaceCheck {
        /// The receipt of the provider's kit, base64url.
        receipt: String,
    },
}

impl StepAnswer {
    /// The kind of step that this answers.
    pub fn interaction_type(&self) -> InteractionType {
        match self {
            Self::Consent { .. } => InteractionType::Consent,
            Self::Identity { .. } => InteractionType::IdentityClaim,
            Self::OneTimeCode { .. } | Self::ResendCode => InteractionType::OneTimeCode,
            Self::DocumentCheck { .. } => InteractionType::DocumentCheck,
            Self::FaceCheck { .. } => InteractionType::FaceCheck,
        }
    }
}

impl fmt::Debug for StepAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StepAnswer").field(&self.interaction_type()).finish()
    }
}

/// Which number the holder names. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub enum NumberInput {
    /// The number of the work permit, as typed.
    WorkPermit {
        /// As typed.
        number: String,
    },
    /// The social security number, as typed.
    SocialSecurity {
        /// As typed.
        number: String,
    },
}

impl fmt::Debug for NumberInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NumberInput { .. }")
    }
}

/// Who the holder says to be, as typed. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityInput {
    /// Surname as in the passport; empty for people with one name only.
    pub surname: String,
    /// Given names as in the passport; empty if there are none.
    pub given_names: String,
    /// One of the two numbers.
    pub number: NumberInput,
    /// The passport's number.
    pub passport_number: String,
    /// The passport's issuing state, three letters or `D` (ICAO Doc 9303-3, 5).
    pub passport_issuer: String,
}

impl fmt::Debug for IdentityInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityInput { .. }")
    }
}

/// How an identity will be sent, for the holder to look at before it goes. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityPreview {
    /// The name as the machine-readable zone has it: `GARCIA<LOPEZ<<MARIA`, at most 39 characters.
    pub name: String,
    /// What was changed to get there, in order; each rule has a sentence in `messages`.
    pub steps: Vec<NameStep>,
    /// The permit or social security number, normalised.
    pub number: String,
    /// The passport's number, normalised.
    pub passport_number: String,
    /// The passport's issuing state, as passports write it: `ESP`, `D`.
    pub passport_issuer: String,
    /// What looks unusual; a warning never stops anybody.
    pub warnings: Vec<IdentityWarning>,
}

impl fmt::Debug for IdentityPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityPreview")
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}
