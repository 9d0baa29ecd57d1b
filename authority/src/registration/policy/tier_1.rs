use permitcard_protocol::registration::{ConsentKind, InteractionType};

use super::{ConsentRule, Policy, SkipWhen, Step, StepRule};

/// Tier 1 (design 4.1): register match, and document, and face; a one-time code as well where a contact exists.
pub(crate) const TIER_1: Policy = Policy {
    steps: &[
        StepRule {
            step: Step::GeneralConsent,
            interaction: InteractionType::Consent,
            after: &[],
            skip_when: SkipWhen::Never,
            tries: None,
            evidence: false,
            by_provider: false,
            consent: Some(ConsentRule {
                kind: ConsentKind::General,
                version: 1,
                scope: "registration",
                refusal_ends: true,
            }),
        },
        StepRule {
            step: Step::IdentityClaim,
            interaction: InteractionType::IdentityClaim,
            after: &[Step::GeneralConsent],
            skip_when: SkipWhen::Never,
            tries: Some(5),
            evidence: true,
            by_provider: false,
            consent: None,
        },
        StepRule {
            step: Step::OneTimeCode,
            interaction: InteractionType::OneTimeCode,
            after: &[Step::IdentityClaim],
            skip_when: SkipWhen::NoContact,
            tries: Some(5),
            evidence: true,
            by_provider: false,
            consent: None,
        },
        StepRule {
            step: Step::DocumentCheck,
            interaction: InteractionType::DocumentCheck,
            after: &[Step::IdentityClaim],
            skip_when: SkipWhen::Never,
            tries: Some(5),
            evidence: true,
            by_provider: true,
            consent: None,
        },
        StepRule {
            step: Step::FaceConsent,
            interaction: InteractionType::Consent,
            after: &[Step::DocumentCheck],
            skip_when: SkipWhen::Never,
            tries: None,
            evidence: false,
            by_provider: false,
            consent: Some(ConsentRule {
                kind: ConsentKind::FaceData,
                version: 1,
                scope: "face-check",
                refusal_ends: false,
            }),
        },
        StepRule {
            step: Step::FaceCheck,
            interaction: InteractionType::FaceCheck,
            after: &[Step::FaceConsent],
            skip_when: SkipWhen::Never,
            tries: Some(5),
            evidence: true,
            by_provider: true,
            consent: None,
        },
    ],
    window_s: 30 * 60,
    session_life_s: 60 * 60,
};
