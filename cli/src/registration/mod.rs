//! Takes a registration from where it stands to the card. Who answers the steps is somebody else's concern.

mod answers;
mod kit;

use permitcard_messages::Arg;
use permitcard_protocol::{ClientFile, WireCode};
use permitcard_wallet::{
    CardView, InteractionType, PromptText, RegistrationView, StepAnswer, StepFailure, StepView, Tier, Wallet,
    WalletError,
};

use self::kit::Kit;
pub use self::{answers::CommandLine, kit::SECRET_LEN};
use crate::{
    failure::{CliCode, Outcome, not_passed, refused},
    home::Home,
    output::Progress,
    words::Words,
};

/// What happens on the way.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A new registration begins, for this tier.
    Started(Tier),
    /// A registration that was begun before goes on.
    Resumed,
    /// The authority had ended the registration that was begun before.
    Ended(WireCode),
    /// An answer that was stored before, but not replied to, was sent again.
    Replayed(InteractionType),
    /// A step was put to the holder, who answered.
    Asked(InteractionType),
    /// The authority took the answer. It will not ask for it again.
    Answered(InteractionType),
    /// The authority did not take the answer.
    Refused(&'a StepFailure),
    /// What the holder typed cannot be an answer; nothing was stored or sent. The code says why.
    Mistyped(InteractionType, &'static str),
    /// Every step passed; the card comes now.
    Fetching,
}

/// Who answers.
pub trait Responder {
    /// Which of the open steps the holder takes. An error ends the run. By default the required one.
    fn choose(&mut self, step: &StepView) -> Outcome<InteractionType> {
        Ok(step.required)
    }

    /// The answer to an open step of this kind; never asked for the checks that a provider's kit carries out. `None`: the
    /// holder changes over to another step, which [`Responder::choose`] then names.
    fn answer(&mut self, kind: InteractionType, step: &StepView) -> Outcome<Option<StepAnswer>>;

    /// Whether a step that did not pass is put to the holder again, instead of ending the run.
    fn asks_again(&self) -> bool;

    /// Something happened.
    fn event(&mut self, event: Event<'_>);

    /// Shows that something is under way until the guard is dropped.
    fn busy(&self) -> Option<Progress>;
}

/// What the device shows before the keys of the new credentials sign.
pub fn key_prompt(words: &Words) -> PromptText {
    PromptText {
        title: words.text("cli-prompt-title", &[]),
        reason: words.text("cli-prompt-new-keys", &[]),
    }
}

/// One registration on its way.
pub struct Registrar<'a> {
    wallet: &'a Wallet,
    kit: Kit,
    prompt: PromptText,
    tier: Tier,
}

impl<'a> Registrar<'a> {
    /// For the wallet in a home of the authority in `client`, to a card of this tier.
    pub fn new(wallet: &'a Wallet, home: &Home, client: &ClientFile, prompt: PromptText, tier: Tier) -> Outcome<Self> {
        Ok(Self {
            wallet,
            kit: Kit::new(client, home.check_secret()?)?,
            prompt,
            tier,
        })
    }

    /// Goes on until the card is here. Can be called again after any failure.
    pub async fn run(&self, who: &mut dyn Responder) -> Outcome<CardView> {
        let begun = self.wallet.registration().await?;
        let runs = matches!(
            begun,
            Some(RegistrationView::Starting | RegistrationView::Step(_) | RegistrationView::ReadyToFetch)
        );
        if !runs
            && let Some(card) = self.wallet.card().await?
            && card.tier >= self.tier.number()
        {
            return Ok(card);
        }
        let mut view = self.begin(begun, who).await?;
        loop {
            view = match view {
                RegistrationView::Starting => self.start_again(who).await?,
                RegistrationView::Step(step) => self.step(&step, who).await?,
                RegistrationView::ReadyToFetch | RegistrationView::Finished => break,
                RegistrationView::Ended { code } => return Err(refused(code, None, None)),
            };
        }
        who.event(Event::Fetching);
        let _busy = who.busy();
        Ok(self.wallet.fetch_card(self.prompt.clone()).await?)
    }

    async fn begin(&self, begun: Option<RegistrationView>, who: &mut dyn Responder) -> Outcome<RegistrationView> {
        match begun {
            None | Some(RegistrationView::Finished) => {}
            Some(RegistrationView::Ended { code }) => {
                who.event(Event::Ended(code));
                self.wallet.cancel_registration().await?;
            }
            Some(view) => {
                who.event(Event::Resumed);
                return self.resume(view, who).await;
            }
        }
        who.event(Event::Started(self.tier));
        let _busy = who.busy();
        self.start().await
    }

    async fn start(&self) -> Outcome<RegistrationView> {
        Ok(match self.tier {
            Tier::Permit => self.wallet.start_registration().await?,
            Tier::SocialSecurity => self.wallet.start_tier_2().await?,
        })
    }

    /// The first request has no reply yet.
    async fn start_again(&self, who: &mut dyn Responder) -> Outcome<RegistrationView> {
        let _busy = who.busy();
        match self.wallet.resume_registration().await? {
            Some(view) => Ok(view),
            None => self.start().await,
        }
    }

    /// Sends again what has no reply yet, so that nobody is asked for it twice.
    async fn resume(&self, view: RegistrationView, who: &mut dyn Responder) -> Outcome<RegistrationView> {
        let RegistrationView::Step(step) = &view else {
            return Ok(view);
        };
        let Some(answered) = step.unanswered else {
            return Ok(view);
        };
        let next = {
            let _busy = who.busy();
            self.wallet.resume_registration().await?
        };
        who.event(Event::Replayed(answered));
        let next = next.unwrap_or(view.clone());
        self.judge(Some(answered), next, who)
    }

    async fn step(&self, step: &StepView, who: &mut dyn Responder) -> Outcome<RegistrationView> {
        let kind = who.choose(step)?;
        let answer = if kind.is_by_provider() {
            self.check(kind, step, who).await?
        } else {
            match who.answer(kind, step)? {
                Some(answer) => answer,
                None => return Ok(RegistrationView::Step(step.clone())),
            }
        };
        let resend = answer == StepAnswer::ResendCode;
        if !resend {
            who.event(Event::Asked(kind));
        }
        let answered = {
            let _busy = who.busy();
            self.wallet.answer(answer).await
        };
        match answered {
            // Nothing was stored or sent: the holder mistyped.
            Err(error @ WalletError::InvalidInput(_)) if who.asks_again() => {
                who.event(Event::Mistyped(kind, error.code()));
                Ok(RegistrationView::Step(step.clone()))
            }
            Err(error) => Err(error.into()),
            Ok(view) => self.judge((!resend).then_some(kind), view, who),
        }
    }

    /// Tells whether the authority took the answer to the step of this kind; none for a wish, which answers no step.
    fn judge(
        &self,
        kind: Option<InteractionType>,
        view: RegistrationView,
        who: &mut dyn Responder,
    ) -> Outcome<RegistrationView> {
        match &view {
            RegistrationView::Step(step) if let Some(failure) = &step.failure => {
                who.event(Event::Refused(failure));
                if who.asks_again() {
                    Ok(view)
                } else {
                    Err(not_passed(step, failure))
                }
            }
            RegistrationView::Ended { code } => Err(refused(*code, None, None)),
            _ => {
                if let Some(kind) = kind {
                    who.event(Event::Answered(kind));
                }
                Ok(view)
            }
        }
    }

    async fn check(&self, kind: InteractionType, step: &StepView, who: &mut dyn Responder) -> Outcome<StepAnswer> {
        let launch = step.launch(kind).ok_or(CliCode::StepUnknown)?;
        let _busy = who.busy();
        let receipt = self.kit.run(launch).await?;
        StepAnswer::receipt(kind, receipt).ok_or_else(|| CliCode::StepUnknown.into())
    }
}

/// The values that the sentence of a failure takes.
pub fn failure_values(failure: &StepFailure) -> Vec<(&'static str, Arg<'static>)> {
    let mut values = Vec::new();
    if let Some(tries) = failure.tries_left {
        values.push(("tries", tries.into()));
    }
    if let Some(seconds) = failure.retry_after_s {
        values.push(("seconds", seconds.into()));
    }
    values
}
