use permitcard_credential::permit::Day;
use permitcard_protocol::WireCode;
use rusqlite::{OptionalExtension, Row};

use super::Tx;
use crate::AuthorityError;

/// What became of a permit. The numbers are those of the status list (draft-ietf-oauth-status-list, 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PermitState {
    Valid,
    Revoked,
    Suspended,
    /// A change of employer is being decided.
    EmployerChangePending,
    /// The application is still being decided: there is no permit yet.
    Pending,
    /// The application was refused: there is no permit.
    Refused,
}

impl PermitState {
    /// The value in status lists. Without a permit no credential counts.
    pub(crate) const fn status(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Revoked | Self::Pending | Self::Refused => 1,
            Self::Suspended => 2,
            Self::EmployerChangePending => 3,
        }
    }

    /// The stored number: where a credential can be in that state, the value in status lists.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Revoked => 1,
            Self::Suspended => 2,
            Self::EmployerChangePending => 3,
            Self::Pending => 16,
            Self::Refused => 17,
        }
    }

    fn from_number(number: u8) -> Result<Self, AuthorityError> {
        match number {
            0 => Ok(Self::Valid),
            1 => Ok(Self::Revoked),
            2 => Ok(Self::Suspended),
            3 => Ok(Self::EmployerChangePending),
            16 => Ok(Self::Pending),
            17 => Ok(Self::Refused),
            _ => Err(AuthorityError::DataDamaged),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
            Self::EmployerChangePending => "employer-change-pending",
            Self::Pending => "pending",
            Self::Refused => "refused",
        }
    }
}

/// A person of the register. Deliberately without `Debug`.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) about: String,
    pub(crate) surname: String,
    pub(crate) given_names: String,
    /// As the machine-readable zone has it.
    pub(crate) mrz_name: String,
    pub(crate) nationality: String,
    /// Days since 1970.
    pub(crate) birth_day: i64,
    pub(crate) passport: String,
    pub(crate) passport_issuer: String,
    pub(crate) permit_number: String,
    pub(crate) social_security_number: Option<String>,
    pub(crate) insurance_record: Option<String>,
    /// `A`, `B` or `C`.
    pub(crate) category: String,
    /// The last day of the permit.
    pub(crate) valid_until: Day,
    pub(crate) restrictions: u8,
    pub(crate) employer: String,
    pub(crate) employer_id: String,
    pub(crate) occupation: String,
    pub(crate) place: String,
    pub(crate) contact: Option<String>,
    pub(crate) portrait: Vec<u8>,
    pub(crate) state: PermitState,
    pub(crate) card_version: u32,
    /// A physical social security card was handed out; tier 2 needs one.
    pub(crate) physical_card: bool,
}

impl Person {
    /// Cancelled, past its last day, or never given.
    pub(crate) fn has_ended(&self, now: i64) -> bool {
        self.end_code(now).is_some()
    }

    /// Why nothing is issued to this person for good, if it is so. A cancelled permit stays one behind its last day.
    pub(crate) fn end_code(&self, now: i64) -> Option<WireCode> {
        match self.state {
            PermitState::Refused => Some(WireCode::ApplicationRefused),
            PermitState::Revoked => Some(WireCode::PermitEnded),
            _ if now > self.valid_until.ends_at() => Some(WireCode::PermitExpired),
            _ => None,
        }
    }
}

const COLUMNS: &str = "id, about, surname, given_names, mrz_name, nationality, birth_day, passport, passport_issuer,
    permit_number, social_security_number, insurance_record, category, valid_until, restrictions, employer, employer_id,
    occupation, place, contact, portrait, state, card_version, physical_card";

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Person, AuthorityError>> {
    let state = PermitState::from_number(row.get("state")?);
    let state = match state {
        Ok(state) => state,
        Err(error) => return Ok(Err(error)),
    };
    Ok(Ok(Person {
        id: row.get("id")?,
        about: row.get("about")?,
        surname: row.get("surname")?,
        given_names: row.get("given_names")?,
        mrz_name: row.get("mrz_name")?,
        nationality: row.get("nationality")?,
        birth_day: row.get("birth_day")?,
        passport: row.get("passport")?,
        passport_issuer: row.get("passport_issuer")?,
        permit_number: row.get("permit_number")?,
        social_security_number: row.get("social_security_number")?,
        insurance_record: row.get("insurance_record")?,
        category: row.get("category")?,
        valid_until: Day(row.get("valid_until")?),
        restrictions: row.get("restrictions")?,
        employer: row.get("employer")?,
        employer_id: row.get("employer_id")?,
        occupation: row.get("occupation")?,
        place: row.get("place")?,
        contact: row.get("contact")?,
        portrait: row.get("portrait")?,
        state,
        card_version: row.get("card_version")?,
        physical_card: row.get("physical_card")?,
    }))
}

impl Tx<'_> {
    pub(crate) fn people(&self) -> Result<Vec<Person>, AuthorityError> {
        let mut statement = self
            .0
            .prepare(&format!("SELECT {COLUMNS} FROM person ORDER BY position"))?;
        let rows = statement.query_map([], read)?;
        rows.map(|row| row?).collect()
    }

    pub(crate) fn person(&self, id: &str) -> Result<Option<Person>, AuthorityError> {
        self.person_where("id = ?1", id)
    }

    pub(crate) fn person_by_permit(&self, number: &str) -> Result<Option<Person>, AuthorityError> {
        self.person_where("permit_number = ?1", number)
    }

    pub(crate) fn person_by_social_security(&self, number: &str) -> Result<Option<Person>, AuthorityError> {
        // A card of the old passport may carry the number of that one.
        self.person_where(
            "social_security_number = ?1 OR id =
             (SELECT person FROM former_number WHERE kind = 'social-security' AND value = ?1)",
            number,
        )
    }

    fn person_where(&self, condition: &str, value: &str) -> Result<Option<Person>, AuthorityError> {
        self.0
            .query_row(
                &format!("SELECT {COLUMNS} FROM person WHERE {condition}"),
                [value],
                read,
            )
            .optional()?
            .transpose()
    }

    /// Puts a person into the register of a new authority.
    pub(crate) fn put_person(&self, person: &Person) -> Result<(), AuthorityError> {
        self.0.execute(
            &format!(
                "INSERT INTO person ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
                 ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)"
            ),
            rusqlite::params![
                person.id,
                person.about,
                person.surname,
                person.given_names,
                person.mrz_name,
                person.nationality,
                person.birth_day,
                person.passport,
                person.passport_issuer,
                person.permit_number,
                person.social_security_number,
                person.insurance_record,
                person.category,
                person.valid_until.0,
                person.restrictions,
                person.employer,
                person.employer_id,
                person.occupation,
                person.place,
                person.contact,
                person.portrait,
                person.state.number(),
                person.card_version,
                person.physical_card,
            ],
        )?;
        Ok(())
    }

    /// The card gets its next version, so that a sync fetches it.
    pub(crate) fn bump_card_version(&self, id: &str) -> Result<(), AuthorityError> {
        self.0
            .execute("UPDATE person SET card_version = card_version + 1 WHERE id = ?1", [id])?;
        Ok(())
    }
}
