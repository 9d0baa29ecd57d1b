//! The registration as a pure function: state × event → state and effects. No I/O, no clock, no randomness.
//!
//! The driver stores the new state and carries out the effects in one transaction. A request is in the outbox exactly
//! while the state waits for a reply, so that a process that is killed anywhere finds itself again.

use std::fmt;

use permitcard_protocol::WireCode;
use permitcard_protocol::registration::{ChallengeRequest, InsufficientAuthorization, InteractionType, StepAnswer};
use serde::{Deserialize, Serialize};

use crate::error::StateCode;

/// Where a registration stands. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// No registration.
    Idle,
    /// The first request waits for its reply.
    Starting,
    /// The holder is to answer a step.
    AtStep(Step),
    /// An answer waits for its reply.
    Answering {
        /// The step as the authority last described it.
        step: Step,
        /// The kind of step that was answered.
        answered: InteractionType,
    },
    /// Every step passed.
    Granted {
        /// The authorization code.
        code: String,
    },
    /// The authority ended it.
    Ended {
        /// Why.
        code: WireCode,
    },
    /// The card is stored.
    Finished,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Idle => "Idle",
            Self::Starting => "Starting",
            Self::AtStep(_) => "AtStep",
            Self::Answering { .. } => "Answering",
            Self::Granted { .. } => "Granted",
            Self::Ended { .. } => "Ended",
            Self::Finished => "Finished",
        })
    }
}

impl State {
    /// A request is out, or about to go out, and its reply is not here.
    pub(crate) fn waits_for_reply(&self) -> bool {
        matches!(self, Self::Starting | Self::Answering { .. })
    }

    /// A registration is under way: another one cannot start.
    pub(crate) fn is_running(&self) -> bool {
        matches!(
            self,
            Self::Starting | Self::AtStep(_) | Self::Answering { .. } | Self::Granted { .. }
        )
    }
}

/// A step as the authority described it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// The authority's words.
    pub(crate) reply: InsufficientAuthorization,
    /// When they came, seconds since 1970; its waiting times count from here.
    pub(crate) received_at: i64,
}

impl Step {
    /// The authority takes an answer of this kind now.
    pub(crate) fn is_open(&self, kind: InteractionType) -> bool {
        self.reply.interaction_type_required == kind || self.reply.interaction_types_allowed.contains(&kind)
    }
}

/// What happens to a registration.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// The holder starts one.
    Start {
        /// The first request.
        request: ChallengeRequest,
    },
    /// The holder answers a step.
    Answer {
        /// The answer.
        answer: StepAnswer,
    },
    /// The authority wants a step.
    Stepped(Step),
    /// The authority is content.
    Granted {
        /// The authorization code.
        code: String,
    },
    /// The authority refused for good; no code if it is newer than this wallet.
    Refused {
        /// Why.
        code: Option<WireCode>,
    },
    /// The card was stored.
    CardStored,
    /// The authorization code was refused by the token endpoint.
    CodeRefused {
        /// Why.
        code: WireCode,
    },
    /// The holder gives up.
    Cancel,
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start { .. } => "Start",
            Self::Answer { .. } => "Answer",
            Self::Stepped(_) => "Stepped",
            Self::Granted { .. } => "Granted",
            Self::Refused { .. } => "Refused",
            Self::CardStored => "CardStored",
            Self::CodeRefused { .. } => "CodeRefused",
            Self::Cancel => "Cancel",
        })
    }
}

/// What the driver does in the transaction that stores the new state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Put the request into the outbox; it goes out after the transaction.
    Enqueue(ChallengeRequest),
    /// Take the request out of the outbox.
    Dequeue,
    /// Destroy the transport key of this registration, after the transaction.
    DropKey,
}

/// Does one step of the machine.
///
/// # Errors
/// [`StateCode`] when the event does not fit the state; nothing changes then.
pub(crate) fn step(state: &State, event: Event) -> Result<(State, Vec<Effect>), StateCode> {
    match (state, event) {
        (State::Idle | State::Ended { .. }, Event::Start { request }) => {
            Ok((State::Starting, vec![Effect::Enqueue(request)]))
        }
        (State::Finished, Event::Start { .. }) => Err(StateCode::AlreadyRegistered),
        (_, Event::Start { .. }) => Err(StateCode::RegistrationRunning),

        (State::AtStep(step), Event::Answer { answer }) => {
            let answered = answer.interaction_type();
            if !step.is_open(answered) {
                return Err(StateCode::StepMismatch);
            }
            let request = ChallengeRequest::Answer {
                auth_session: step.reply.auth_session.clone(),
                answer,
            };
            Ok((
                State::Answering {
                    step: step.clone(),
                    answered,
                },
                vec![Effect::Enqueue(request)],
            ))
        }
        (State::Idle | State::Ended { .. } | State::Finished, Event::Answer { .. }) => Err(StateCode::NoRegistration),
        (_, Event::Answer { .. }) => Err(StateCode::StepMismatch),

        (State::Starting | State::Answering { .. }, Event::Stepped(step)) => {
            Ok((State::AtStep(step), vec![Effect::Dequeue]))
        }
        (State::Starting | State::Answering { .. }, Event::Granted { code }) => {
            Ok((State::Granted { code }, vec![Effect::Dequeue]))
        }
        (State::Answering { step, .. }, Event::Refused { code }) => Ok(match code.filter(|code| ends(*code)) {
            Some(code) => (State::Ended { code }, vec![Effect::Dequeue, Effect::DropKey]),
            None => {
                let mut step = step.clone();
                step.reply.code = code;
                (State::AtStep(step), vec![Effect::Dequeue])
            }
        }),
        (State::Starting, Event::Refused { code }) => {
            let next = code.map_or(State::Idle, |code| State::Ended { code });
            Ok((next, vec![Effect::Dequeue, Effect::DropKey]))
        }
        (_, Event::Stepped(_) | Event::Granted { .. } | Event::Refused { .. }) => Err(StateCode::NoRegistration),

        (State::Granted { .. }, Event::CardStored) => Ok((State::Finished, Vec::new())),
        (State::Granted { .. }, Event::CodeRefused { code }) => Ok((State::Ended { code }, vec![Effect::DropKey])),
        (_, Event::CardStored | Event::CodeRefused { .. }) => Err(StateCode::NotReadyToFetch),

        (State::Finished, Event::Cancel) => Ok((State::Finished, Vec::new())),
        (State::Idle | State::Ended { .. }, Event::Cancel) => Ok((State::Idle, Vec::new())),
        (state, Event::Cancel) => {
            let mut effects = vec![Effect::DropKey];
            if state.waits_for_reply() {
                effects.push(Effect::Dequeue);
            }
            Ok((State::Idle, effects))
        }
    }
}

/// Codes after which no step of the session can pass any more.
fn ends(code: WireCode) -> bool {
    matches!(
        code,
        WireCode::ConsentRefused | WireCode::SessionUnknown | WireCode::SessionExpired | WireCode::TriesExhausted
    )
}

#[cfg(test)]
mod tests {
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
}
