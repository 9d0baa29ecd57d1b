//! The sandbox's register: the invented people of the database.

use permitcard_protocol::registration::ClaimedNumber;

use crate::{
    AuthorityError,
    providers::http::wire::RecordBody,
    store::{Person, Tx},
};

/// The record of a number, also of a permit that has ended.
pub(super) fn find(tx: &Tx<'_>, number: &ClaimedNumber, now: i64) -> Result<Option<RecordBody>, AuthorityError> {
    let person = match number {
        ClaimedNumber::PermitNumber(number) => tx.person_by_permit(number)?,
        ClaimedNumber::SocialSecurityNumber(number) => tx.person_by_social_security(number)?,
    };
    Ok(person.map(|person| record(person, now)))
}

fn record(person: Person, now: i64) -> RecordBody {
    RecordBody {
        ended: person.has_ended(now),
        birth_date: date(person.birth_day),
        person: person.id,
        permit_number: person.permit_number,
        mrz_name: person.mrz_name,
        passport: person.passport,
        passport_issuer: person.passport_issuer,
        contact: person.contact,
    }
}

/// `YYYY-MM-DD` of a day since 1970.
pub(super) fn date(day: i64) -> String {
    chrono::TimeDelta::try_days(day)
        .and_then(|days| chrono::NaiveDate::default().checked_add_signed(days))
        .map(|date| date.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_in_iso_8601() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(7441), "1990-05-17");
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(date(i64::MAX), "");
    }
}
