use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use permitcard_authority::admin::Admin;
use permitcard_wallet::{
    ConsentDecision, IdentityInput, InteractionType, NumberInput, PromptText, RegistrationView, StepAnswer, StepView,
    Wallet, WalletError,
};

/// A person of the register who answers what is asked, and remembers what was asked.
#[derive(Clone)]
pub struct Holder {
    pub person: &'static str,
    /// Taken wherever it is open.
    pub way: Option<InteractionType>,
    asked: Arc<Mutex<Vec<InteractionType>>>,
    /// Codes that had arrived before the last claim; they belong to registrations of before.
    old_codes: Arc<AtomicUsize>,
}

/// How long a message may be on its way, which leaves the authority after its answer.
const MAIL: Duration = Duration::from_secs(20);

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
            way: None,
            asked: Arc::default(),
            old_codes: Arc::default(),
        }
    }

    /// Who takes this way wherever it is open.
    pub fn by(person: &'static str, way: InteractionType) -> Self {
        Self {
            way: Some(way),
            ..Self::new(person)
        }
    }

    /// Who goes to a service window as soon as that is possible.
    pub fn at_window(person: &'static str) -> Self {
        Self::by(person, InteractionType::InPersonCode)
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

    /// Which of the open steps this person takes: a code is waited for only where the register has a contact.
    pub fn takes(&self, step: &StepView, admin: &Admin) -> InteractionType {
        if let Some(way) = self.way.filter(|way| step.ways().contains(way)) {
            return way;
        }
        let no_mail =
            step.required == InteractionType::OneTimeCode && admin.person(self.person).unwrap().contact.is_none();
        if no_mail {
            InteractionType::DocumentCheck
        } else {
            step.required
        }
    }

    /// What this person does when a step is shown.
    pub fn answer(&mut self, step: &StepView, admin: &Admin) -> StepAnswer {
        let kind = self.takes(step, admin);
        self.asked.lock().unwrap().push(kind);
        self.answer_to(kind, step, admin)
    }

    /// The true answer to a step of a kind.
    pub fn answer_to(&self, kind: InteractionType, step: &StepView, admin: &Admin) -> StepAnswer {
        match kind {
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
            InteractionType::IdentityClaim => {
                self.old_codes.store(self.codes(admin).len(), Ordering::SeqCst);
                StepAnswer::Identity {
                    identity: self.identity(admin),
                }
            }
            InteractionType::OneTimeCode => StepAnswer::OneTimeCode { code: self.code(admin) },
            InteractionType::InPersonCode => StepAnswer::InPersonCode {
                code: self.window_code(step, admin),
            },
            kind => StepAnswer::receipt(kind, receipt(kind, step, admin)).unwrap(),
        }
    }

    /// The codes that arrived, newest first.
    fn codes(&self, admin: &Admin) -> Vec<String> {
        let mails = admin.mailbox(Some(self.person)).unwrap().into_iter();
        let codes = mails.filter(|mail| mail.kind == "one-time-code");
        codes.map(|mail| mail.code).collect()
    }

    /// The newest code that was sent to this person since the last claim.
    pub fn code(&self, admin: &Admin) -> String {
        self.code_after(0, admin)
    }

    /// The newest code, once there are more than so many since the last claim.
    pub fn code_after(&self, earlier: usize, admin: &Admin) -> String {
        let begun = Instant::now();
        loop {
            let codes = self.codes(admin);
            if codes.len() > self.old_codes.load(Ordering::SeqCst) + earlier {
                return codes[0].clone();
            }
            assert!(begun.elapsed() < MAIL, "no code arrived");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What a clerk hands over who saw this person.
    pub fn window_code(&self, step: &StepView, admin: &Admin) -> String {
        let reference = step.session_reference.as_ref().unwrap();
        admin.window_code(self.person, reference, "clerk-7").unwrap().code
    }

    /// One step of what an app does: go on where the wallet is. `None` when every step passed.
    pub async fn step(&mut self, wallet: &Wallet, admin: &Admin) -> Result<Option<RegistrationView>, WalletError> {
        let view = match wallet.registration().await? {
            None => wallet.start_registration().await?,
            Some(RegistrationView::Starting) => wallet.resume_registration().await?.unwrap(),
            Some(RegistrationView::Step(step)) if step.unanswered.is_some() => {
                wallet.resume_registration().await?.unwrap()
            }
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
                Some(RegistrationView::Step(step)) if self.takes(&step, admin) == kind => return step,
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

fn receipt(kind: InteractionType, step: &StepView, admin: &Admin) -> String {
    admin.check(&step.launch(kind).unwrap().token).unwrap()
}
