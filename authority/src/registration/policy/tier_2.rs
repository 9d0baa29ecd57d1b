use permitcard_protocol::registration::{ConsentKind, InteractionType};

use super::{Alternative, ConsentRule, Policy, Step, StepRule};

/// Seconds of an hour.
const HOUR_S: i64 = 60 * 60;

const fn by_provider(step: Step, interaction: InteractionType) -> StepRule {
    StepRule {
        step,
        interaction: Some(interaction),
        after: &[Step::SocialSecurityConsent],
        tries: Some(5),
        evidence: true,
        consent: None,
    }
}

const fn one_of(steps: &'static [Step]) -> Alternative {
    Alternative {
        steps,
        where_possible: None,
        window_s: HOUR_S / 2,
        life_s: HOUR_S,
    }
}

/// Tier 2 (`domain.md` 1.3): the holder of a tier 1 card who has a physical social security card is known by his real name
/// to a bank or to a carrier of the mainland. Either one is enough. The authority sees no number of either.
pub(crate) const TIER_2: Policy = Policy {
    steps: &[
        StepRule {
            step: Step::SocialSecurityConsent,
            interaction: Some(InteractionType::Consent),
            after: &[],
            tries: None,
            evidence: false,
            consent: Some(ConsentRule {
                kind: ConsentKind::SocialSecurity,
                version: 1,
                scope: "social-security",
                refusal_ends: true,
            }),
        },
        by_provider(Step::BankCard, InteractionType::BankCard),
        by_provider(Step::Sim, InteractionType::Sim),
    ],
    alternatives: &[
        one_of(&[Step::SocialSecurityConsent, Step::BankCard]),
        one_of(&[Step::SocialSecurityConsent, Step::Sim]),
    ],
    session_life_s: HOUR_S,
};
