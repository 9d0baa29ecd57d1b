use permitcard_protocol::registration::{InPersonCodeAnswer, OneTimeCodeAnswer, ReceiptAnswer};
use proptest::prelude::*;

use super::*;

fn reply(required: InteractionType, allowed: &[InteractionType]) -> InsufficientAuthorization {
    InsufficientAuthorization {
        error: "insufficient_authorization".into(),
        auth_session: "session".into(),
        interaction_type_required: required,
        interaction_types_allowed: allowed.to_vec(),
        code: None,
        tries_left: Some(4),
        retry_after: None,
        consents: None,
        one_time_code: None,
        launches: vec![],
        session_reference: None,
    }
}

fn at(required: InteractionType) -> Step {
    open(required, &[])
}

fn open(required: InteractionType, allowed: &[InteractionType]) -> Step {
    Step {
        reply: reply(required, allowed),
        received_at: 7,
        refused: None,
    }
}

fn start() -> Event {
    start_of(Tier::Permit)
}

fn start_of(tier: Tier) -> Event {
    Event::Start {
        request: ChallengeRequest::Start {
            client_id: "permitcard".into(),
            code_challenge: "c".into(),
            authorization_details: "[]".into(),
            interaction_types_supported: vec![],
            tier,
        },
    }
}

/// One step of a registration for tier 1.
fn step(state: &State, event: Event) -> Result<(State, Vec<Effect>), StateCode> {
    super::step(state, Tier::Permit, event)
}

fn refused(code: Option<WireCode>) -> Event {
    Event::Refused {
        code,
        retry_after: None,
        at: 9,
    }
}

fn code() -> StepAnswer {
    StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code("123456".into()))
}

fn receipt() -> StepAnswer {
    StepAnswer::DocumentCheck(ReceiptAnswer { receipt: "r".into() })
}

fn answering() -> State {
    let step = at(InteractionType::OneTimeCode);
    State::Answering {
        step,
        answered: InteractionType::OneTimeCode,
    }
}

#[test]
fn goes_from_start_to_card() {
    let (state, effects) = step(&State::Idle, start()).unwrap();
    assert!(matches!(
        effects.as_slice(),
        [Effect::Enqueue(ChallengeRequest::Start { .. })]
    ));
    let (state, effects) = step(&state, Event::Stepped(at(InteractionType::OneTimeCode))).unwrap();
    assert_eq!(effects, [Effect::Dequeue]);
    let (state, effects) = step(&state, Event::Answer { answer: code() }).unwrap();
    let expected = ChallengeRequest::Answer {
        auth_session: "session".into(),
        answer: code(),
    };
    assert_eq!(effects, [Effect::Enqueue(expected)]);
    let (state, effects) = step(&state, Event::Granted { code: "g".into() }).unwrap();
    assert_eq!(
        (&state, effects),
        (&State::Granted { code: "g".into() }, vec![Effect::Dequeue])
    );
    let (state, effects) = step(&state, Event::CardStored).unwrap();
    assert_eq!((state, effects), (State::Finished, vec![]));
}

#[test]
fn only_open_steps_take_answers() {
    let state = State::AtStep(at(InteractionType::OneTimeCode));
    assert_eq!(
        step(&state, Event::Answer { answer: receipt() }),
        Err(StateCode::StepMismatch)
    );
    let both = open(InteractionType::OneTimeCode, &[InteractionType::DocumentCheck]);
    assert!(step(&State::AtStep(both), Event::Answer { answer: receipt() }).is_ok());
    assert_eq!(
        step(&answering(), Event::Answer { answer: code() }),
        Err(StateCode::StepMismatch)
    );
    assert_eq!(
        step(&State::Idle, Event::Answer { answer: code() }),
        Err(StateCode::NoRegistration)
    );
}

#[test]
fn one_registration_at_a_time() {
    let granted = State::Granted { code: "g".into() };
    for running in [
        State::Starting,
        State::AtStep(at(InteractionType::Consent)),
        answering(),
        granted,
    ] {
        assert!(running.is_running());
        assert_eq!(step(&running, start()), Err(StateCode::RegistrationRunning));
    }
    assert_eq!(step(&State::Finished, start()), Err(StateCode::AlreadyRegistered));
    assert!(
        step(
            &State::Ended {
                code: WireCode::SessionExpired
            },
            start()
        )
        .is_ok()
    );
}

#[test]
fn refusal_ends_the_registration_or_leaves_the_step() {
    for code in [
        WireCode::ConsentRefused,
        WireCode::SessionUnknown,
        WireCode::SessionExpired,
        WireCode::TriesExhausted,
    ] {
        let (state, effects) = step(&answering(), refused(Some(code))).unwrap();
        assert_eq!(
            (state, effects),
            (State::Ended { code }, vec![Effect::Dequeue, Effect::DropKey])
        );
    }
    let (state, effects) = step(&answering(), refused(Some(WireCode::AnswerInvalid))).unwrap();
    assert_eq!(effects, [Effect::Dequeue]);
    assert!(matches!(state, State::AtStep(step) if step.reply.code == Some(WireCode::AnswerInvalid)));
    // A code that this version does not know: the holder may answer again.
    let (state, _) = step(&answering(), refused(None)).unwrap();
    assert!(matches!(state, State::AtStep(_)));
    let (state, _) = step(&State::Starting, refused(None)).unwrap();
    assert_eq!(state, State::Idle);
}

#[test]
fn stored_form_is_frozen() {
    let state = answering();
    let json = concat!(
        r#"{"answering":{"step":{"reply":{"error":"insufficient_authorization","auth_session":"session","#,
        r#""interaction_type_required":"urn:permitcard:ia:one-time-code","interaction_types_allowed":[],"#,
        r#""tries_left":4},"received_at":7},"answered":"urn:permitcard:ia:one-time-code"}}"#
    );
    assert_eq!(serde_json::to_string(&state).unwrap(), json);
    assert_eq!(serde_json::from_str::<State>(json).unwrap(), state);
    for (state, json) in [
        (State::Idle, r#""idle""#),
        (State::Starting, r#""starting""#),
        (State::Granted { code: "g".into() }, r#"{"granted":{"code":"g"}}"#),
        (
            State::Ended {
                code: WireCode::SessionExpired,
            },
            r#"{"ended":{"code":"registration.session_expired"}}"#,
        ),
        (State::Finished, r#""finished""#),
    ] {
        assert_eq!(serde_json::to_string(&state).unwrap(), json);
        assert_eq!(serde_json::from_str::<State>(json).unwrap(), state);
    }
}

#[test]
fn debug_shows_neither_session_nor_code() {
    let text = format!("{:?} {:?}", answering(), Event::Granted { code: "SECRET".into() });
    assert!(!text.contains("session") && !text.contains("SECRET"));
}

#[test]
fn what_was_refused_is_known_also_of_a_step_that_was_not_required() {
    let way = InteractionType::InPersonCode;
    let both = open(InteractionType::IdentityClaim, &[way]);
    let answer = StepAnswer::InPersonCode(InPersonCodeAnswer {
        code: "0123456789".into(),
    });
    let (state, _) = step(&State::AtStep(both.clone()), Event::Answer { answer }).unwrap();
    let mut told = both;
    told.reply.code = Some(WireCode::InPersonCodeWrong);
    let (state, _) = step(&state, Event::Stepped(told)).unwrap();
    assert!(matches!(state, State::AtStep(step) if step.refused == Some(way)));
    // What was taken leaves nothing behind, whatever the authority sends along.
    let (state, _) = step(&answering(), Event::Stepped(at(InteractionType::FaceCheck))).unwrap();
    assert!(matches!(state, State::AtStep(step) if step.refused.is_none()));
}

#[test]
fn a_wait_counts_from_the_refusal_and_the_rest_from_the_description() {
    let event = Event::Refused {
        code: Some(WireCode::TooManyStarts),
        retry_after: Some(60),
        at: 107,
    };
    let (state, effects) = step(&answering(), event).unwrap();
    assert_eq!(effects, [Effect::Dequeue]);
    let State::AtStep(step) = state else {
        panic!("{state:?}")
    };
    assert_eq!((step.received_at, step.reply.retry_after), (7, Some(160)));
    assert_eq!(step.refused, Some(InteractionType::OneTimeCode));
}

#[test]
fn tier_2_begins_with_a_card_and_falls_back_to_it() {
    let tier_2 = |state: &State, event| super::step(state, Tier::SocialSecurity, event);
    for state in [
        State::Idle,
        State::Ended {
            code: WireCode::SessionExpired,
        },
    ] {
        assert_eq!(
            step(&state, start_of(Tier::SocialSecurity)),
            Err(StateCode::NoRegistration)
        );
    }
    let (starting, _) = step(&State::Finished, start_of(Tier::SocialSecurity)).unwrap();
    assert_eq!(starting, State::Starting);
    let asked = State::AtStep(at(InteractionType::BankCard));
    let granted = State::Granted { code: "g".into() };
    let gone = Some(WireCode::SessionExpired);
    for (state, event, dequeued) in [
        (&starting, refused(Some(WireCode::PhysicalCardMissing)), true),
        (&starting, refused(None), true),
        (&starting, Event::Cancel, true),
        (&asked, Event::Cancel, false),
        (&answering(), refused(gone), true),
        (&answering(), Event::Cancel, true),
        (&granted, Event::Cancel, false),
        (
            &granted,
            Event::CodeRefused {
                code: WireCode::GrantInvalid,
            },
            false,
        ),
    ] {
        let expected = if dequeued { vec![Effect::Dequeue] } else { vec![] };
        assert_eq!(
            tier_2(state, event.clone()),
            Ok((State::Finished, expected)),
            "{event:?}"
        );
    }
    assert_eq!(tier_2(&granted, Event::CardStored), Ok((State::Finished, vec![])));
}

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
        Just(Event::CodeRefused {
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
        let Ok((next, effects)) = super::step(&self.state, self.tier, event.clone()) else {
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
            Event::Cancel | Event::CodeRefused { .. } => self.granted = false,
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
