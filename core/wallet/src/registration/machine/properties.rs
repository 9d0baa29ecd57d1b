//! What holds of the machine whatever happens in whatever order.

use proptest::prelude::*;

use super::tests::{at, open, refused, start, start_of};
use super::*;

fn event() -> impl Strategy<Value = Event> {
    let described = (
        prop::sample::select(InteractionType::ALL),
        prop::sample::subsequence(InteractionType::ALL.to_vec(), 0..=InteractionType::ALL.len()),
        proptest::option::of(prop::sample::select(WireCode::ALL)),
    )
        .prop_map(|(required, allowed, code)| {
            let mut step = open(required, &allowed);
            step.reply.code = code;
            Event::Stepped(step)
        });
    prop_oneof![
        prop::sample::select(&[Tier::Permit, Tier::SocialSecurity][..]).prop_map(start_of),
        prop::sample::select(InteractionType::ALL).prop_map(|kind| Event::Answer {
            answer: answer_to(kind)
        }),
        described,
        Just(Event::Granted { code: "g".into() }),
        proptest::option::of(prop::sample::select(WireCode::ALL)).prop_map(refused),
        Just(Event::CardStored),
        Just(Event::GrantLost {
            code: WireCode::GrantInvalid
        }),
        Just(Event::Cancel),
    ]
}

fn answer_to(kind: InteractionType) -> StepAnswer {
    let json = match kind {
        InteractionType::Consent => "[]",
        InteractionType::IdentityClaim => {
            r#"{"name":"A","number":{"permit_number":"1"},"document":{"number":"2","issuer":"D"}}"#
        }
        InteractionType::OneTimeCode => r#"{"code":"123456"}"#,
        InteractionType::InPersonCode => r#"{"code":"0123456789"}"#,
        _ => r#"{"receipt":"r"}"#,
    };
    StepAnswer::from_json(kind, json).unwrap()
}

/// A machine with what the driver keeps beside it, and with what an observer saw.
struct Run {
    state: State,
    tier: Tier,
    outbox: u32,
    has_key: bool,
    /// The authority granted since the last card was stored, and the holder did not give up since.
    granted: bool,
    has_card: bool,
}

impl Run {
    fn new() -> Self {
        Self {
            state: State::Idle,
            tier: Tier::Permit,
            outbox: 0,
            has_key: false,
            granted: false,
            has_card: false,
        }
    }

    /// Applies an event as the driver does; `false` if it does not fit.
    fn apply(&mut self, event: Event) -> bool {
        let starts = match &event {
            Event::Start {
                request: ChallengeRequest::Start { tier, .. },
            } => Some(*tier),
            _ => None,
        };
        let Ok((next, effects)) = step(&self.state, self.tier, event.clone()) else {
            return false;
        };
        if let Some(tier) = starts {
            self.tier = tier;
            self.has_key = true;
        }
        for effect in effects {
            match effect {
                Effect::Enqueue(_) => self.outbox += 1,
                Effect::Dequeue => self.outbox = self.outbox.checked_sub(1).expect("nothing to take out"),
                Effect::DropKey => self.has_key = false,
            }
        }
        match event {
            Event::Granted { .. } => self.granted = true,
            Event::CardStored => {
                assert!(self.granted, "a card without a grant");
                self.has_card = true;
                self.granted = false;
            }
            Event::Cancel | Event::GrantLost { .. } => self.granted = false,
            _ => {}
        }
        // The app is restarted after each event.
        self.state = serde_json::from_str(&serde_json::to_string(&next).unwrap()).unwrap();
        assert_eq!(self.state, next);
        true
    }

    /// An event other than a cancel that brings this state on.
    fn way_on(&self) -> Option<Event> {
        Some(match &self.state {
            State::Idle | State::Ended { .. } => start(),
            State::Finished => start_of(Tier::SocialSecurity),
            State::Starting | State::Answering { .. } => Event::Stepped(at(InteractionType::InPersonCode)),
            State::AtStep(step) => {
                let kind = InteractionType::ALL.iter().find(|kind| step.is_open(**kind))?;
                Event::Answer {
                    answer: answer_to(*kind),
                }
            }
            State::Granted { .. } => Event::CardStored,
        })
    }
}

proptest! {
    /// Whatever happens in whatever order, and with a restart after each event: a request is in the outbox exactly
    /// while a reply is awaited, there is never a second one, a refused event changes nothing, and a card that is here
    /// is never lost.
    #[test]
    fn outbox_key_and_card_agree_with_the_state(events in proptest::collection::vec(event(), 0..80)) {
        let mut run = Run::new();
        for event in events {
            run.apply(event);
            prop_assert_eq!(run.outbox, u32::from(run.state.waits_for_reply()));
            // A running registration and a finished one have their key, any other one has none.
            prop_assert_eq!(run.has_key, run.state.is_running() || run.state == State::Finished);
            // Where there is a card, only a registration for tier 2 can run.
            prop_assert!(!run.has_card || run.state == State::Finished || run.tier == Tier::SocialSecurity);
        }
    }

    /// Nothing but the authority's grant leads to a card, in whatever order things happen.
    #[test]
    fn no_sequence_reaches_a_card_without_a_grant(events in proptest::collection::vec(event(), 0..80)) {
        let mut run = Run::new();
        for event in events {
            run.apply(event);
            if matches!(run.state, State::Granted { .. }) {
                prop_assert!(run.granted);
            }
            prop_assert!(run.state != State::Finished || run.has_card);
        }
    }

    /// From every state that can be reached there is a way on, and a way out that always fits.
    #[test]
    fn no_state_is_a_dead_end(events in proptest::collection::vec(event(), 0..80)) {
        let mut run = Run::new();
        for event in events {
            run.apply(event);
        }
        let way = run.way_on();
        prop_assert!(way.is_some());
        let has_card = run.has_card;
        let before = run.state.clone();
        prop_assert!(run.apply(way.unwrap()), "{before:?}");
        prop_assert!(run.apply(Event::Cancel));
        prop_assert_eq!(&run.state, if has_card || run.has_card { &State::Finished } else { &State::Idle });
        // From there a registration can begin that ends with a card.
        let tier = if run.has_card { Tier::SocialSecurity } else { Tier::Permit };
        for event in [start_of(tier), Event::Granted { code: "g".into() }, Event::CardStored] {
            prop_assert!(run.apply(event));
        }
        prop_assert_eq!(run.state, State::Finished);
    }
}
