use permitcard_protocol::registration::{InPersonCodeAnswer, OneTimeCodeAnswer, ReceiptAnswer};

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

pub(super) fn at(required: InteractionType) -> Step {
    open(required, &[])
}

pub(super) fn open(required: InteractionType, allowed: &[InteractionType]) -> Step {
    Step {
        reply: reply(required, allowed),
        received_at: 7,
        refused: None,
    }
}

pub(super) fn start() -> Event {
    start_of(Tier::Permit)
}

pub(super) fn start_of(tier: Tier) -> Event {
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

pub(super) fn refused(code: Option<WireCode>) -> Event {
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
        WireCode::PermitEnded,
        WireCode::PermitExpired,
        WireCode::ApplicationRefused,
        WireCode::CardMissing,
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
            Event::GrantLost {
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
