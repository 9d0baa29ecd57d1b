//! Ways through a registration, as somebody takes them whose answers are true.

use permitcard_protocol::registration::{
    InPersonCodeAnswer, InsufficientAuthorization, InteractionType, OneTimeCodeAnswer, ReceiptAnswer, StepAnswer,
};

use super::{
    World,
    holder::{Holder, Step, claim},
};

impl Holder {
    /// What a person truthfully answers to an open step; checks of providers run on this host first.
    pub async fn true_answer(&self, world: &World, kind: InteractionType, person: &str) -> StepAnswer {
        let receipt = match kind {
            InteractionType::Consent => return StepAnswer::Consent(self.decisions(true)),
            InteractionType::IdentityClaim => return StepAnswer::IdentityClaim(claim(&world.person(person))),
            InteractionType::OneTimeCode => {
                return StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(world.code(person)));
            }
            InteractionType::InPersonCode => {
                let code = world.window_code(person, &self.session_reference());
                return StepAnswer::InPersonCode(InPersonCodeAnswer { code });
            }
            by_provider => self.run_check_of(by_provider).await,
        };
        let receipt = ReceiptAnswer { receipt };
        match kind {
            InteractionType::DocumentCheck => StepAnswer::DocumentCheck(receipt),
            InteractionType::FaceCheck => StepAnswer::FaceCheck(receipt),
            InteractionType::BankCard => StepAnswer::BankCard(receipt),
            InteractionType::Sim => StepAnswer::Sim(receipt),
            other => panic!("{other} has no receipt"),
        }
    }

    /// Up to the claim of a person, which is taken in and judged later.
    pub async fn identified(&mut self, world: &World, person: &str) -> InsufficientAuthorization {
        self.start().await.next();
        self.consent(true).await.next();
        self.claim(claim(&world.person(person))).await.next()
    }

    /// Up to the document check: identity, and the code where there is a contact.
    pub async fn at_document(&mut self, world: &World, person: &str) -> InsufficientAuthorization {
        let next = self.identified(world, person).await;
        if world.person(person).contact.is_some() {
            return self.code(&world.code(person)).await.next();
        }
        next
    }

    /// Up to where the service window is open: nothing but the consent was given.
    pub async fn at_window(&mut self) -> InsufficientAuthorization {
        self.start().await.next();
        self.consent(true).await.next()
    }

    /// At a service window a clerk finds the person in the register, looks at passport and face, and gives a code.
    pub async fn pass_at_window(&mut self, world: &World, person: &str) -> Step {
        let code = world.window_code(person, &self.session_reference());
        self.in_person(&code).await
    }

    /// Up to the face check.
    pub async fn at_face(&mut self, world: &World, person: &str) -> InsufficientAuthorization {
        self.at_document(world, person).await;
        self.check_document().await.next();
        self.consent(true).await.next()
    }

    pub async fn pass_until_granted(&mut self, world: &World, person: &str) {
        self.at_face(world, person).await;
        assert!(matches!(self.check_face().await, Step::Granted));
    }
}
