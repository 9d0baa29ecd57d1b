use std::fmt;

use permitcard_wallet as core;

use super::{ConsentDecision, ConsentRequest, IdentityInput, NameAdvice};

/// The kinds of step of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum InteractionType {
    /// Consent, general or for face data.
    Consent,
    /// Name, permit number or social security number, travel document.
    IdentityClaim,
    /// A code sent to the contact in the register.
    OneTimeCode,
    /// A check of the travel document by a provider.
    DocumentCheck,
    /// A check of the face by a provider.
    FaceCheck,
    /// A code that a service window gave out: the way that needs no face and no Chinese SIM.
    InPersonCode,
    /// Real name by a bank card of the mainland, at a provider; tier 2 only.
    BankCard,
    /// Real name by a SIM of the mainland, at a provider; tier 2 only.
    Sim,
    /// A kind that this version does not know. It cannot be answered: another open step may be, else the app is to be
    /// updated.
    Unknown,
}

impl From<core::InteractionType> for InteractionType {
    fn from(kind: core::InteractionType) -> Self {
        match kind {
            core::InteractionType::Consent => Self::Consent,
            core::InteractionType::IdentityClaim => Self::IdentityClaim,
            core::InteractionType::OneTimeCode => Self::OneTimeCode,
            core::InteractionType::DocumentCheck => Self::DocumentCheck,
            core::InteractionType::FaceCheck => Self::FaceCheck,
            core::InteractionType::InPersonCode => Self::InPersonCode,
            core::InteractionType::BankCard => Self::BankCard,
            core::InteractionType::Sim => Self::Sim,
            core::InteractionType::Unknown => Self::Unknown,
        }
    }
}

/// What is known about a code on its way. Never to whom it went.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CodeOnItsWay {
    /// How many digits.
    pub digits: u32,
    /// Seconds that it still lives.
    pub expires_in: u32,
    /// Seconds until another one may be asked for.
    pub resend_after: u32,
}

impl From<core::CodeOnItsWay> for CodeOnItsWay {
    fn from(code: core::CodeOnItsWay) -> Self {
        let core::CodeOnItsWay {
            digits,
            expires_in,
            resend_after,
        } = code;
        Self {
            digits,
            expires_in,
            resend_after,
        }
    }
}

/// What the host needs to run a provider's check. `Debug` shows no token.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Launch {
    /// The step that it is for.
    pub interaction_type: InteractionType,
    /// The provider, for instance `sandbox`.
    pub provider: String,
    /// Where the provider's kit connects to.
    pub url: String,
    /// The provider's opaque token for this check of this session.
    pub token: String,
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Launch")
            .field("interaction_type", &self.interaction_type)
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

impl From<core::Launch> for Launch {
    fn from(launch: core::Launch) -> Self {
        let core::Launch {
            interaction_type,
            provider,
            url,
            token,
        } = launch;
        Self {
            interaction_type: interaction_type.into(),
            provider,
            url,
            token,
        }
    }
}

/// Where a registration stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum RegistrationView {
    /// The first request has no reply yet: call `resume_registration`.
    Starting,
    /// The authority waits for an answer to a step.
    Step {
        /// The step.
        step: StepView,
    },
    /// Every step passed: call `fetch_card`.
    ReadyToFetch,
    /// The card is here.
    Finished,
    /// The authority ended the registration, for instance because its session is too old: start again.
    Ended {
        /// The stable code that says why.
        reason: String,
    },
}

impl From<core::RegistrationView> for RegistrationView {
    fn from(view: core::RegistrationView) -> Self {
        match view {
            core::RegistrationView::Starting => Self::Starting,
            core::RegistrationView::Step(step) => Self::Step { step: step.into() },
            core::RegistrationView::ReadyToFetch => Self::ReadyToFetch,
            core::RegistrationView::Finished => Self::Finished,
            core::RegistrationView::Ended { code } => Self::Ended {
                reason: code.code().to_owned(),
            },
        }
    }
}

/// A step that did not pass: what happened, what to do next, how often and when it can be tried again, which other ways
/// are open. `explain` has the words.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct StepFailure {
    /// The stable code of what happened.
    pub code: String,
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
    /// employer. Made on the phone from what was sent.
    pub name_advice: Vec<NameAdvice>,
}

impl From<core::StepFailure> for StepFailure {
    fn from(failure: core::StepFailure) -> Self {
        let core::StepFailure {
            code,
            step,
            again,
            tries_left,
            retry_after_s,
            other_ways,
            name_advice,
        } = failure;
        Self {
            code: code.code().to_owned(),
            step: step.into(),
            again,
            tries_left,
            retry_after_s,
            other_ways: other_ways.into_iter().map(Into::into).collect(),
            name_advice: name_advice.into_iter().map(Into::into).collect(),
        }
    }
}

/// A step that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct StepView {
    /// The kind of step that comes next.
    pub required: InteractionType,
    /// The other steps that are open now: the holder may answer any one of them instead, and change over at any time.
    pub allowed: Vec<InteractionType>,
    /// Why the last answer did not pass, if it did not, and what else there is to do.
    pub failure: Option<StepFailure>,
    /// Tries left for the required step, where the authority tells.
    pub tries_left: Option<u32>,
    /// For a consent: what to ask; empty otherwise.
    pub consents: Vec<ConsentRequest>,
    /// For a one-time code: how many digits, how long it lives.
    pub one_time_code: Option<CodeOnItsWay>,
    /// For the open steps of a provider: what the host gives to the provider's kit. A step without one cannot be carried
    /// out for the moment.
    pub launches: Vec<Launch>,
    /// What the holder shows at a service window to get a code for this registration: eight characters as `XXXX-XXXX`.
    /// Stays the same for the whole registration; none where that way is not open.
    pub session_reference: Option<String>,
    /// What the card will be good for at the end: 1 the permit, 2 social security services as well.
    pub tier: u8,
    /// The step whose answer is stored and has no reply of the authority yet: do not ask the holder, call
    /// `resume_registration`.
    pub unanswered: Option<InteractionType>,
}

impl From<core::StepView> for StepView {
    fn from(step: core::StepView) -> Self {
        let core::StepView {
            required,
            allowed,
            failure,
            tries_left,
            consents,
            one_time_code,
            launches,
            session_reference,
            tier,
            unanswered,
        } = step;
        Self {
            required: required.into(),
            allowed: allowed.into_iter().map(Into::into).collect(),
            failure: failure.map(Into::into),
            tries_left,
            consents: consents.into_iter().map(Into::into).collect(),
            one_time_code: one_time_code.map(Into::into),
            launches: launches.into_iter().map(Into::into).collect(),
            session_reference,
            tier: tier.number(),
            unanswered: unanswered.map(Into::into),
        }
    }
}

/// The holder's answer to a step. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum StepAnswer {
    /// To a consent: one decision for each consent that was asked for.
    Consent {
        /// The decisions.
        decisions: Vec<ConsentDecision>,
    },
    /// To the identity claim.
    Identity {
        /// What the holder typed.
        identity: IdentityInput,
    },
    /// To a one-time code: the digits that arrived.
    OneTimeCode {
        /// The digits; spaces between them are passed over.
        code: String,
    },
    /// To a one-time code: please send another one.
    ResendCode,
    /// To the document check.
    DocumentCheck {
        /// The receipt of the provider's kit.
        receipt: String,
    },
    /// To the face check.
    FaceCheck {
        /// The receipt of the provider's kit.
        receipt: String,
    },
    /// To an in-person code: what a service window gave out.
    InPersonCode {
        /// As typed: lower case, hyphens, spaces, and the letters O, I and L for 0 and 1 are understood.
        code: String,
    },
    /// To the bank card. Its number goes to the provider only.
    BankCard {
        /// The receipt of the provider's kit.
        receipt: String,
    },
    /// To the SIM. Its number goes to the provider only.
    Sim {
        /// The receipt of the provider's kit.
        receipt: String,
    },
}

impl fmt::Debug for StepAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StepAnswer { .. }")
    }
}

impl From<StepAnswer> for core::StepAnswer {
    fn from(answer: StepAnswer) -> Self {
        match answer {
            StepAnswer::Consent { decisions } => Self::Consent {
                decisions: decisions.into_iter().map(Into::into).collect(),
            },
            StepAnswer::Identity { identity } => Self::Identity {
                identity: identity.into(),
            },
            StepAnswer::OneTimeCode { code } => Self::OneTimeCode { code },
            StepAnswer::ResendCode => Self::ResendCode,
            StepAnswer::DocumentCheck { receipt } => Self::DocumentCheck { receipt },
            StepAnswer::FaceCheck { receipt } => Self::FaceCheck { receipt },
            StepAnswer::InPersonCode { code } => Self::InPersonCode { code },
            StepAnswer::BankCard { receipt } => Self::BankCard { receipt },
            StepAnswer::Sim { receipt } => Self::Sim { receipt },
        }
    }
}
