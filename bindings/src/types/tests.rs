//! An enum that crosses keeps the name of each variant; a swapped pair would compile.

use std::fmt::Debug;

use permitcard_credential::{permit, verdict};
use permitcard_wallet as core;

use super::*;

fn same_names<A: Debug + Copy, B: Debug + From<A>>(all: &[A]) {
    assert!(!all.is_empty());
    for value in all {
        assert_eq!(format!("{:?}", B::from(*value)), format!("{value:?}"));
    }
}

#[test]
fn names_stay() {
    same_names::<_, Field>(core::Field::ALL);
    same_names::<_, Group>(&core::Group::ALL);
    same_names::<_, Profile>(core::Profile::ALL);
    same_names::<_, ExportFormat>(core::ExportFormat::ALL);
    same_names::<_, InteractionType>(core::InteractionType::ALL);
    same_names::<_, InteractionType>(&[core::InteractionType::Unknown]);
    same_names::<_, ConsentKind>(core::ConsentKind::ALL);
    same_names::<_, WithdrawalEffect>(core::WithdrawalEffect::ALL);
    same_names::<_, WithdrawalEffect>(&[core::WithdrawalEffect::Unknown]);
    same_names::<_, Environment>(&[core::Environment::Sandbox, core::Environment::Production]);
    same_names::<_, Phase>(&[
        core::Phase::Empty,
        core::Phase::Registering,
        core::Phase::ReadyToFetch,
        core::Phase::Ready,
    ]);
    same_names::<_, CardEnd>(core::CardEnd::ALL);
    same_names::<_, CardStatus>(&[
        core::CardStatus::Unknown,
        core::CardStatus::Valid,
        core::CardStatus::EmployerChangePending,
        core::CardStatus::Suspended,
        core::CardStatus::Revoked,
    ]);
    same_names::<_, NumberKind>(permitcard_identity::NumberKind::ALL);
    same_names::<_, Certainty>(permitcard_identity::Certainty::ALL);
    same_names::<_, MrzFormat>(&[
        permitcard_identity::MrzFormat::Passport,
        permitcard_identity::MrzFormat::Card,
    ]);
    same_names::<_, Sex>(&[permitcard_identity::Sex::Female, permitcard_identity::Sex::Male]);
    same_names::<_, Category>(&[permit::Category::A, permit::Category::B, permit::Category::C]);
    same_names::<_, Outcome>(&[verdict::Outcome::Good, verdict::Outcome::Unknown, verdict::Outcome::Bad]);
}

#[test]
fn a_policy_crosses_whole() {
    let policies = policies();
    assert_eq!(policies.len(), core::Profile::ALL.len());
    for (policy, profile) in policies.iter().zip(core::Profile::ALL) {
        let (ours, demands) = (verdict::Policy::of(*profile), verdict::Policy::of(*profile).demands());
        assert_eq!((policy.name.as_str(), policy.aud.as_str()), (ours.name(), ours.aud()));
        assert_eq!(core::Profile::from(policy.profile), *profile);
        let groups: Vec<core::Group> = policy.groups.iter().map(|group| (*group).into()).collect();
        assert_eq!(groups, demands.groups);
        assert_eq!(
            [policy.trust_list_age_s, policy.status_list_age_s, policy.beacon_age_s],
            [
                demands.trust_list_age_s,
                demands.status_list_age_s,
                demands.beacon_age_s
            ]
        );
        assert_eq!(
            [
                policy.nonce,
                policy.unknown_status,
                policy.employer_change,
                policy.test_cards
            ],
            [
                demands.nonce,
                demands.unknown_status,
                demands.employer_change,
                demands.test_cards
            ]
        );
    }
}

#[test]
fn names_stay_on_the_way_in() {
    for profile in core::Profile::ALL {
        assert_eq!(core::Profile::from(Profile::from(*profile)), *profile);
    }
    for group in core::Group::ALL {
        assert_eq!(core::Group::from(Group::from(group)), group);
    }
    for kind in core::ConsentKind::ALL {
        assert_eq!(core::ConsentKind::from(ConsentKind::from(*kind)), *kind);
    }
    for environment in [core::Environment::Sandbox, core::Environment::Production] {
        assert_eq!(core::Environment::from(Environment::from(environment)), environment);
    }
}
