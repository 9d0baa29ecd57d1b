//! Name and numbers: as given or as typed, shown as they will be sent, and confirmed.

use permitcard_identity::{
    CountryCode, IdentityError, PassportNumber, PermitNumber, SocialSecurityNumber, mrz_name, mrz_name_typed,
};
use permitcard_wallet::{IdentityInput, IdentityPreview, InteractionType, NumberInput, StepAnswer, Wallet};

use super::{CommandLine, Stop};
use crate::{
    failure::{Exit, Failure},
    output::Tone,
};

impl CommandLine {
    pub(super) fn identity(&mut self) -> Result<StepAnswer, Stop> {
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
    fn name_and_numbers(&self) -> Result<IdentityInput, Stop> {
        let (surname, given_names) = self.name()?;
        let mut answers = self.answers.clone();
        if answers.permit_number.is_none() && answers.social_security_number.is_none() {
            let number = self.ask(InteractionType::IdentityClaim, "cli-ask-permit-number")?;
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
    ) -> Result<String, Stop> {
        let mut given = given;
        loop {
            let text = match given.take() {
                Some(text) => text,
                None => self.ask(InteractionType::IdentityClaim, question)?,
            };
            match refused(&text) {
                None => return Ok(text),
                // The person can type it again; a command line cannot.
                Some(error) if self.terminal.is_some() => self.complain(error.code(), &[]),
                Some(error) => return Err(Failure::of(Exit::Usage, error.code()).into()),
            }
        }
    }

    /// Surname and given names.
    fn name(&self) -> Result<(String, String), Stop> {
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
                    let kind = InteractionType::IdentityClaim;
                    if self.terminal.is_some() {
                        self.out.say(4, "cli-name-hint", &[]);
                    }
                    (self.ask(kind, "cli-ask-surname")?, self.ask(kind, "cli-ask-given")?)
                }
            };
            match mrz_name(&surname, &given_names) {
                Ok(_) => return Ok((surname, given_names)),
                Err(error) if self.terminal.is_some() => self.complain(error.code(), &[]),
                Err(error) => return Err(Failure::of(Exit::Usage, error.code()).into()),
            }
        }
    }

    /// "This is how your name will be sent, and why." A person at the terminal may still say no.
    fn shown_and_confirmed(&self, identity: &IdentityInput) -> Result<bool, Stop> {
        let preview = Wallet::preview_identity(identity).map_err(Failure::from)?;
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
        match self.terminal {
            Some(_) => self.yes_or_no(InteractionType::IdentityClaim, "cli-ask-send"),
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
}
