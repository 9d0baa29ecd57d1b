use std::fmt;

use permitcard_wallet as core;

use super::IdentityInput;

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
            core::InteractionType::Unknown => Self::Unknown,
        }
    }
}

/// What a consent is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum ConsentKind {
    /// Registration as a whole; comes first, before any name is sent.
    General,
    /// Face data; separate, and stands before the face step.
    FaceData,
}

impl From<core::ConsentKind> for ConsentKind {
    fn from(kind: core::ConsentKind) -> Self {
        match kind {
            core::ConsentKind::General => Self::General,
            core::ConsentKind::FaceData => Self::FaceData,
        }
    }
}

impl From<ConsentKind> for core::ConsentKind {
    fn from(kind: ConsentKind) -> Self {
        match kind {
            ConsentKind::General => Self::General,
            ConsentKind::FaceData => Self::FaceData,
        }
    }
}

/// A consent that the authority asks for.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ConsentRequest {
    /// What it is about.
    pub kind: ConsentKind,
    /// The version of its text.
    pub version: u32,
    /// What the data may be used for: one short machine-readable word.
    pub scope: String,
}

impl From<core::ConsentRequest> for ConsentRequest {
    fn from(consent: core::ConsentRequest) -> Self {
        let core::ConsentRequest { kind, version, scope } = consent;
        Self {
            kind: kind.into(),
            version,
            scope,
        }
    }
}

/// The holder's answer to one consent.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
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

impl From<ConsentDecision> for core::ConsentDecision {
    fn from(decision: ConsentDecision) -> Self {
        let ConsentDecision {
            kind,
            version,
            scope,
            given,
        } = decision;
        Self {
            kind: kind.into(),
            version,
            scope,
            given,
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
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

impl From<core::Launch> for Launch {
    fn from(launch: core::Launch) -> Self {
        let core::Launch { provider, url, token } = launch;
        Self { provider, url, token }
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

/// A step that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct StepView {
    /// The kind of step that comes next.
    pub required: InteractionType,
    /// The other steps that are open now.
    pub allowed: Vec<InteractionType>,
    /// The stable code that says why the last answer did not pass, if it did not.
    pub failed: Option<String>,
    /// Tries left for the required step, where the authority tells.
    pub tries_left: Option<u32>,
    /// Seconds to wait before the next try, counted from the authority's answer.
    pub retry_after_s: Option<u32>,
    /// For a consent: what to ask; empty otherwise.
    pub consents: Vec<ConsentRequest>,
    /// For a one-time code: how many digits, how long it lives.
    pub one_time_code: Option<CodeOnItsWay>,
    /// For document and face: what the host gives to the provider's kit.
    pub launch: Option<Launch>,
    /// An answer is stored and the authority's reply to it is not here yet: do not ask the holder, call
    /// `resume_registration`.
    pub unanswered: bool,
}

impl From<core::StepView> for StepView {
    fn from(step: core::StepView) -> Self {
        let core::StepView {
            required,
            allowed,
            failed,
            tries_left,
            retry_after_s,
            consents,
            one_time_code,
            launch,
            unanswered,
        } = step;
        Self {
            required: required.into(),
            allowed: allowed.into_iter().map(Into::into).collect(),
            failed: failed.map(|code| code.code().to_owned()),
            tries_left,
            retry_after_s,
            consents: consents.into_iter().map(Into::into).collect(),
            one_time_code: one_time_code.map(Into::into),
            launch: launch.map(Into::into),
            unanswered,
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
        }
    }
}
