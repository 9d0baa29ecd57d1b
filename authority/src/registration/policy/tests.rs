use permitcard_protocol::registration::{ClaimedNumber, IdentityClaim, TravelDocument};

use super::*;
use crate::providers::DocumentFacts;

const ALL: [&Policy; 2] = [&TIER_1, &TIER_2];

fn names(rules: &[&StepRule]) -> Vec<Step> {
    rules.iter().map(|rule| rule.step).collect()
}

fn claim(number: &str, matched: Option<&str>) -> Claim {
    Claim {
        claim: IdentityClaim {
            name: "A<<B".into(),
            number: ClaimedNumber::PermitNumber(number.into()),
            document: TravelDocument {
                number: "X1".into(),
                issuer: "ESP".into(),
            },
        },
        matched: matched.map(str::to_owned),
    }
}

fn document() -> DocumentFacts {
    DocumentFacts {
        number: "X1".into(),
        issuer: "ESP".into(),
        birth_date: "1990-01-01".into(),
        mrz_name: "A<<B".into(),
    }
}

fn launch() -> OpenLaunch {
    OpenLaunch {
        nonce: "n".into(),
        provider: "p".into(),
        url: "u".into(),
        token: "t".into(),
    }
}

/// Up to the claim.
fn claimed() -> Progress {
    let mut progress = Progress::new(Tier::Permit);
    progress.pass(Step::GeneralConsent, 0);
    progress.claimed(claim("1", Some("p")), 0);
    progress
}

/// Up to the register match.
fn matched(has_contact: bool) -> Progress {
    let mut progress = claimed();
    progress.pass(Step::DocumentCheck, 0);
    progress.confirmed("p".into(), has_contact, 0);
    progress
}

#[test]
fn the_usual_way_of_tier_1() {
    let mut progress = Progress::new(Tier::Permit);
    assert_eq!(names(&TIER_1.open(&progress)), [Step::GeneralConsent]);
    progress.pass(Step::GeneralConsent, 0);
    assert_eq!(
        names(&TIER_1.open(&progress)),
        [Step::IdentityClaim, Step::InPersonCode]
    );
    progress.claimed(claim("1", Some("p")), 0);
    assert_eq!(
        names(&TIER_1.open(&progress)),
        [Step::OneTimeCode, Step::DocumentCheck, Step::InPersonCode]
    );
    progress.pass(Step::OneTimeCode, 0);
    progress.pass(Step::DocumentCheck, 0);
    // The match is the authority's own step: nobody is asked for it.
    assert_eq!(names(&TIER_1.open(&progress)), [Step::InPersonCode]);
    progress.confirmed("p".into(), true, 0);
    assert_eq!(names(&TIER_1.open(&progress)), [Step::FaceConsent, Step::InPersonCode]);
    progress.pass(Step::FaceConsent, 0);
    assert_eq!(names(&TIER_1.open(&progress)), [Step::FaceCheck, Step::InPersonCode]);
    assert!(!TIER_1.is_satisfied(&progress));
    progress.pass(Step::FaceCheck, 0);
    assert!(TIER_1.is_satisfied(&progress));
}

#[test]
fn a_window_is_enough_and_is_never_closed() {
    let mut progress = Progress::new(Tier::Permit);
    progress.pass(Step::GeneralConsent, 0);
    for step in [
        Step::IdentityClaim,
        Step::OneTimeCode,
        Step::DocumentCheck,
        Step::FaceCheck,
    ] {
        progress.close(step);
        assert!(TIER_1.is_open(&progress, Step::InPersonCode), "{step:?}");
    }
    assert_eq!(names(&TIER_1.open(&progress)), [Step::InPersonCode]);
    assert_eq!(TIER_1.rule(Step::InPersonCode).unwrap().tries, None);
    progress.pass(Step::InPersonCode, 0);
    assert!(TIER_1.is_satisfied(&progress));
}

#[test]
fn a_way_that_cannot_be_passed_any_more_is_not_offered() {
    for closed in [Step::IdentityClaim, Step::DocumentCheck, Step::FaceCheck] {
        let mut progress = matched(true);
        progress.close(closed);
        assert_eq!(names(&TIER_1.open(&progress)), [Step::InPersonCode], "{closed:?}");
    }
    // The code: nobody learns before the match whether it is needed.
    let mut progress = claimed();
    progress.close(Step::OneTimeCode);
    assert_eq!(
        names(&TIER_1.open(&progress)),
        [Step::DocumentCheck, Step::InPersonCode]
    );
    progress.pass(Step::DocumentCheck, 0);
    let mut without = progress.clone();
    progress.confirmed("p".into(), true, 0);
    assert_eq!(names(&TIER_1.open(&progress)), [Step::InPersonCode]);
    without.confirmed("p".into(), false, 0);
    assert_eq!(names(&TIER_1.open(&without)), [Step::FaceConsent, Step::InPersonCode]);
}

#[test]
fn a_cap_closes_the_code_and_document_and_face_are_enough_then() {
    let mut progress = claimed();
    progress.capped = Some(100);
    assert!(TIER_1.is_capped(&progress, Step::OneTimeCode));
    assert!(!TIER_1.is_capped(&progress, Step::DocumentCheck));
    assert_eq!(
        names(&TIER_1.open(&progress)),
        [Step::DocumentCheck, Step::InPersonCode]
    );
    let mut progress = matched(true);
    progress.pass(Step::FaceConsent, 0);
    progress.pass(Step::FaceCheck, 0);
    assert!(!TIER_1.is_satisfied(&progress));
    progress.capped = Some(100);
    assert!(TIER_1.is_satisfied(&progress));
}

#[test]
fn where_there_is_no_contact_the_code_is_lifted_by_the_match_and_not_before() {
    let progress = matched(false);
    assert!(!TIER_1.is_open(&progress, Step::OneTimeCode));
    assert!(!progress.passed.contains_key(&Step::OneTimeCode));
    assert!(TIER_1.is_open(&claimed(), Step::OneTimeCode));
    assert!(TIER_1.is_open(&matched(true), Step::OneTimeCode));
}

#[test]
fn each_single_step_of_an_alternative_is_needed() {
    for policy in ALL {
        for alternative in policy.alternatives {
            let mut all = alternative.steps.to_vec();
            all.extend(alternative.where_possible.map(|extra| extra.step));
            let with = |missing: Option<Step>| {
                let mut progress = Progress::default();
                for step in all.iter().filter(|step| Some(**step) != missing) {
                    progress.pass(*step, 0);
                }
                alternative.is_satisfied(&progress)
            };
            assert!(with(None));
            for step in &all {
                assert!(!with(Some(*step)), "{step:?}");
            }
        }
    }
}

#[test]
fn what_tier_1_rests_on_is_the_designs() {
    let [remote, in_person] = TIER_1.alternatives else {
        unreachable!()
    };
    for step in [Step::RegisterMatch, Step::DocumentCheck, Step::FaceCheck] {
        assert!(remote.steps.contains(&step));
    }
    assert_eq!(remote.where_possible.unwrap().step, Step::OneTimeCode);
    assert_eq!(remote.window_s, 1800);
    assert_eq!(in_person.steps, [Step::GeneralConsent, Step::InPersonCode]);
    assert_eq!((in_person.window_s, in_person.life_s), (259_200, 259_200));
    // No way rests on a code alone.
    for policy in ALL {
        for alternative in policy.alternatives {
            let evidence = alternative
                .steps
                .iter()
                .filter(|step| policy.rule(**step).unwrap().evidence);
            assert!(evidence.count() >= 1);
            assert!(!alternative.steps.contains(&Step::OneTimeCode));
        }
    }
}

#[test]
fn the_tables_fit_together() {
    for policy in ALL {
        for rule in policy.steps {
            assert!(
                policy.alternatives.iter().any(|way| way.uses(rule.step)),
                "{:?}",
                rule.step
            );
            for before in rule.after {
                assert!(policy.rule(*before).is_some());
            }
            assert_eq!(
                rule.consent.is_some(),
                rule.interaction == Some(InteractionType::Consent)
            );
            if let Some(interaction) = rule.interaction.filter(|kind| *kind != InteractionType::Consent) {
                assert_eq!(interaction.name(), rule.step.name());
            }
        }
        for way in policy.alternatives {
            assert!(way.steps.iter().all(|step| policy.rule(*step).is_some()));
        }
    }
}

#[test]
fn tier_2_takes_a_bank_card_or_a_sim() {
    let mut progress = Progress::new(Tier::SocialSecurity);
    assert_eq!(progress.policy().open(&progress).len(), 1);
    progress.pass(Step::SocialSecurityConsent, 0);
    assert_eq!(names(&TIER_2.open(&progress)), [Step::BankCard, Step::Sim]);
    for (passed, closed) in [(Step::BankCard, Step::Sim), (Step::Sim, Step::BankCard)] {
        let mut progress = progress.clone();
        progress.close(closed);
        assert_eq!(names(&TIER_2.open(&progress)), [passed]);
        assert!(!TIER_2.is_satisfied(&progress) && !TIER_2.is_lost(&progress));
        let mut lost = progress.clone();
        lost.close(passed);
        assert!(TIER_2.is_lost(&lost) && TIER_2.open(&lost).is_empty());
        progress.pass(passed, 0);
        assert!(TIER_2.is_satisfied(&progress));
    }
}

#[test]
fn what_a_client_cannot_do_is_closed() {
    let ways = |supported: &[InteractionType]| {
        let mut progress = Progress::new(Tier::Permit);
        TIER_1.close_unsupported(&mut progress, supported);
        progress.pass(Step::GeneralConsent, 0);
        names(&TIER_1.open(&progress))
    };
    use InteractionType::{Consent, DocumentCheck, FaceCheck, IdentityClaim, InPersonCode, OneTimeCode};
    assert_eq!(ways(InteractionType::ALL), [Step::IdentityClaim, Step::InPersonCode]);
    assert_eq!(ways(&[Consent, InPersonCode]), [Step::InPersonCode]);
    let without_window = [Consent, IdentityClaim, OneTimeCode, DocumentCheck, FaceCheck];
    assert_eq!(ways(&without_window), [Step::IdentityClaim]);
    // Nothing is left without a camera and without a window.
    assert_eq!(ways(&without_window[..4]), []);
    assert_eq!(ways(&[]), []);
}

#[test]
fn launches_are_asked_for_when_a_check_opens() {
    let mut progress = Progress::new(Tier::Permit);
    progress.pass(Step::GeneralConsent, 0);
    let needed = |progress: &Progress, step| progress.policy().launches_needed(progress, step, 0);
    assert_eq!(needed(&progress, Step::IdentityClaim), [Step::DocumentCheck]);
    progress.claimed(claim("1", None), 0);
    progress.launches.insert(Step::DocumentCheck, launch());
    assert_eq!(needed(&progress, Step::OneTimeCode), []);
    // One that could not be started is started with the next answer.
    let mut without = progress.clone();
    without.launches.clear();
    assert_eq!(needed(&without, Step::OneTimeCode), [Step::DocumentCheck]);
    assert_eq!(needed(&progress, Step::DocumentCheck), []);
    let mut consented = progress.clone();
    consented.pass(Step::FaceConsent, 0);
    assert_eq!(needed(&consented, Step::DocumentCheck), [Step::FaceCheck]);
    assert_eq!(needed(&matched(true), Step::FaceConsent), [Step::FaceCheck]);
    let services = Progress::new(Tier::SocialSecurity);
    assert_eq!(
        needed(&services, Step::SocialSecurityConsent),
        [Step::BankCard, Step::Sim]
    );
}

#[test]
fn another_claim_forgets_what_belonged_to_the_one_before() {
    let mut progress = claimed();
    progress.launches.insert(Step::DocumentCheck, launch());
    progress.pass(Step::OneTimeCode, 0);
    // After a name that differs the number is mostly the same: its code stays good.
    let mut differed = progress.clone();
    differed.pass(Step::DocumentCheck, 0);
    differed.name_differed(document());
    assert_eq!(
        names(&TIER_1.open(&differed)),
        [Step::IdentityClaim, Step::InPersonCode]
    );
    assert!(!differed.claimed(claim("1", Some("p")), 5));
    assert!(differed.passed.contains_key(&Step::OneTimeCode) && differed.passed.contains_key(&Step::DocumentCheck));
    assert!(differed.claimed(claim("2", None), 6));
    assert!(!differed.passed.contains_key(&Step::OneTimeCode));

    progress.pass(Step::DocumentCheck, 0);
    progress.not_confirmed();
    for step in [Step::IdentityClaim, Step::OneTimeCode, Step::DocumentCheck] {
        assert!(!progress.passed.contains_key(&step), "{step:?}");
    }
    assert!(progress.claim.is_none() && progress.document.is_none() && progress.launches.is_empty());
}

#[test]
fn old_evidence_is_forgotten_with_its_way_and_consents_stay() {
    let mut progress = claimed();
    assert!(!TIER_1.forget_stale(&mut progress, 100_000), "a claim proves nothing");
    progress.pass(Step::OneTimeCode, 100);
    progress.pass(Step::DocumentCheck, 1000);
    progress.confirmed("p".into(), true, 1000);
    progress.pass(Step::FaceConsent, 1000);
    let before = progress.clone();
    assert!(!TIER_1.forget_stale(&mut progress, 1900));
    assert!(progress == before);
    assert!(TIER_1.forget_stale(&mut progress, 1901));
    assert_eq!(
        names(&TIER_1.open(&progress)),
        [Step::IdentityClaim, Step::InPersonCode]
    );
    assert!(progress.passed.contains_key(&Step::FaceConsent));
    assert!(progress.person.is_none() && progress.claim.is_none());
    assert!(!TIER_1.forget_stale(&mut progress, 1_000_000));
}

#[test]
fn a_registration_lives_longer_where_only_the_window_is_left() {
    let mut progress = matched(true);
    assert_eq!(TIER_1.prolonged_until(&mut progress, 10), None);
    let mut refused = progress.clone();
    refused.refused.insert(Step::FaceConsent);
    assert_eq!(TIER_1.prolonged_until(&mut refused, 10), Some(10 + 259_200));
    // Once: not with each answer.
    assert_eq!(TIER_1.prolonged_until(&mut refused, 500), Some(10 + 259_200));
    refused.pass(Step::FaceConsent, 0);
    assert_eq!(TIER_1.prolonged_until(&mut refused, 500), None);
    progress.close(Step::DocumentCheck);
    assert_eq!(TIER_1.prolonged_until(&mut progress, 20), Some(20 + 259_200));
}

#[test]
fn tries_are_counted_down_and_the_last_one_closes() {
    let mut progress = claimed();
    for left in (1..5).rev() {
        assert!(TIER_1.count_try(&mut progress, Step::DocumentCheck));
        assert_eq!(TIER_1.tries_left(&progress, Step::DocumentCheck), Some(left));
    }
    assert!(TIER_1.is_open(&progress, Step::DocumentCheck));
    assert!(!TIER_1.count_try(&mut progress, Step::DocumentCheck));
    assert!(progress.closed.contains(&Step::DocumentCheck));
    assert_eq!(TIER_1.tries_left(&progress, Step::FaceConsent), None);
}

#[test]
fn stored_progress_is_frozen() {
    let mut progress = Progress::new(Tier::Permit);
    progress.pass(Step::GeneralConsent, 7);
    progress.claimed(claim("1", Some("p")), 8);
    progress.tries.insert(Step::IdentityClaim, 1);
    progress.closed.insert(Step::FaceCheck);
    progress.refused.insert(Step::FaceConsent);
    progress.launches.insert(Step::DocumentCheck, launch());
    progress.capped = Some(5);
    let text = concat!(
        r#"{"tier":1,"passed":{"general-consent":7,"identity-claim":8},"lifted":[],"closed":["face-check"],"#,
        r#""refused":["face-consent"],"tries":{"identity-claim":1},"#,
        r#""launches":{"document-check":{"nonce":"n","provider":"p","url":"u","token":"t"}},"#,
        r#""claim":{"claim":{"name":"A<<B","number":{"permit_number":"1"},"document":{"number":"X1","issuer":"ESP"}},"#,
        r#""matched":"p"},"document":null,"person":null,"basis":null,"slow_since":null}"#,
    );
    assert_eq!(serde_json::to_string(&progress).unwrap(), text);
    progress.capped = None;
    assert!(serde_json::from_str::<Progress>(text).unwrap() == progress);
}
