use std::{path::PathBuf, time::Duration};

use permitcard_authority::admin::{Admin, PersonView};
use permitcard_protocol::{ClientFile, registration::ConsentKind};
use permitcard_wallet::{
    CardView, ConsentDecision, IdentityInput, InteractionType, NumberInput, PresentRequest, PresentationView, Profile,
    PromptText, StepAnswer, StepView, Tier, Wallet,
};
use serde_json::json;

use crate::{
    args::HomeArgs,
    args::JsonArgs,
    failure::{CliCode, Outcome, not_passed},
    home::Home,
    output::{Output, Progress, Tone},
    registration::{Event, Registrar, Responder, key_prompt},
};

/// A worker with a phone.
pub struct Worker {
    /// Who it is.
    pub person: PersonView,
    /// The name, as a passport's lower lines have it in readable form.
    pub name: String,
    wallet: Wallet,
}

impl Worker {
    /// Registers through every step and gets the card.
    pub async fn register(
        person: PersonView,
        home: PathBuf,
        client: PathBuf,
        admin: &Admin,
        out: &Output,
    ) -> Outcome<(Self, CardView)> {
        let args = HomeArgs {
            home: Some(home),
            client: Some(client),
            key_maker: None,
            json: JsonArgs { json: out.is_json() },
        };
        let (home, client): (Home, ClientFile) = Home::open(&args)?;
        let wallet = home.wallet(client.clone()).await?;
        let mut answers = Answers {
            person: &person,
            admin,
            out,
            passed: Vec::new(),
            about_face_data: false,
        };
        let card = Registrar::new(&wallet, &home, &client, key_prompt(out.words()), Tier::Permit)?
            .run(&mut answers)
            .await?;
        let name = format!("{} {}", person.given_names, person.surname).trim().to_owned();
        Ok((Self { person, name, wallet }, card))
    }

    /// The wallet, for a picture of the card.
    pub fn wallet(&self) -> &Wallet {
        &self.wallet
    }

    /// Makes a live code for an employer, as the show screen does.
    pub async fn show(&self, out: &Output) -> Outcome<PresentationView> {
        let words = out.words();
        let prompt = PromptText {
            title: words.text("cli-prompt-title", &[]),
            reason: words.text("cli-prompt-show", &[]),
        };
        self.wallet.begin_show(Profile::Employer, prompt).await?;
        let code = self.wallet.present(PresentRequest::default()).await;
        self.wallet.end_show().await?;
        Ok(code?)
    }

    /// Closes the wallet.
    pub async fn close(&self) {
        self.wallet.close().await;
    }
}

/// What the worker answers: all true, the code out of the mailbox. Who does not pass a check goes to a service window.
struct Answers<'a> {
    person: &'a PersonView,
    admin: &'a Admin,
    out: &'a Output,
    passed: Vec<InteractionType>,
    about_face_data: bool,
}

impl Answers<'_> {
    /// The code that a clerk hands over, who saw the passport and the reference on the phone.
    fn window_code(&self, step: &StepView) -> Outcome<String> {
        let reference = step.session_reference.as_ref().ok_or(CliCode::DemoFailed)?;
        Ok(self.admin.window_code(&self.person.id, reference, "window-1")?.code)
    }

    /// The code in the mailbox. It leaves the authority after its answer, so that it is waited for a moment.
    fn newest_code(&self) -> Outcome<String> {
        const PAUSE: Duration = Duration::from_millis(20);
        const MOST: u32 = 500;
        for _ in 0..MOST {
            if let Some(mail) = self
                .admin
                .mailbox(Some(&self.person.id))?
                .into_iter()
                .find(|mail| !mail.code.is_empty())
            {
                return Ok(mail.code);
            }
            std::thread::sleep(PAUSE);
        }
        Err(CliCode::DemoFailed.into())
    }

    fn identity(&self) -> IdentityInput {
        let person = self.person;
        let number = match &person.social_security_number {
            // The two workers show the two ways, where the register knows both numbers.
            Some(number) if person.contact.is_none() => NumberInput::SocialSecurity { number: number.clone() },
            _ => NumberInput::WorkPermit {
                number: person.permit_number.clone(),
            },
        };
        IdentityInput {
            surname: person.surname.clone(),
            given_names: person.given_names.clone(),
            number,
            passport_number: person.passport.clone(),
            passport_issuer: person.passport_issuer.clone(),
        }
    }
}

impl Responder for Answers<'_> {
    fn choose(&mut self, step: &StepView) -> Outcome<InteractionType> {
        let window = InteractionType::InPersonCode;
        match &step.failure {
            // Whoever gave no contact to the register waits for no code.
            None if step.required == InteractionType::OneTimeCode && self.person.contact.is_none() => {
                Ok(InteractionType::DocumentCheck)
            }
            None => Ok(step.required),
            // Nobody is refused at the window in this story.
            Some(failure) if failure.step != window && failure.other_ways.contains(&window) => Ok(window),
            Some(failure) => Err(not_passed(step, failure)),
        }
    }

    fn answer(&mut self, kind: InteractionType, step: &StepView) -> Outcome<Option<StepAnswer>> {
        let answer = match kind {
            InteractionType::Consent => {
                self.about_face_data = step.consents.iter().all(|asked| asked.kind == ConsentKind::FaceData);
                let given = |asked: &permitcard_wallet::ConsentRequest| ConsentDecision {
                    kind: asked.kind,
                    version: asked.version,
                    scope: asked.scope.clone(),
                    given: true,
                };
                StepAnswer::Consent {
                    decisions: step.consents.iter().map(given).collect(),
                }
            }
            InteractionType::IdentityClaim => StepAnswer::Identity {
                identity: self.identity(),
            },
            InteractionType::OneTimeCode => StepAnswer::OneTimeCode {
                code: self.newest_code()?,
            },
            InteractionType::InPersonCode => StepAnswer::InPersonCode {
                code: self.window_code(step)?,
            },
            _ => return Err(CliCode::StepUnknown.into()),
        };
        Ok(Some(answer))
    }

    fn asks_again(&self) -> bool {
        true
    }

    fn event(&mut self, event: Event<'_>) {
        if let Event::Refused(failure) = event {
            let (step, code) = (failure.step.name(), failure.code.code());
            self.out.event(
                "refused",
                json!({ "person": self.person.id, "step": step, "code": code }),
            );
            let cross = self.out.style().paint(Tone::Bad, "✘");
            let what = self.out.words().text(code, &[]);
            self.out.line(&format!("       {cross} {what}"));
            self.out.say(9, "cli-demo-other-way", &[]);
        }
        if let Event::Answered(step) = event {
            self.out
                .event("answered", json!({ "person": self.person.id, "step": step.name() }));
            self.passed.push(step);
            let tick = self.out.style().paint(Tone::Good, "✔");
            let what = if step == InteractionType::Consent && self.about_face_data {
                self.out.words().text("cli-demo-did-consent-face-data", &[])
            } else {
                self.out.words().text(&format!("cli-demo-did-{}", step.name()), &[])
            };
            self.out.line(&format!("       {tick} {what}"));
        }
    }

    fn busy(&self) -> Option<Progress> {
        Some(self.out.progress("cli-busy-authority"))
    }
}
