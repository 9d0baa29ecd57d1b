use std::fmt;

use permitcard_identity::{IdentityWarning, NameAdvice, NameQuestion, NameStep};
use permitcard_protocol::WireCode;
use permitcard_protocol::registration::{CodeOnItsWay, ConsentDecision, ConsentRequest, InteractionType, Launch, Tier};

/// Where a registration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistrationView {
    /// The first request has no reply yet: call `resume_registration`.
    Starting,
    /// The authority waits for an answer to a step.
    Step(StepView),
    /// Every step passed: call `fetch_card`.
    ReadyToFetch,
    /// The card is here. A registration for tier 2 comes back to this in any case.
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
    /// The other steps that are open now: the holder may answer any one of them instead, and change over at any time.
    pub allowed: Vec<InteractionType>,
    /// Why the last answer did not pass, if it did not, and what else there is to do.
    pub failure: Option<StepFailure>,
    /// Tries left for the step that did not pass, as long as it is open, else for the required one; none where the
    /// authority does not count.
    pub tries_left: Option<u32>,
    /// For `consent`: what to ask; empty otherwise.
    pub consents: Vec<ConsentRequest>,
    /// For `one-time-code`: how many digits, how long it lives.
    pub one_time_code: Option<CodeOnItsWay>,
    /// For the open steps of a provider: what the host gives to the provider's kit. A step without one cannot be carried
    /// out for the moment.
    pub launches: Vec<Launch>,
    /// What the holder shows at a service window to get a code for this registration: eight characters of Crockford's
    /// base32 as `XXXX-XXXX`. Stays the same for the whole registration; none where that way is not open.
    pub session_reference: Option<String>,
    /// What the card will be good for at the end.
    pub tier: Tier,
    /// The step whose answer is stored and has no reply of the authority yet: do not ask the holder, call
    /// `resume_registration`.
    pub unanswered: Option<InteractionType>,
}

impl StepView {
    /// Every step that takes an answer now, the required one first; none that this version does not know.
    pub fn ways(&self) -> Vec<InteractionType> {
        let mut ways = vec![self.required];
        ways.extend(&self.allowed);
        ways.retain(|kind| *kind != InteractionType::Unknown);
        ways
    }

    /// What the provider's kit needs for a step.
    pub fn launch(&self, kind: InteractionType) -> Option<&Launch> {
        self.launches.iter().find(|launch| launch.interaction_type == kind)
    }
}

/// A step that did not pass: what happened, what to do next, how often and when it can be tried again, which other ways
/// are open. The words are in `messages`, by the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepFailure {
    /// What happened. Its text says so; the attribute `.next` of the text says what to do next.
    pub code: WireCode,
    /// The step that did not pass.
    pub step: InteractionType,
    /// The step takes another answer in this registration. `false`: it is closed, take another way.
    pub again: bool,
    /// How often it can be tried again, where the authority tells.
    pub tries_left: Option<u32>,
    /// Seconds until it can be tried again, where it cannot be now.
    pub retry_after_s: Option<u32>,
    /// The other steps that are open now, the required one first.
    pub other_ways: Vec<InteractionType>,
    /// Where the name may be the reason: under which other name an authority may hold the holder, and what to ask the
    /// employer. Made on the phone from what was sent, so that it says the same whatever the register knows.
    pub name_advice: Vec<NameAdviceView>,
}

/// A question about a name, and the names that an authority may hold if the answer is yes. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq)]
pub struct NameAdviceView {
    /// What an authority may hold; the code's text says so, its `.next` is the question to the employer.
    pub question: NameQuestion,
    /// Names as the machine-readable zone has them, at most four; none where they cannot be told from the passport.
    pub held_as: Vec<String>,
}

impl fmt::Debug for NameAdviceView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameAdviceView")
            .field("question", &self.question)
            .finish_non_exhaustive()
    }
}

impl From<NameAdvice> for NameAdviceView {
    fn from(advice: NameAdvice) -> Self {
        Self {
            question: advice.question,
            held_as: advice.held_as.iter().map(|name| name.as_str().to_owned()).collect(),
        }
    }
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
    /// To `in-person-code`: what a service window gave out.
    InPersonCode {
        /// As typed: lower case, hyphens, spaces, and the letters O, I and L for 0 and 1 are understood.
        code: String,
    },
    /// To `bank-card`. The number of the bank card goes to the provider only.
    BankCard {
        /// The receipt of the provider's kit, base64url.
        receipt: String,
    },
    /// To `sim`. The number of the SIM goes to the provider only.
    Sim {
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
            Self::InPersonCode { .. } => InteractionType::InPersonCode,
            Self::BankCard { .. } => InteractionType::BankCard,
            Self::Sim { .. } => InteractionType::Sim,
        }
    }

    /// The answer to a step that a provider carries out; none for any other kind of step.
    pub fn receipt(kind: InteractionType, receipt: String) -> Option<Self> {
        Some(match kind {
            InteractionType::DocumentCheck => Self::DocumentCheck { receipt },
            InteractionType::FaceCheck => Self::FaceCheck { receipt },
            InteractionType::BankCard => Self::BankCard { receipt },
            InteractionType::Sim => Self::Sim { receipt },
            _ => return None,
        })
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
    /// Under which other name an authority may hold this person, and what to ask the employer; the most telling first.
    pub name_advice: Vec<NameAdviceView>,
}

impl fmt::Debug for IdentityPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityPreview")
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}
