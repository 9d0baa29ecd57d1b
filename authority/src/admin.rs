//! What the operator of a sandbox does beside the server: look at people and codes, let things happen to a permit, run
//! a provider's check. Works on the database of a running server, from this process or another one. All calls block.

use std::{fmt, path::Path, sync::Arc};

use permitcard_credential::permit::Day;
use permitcard_platform::Clock;
use serde::Serialize;

use crate::{
    AuthorityError,
    data_dir::Layout,
    production,
    providers::sandbox::{self, Magic},
    store::{PermitState, Person, Store},
};

/// Days by which a permit is extended.
const EXTENSION_DAYS: i32 = 365;

/// The operator's access to the database of one data directory.
pub struct Admin {
    store: Store,
    clock: Arc<dyn Clock>,
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
    /// The last day of the permit, `YYYY-MM-DD`.
    pub valid_until: String,
    /// `valid`, `suspended`, `employer-change-pending` or `revoked`.
    pub state: String,
    /// The version of the card.
    pub card_version: u64,
    /// What the last two digits of the permit number make the checks say.
    pub sandbox: String,
}

impl fmt::Debug for PersonView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonView { .. }")
    }
}

/// A code in the sandbox's mailbox. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// The person's short name.
    pub person: String,
    /// Where it was sent to.
    pub contact: String,
    /// The code.
    pub code: String,
    /// Seconds since 1970.
    pub sent_at: i64,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail { .. }")
    }
}

/// What can happen to a permit in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum PermitEvent {
    /// Every credential of the person becomes suspended.
    Suspend,
    /// A change of employer is being decided: the permit stays good, and every credential says so.
    EmployerChange,
    /// Ends a suspension, or a change of employer that was being decided.
    Resume,
    /// The permit is cancelled for good: every credential becomes invalid, nothing is issued any more.
    Revoke,
    /// The permit is valid for another year.
    Extend,
}

impl Admin {
    /// Opens the database of a data directory.
    ///
    /// # Errors
    /// [`AuthorityError::DataMissing`] where no authority was started yet. [`AuthorityError::ProductionRefused`] where the
    /// environment says `PERMITCARD_ENV=production`: the data are those of a sandbox.
    pub fn open(data_dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, AuthorityError> {
        production::refuse_if_set()?;
        let layout = Layout::new(data_dir);
        // The configuration is written last at the first start: without it the database may be half made.
        if !layout.config().exists() || !layout.database().exists() {
            return Err(AuthorityError::DataMissing);
        }
        Ok(Self {
            store: Store::open(&layout.database())?,
            clock,
        })
    }

    /// The people of the register, in a fixed order.
    ///
    /// # Errors
    /// [`AuthorityError`]
    pub fn people(&self) -> Result<Vec<PersonView>, AuthorityError> {
        let people = self.store.read(|tx| tx.people())?;
        Ok(people.into_iter().map(view).collect())
    }

    /// One person of the register.
    ///
    /// # Errors
    /// [`AuthorityError::PersonUnknown`]
    pub fn person(&self, id: &str) -> Result<PersonView, AuthorityError> {
        self.store
            .read(|tx| tx.person(id))?
            .map(view)
            .ok_or(AuthorityError::PersonUnknown)
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

    /// Lets something happen to a permit. Status list and card version change in the same transaction.
    ///
    /// # Errors
    /// [`AuthorityError::PersonUnknown`], [`AuthorityError::PermitEnded`]
    pub fn event(&self, event: PermitEvent, person: &str) -> Result<PersonView, AuthorityError> {
        self.store.write(|tx| {
            let known = tx.person(person)?.ok_or(AuthorityError::PersonUnknown)?;
            if known.state == PermitState::Revoked {
                return Err(AuthorityError::PermitEnded);
            }
            let (state, valid_until) = match event {
                PermitEvent::Suspend => (PermitState::Suspended, known.valid_until),
                PermitEvent::EmployerChange => (PermitState::EmployerChangePending, known.valid_until),
                PermitEvent::Resume => (PermitState::Valid, known.valid_until),
                PermitEvent::Revoke => (PermitState::Revoked, known.valid_until),
                PermitEvent::Extend => (known.state, Day(known.valid_until.0.saturating_add(EXTENSION_DAYS))),
            };
            if (state, valid_until) != (known.state, known.valid_until) {
                tx.change_permit(person, state, valid_until)?;
                tx.set_status_of_person(person, state.status())?;
            }
            tx.person(person)?.map(view).ok_or(AuthorityError::PersonUnknown)
        })
    }

    /// Carries out a provider's check for a launch token and returns the receipt for the holder's host. A token works
    /// once, so that a forwarded one gives its sender nothing.
    ///
    /// # Errors
    /// [`AuthorityError::LaunchRefused`]
    pub fn check(&self, launch_token: &str) -> Result<String, AuthorityError> {
        let now = self.clock.now().map_err(|_| AuthorityError::ClockUnavailable)?.wall_s;
        sandbox::run_check(&self.store, launch_token, now)
    }
}

fn view(person: Person) -> PersonView {
    PersonView {
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
        card_version: u64::from(person.card_version),
    }
}

fn date(day: Day) -> String {
    chrono::TimeDelta::try_days(i64::from(day.0))
        .and_then(|days| chrono::NaiveDate::default().checked_add_signed(days))
        .map(|date| date.to_string())
        .unwrap_or_default()
}
