//! What the operator of a sandbox does beside the server: look at people and codes, let things happen to a permit, run
//! a provider's check. Works on the database of a running server, from this process or another one. All calls block.

mod checks;
mod events;
mod window;

use std::{fmt, path::Path, sync::Arc};

use permitcard_credential::permit::Day;
use permitcard_platform::Clock;
use serde::Serialize;

use crate::{
    AuthorityError,
    data_dir::{Layout, SandboxFile},
    production,
    providers::sandbox::{self, Magic},
    store::{FormerNumber, Person, Store, Tx},
};

pub use checks::SandboxCheckView;
pub use events::{EventData, PermitEvent};
pub use window::WindowCode;

/// The operator's access to the database of one data directory.
pub struct Admin {
    store: Store,
    clock: Arc<dyn Clock>,
    layout: Layout,
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Admin { .. }")
    }
}

/// What is known about an invented person: enough to register as that person. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PersonView {
    /// The short name that commands take.
    pub id: String,
    /// What this person is there for.
    pub about: String,
    /// The family name as a person writes it.
    pub surname: String,
    /// The given names; empty if the passport has none.
    pub given_names: String,
    /// The name as the machine-readable zone has it.
    pub mrz_name: String,
    /// Three letters of ICAO 9303-3, 5.
    pub nationality: String,
    /// The passport's number.
    pub passport: String,
    /// The passport's issuing state, three letters.
    pub passport_issuer: String,
    /// The number of the work permit. Its last two digits choose what the sandbox's checks say.
    pub permit_number: String,
    /// The social security number, where there is one.
    pub social_security_number: Option<String>,
    /// `A`, `B` or `C`.
    pub category: String,
    /// Where codes are sent; none: the step is skipped.
    pub contact: Option<String>,
    /// The employer's name.
    pub employer: String,
    /// The employer's unified social credit code.
    pub employer_id: String,
    /// The occupation.
    pub occupation: String,
    /// The place of work.
    pub place: String,
    /// Numbers that the person had before, newest first.
    pub former_numbers: Vec<FormerNumberView>,
    /// The last day of the permit, `YYYY-MM-DD`.
    pub valid_until: String,
    /// `valid`, `suspended`, `employer-change-pending` or `revoked`.
    pub state: String,
    /// The version of the card.
    pub card_version: u64,
    /// The register knows a physical social security card: tier 2 is possible.
    pub physical_card: bool,
    /// What the last two digits of the permit number make the checks say.
    pub sandbox: String,
}

impl fmt::Debug for PersonView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonView { .. }")
    }
}

/// A message in the sandbox's mailbox. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// The person's short name.
    pub person: String,
    /// Where it was sent to.
    pub contact: String,
    /// `one-time-code`, `device-replaced`, `cap-reached`, `application-decided` or `consent-withdrawn`.
    pub kind: String,
    /// The code; empty in a message that carries none.
    pub code: String,
    /// Seconds since 1970.
    pub sent_at: i64,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail { .. }")
    }
}

/// A number that a person had before. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct FormerNumberView {
    /// `passport` or `social-security`.
    pub kind: String,
    /// The number; a passport's with its issuing state in front, three letters and a space.
    pub number: String,
    /// When the register took in the new one, seconds since 1970.
    pub until: i64,
}

impl fmt::Debug for FormerNumberView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormerNumberView { .. }")
    }
}

impl Admin {
    /// Opens the database of a data directory.
    ///
    /// # Errors
    /// [`AuthorityError::DataMissing`] where no authority was started yet. [`AuthorityError::ProductionRefused`] where the
    /// environment says `PERMITCARD_ENV=production`: the data are those of a sandbox.
    pub fn open(data_dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, AuthorityError> {
        production::refuse_if_set(data_dir)?;
        let layout = Layout::new(data_dir);
        // The configuration is written last at the first start: without it the database may be half made.
        if !layout.config().exists() || !layout.database().exists() {
            return Err(AuthorityError::DataMissing);
        }
        Ok(Self {
            store: Store::open(&layout.database())?,
            clock,
            layout,
        })
    }

    /// The people of the register, in a fixed order.
    ///
    /// # Errors
    /// [`AuthorityError`]
    pub fn people(&self) -> Result<Vec<PersonView>, AuthorityError> {
        self.store
            .read(|tx| tx.people()?.into_iter().map(|person| view(tx, person)).collect())
    }

    /// One person of the register.
    ///
    /// # Errors
    /// [`AuthorityError::PersonUnknown`]
    pub fn person(&self, id: &str) -> Result<PersonView, AuthorityError> {
        self.store.read(|tx| one(tx, id))
    }

    /// Codes in the mailbox, newest first; of one person or of all.
    ///
    /// # Errors
    /// [`AuthorityError::PersonUnknown`]
    pub fn mailbox(&self, person: Option<&str>) -> Result<Vec<Mail>, AuthorityError> {
        self.store.read(|tx| {
            if let Some(id) = person
                && tx.person(id)?.is_none()
            {
                return Err(AuthorityError::PersonUnknown);
            }
            tx.mail(person)
        })
    }

    /// Lets something happen to a permit that needs no data. Status lists and card version change in the same transaction.
    ///
    /// # Errors
    /// As [`event_with`](Self::event_with).
    pub fn event(&self, event: PermitEvent, person: &str) -> Result<PersonView, AuthorityError> {
        self.event_with(event, person, &EventData::default())
    }

    /// Lets something happen to a permit. Register, status lists and card version change in the same transaction.
    ///
    /// # Errors
    /// [`AuthorityError::PersonUnknown`], [`AuthorityError::PermitEnded`], [`AuthorityError::EventDataMissing`] and
    /// [`AuthorityError::EventDataInvalid`] for data that the event lacks or does not take.
    pub fn event_with(&self, event: PermitEvent, person: &str, data: &EventData) -> Result<PersonView, AuthorityError> {
        let now = self.now()?;
        self.store.write(|tx| {
            let known = tx.person(person)?.ok_or(AuthorityError::PersonUnknown)?;
            events::happen(tx, event, &known, data, now)?;
            one(tx, person)
        })
    }

    /// What was shown about the keys of each batch of a person, oldest first: `unproven`, `software`, `trusted-environment` or
    /// `secure-element`. Paper has no key and counts as unproven.
    ///
    /// # Errors
    /// [`AuthorityError::PersonUnknown`]
    pub fn key_levels(&self, person: &str) -> Result<Vec<String>, AuthorityError> {
        self.store.read(|tx| {
            one(tx, person)?;
            tx.key_levels(person)
        })
    }

    /// Carries out a check of the sandbox's provider for a launch token and returns the receipt for the holder's host: what a
    /// provider's kit does, over HTTPS, at a running authority. A token works once, so that a forwarded one gives its sender
    /// nothing.
    ///
    /// # Errors
    /// [`AuthorityError::LaunchRefused`]; [`AuthorityError::NotRunning`] where no authority runs on this data directory, or
    /// none of its providers is the sandbox.
    pub fn check(&self, launch_token: &str) -> Result<String, AuthorityError> {
        let service = SandboxFile::load(&self.layout)?.ok_or(AuthorityError::NotRunning)?;
        let ca = self.layout.read_text("ca.pem")?.ok_or(AuthorityError::DataDamaged)?;
        sandbox::run_kit(&service.origin(), &ca, launch_token)
    }
}

impl Admin {
    /// Seconds since 1970.
    fn now(&self) -> Result<i64, AuthorityError> {
        Ok(self.clock.now().map_err(|_| AuthorityError::ClockUnavailable)?.wall_s)
    }
}

fn one(tx: &Tx<'_>, id: &str) -> Result<PersonView, AuthorityError> {
    view(tx, tx.person(id)?.ok_or(AuthorityError::PersonUnknown)?)
}

fn view(tx: &Tx<'_>, person: Person) -> Result<PersonView, AuthorityError> {
    Ok(PersonView {
        former_numbers: tx.former_numbers(&person.id)?.into_iter().map(former).collect(),
        sandbox: Magic::of(&person.permit_number).about.to_owned(),
        valid_until: date(person.valid_until),
        state: person.state.name().to_owned(),
        id: person.id,
        about: person.about,
        surname: person.surname,
        given_names: person.given_names,
        mrz_name: person.mrz_name,
        nationality: person.nationality,
        passport: person.passport,
        passport_issuer: person.passport_issuer,
        permit_number: person.permit_number,
        social_security_number: person.social_security_number,
        category: person.category,
        contact: person.contact,
        employer: person.employer,
        employer_id: person.employer_id,
        occupation: person.occupation,
        place: person.place,
        card_version: u64::from(person.card_version),
        physical_card: person.physical_card,
    })
}

fn former(number: FormerNumber) -> FormerNumberView {
    let of_a_state = !number.issuer.is_empty();
    FormerNumberView {
        number: if of_a_state {
            format!("{} {}", number.issuer, number.value)
        } else {
            number.value
        },
        kind: number.kind,
        until: number.until,
    }
}

fn date(day: Day) -> String {
    chrono::TimeDelta::try_days(i64::from(day.0))
        .and_then(|days| chrono::NaiveDate::default().checked_add_signed(days))
        .map(|date| date.to_string())
        .unwrap_or_default()
}
