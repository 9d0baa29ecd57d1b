//! The registration as a pure function: state × tier × event → state and effects. No I/O, no clock, no randomness.
//!
//! A registration for tier 1 begins without a card and ends with one. One for tier 2 begins at [`State::Finished`] with
//! the key of the card, and whatever becomes of it, it goes back there: the card of tier 1 stays as it is.
//!
//! The driver stores the new state and carries out the effects in one transaction. A request is in the outbox exactly
//! while the state waits for a reply, so that a process that is killed anywhere finds itself again.

use std::fmt;

use permitcard_protocol::WireCode;
use permitcard_protocol::registration::{
    ChallengeRequest, InsufficientAuthorization, InteractionType, StepAnswer, Tier,
};
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
    /// The kind of step whose answer `reply.code` is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<InteractionType>,
}

impl Step {
    /// The authority takes an answer of this kind now.
    pub(crate) fn is_open(&self, kind: InteractionType) -> bool {
        self.reply.interaction_type_required == kind || self.reply.interaction_types_allowed.contains(&kind)
    }

    /// The same step after an answer to it that was refused without a new description. `at` is when, and `retry_after`
    /// counts from there.
    fn refused(&self, answered: InteractionType, code: Option<WireCode>, retry_after: Option<u32>, at: i64) -> Self {
        let mut step = self.clone();
        step.refused = code.map(|_| answered);
        step.reply.code = code;
        let passed = u32::try_from(at.saturating_sub(self.received_at)).unwrap_or_default();
        step.reply.retry_after = retry_after.map(|seconds| seconds.saturating_add(passed));
        step
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
    /// The authority refused this request for good; no code if it is newer than this wallet.
    Refused {
        /// Why.
        code: Option<WireCode>,
        /// Seconds until the next try, where the authority tells.
        retry_after: Option<u32>,
        /// When, seconds since 1970.
        at: i64,
    },
    /// The card was stored.
    CardStored,
    /// The authority gives no card for this registration: it refused the authorization code, or what came after it.
    GrantLost {
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
            Self::GrantLost { .. } => "GrantLost",
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

/// Does one step of the machine. `tier` is what the running registration is for.
///
/// # Errors
/// [`StateCode`] when the event does not fit the state; nothing changes then.
pub(crate) fn step(state: &State, tier: Tier, event: Event) -> Result<(State, Vec<Effect>), StateCode> {
    match (state, event) {
        (state, Event::Start { request }) => start(state, request),

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

        (State::Starting, Event::Stepped(step)) => Ok((State::AtStep(step), vec![Effect::Dequeue])),
        (State::Answering { answered, .. }, Event::Stepped(mut step)) => {
            step.refused = step.reply.code.map(|_| *answered);
            Ok((State::AtStep(step), vec![Effect::Dequeue]))
        }
        (State::Starting | State::Answering { .. }, Event::Granted { code }) => {
            Ok((State::Granted { code }, vec![Effect::Dequeue]))
        }
        (State::Answering { step, answered }, Event::Refused { code, retry_after, at }) => {
            match code.filter(|code| ends(*code)) {
                Some(code) => Ok(over(tier, Some(code), Some(Effect::Dequeue))),
                None => {
                    let step = step.refused(*answered, code, retry_after, at);
                    Ok((State::AtStep(step), vec![Effect::Dequeue]))
                }
            }
        }
        (State::Starting, Event::Refused { code, .. }) => Ok(over(tier, code, Some(Effect::Dequeue))),
        (_, Event::Stepped(_) | Event::Granted { .. } | Event::Refused { .. }) => Err(StateCode::NoRegistration),

        (State::Granted { .. }, Event::CardStored) => Ok((State::Finished, Vec::new())),
        (State::Granted { .. }, Event::GrantLost { code }) => Ok(over(tier, Some(code), None)),
        (_, Event::CardStored | Event::GrantLost { .. }) => Err(StateCode::NotReadyToFetch),

        (State::Finished, Event::Cancel) => Ok((State::Finished, Vec::new())),
        (State::Idle | State::Ended { .. }, Event::Cancel) => Ok((State::Idle, Vec::new())),
        (state, Event::Cancel) => Ok(over(tier, None, state.waits_for_reply().then_some(Effect::Dequeue))),
    }
}

fn start(state: &State, request: ChallengeRequest) -> Result<(State, Vec<Effect>), StateCode> {
    let tier = match &request {
        ChallengeRequest::Start { tier, .. } => *tier,
        ChallengeRequest::Answer { .. } => return Err(StateCode::StepMismatch),
    };
    match (state, tier) {
        (State::Idle | State::Ended { .. }, Tier::Permit) | (State::Finished, Tier::SocialSecurity) => {
            Ok((State::Starting, vec![Effect::Enqueue(request)]))
        }
        (State::Finished, Tier::Permit) => Err(StateCode::AlreadyRegistered),
        // Tier 2 begins with a card.
        (State::Idle | State::Ended { .. }, Tier::SocialSecurity) => Err(StateCode::NoRegistration),
        _ => Err(StateCode::RegistrationRunning),
    }
}

/// The end of a registration without a card: for tier 1 its key goes, for tier 2 all is as it was before.
fn over(tier: Tier, code: Option<WireCode>, dequeue: Option<Effect>) -> (State, Vec<Effect>) {
    let mut effects: Vec<Effect> = dequeue.into_iter().collect();
    if tier == Tier::SocialSecurity {
        return (State::Finished, effects);
    }
    effects.push(Effect::DropKey);
    (code.map_or(State::Idle, |code| State::Ended { code }), effects)
}

/// Codes after which no step of the session can pass any more. Of what is wrong with permit or card the authority speaks
/// with the last step alone, once everything else is proven.
fn ends(code: WireCode) -> bool {
    matches!(
        code,
        WireCode::ConsentRefused
            | WireCode::SessionUnknown
            | WireCode::SessionExpired
            | WireCode::TriesExhausted
            | WireCode::PermitEnded
            | WireCode::PermitExpired
            | WireCode::ApplicationRefused
            | WireCode::CardMissing
    )
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
