//! What goes with a failure beside its words: where it happens, and whether the answer says how many tries are left, how long
//! to wait, and which other way is open. The words are in `messages`, by the code.

use crate::WireCode;

/// Where a failure happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailurePlace {
    /// A registration as a whole: its start, or a request that fits no open step.
    Registration,
    /// The steps `consent`.
    Consent,
    /// The step `identity-claim`, or what is found out about it after the document check.
    IdentityClaim,
    /// The step `one-time-code`.
    OneTimeCode,
    /// The step `document-check`.
    DocumentCheck,
    /// The step `face-check`.
    FaceCheck,
    /// The step `in-person-code`.
    InPersonCode,
    /// The steps `bank-card` and `sim`.
    RealName,
    /// Any step that a provider carries out.
    Check,
    /// Token endpoint, or whatever asks for an access token.
    Tokens,
    /// Fetching and confirming credentials.
    Issuance,
    /// Any request.
    Request,
    /// A provider's message to the authority; the holder's app never sees it.
    Provider,
}

impl FailurePlace {
    /// The name in the table of `docs/protocol.md`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Consent => "`consent`",
            Self::IdentityClaim => "`identity-claim`",
            Self::OneTimeCode => "`one-time-code`",
            Self::DocumentCheck => "`document-check`",
            Self::FaceCheck => "`face-check`",
            Self::InPersonCode => "`in-person-code`",
            Self::RealName => "`bank-card`, `sim`",
            Self::Check => "steps of a provider",
            Self::Tokens => "tokens",
            Self::Issuance => "issuance",
            Self::Request => "any request",
            Self::Provider => "messages of providers",
        }
    }
}

/// What may be done after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Again {
    /// The same step, with another or a better answer; the session goes on.
    Step,
    /// The same request, at once or after the wait that the answer names.
    Request,
    /// Everything from the start: nothing of this session counts any more.
    Start,
    /// Nothing here: something outside has to change first.
    Not,
}

impl Again {
    /// The words of the table in `docs/protocol.md`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Step => "the step",
            Self::Request => "the request",
            Self::Start => "from the start",
            Self::Not => "no",
        }
    }
}

/// What goes with a failure beside its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureRule {
    /// Where it happens.
    pub place: FailurePlace,
    /// What may be tried again.
    pub again: Again,
    /// The answer says how many tries are left (`tries_left`).
    pub tries: bool,
    /// The answer says how many seconds to wait (`retry_after`, or the header `Retry-After`).
    pub wait: bool,
    /// Another way is always open then: the answer names it, in `interaction_types_allowed`, or as the required step where the
    /// failed one closed. For a step of any provider ([`FailurePlace::Check`]) that is so in tier 1: in tier 2 one of the two
    /// real-name steps may have closed before. Without it another way may be open: the window can be the only one left.
    pub other_way: bool,
}

impl FailureRule {
    const fn new(place: FailurePlace, again: Again) -> Self {
        Self {
            place,
            again,
            tries: false,
            wait: false,
            other_way: false,
        }
    }

    const fn tries(self) -> Self {
        Self { tries: true, ..self }
    }

    const fn wait(self) -> Self {
        Self { wait: true, ..self }
    }

    const fn other_way(self) -> Self {
        Self {
            other_way: true,
            ..self
        }
    }

    /// A step that did not pass, where another way is open.
    const fn step(place: FailurePlace) -> Self {
        Self::new(place, Again::Step).other_way()
    }
}

impl WireCode {
    /// What goes with this failure beside its words.
    pub fn failure(self) -> FailureRule {
        use FailurePlace as Place;
        match self {
            Self::ConsentRefused => FailureRule::step(Place::Consent),
            Self::IdentityNotConfirmed | Self::NameDiffers => FailureRule::step(Place::IdentityClaim).tries(),
            Self::CodeWrong | Self::CodeExpired | Self::CodeTriesExhausted => {
                FailureRule::step(Place::OneTimeCode).tries()
            }
            Self::CodeResendTooSoon => FailureRule::step(Place::OneTimeCode).tries().wait(),
            Self::StepClosed => FailureRule::step(Place::OneTimeCode).wait(),
            Self::DocumentRefused => FailureRule::step(Place::DocumentCheck).tries(),
            Self::FaceRefused => FailureRule::step(Place::FaceCheck).tries(),
            Self::CheckInconclusive | Self::CheckUnavailable | Self::ReceiptRefused => {
                FailureRule::step(Place::Check).tries()
            }
            Self::TriesExhausted => FailureRule::new(Place::Registration, Again::Not).other_way(),
            Self::InPersonCodeWrong | Self::InPersonTriesExhausted => {
                FailureRule::new(Place::InPersonCode, Again::Step).tries()
            }
            // Nothing was compared, so nothing is counted.
            Self::InPersonCodeExpired => FailureRule::new(Place::InPersonCode, Again::Step),
            // Of the two, each the other one's other way, one may have closed before.
            Self::BankCardRefused | Self::SimRefused => FailureRule::new(Place::RealName, Again::Step).tries(),
            Self::StepUnexpected | Self::AnswerInvalid => FailureRule::new(Place::Registration, Again::Step),
            Self::SessionUnknown | Self::SessionExpired => FailureRule::new(Place::Registration, Again::Start),
            Self::PhysicalCardMissing | Self::CardMissing => FailureRule::new(Place::Registration, Again::Not),
            Self::TooManyStarts => FailureRule::new(Place::Registration, Again::Request).wait(),
            Self::GrantInvalid => FailureRule::new(Place::Tokens, Again::Start),
            Self::TokenInvalid => FailureRule::new(Place::Tokens, Again::Request),
            Self::DeviceReplaced | Self::ConsentWithdrawn => FailureRule::new(Place::Tokens, Again::Start),
            Self::PermitEnded | Self::PermitExpired | Self::ApplicationRefused => {
                FailureRule::new(Place::Tokens, Again::Not)
            }
            Self::NonceInvalid | Self::ProofInvalid | Self::AttestationInvalid => {
                FailureRule::new(Place::Issuance, Again::Request)
            }
            Self::AttestationRequired | Self::CredentialUnknown | Self::NotificationUnknown => {
                FailureRule::new(Place::Issuance, Again::Not)
            }
            Self::IssuancePending => FailureRule::new(Place::Issuance, Again::Request).wait(),
            Self::TransactionUnknown => FailureRule::new(Place::Issuance, Again::Start),
            Self::IdempotencyInFlight | Self::TooManyRequests => {
                FailureRule::new(Place::Request, Again::Request).wait()
            }
            Self::DpopNonceRequired | Self::Internal => FailureRule::new(Place::Request, Again::Request),
            Self::RequestMalformed
            | Self::RequestTooLarge
            | Self::DpopInvalid
            | Self::IdempotencyKeyMissing
            | Self::IdempotencyConflict
            | Self::NotFound
            | Self::UpdateRequired => FailureRule::new(Place::Request, Again::Not),
            Self::WebhookRefused => FailureRule::new(Place::Provider, Again::Not),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_leaves_a_way() {
        for code in WireCode::ALL {
            let rule = code.failure();
            let registration = code.code().starts_with("registration.");
            // No step ends in nothing: it is tried again, another way is open, or everything begins anew.
            if registration && rule.again == Again::Not {
                let outside = [WireCode::PhysicalCardMissing, WireCode::CardMissing].contains(code);
                assert!(rule.other_way || outside, "{code:?}");
            }
            assert!(!rule.other_way || registration, "{code:?}");
            assert!(!rule.tries || rule.again == Again::Step, "{code:?}");
            let slow_down = code.http().0 == 429;
            assert!(!slow_down || rule.wait, "{code:?}");
        }
    }
}
