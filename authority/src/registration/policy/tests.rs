use super::*;

fn names(rules: &[&StepRule]) -> Vec<Step> {
    rules.iter().map(|rule| rule.step).collect()
}

#[test]
fn walks_in_the_usual_order() {
    let mut progress = Progress::default();
    let mut walked = Vec::new();
    while let Some(rule) = TIER_1.open(&progress).first() {
        walked.push(rule.step);
        progress.pass(rule.step, 0);
    }
    let usual = [
        Step::GeneralConsent,
        Step::IdentityClaim,
        Step::OneTimeCode,
        Step::DocumentCheck,
        Step::FaceConsent,
        Step::FaceCheck,
    ];
    assert_eq!(walked, usual);
    assert!(TIER_1.is_satisfied(&progress));
}

#[test]
fn other_ways_are_open_beside_the_usual_one() {
    let mut progress = Progress::default();
    progress.pass(Step::GeneralConsent, 0);
    progress.pass(Step::IdentityClaim, 0);
    assert_eq!(names(&TIER_1.open(&progress)), [Step::OneTimeCode, Step::DocumentCheck]);
    progress.pass(Step::DocumentCheck, 0);
    assert_eq!(names(&TIER_1.open(&progress)), [Step::OneTimeCode, Step::FaceConsent]);
    assert!(!TIER_1.is_satisfied(&progress));
}

#[test]
fn a_missing_contact_skips_the_code_and_nothing_else() {
    let mut progress = Progress::default();
    TIER_1.skip(&mut progress, false);
    assert_eq!(
        progress.skipped.iter().copied().collect::<Vec<_>>(),
        [Step::OneTimeCode]
    );
    assert!(!progress.passed.contains_key(&Step::OneTimeCode));
    let mut with_contact = Progress::default();
    TIER_1.skip(&mut with_contact, true);
    assert!(with_contact.skipped.is_empty());
}

#[test]
fn each_single_step_is_needed() {
    let all: Vec<Step> = TIER_1.steps.iter().map(|rule| rule.step).collect();
    for missing in &all {
        let mut progress = Progress::default();
        for step in all.iter().filter(|step| *step != missing) {
            progress.pass(*step, 0);
        }
        assert!(!TIER_1.is_satisfied(&progress), "{missing:?}");
    }
}

/// Every state that passing open steps in any order can reach.
fn reachable(has_contact: bool) -> Vec<Progress> {
    let mut start = Progress::default();
    TIER_1.skip(&mut start, has_contact);
    let mut states = vec![start];
    let mut at = 0;
    while let Some(state) = states.get(at).cloned() {
        for rule in TIER_1.open(&state) {
            let mut next = state.clone();
            next.pass(rule.step, 0);
            if !states.contains(&next) {
                states.push(next);
            }
        }
        at += 1;
    }
    states
}

#[test]
fn never_stuck_and_never_two_of_a_kind_or_two_checks_at_once() {
    for has_contact in [true, false] {
        for state in reachable(has_contact) {
            let open = TIER_1.open(&state);
            assert_eq!(open.is_empty(), TIER_1.is_satisfied(&state));
            for kind in InteractionType::ALL {
                assert!(open.iter().filter(|rule| rule.interaction == *kind).count() <= 1);
            }
            assert!(open.iter().filter(|rule| rule.by_provider).count() <= 1);
        }
    }
}

#[test]
fn launches_are_asked_for_when_a_check_opens_or_is_answered() {
    let mut progress = Progress::default();
    progress.pass(Step::GeneralConsent, 0);
    assert_eq!(
        TIER_1.launch_needed(&progress, Step::IdentityClaim, 0),
        Some(Step::DocumentCheck)
    );
    progress.pass(Step::IdentityClaim, 0);
    let launch = OpenLaunch {
        nonce: "n".into(),
        provider: "p".into(),
        url: "u".into(),
        token: "t".into(),
    };
    progress.launches.insert(Step::DocumentCheck, launch);
    assert_eq!(TIER_1.launch_needed(&progress, Step::OneTimeCode, 0), None);
    assert_eq!(
        TIER_1.launch_needed(&progress, Step::DocumentCheck, 0),
        Some(Step::DocumentCheck)
    );
    progress.pass(Step::DocumentCheck, 0);
    assert_eq!(
        TIER_1.launch_needed(&progress, Step::FaceConsent, 0),
        Some(Step::FaceCheck)
    );
}

#[test]
fn evidence_ages_but_consent_does_not() {
    let mut progress = Progress::default();
    progress.pass(Step::GeneralConsent, 0);
    assert!(!TIER_1.evidence_is_stale(&progress, 10_000));
    progress.pass(Step::IdentityClaim, 100);
    progress.pass(Step::DocumentCheck, 1900);
    assert!(!TIER_1.evidence_is_stale(&progress, 1900));
    assert!(TIER_1.evidence_is_stale(&progress, 1901));
}

#[test]
fn tries_are_counted_down() {
    let mut progress = Progress::default();
    for left in (1..5).rev() {
        assert!(TIER_1.count_try(&mut progress, Step::IdentityClaim));
        assert_eq!(TIER_1.tries_left(&progress, Step::IdentityClaim), Some(left));
    }
    assert!(!TIER_1.count_try(&mut progress, Step::IdentityClaim));
    assert_eq!(TIER_1.tries_left(&progress, Step::FaceConsent), None);
}

#[test]
fn stored_progress_is_frozen() {
    let mut progress = Progress {
        person: Some("p".into()),
        ..Progress::default()
    };
    progress.pass(Step::GeneralConsent, 7);
    progress.tries.insert(Step::IdentityClaim, 1);
    let text =
        r#"{"passed":{"general-consent":7},"skipped":[],"tries":{"identity-claim":1},"launches":{},"person":"p"}"#;
    assert_eq!(serde_json::to_string(&progress).unwrap(), text);
    assert!(serde_json::from_str::<Progress>(text).unwrap() == progress);
}
