use std::sync::{Arc, Mutex};

use permitcard_authority::admin::Admin;
use permitcard_wallet::{
    ConsentDecision, IdentityInput, InteractionType, NumberInput, PromptText, RegistrationView, StepAnswer, StepView,
    Wallet, WalletError,
};

/// A person of the register who answers what is asked, and remembers what was asked.
#[derive(Clone)]
pub struct Holder {
    pub person: &'static str,
    asked: Arc<Mutex<Vec<InteractionType>>>,
}

pub fn prompt() -> PromptText {
    PromptText {
        title: "Show your card".into(),
        reason: "Signs the code".into(),
    }
}

impl Holder {
    pub fn new(person: &'static str) -> Self {
        Self {
            person,
            asked: Arc::default(),
        }
    }

    /// What this person was asked, in order.
    pub fn asked(&self) -> Vec<InteractionType> {
        self.asked.lock().unwrap().clone()
    }

    pub fn identity(&self, admin: &Admin) -> IdentityInput {
        let person = admin.person(self.person).unwrap();
        IdentityInput {
            surname: person.surname,
            given_names: person.given_names,
            number: NumberInput::WorkPermit {
                number: person.permit_number,
            },
            passport_number: person.passport,
            passport_issuer: person.passport_issuer,
        }
    }

    /// What this person does when a step is shown.
    pub fn answer(&mut self, step: &StepView, admin: &Admin) -> StepAnswer {
        self.asked.lock().unwrap().push(step.required);
        match step.required {
            InteractionType::Consent => StepAnswer::Consent {
                decisions: step
                    .consents
                    .iter()
                    .map(|asked| ConsentDecision {
                        kind: asked.kind,
                        version: asked.version,
                        scope: asked.scope.clone(),
                        given: true,
                    })
                    .collect(),
            },
            InteractionType::IdentityClaim => StepAnswer::Identity {
                identity: self.identity(admin),
            },
            InteractionType::OneTimeCode => StepAnswer::OneTimeCode { code: self.code(admin) },
            InteractionType::DocumentCheck => StepAnswer::DocumentCheck {
                receipt: receipt(step, admin),
            },
            InteractionType::Unknown => panic!("a step of a newer authority"),
            InteractionType::FaceCheck => StepAnswer::FaceCheck {
                receipt: receipt(step, admin),
            },
        }
    }

    pub fn code(&self, admin: &Admin) -> String {
        admin.mailbox(Some(self.person)).unwrap()[0].code.clone()
    }

    /// One step of what an app does: go on where the wallet is. `None` when every step passed.
    pub async fn step(&mut self, wallet: &Wallet, admin: &Admin) -> Result<Option<RegistrationView>, WalletError> {
        let view = match wallet.registration().await? {
            None => wallet.start_registration().await?,
            Some(RegistrationView::Starting) => wallet.resume_registration().await?.unwrap(),
            Some(RegistrationView::Step(step)) if step.unanswered => wallet.resume_registration().await?.unwrap(),
            Some(RegistrationView::Step(step)) => {
                let answer = self.answer(&step, admin);
                wallet.answer(answer).await?
            }
            Some(RegistrationView::ReadyToFetch | RegistrationView::Finished) => return Ok(None),
            Some(RegistrationView::Ended { code }) => panic!("ended with {}", code.code()),
        };
        Ok(Some(view))
    }

    /// Answers everything up to a step that is asked for and not answered yet.
    pub async fn up_to(&mut self, kind: InteractionType, wallet: &Wallet, admin: &Admin) -> StepView {
        loop {
            match self.step(wallet, admin).await.unwrap() {
                Some(RegistrationView::Step(step)) if step.required == kind => return step,
                Some(_) => {}
                None => panic!("{kind} was not asked"),
            }
        }
    }

    /// Answers every step.
    pub async fn register(&mut self, wallet: &Wallet, admin: &Admin) -> Result<(), WalletError> {
        while self.step(wallet, admin).await?.is_some() {}
        Ok(())
    }

    /// Registers and gets the card.
    pub async fn with_card(mut self, wallet: &Wallet, admin: &Admin) -> Self {
        self.register(wallet, admin).await.unwrap();
        wallet.fetch_card(prompt()).await.unwrap();
        self
    }
}

fn receipt(step: &StepView, admin: &Admin) -> String {
    admin.check(&step.launch.as_ref().unwrap().token).unwrap()
}
