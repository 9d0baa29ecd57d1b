//! Answers out of the command line, and from a person at the terminal for what it does not say.

use permitcard_identity::{
    CountryCode, IdentityError, PassportNumber, PermitNumber, SocialSecurityNumber, mrz_name, mrz_name_typed,
};
use permitcard_protocol::registration::ConsentKind;
use permitcard_wallet::{
    ConsentDecision, ConsentRequest, IdentityInput, IdentityPreview, InteractionType, NumberInput, StepAnswer,
    StepView, Wallet,
};
use serde_json::json;

use super::{Event, Responder, refusal_values};
use crate::{
    args::{Answers, RegisterArgs},
    failure::{CliCode, Exit, Failure, Outcome, refused},
    output::{Output, Progress, Tone},
    prompt::Terminal,
};

/// Answers from the command line first, then from a person.
pub struct CommandLine {
    out: Output,
    terminal: Option<Terminal>,
    answers: Answers,
    refuse_consents: bool,
    resend: bool,
}

impl CommandLine {
    /// For one run of `register`.
    pub fn new(args: &RegisterArgs, out: Output) -> Self {
        let terminal = if args.no_input {
            None
        } else {
            // Without a person nothing is confirmed: what the command line says is sent.
            Terminal::find(out, CliCode::AnswerMissing, "--no-input")
        };
        Self {
            out,
            terminal,
            answers: args.answers.clone(),
            refuse_consents: args.refuse_consents,
            resend: args.resend_code,
        }
    }

    fn person(&self, step: InteractionType) -> Outcome<Terminal> {
        let option = match step {
            InteractionType::Consent => "--accept-consents",
            InteractionType::OneTimeCode => "--code",
            _ => "--surname --given --permit-number --passport --passport-issuer",
        };
        let person = self.terminal.map(|person| person.instead_of(option));
        person.ok_or_else(|| {
            self.out.event("waiting", json!({ "step": step.name() }));
            Failure::from(CliCode::AnswerMissing).with("option", option)
        })
    }

    fn consent(&mut self, asked: &[ConsentRequest]) -> Outcome<StepAnswer> {
        let mut decisions = Vec::with_capacity(asked.len());
        for request in asked {
            let kind = match request.kind {
                ConsentKind::General => "general",
                ConsentKind::FaceData => "face-data",
            };
            let id = format!("consent-{kind}-{}", request.version);
            self.out.paragraph(4, Tone::Plain, &self.out.words().text(&id, &[]));
            if let Some(refusing) = self.out.words().next(&id, &[]) {
                self.out.paragraph(4, Tone::Plain, &refusing);
            }
            let given = if self.answers.accept_consents {
                self.out
                    .say(4, "cli-consent-given", &[("option", "--accept-consents".into())]);
                true
            } else if self.refuse_consents {
                false
            } else {
                self.person(InteractionType::Consent)?.yes_or_no("cli-ask-consent")?
            };
            decisions.push(ConsentDecision {
                kind: request.kind,
                version: request.version,
                scope: request.scope.clone(),
                given,
            });
        }
        Ok(StepAnswer::Consent { decisions })
    }

    fn identity(&mut self) -> Outcome<StepAnswer> {
        loop {
            let identity = self.name_and_numbers()?;
            if self.shown_and_confirmed(&identity)? {
                return Ok(StepAnswer::Identity { identity });
            }
            // Not right: a person types it again.
            let answers = &mut self.answers;
            for given in [
                &mut answers.surname,
                &mut answers.given,
                &mut answers.mrz_name,
                &mut answers.permit_number,
                &mut answers.social_security_number,
                &mut answers.passport,
                &mut answers.passport_issuer,
            ] {
                *given = None;
            }
        }
    }

    /// Takes what the command line says, and asks a person for the rest and for what cannot be right.
    fn name_and_numbers(&self) -> Outcome<IdentityInput> {
        let (surname, given_names) = self.name()?;
        let mut answers = self.answers.clone();
        if answers.permit_number.is_none() && answers.social_security_number.is_none() {
            let number = self
                .person(InteractionType::IdentityClaim)?
                .ask("cli-ask-permit-number")?;
            answers.permit_number = Some(number).filter(|number| !number.is_empty());
        }
        let number = match answers.permit_number {
            Some(number) => NumberInput::WorkPermit {
                number: self.field(Some(number), "cli-ask-permit-number-only", |text| {
                    PermitNumber::normalise(text).err()
                })?,
            },
            None => NumberInput::SocialSecurity {
                number: self.field(
                    answers.social_security_number,
                    "cli-ask-social-security-number",
                    |text| SocialSecurityNumber::normalise(text).err(),
                )?,
            },
        };
        Ok(IdentityInput {
            surname,
            given_names,
            number,
            passport_number: self.field(answers.passport, "cli-ask-passport", |text| {
                PassportNumber::normalise(text).err()
            })?,
            passport_issuer: self.field(answers.passport_issuer, "cli-ask-passport-issuer", |text| {
                CountryCode::normalise(text).err()
            })?,
        })
    }

    /// One field: as given, or as typed; asked until it can be one.
    fn field(
        &self,
        given: Option<String>,
        question: &str,
        refused: impl Fn(&str) -> Option<IdentityError>,
    ) -> Outcome<String> {
        let mut given = given;
        loop {
            let text = match given.take() {
                Some(text) => text,
                None => self.person(InteractionType::IdentityClaim)?.ask(question)?,
            };
            match refused(&text) {
                None => return Ok(text),
                // The person can type it again; a command line cannot.
                Some(error) if self.terminal.is_some() => self.complain(error.code(), &[]),
                Some(error) => return Err(Failure::of(Exit::Usage, error.code())),
            }
        }
    }

    /// Surname and given names.
    fn name(&self) -> Outcome<(String, String)> {
        let answers = &self.answers;
        let mut given = match &answers.mrz_name {
            Some(typed) => Some(
                mrz_name_typed(typed)
                    .map(|form| {
                        (
                            form.name.primary().replace('<', " "),
                            form.name.secondary().replace('<', " "),
                        )
                    })
                    .map_err(|error| Failure::of(Exit::Usage, error.code()))?,
            ),
            None if answers.surname.is_some() || answers.given.is_some() => Some((
                answers.surname.clone().unwrap_or_default(),
                answers.given.clone().unwrap_or_default(),
            )),
            None => None,
        };
        loop {
            let (surname, given_names) = match given.take() {
                Some(name) => name,
                None => {
                    let person = self.person(InteractionType::IdentityClaim)?;
                    self.out.say(4, "cli-name-hint", &[]);
                    (person.ask("cli-ask-surname")?, person.ask("cli-ask-given")?)
                }
            };
            match mrz_name(&surname, &given_names) {
                Ok(_) => return Ok((surname, given_names)),
                Err(error) if self.terminal.is_some() => self.complain(error.code(), &[]),
                Err(error) => return Err(Failure::of(Exit::Usage, error.code())),
            }
        }
    }

    /// "This is how your name will be sent, and why." A person at the terminal may still say no.
    fn shown_and_confirmed(&self, identity: &IdentityInput) -> Outcome<bool> {
        let preview = Wallet::preview_identity(identity)?;
        self.explain_name(&preview);
        for (id, value) in [
            ("cli-number-as-sent", &preview.number),
            ("cli-passport-as-sent", &preview.passport_number),
            ("cli-issuer-as-sent", &preview.passport_issuer),
        ] {
            self.out.say(4, id, &[("value", value.into())]);
        }
        for warning in &preview.warnings {
            self.out
                .paragraph(4, Tone::Unsure, &self.out.words().text(warning.code(), &[]));
        }
        match &self.terminal {
            Some(person) => person.yes_or_no("cli-ask-send"),
            None => Ok(true),
        }
    }

    fn explain_name(&self, preview: &IdentityPreview) {
        let name = self.out.style().paint(Tone::Strong, &preview.name);
        self.out.say(4, "cli-name-as-sent", &[]);
        self.out.line(&format!("      {name}"));
        for step in &preview.steps {
            let why = self.out.words().text(
                step.rule.code(),
                &[("from", (&step.from).into()), ("to", (&step.to).into())],
            );
            self.out.paragraph(6, Tone::Quiet, &format!("· {why}"));
        }
    }

    fn one_time_code(&mut self) -> Outcome<StepAnswer> {
        if std::mem::take(&mut self.resend) {
            return Ok(StepAnswer::ResendCode);
        }
        let code = match self.answers.code.take() {
            Some(code) => code,
            None => self.person(InteractionType::OneTimeCode)?.ask("cli-ask-code")?,
        };
        Ok(if code.is_empty() {
            StepAnswer::ResendCode
        } else {
            StepAnswer::OneTimeCode { code }
        })
    }

    fn complain(&self, code: &str, values: &[(&'static str, permitcard_messages::Arg<'static>)]) {
        let words = self.out.words();
        self.out
            .paragraph(4, Tone::Bad, &format!("✘ {}", words.text(code, values)));
        for advice in words.advice(code, values) {
            self.out.paragraph(6, Tone::Plain, &advice);
        }
    }

    fn title(&self, step: InteractionType) {
        let title = self.out.words().text(&format!("step-{}", step.name()), &[]);
        self.out.line("");
        self.out
            .line(&format!("  {}", self.out.style().paint(Tone::Strong, &title)));
    }
}

impl Responder for CommandLine {
    fn answer(&mut self, step: &StepView) -> Outcome<StepAnswer> {
        self.title(step.required);
        match step.required {
            InteractionType::Consent => self.consent(&step.consents),
            InteractionType::IdentityClaim => self.identity(),
            InteractionType::OneTimeCode => {
                if let Some(code) = &step.one_time_code {
                    let minutes = code.expires_in.div_ceil(60);
                    self.out.say(
                        4,
                        "cli-code-on-its-way",
                        &[("digits", code.digits.into()), ("minutes", minutes.into())],
                    );
                }
                self.one_time_code()
            }
            _ => Err(CliCode::StepUnknown.into()),
        }
    }

    fn asks_again(&self) -> bool {
        self.terminal.is_some()
    }

    fn tries_check_again(&mut self, step: &StepView) -> Outcome<()> {
        match (&self.terminal, step.failed) {
            (Some(person), Some(code)) if !person.yes_or_no("cli-ask-check-again")? => {
                Err(refused(code, step.tries_left, step.retry_after_s))
            }
            _ => Ok(()),
        }
    }

    fn event(&mut self, event: Event<'_>) {
        let out = &self.out;
        match event {
            Event::Started => {
                out.event("started", json!({}));
                out.say(2, "cli-register-intro", &[]);
            }
            Event::Resumed => {
                out.event("resumed", json!({}));
                out.say(2, "cli-register-resumed", &[]);
            }
            Event::Ended(code) => {
                out.event("ended", json!({ "code": code.code() }));
                out.say(2, "cli-register-ended", &[]);
                self.complain(code.code(), &[]);
            }
            Event::Replayed(step) => out.event("replayed", json!({ "step": step.name() })),
            Event::Asked(step) => {
                out.event("asked", json!({ "step": step.name() }));
                if matches!(step, InteractionType::DocumentCheck | InteractionType::FaceCheck) {
                    self.title(step);
                    out.say(4, "cli-kit-ran", &[]);
                }
            }
            Event::Answered(step) => {
                out.event("answered", json!({ "step": step.name() }));
                let done = out.words().text("cli-step-passed", &[]);
                out.line(&format!("    {}", out.style().paint(Tone::Good, &format!("✔ {done}"))));
            }
            Event::Refused(step, code) => {
                out.event(
                    "refused",
                    json!({ "step": step.required.name(), "code": code, "tries_left": step.tries_left }),
                );
                if self.asks_again() {
                    self.complain(code, &refusal_values(step));
                }
            }
            Event::Fetching => {
                out.event("fetching", json!({}));
                out.line("");
                out.say(2, "cli-register-fetching", &[]);
            }
        }
    }

    fn busy(&self) -> Option<Progress> {
        Some(self.out.progress("cli-busy-authority"))
    }
}
