//! Property test: whatever happens in whatever order, a registration ends well only by its policy's checks, and always
//! has a way on. Beside the machine runs a model that knows nothing of its tables: a list of what was really proven.

use std::collections::BTreeMap;

use permitcard_protocol::registration::{ClaimedNumber, IdentityClaim, TravelDocument};
use proptest::prelude::*;

use super::*;
use crate::providers::DocumentFacts;

/// What an answer can come to.
#[derive(Debug, Clone, Copy)]
enum Outcome {
    Good,
    Bad,
    /// A provider that is down: nothing is counted.
    Down,
    NameDiffers,
    NotConfirmed,
}

/// What happens next.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// The holder answers the open step of this place in the list.
    Answer(usize, Outcome),
    /// A claim for another number.
    OtherNumber,
    Wait(i64),
    /// Codes for the permit are closed or open again.
    Cap(bool),
}

/// What was proven, and when. Written down from the events alone.
#[derive(Default)]
struct Proven(BTreeMap<Step, i64>);

impl Proven {
    fn within(&self, step: Step, now: i64, window: i64) -> bool {
        self.0.get(&step).is_some_and(|at| now - at <= window)
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let outcome = prop_oneof![
        6 => Just(Outcome::Good),
        3 => Just(Outcome::Bad),
        1 => Just(Outcome::Down),
        1 => Just(Outcome::NameDiffers),
        1 => Just(Outcome::NotConfirmed),
    ];
    let event = prop_oneof![
        12 => (0usize..4, outcome).prop_map(|(place, outcome)| Event::Answer(place, outcome)),
        1 => Just(Event::OtherNumber),
        1 => prop_oneof![Just(60), Just(900), Just(1801)].prop_map(Event::Wait),
        1 => any::<bool>().prop_map(Event::Cap),
    ];
    proptest::collection::vec(event, 1..60)
}

struct Run {
    progress: Progress,
    proven: Proven,
    has_contact: bool,
    number: u32,
    now: i64,
}

impl Run {
    fn claim(&mut self) {
        let claim = IdentityClaim {
            name: "A".into(),
            number: ClaimedNumber::PermitNumber(self.number.to_string()),
            document: TravelDocument {
                number: "X".into(),
                issuer: "ESP".into(),
            },
        };
        if self.progress.claimed(Claim { claim, matched: None }, self.now) {
            self.proven.0.remove(&Step::OneTimeCode);
        }
    }

    /// What claim and document say together.
    fn compare(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::NameDiffers => {
                self.progress.name_differed(DocumentFacts {
                    number: "X".into(),
                    issuer: "ESP".into(),
                    birth_date: "1990-01-01".into(),
                    mrz_name: "A".into(),
                });
            }
            Outcome::NotConfirmed | Outcome::Bad | Outcome::Down => {
                self.progress.not_confirmed();
                self.proven.0.remove(&Step::DocumentCheck);
                self.proven.0.remove(&Step::OneTimeCode);
            }
            Outcome::Good => {
                self.progress.confirmed("p".into(), self.has_contact, self.now);
                self.proven.0.insert(Step::RegisterMatch, self.now);
                return;
            }
        }
        TIER_1.count_try(&mut self.progress, Step::IdentityClaim);
    }

    fn answer(&mut self, step: Step, outcome: Outcome) {
        let policy = self.progress.policy();
        match (step, outcome) {
            (Step::IdentityClaim, _) => {
                self.claim();
                if self.progress.document.is_some() {
                    self.compare(outcome);
                }
            }
            (_, Outcome::Down) => {}
            (Step::FaceConsent, Outcome::Bad) => {
                self.progress.refused.insert(step);
            }
            (Step::DocumentCheck, Outcome::Good | Outcome::NameDiffers | Outcome::NotConfirmed) => {
                self.progress.pass(step, self.now);
                self.proven.0.insert(step, self.now);
                self.compare(outcome);
            }
            (_, Outcome::Good) => {
                self.progress.pass(step, self.now);
                self.proven.0.insert(step, self.now);
                if step == Step::InPersonCode {
                    self.progress.person = Some("p".into());
                }
            }
            _ => {
                if policy.rule(step).is_some_and(|rule| rule.tries.is_some()) {
                    policy.count_try(&mut self.progress, step);
                }
            }
        }
    }

    /// As the design says it, not as the tables do.
    fn may_be_granted(&self) -> bool {
        let now = self.now;
        let remote = |step| self.proven.within(step, now, 1800);
        match self.progress.tier() {
            Tier::Permit => {
                let code = !self.has_contact || self.progress.capped.is_some() || remote(Step::OneTimeCode);
                let remote = remote(Step::RegisterMatch)
                    && remote(Step::DocumentCheck)
                    && remote(Step::FaceCheck)
                    && self.proven.0.contains_key(&Step::FaceConsent)
                    && code;
                self.proven.0.contains_key(&Step::GeneralConsent)
                    && (remote || self.proven.within(Step::InPersonCode, now, 259_200))
            }
            Tier::SocialSecurity => {
                self.proven.0.contains_key(&Step::SocialSecurityConsent)
                    && (remote(Step::BankCard) || remote(Step::Sim))
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_way_around_the_checks_and_none_without_a_way_on(
        tier_2 in any::<bool>(),
        has_contact in any::<bool>(),
        events in events(),
    ) {
        let tier = if tier_2 { Tier::SocialSecurity } else { Tier::Permit };
        let mut run = Run {
            progress: Progress::new(tier),
            proven: Proven::default(),
            has_contact,
            number: 1,
            now: 1000,
        };
        for event in events {
            let policy = run.progress.policy();
            match event {
                Event::Wait(seconds) => run.now += seconds,
                Event::Cap(capped) => run.progress.capped = capped.then_some(60),
                Event::OtherNumber => run.number += 1,
                Event::Answer(place, outcome) => {
                    policy.forget_stale(&mut run.progress, run.now);
                    let open = policy.open(&run.progress);
                    let Some(rule) = open.get(place) else {
                        continue;
                    };
                    run.answer(rule.step, outcome);
                }
            }
            policy.forget_stale(&mut run.progress, run.now);
            let text = serde_json::to_string(&run.progress).unwrap();
            if policy.is_satisfied(&run.progress) {
                prop_assert!(run.may_be_granted(), "{text}");
                prop_assert!(tier_2 || run.progress.person.is_some());
                break;
            }
            // What is proven is proven: nothing more is asked for than the design wants.
            prop_assert!(!run.may_be_granted(), "{text}");
            let open = policy.open(&run.progress);
            let lost = policy.is_lost(&run.progress);
            prop_assert_eq!(open.is_empty(), lost, "{}", text);
            if tier_2 {
                if lost {
                    break;
                }
            } else if run.progress.passed.contains_key(&Step::GeneralConsent) {
                let last = open.last().map(|rule| rule.step);
                prop_assert_eq!(last, Some(Step::InPersonCode), "{}", text);
            }
            for kind in InteractionType::ALL {
                prop_assert!(open.iter().filter(|rule| rule.interaction == Some(*kind)).count() <= 1);
            }
            for rule in &open {
                prop_assert!(policy.tries_left(&run.progress, rule.step) != Some(0), "{}", text);
            }
        }
    }
}
