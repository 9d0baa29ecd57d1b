use super::{Person, Tx};
use crate::AuthorityError;

/// Which number a person had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberKind {
    Passport,
    /// A new passport may bring a new one, because it is made of the passport's number; practice differs by place.
    SocialSecurity,
}

impl NumberKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::SocialSecurity => "social-security",
        }
    }
}

/// A number that a person had before. Deliberately without `Debug`.
pub(crate) struct FormerNumber {
    pub(crate) kind: String,
    /// The state that issued the passport; empty for other numbers.
    pub(crate) issuer: String,
    pub(crate) value: String,
    /// When the register took in the new one, seconds since 1970.
    pub(crate) until: i64,
}

impl Tx<'_> {
    /// Takes in what the register says about a person now; the card gets its next version.
    pub(crate) fn change_person(&self, person: &Person) -> Result<(), AuthorityError> {
        let rows = self.0.execute(
            "UPDATE person SET state = ?2, valid_until = ?3, employer = ?4, employer_id = ?5, occupation = ?6, place = ?7,
             passport = ?8, passport_issuer = ?9, social_security_number = ?10, card_version = card_version + 1
             WHERE id = ?1",
            rusqlite::params![
                person.id,
                person.state.number(),
                person.valid_until.0,
                person.employer,
                person.employer_id,
                person.occupation,
                person.place,
                person.passport,
                person.passport_issuer,
                person.social_security_number,
            ],
        )?;
        if rows == 1 {
            Ok(())
        } else {
            Err(AuthorityError::PersonUnknown)
        }
    }

    /// Links a number that a person had before to the person; a number that comes back is no former one any more.
    pub(crate) fn put_former_number(&self, person: &str, number: &FormerNumber) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT OR REPLACE INTO former_number (person, kind, issuer, value, until) VALUES (?1, ?2, ?3, ?4, ?5)",
            (person, &number.kind, &number.issuer, &number.value, number.until),
        )?;
        self.0.execute(
            "DELETE FROM former_number WHERE person = ?1 AND EXISTS (SELECT 1 FROM person WHERE id = ?1
             AND ((kind = 'passport' AND value = passport AND issuer = passport_issuer)
             OR (kind = 'social-security' AND value = social_security_number)))",
            [person],
        )?;
        Ok(())
    }

    /// The numbers that a person had before, newest first.
    pub(crate) fn former_numbers(&self, person: &str) -> Result<Vec<FormerNumber>, AuthorityError> {
        let mut statement = self.0.prepare(
            "SELECT kind, issuer, value, until FROM former_number WHERE person = ?1 ORDER BY until DESC, kind, value",
        )?;
        let rows = statement.query_map([person], |row| {
            Ok(FormerNumber {
                kind: row.get(0)?,
                issuer: row.get(1)?,
                value: row.get(2)?,
                until: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether the register knows a number of another person, now or before: one number never leads to two people.
    pub(crate) fn number_is_taken(
        &self,
        kind: NumberKind,
        issuer: &str,
        value: &str,
        except: &str,
    ) -> Result<bool, AuthorityError> {
        let (now, kind) = match kind {
            NumberKind::Passport => ("passport = ?1 AND passport_issuer = ?2", kind.name()),
            // It names its country itself.
            NumberKind::SocialSecurity => ("social_security_number = ?1 AND ?2 = ''", kind.name()),
        };
        Ok(self.0.query_row(
            &format!(
                "SELECT EXISTS (SELECT 1 FROM person WHERE {now} AND id <> ?3)
                 OR EXISTS (SELECT 1 FROM former_number WHERE value = ?1 AND issuer = ?2 AND person <> ?3 AND kind = ?4)"
            ),
            (value, issuer, except, kind),
            |row| row.get(0),
        )?)
    }
}
