use permitcard_protocol::{
    limits,
    registration::{ConsentKind, InteractionType},
};

use super::{Alternative, ConsentRule, Policy, Step, StepRule, WherePossible};

/// Seconds of an hour.
const HOUR_S: i64 = 60 * 60;
/// 72 hours: as long as a code of a service window lives.
const IN_PERSON_S: i64 = limits::IN_PERSON_CODE_LIFE_S as i64;

/// Tier 1 (design 4.1): register match, and document, and face, a one-time code as well where a contact exists; or a code
/// of a service window, where a clerk looked at person and passport and found the person in the register.
pub(crate) const TIER_1: Policy = Policy {
    steps: &[
        StepRule {
            step: Step::GeneralConsent,
            interaction: Some(InteractionType::Consent),
            after: &[],
            tries: None,
            evidence: false,
            consent: Some(ConsentRule {
                kind: ConsentKind::General,
                version: 1,
                scope: "registration",
                refusal_ends: true,
            }),
        },
        StepRule {
            step: Step::IdentityClaim,
            interaction: Some(InteractionType::IdentityClaim),
            after: &[Step::GeneralConsent],
            tries: Some(5),
            evidence: false,
            consent: None,
        },
        StepRule {
            step: Step::OneTimeCode,
            interaction: Some(InteractionType::OneTimeCode),
            after: &[Step::IdentityClaim],
            tries: Some(5),
            evidence: true,
            consent: None,
        },
        StepRule {
            step: Step::DocumentCheck,
            interaction: Some(InteractionType::DocumentCheck),
            after: &[Step::IdentityClaim],
            tries: Some(5),
            evidence: true,
            consent: None,
        },
        StepRule {
            step: Step::RegisterMatch,
            interaction: None,
            after: &[Step::DocumentCheck],
            tries: None,
            evidence: true,
            consent: None,
        },
        StepRule {
            step: Step::FaceConsent,
            interaction: Some(InteractionType::Consent),
            after: &[Step::RegisterMatch],
            tries: None,
            evidence: false,
            consent: Some(ConsentRule {
                kind: ConsentKind::FaceData,
                version: 2,
                scope: "face-check",
                refusal_ends: false,
            }),
        },
        StepRule {
            step: Step::FaceCheck,
            interaction: Some(InteractionType::FaceCheck),
            after: &[Step::RegisterMatch, Step::FaceConsent],
            tries: Some(5),
            evidence: true,
            consent: None,
        },
        // Tries are counted with each code of a window: another one can always be given out.
        StepRule {
            step: Step::InPersonCode,
            interaction: Some(InteractionType::InPersonCode),
            after: &[Step::GeneralConsent],
            tries: None,
            evidence: true,
            consent: None,
        },
    ],
    alternatives: &[
        Alternative {
            steps: &[
                Step::GeneralConsent,
                Step::IdentityClaim,
                Step::DocumentCheck,
                Step::RegisterMatch,
                Step::FaceConsent,
                Step::FaceCheck,
            ],
            where_possible: Some(WherePossible {
                step: Step::OneTimeCode,
                known_after: Step::RegisterMatch,
            }),
            window_s: HOUR_S / 2,
            life_s: HOUR_S,
        },
        Alternative {
            steps: &[Step::GeneralConsent, Step::InPersonCode],
            where_possible: None,
            window_s: IN_PERSON_S,
            life_s: IN_PERSON_S,
        },
    ],
    session_life_s: HOUR_S,
};
