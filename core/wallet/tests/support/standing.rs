use permitcard_wallet::{InteractionType, RegistrationView, StepAnswer, StepFailure, StepView, WalletError};

use super::holder::prompt;
use super::{Holder, Phone, World};

/// Requests of a registration go here.
pub const CHALLENGE: &str = "/authorize/challenge";

/// The step that a view shows.
pub fn step(view: RegistrationView) -> StepView {
    match view {
        RegistrationView::Step(step) => step,
        other => panic!("no step: {other:?}"),
    }
}

/// A phone whose registration stands at a step.
pub struct Standing {
    pub world: World,
    pub phone: Phone,
    pub holder: Holder,
    /// What is shown now.
    pub step: StepView,
}

impl Standing {
    /// Walks there as a person of the register: every step before is answered truly.
    pub async fn at(person: &'static str, kind: InteractionType) -> Self {
        Self::walk(World::new().await, Holder::new(person), kind).await
    }

    /// As [`at`](Self::at), in a world that is there, as a holder with a way of their own.
    pub async fn walk(world: World, mut holder: Holder, kind: InteractionType) -> Self {
        let phone = world.phone(holder.person).await;
        let step = holder.up_to(kind, &phone.wallet, &world.admin).await;
        Self {
            world,
            phone,
            holder,
            step,
        }
    }

    /// Answers; the next step is shown.
    pub async fn answer(&mut self, answer: StepAnswer) -> &StepView {
        self.step = step(self.phone.wallet.answer(answer).await.unwrap());
        &self.step
    }

    /// Answers something that does not pass.
    pub async fn fails(&mut self, answer: StepAnswer) -> StepFailure {
        self.answer(answer).await.failure.clone().unwrap()
    }

    /// Answers a step of a kind truly.
    pub async fn answers(&mut self, kind: InteractionType) -> &StepView {
        let answer = self.holder.answer_to(kind, &self.step, &self.world.admin);
        self.answer(answer).await
    }

    /// Goes on to the card, by this way wherever it is open.
    pub async fn finishes_by(&mut self, way: Option<InteractionType>) -> Result<(), WalletError> {
        self.holder.way = way;
        self.holder.register(&self.phone.wallet, &self.world.admin).await?;
        let card = self.phone.wallet.fetch_card(prompt()).await?;
        assert_eq!(card.tier, 1);
        Ok(())
    }

    /// What is shown, read anew.
    pub async fn shown(&self) -> StepView {
        step(self.phone.wallet.registration().await.unwrap().unwrap())
    }

    /// How many requests of the registration went out.
    pub fn sent(&self) -> usize {
        self.phone.link.seen(CHALLENGE).len()
    }
}
