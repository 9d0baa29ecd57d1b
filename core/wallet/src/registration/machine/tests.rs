use permitcard_protocol::registration::{OneTimeCodeAnswer, ReceiptAnswer};
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
        launch: None,
    }
}

fn at(required: InteractionType) -> Step {
    Step {
        reply: reply(required, &[]),
        received_at: 7,
    }
}

fn start() -> Event {
    Event::Start {
        request: ChallengeRequest::Start {
            client_id: "permitcard".into(),
            code_challenge: "c".into(),
            authorization_details: "[]".into(),
            interaction_types_supported: vec![],
        },
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
    let both = Step {
        reply: reply(InteractionType::OneTimeCode, &[InteractionType::DocumentCheck]),
        received_at: 7,
    };
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
        let (state, effects) = step(&answering(), Event::Refused { code: Some(code) }).unwrap();
        assert_eq!(
            (state, effects),
            (State::Ended { code }, vec![Effect::Dequeue, Effect::DropKey])
        );
    }
    let (state, effects) = step(
        &answering(),
        Event::Refused {
            code: Some(WireCode::AnswerInvalid),
        },
    )
    .unwrap();
    assert_eq!(effects, [Effect::Dequeue]);
    assert!(matches!(state, State::AtStep(step) if step.reply.code == Some(WireCode::AnswerInvalid)));
    // A code that this version does not know: the holder may answer again.
    let (state, _) = step(&answering(), Event::Refused { code: None }).unwrap();
    assert!(matches!(state, State::AtStep(_)));
    let (state, _) = step(&State::Starting, Event::Refused { code: None }).unwrap();
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

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(start()),
        Just(Event::Answer { answer: code() }),
        Just(Event::Answer { answer: receipt() }),
        prop::sample::select(InteractionType::ALL).prop_map(|kind| Event::Stepped(at(kind))),
        Just(Event::Granted { code: "g".into() }),
        proptest::option::of(prop::sample::select(WireCode::ALL)).prop_map(|code| Event::Refused { code }),
        Just(Event::CardStored),
        Just(Event::CodeRefused {
            code: WireCode::GrantInvalid
        }),
        Just(Event::Cancel),
    ]
}

proptest! {
    /// Whatever happens in whatever order, and with a restart after each event: a request is in the outbox exactly
    /// while a reply is awaited, there is never a second one, and a refused event changes nothing.
    #[test]
    fn outbox_and_state_agree(events in proptest::collection::vec(event(), 0..60)) {
        let mut state = State::Idle;
        let mut outbox = 0u32;
        let mut has_key = false;
        for event in events {
            let starts = matches!(event, Event::Start { .. });
            let Ok((next, effects)) = step(&state, event) else { continue };
            if starts {
                has_key = true;
            }
            for effect in effects {
                match effect {
                    Effect::Enqueue(_) => outbox += 1,
                    Effect::Dequeue => outbox = outbox.checked_sub(1).expect("nothing to take out"),
                    Effect::DropKey => has_key = false,
                }
            }
            state = serde_json::from_str(&serde_json::to_string(&next).unwrap()).unwrap();
            prop_assert_eq!(&state, &next);
            prop_assert_eq!(outbox, u32::from(state.waits_for_reply()));
            // A running registration and a finished one have their key, any other one has none.
            prop_assert_eq!(has_key, state.is_running() || state == State::Finished);
        }
    }
}
