//! Plays one cell of the table.

use permitcard_protocol::{
    WireCode, endpoints,
    registration::{InPersonCodeAnswer, InteractionType, OneTimeCodeAnswer, StepAnswer},
};

use super::{End, Outcome, Place};
use crate::support::{Holder, Step, World};

/// A cell that is played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) place: Place,
    pub(super) outcome: Outcome,
    pub(super) person: &'static str,
    pub(super) end: End,
}

impl Run {
    pub(super) async fn play(self, world: World) -> World {
        let mut holder = stand(&world, self.place, self.person).await;
        assert!(holder.is_open(self.place.kind()), "{self:?}");
        let (world, step) = match self.outcome {
            Outcome::Passed | Outcome::Inconclusive | Outcome::Unavailable => {
                let answer = self.right(&world, &holder).await;
                (world, holder.answer(answer).await)
            }
            Outcome::Failed => {
                let step = self.fail(&world, &mut holder, 1).await;
                (world, step)
            }
            Outcome::TriesExhausted => {
                let step = self.fail(&world, &mut holder, 5).await;
                (world, step)
            }
            Outcome::Expired => {
                let answer = self.right(&world, &holder).await;
                world.clock.advance(life(self.place) + 1);
                (world, holder.answer(answer).await)
            }
            Outcome::Capped => {
                let answer = self.right(&world, &holder).await;
                self.cap(&world, &mut holder).await;
                (world, holder.answer(answer).await)
            }
            Outcome::Foreign => {
                let step = self.foreign(&world, &mut holder).await;
                (world, step)
            }
            Outcome::Restarted => {
                let answer = self.right(&world, &holder).await;
                let world = world.restart().await;
                holder.client = holder.client.again(world.running.client_file());
                (world, holder.answer(answer).await)
            }
        };
        match (&step, self.end) {
            (Step::Granted, End::Granted) => {}
            (Step::Next(next), End::Next(code, left)) => {
                assert_eq!(next.code, code, "{self:?}");
                assert!(
                    left.is_none() || next.tries_left == left,
                    "{self:?}: {:?}",
                    next.tries_left
                );
            }
            (Step::Refused(answer), End::Refused(code)) => assert_eq!(answer.code(), code, "{self:?}"),
            _ => panic!("{self:?}: {step:?}"),
        }
        self.ends_with_a_card(&world, holder, &step).await;
        world
    }

    /// What the person truthfully answers. A code that cannot be delivered is guessed.
    async fn right(self, world: &World, holder: &Holder) -> StepAnswer {
        if self.place == Place::OneTimeCode && self.outcome == Outcome::Unavailable {
            return StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code("123456".into()));
        }
        holder.true_answer(world, self.place.kind(), self.person).await
    }

    /// What does not pass, so many times: of a provider's check the true answer of somebody whom it refuses.
    async fn fail(self, world: &World, holder: &mut Holder, times: u32) -> Step {
        let wrong = match self.right(world, holder).await {
            StepAnswer::Consent(_) => StepAnswer::Consent(holder.decisions(false)),
            StepAnswer::IdentityClaim(mut claim) => {
                claim.document.number = "X0000000".into();
                StepAnswer::IdentityClaim(claim)
            }
            StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(code)) => {
                StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(other(&code)))
            }
            StepAnswer::InPersonCode(answer) => StepAnswer::InPersonCode(InPersonCodeAnswer {
                code: other(&answer.code),
            }),
            by_provider => by_provider,
        };
        let mut step = holder.answer(wrong.clone()).await;
        for at in 0..times {
            if at > 0 {
                step.next();
                let by_provider = self.place.kind().is_by_provider();
                let again = if by_provider {
                    self.right(world, holder).await
                } else {
                    wrong.clone()
                };
                step = holder.answer(again).await;
            }
            if self.place == Place::IdentityClaim {
                // What is wrong is told once a document was checked.
                assert_eq!(step.next().code, None);
                step = holder.check_document().await;
            }
        }
        step
    }

    async fn cap(self, world: &World, holder: &mut Holder) {
        if self.place == Place::IdentityClaim {
            for _ in 0..5 {
                holder.identified(world, self.person).await;
            }
            holder.at_window().await;
            return;
        }
        let mut guesser = world.holder();
        guesser.identified(world, self.person).await;
        let next = guesser.code("1").await.next();
        assert_eq!(next.code, Some(WireCode::StepClosed), "{self:?}");
    }

    async fn foreign(self, world: &World, holder: &mut Holder) -> Step {
        let right = self.right(world, holder).await;
        let mut thief = world.holder();
        thief.auth_session.clone_from(&holder.auth_session);
        let crossed = thief.answer(right.clone()).await;
        crossed.clone().refused().refused(WireCode::SessionUnknown);
        // A second phone of one person would end the card that tier 2 is asked for.
        let is_tier_2 = matches!(self.place, Place::BankCard | Place::Sim);
        let whose = if is_tier_2 { "xiuying" } else { self.person };
        let theirs = match &right {
            StepAnswer::IdentityClaim(_) => return crossed,
            StepAnswer::Consent(decisions) => {
                let mut decisions = decisions.clone();
                decisions[0].scope = "another".into();
                StepAnswer::Consent(decisions)
            }
            StepAnswer::OneTimeCode(_) => {
                let mut theirs = right.clone();
                while theirs == right {
                    let other = stand(world, self.place, whose).await;
                    theirs = self.right(world, &other).await;
                }
                theirs
            }
            _ => {
                let other = stand(world, self.place, whose).await;
                other.true_answer(world, self.place.kind(), whose).await
            }
        };
        holder.answer(theirs).await
    }

    /// From here a way leads to a card. In tier 2 the card is there all the while, and the step can be begun anew.
    async fn ends_with_a_card(self, world: &World, mut holder: Holder, step: &Step) {
        let is_tier_2 = matches!(self.place, Place::SocialSecurityConsent | Place::BankCard | Place::Sim);
        let is_over = matches!(step, Step::Refused(answer)
            if matches!(answer.code(), WireCode::SessionExpired | WireCode::ConsentRefused));
        match step {
            Step::Granted => {}
            _ if is_tier_2 => {
                // An hour is longer than an access token lives.
                holder.refresh().await;
                assert_eq!(holder.client.get(endpoints::CARD).await.status, 200, "{self:?}");
                holder.start_tier_2().await.next();
                return;
            }
            _ => {
                if is_over {
                    holder.at_window().await;
                } else if !holder.is_open(InteractionType::InPersonCode) {
                    holder.consent(true).await.next();
                }
                let granted = holder.pass_at_window(world, self.person).await;
                assert!(matches!(granted, Step::Granted), "{self:?}: {granted:?}");
            }
        }
        holder.fetch_tokens().await;
        holder.accept_card().await;
        assert_eq!(holder.client.get(endpoints::CARD).await.status, 200, "{self:?}");
    }
}

/// A holder in front of the step.
async fn stand(world: &World, place: Place, person: &str) -> Holder {
    let mut holder = world.holder();
    match place {
        Place::GeneralConsent => {
            holder.start().await.next();
        }
        Place::IdentityClaim | Place::InPersonCode => {
            holder.at_window().await;
        }
        Place::OneTimeCode => {
            holder.identified(world, person).await;
            // Waits until the message is sent or is known not to be deliverable, which is told after the proof.
            if world.codes_sent(person) == 0 {
                holder.check_document().await.next();
            }
        }
        Place::DocumentCheck => {
            holder.at_document(world, person).await;
        }
        Place::FaceConsent | Place::FaceCheck => {
            holder.at_document(world, person).await;
            holder.check_document().await.next();
            if holder.is_open(InteractionType::DocumentCheck) {
                holder.check_document().await.next();
            }
            if place == Place::FaceCheck {
                holder.consent(true).await.next();
            }
        }
        Place::SocialSecurityConsent | Place::BankCard | Place::Sim => {
            holder.at_window().await;
            assert!(matches!(holder.pass_at_window(world, person).await, Step::Granted));
            holder.fetch_tokens().await;
            holder.accept_card().await;
            holder.start_tier_2().await.next();
            if place != Place::SocialSecurityConsent {
                holder.consent(true).await.next();
            }
        }
    }
    holder
}

/// Seconds for which the right answer counts.
fn life(place: Place) -> i64 {
    match place {
        Place::OneTimeCode => 600,
        Place::FaceConsent | Place::FaceCheck => 1_800,
        Place::InPersonCode => 72 * 3_600,
        _ => 3_600,
    }
}

/// A code as long as this one that is another one.
fn other(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..code.len() - 1])
}
