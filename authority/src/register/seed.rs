use chrono::NaiveDate;
use permitcard_credential::permit::Day;
use serde::Deserialize;

use super::portrait;
use crate::{
    AuthorityError,
    store::{PermitState, Person},
};

const PEOPLE: &str = include_str!("people.json");

/// A person of the data file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    id: String,
    about: String,
    surname: String,
    given_names: String,
    mrz_name: String,
    nationality: String,
    /// `YYYY-MM-DD`.
    birth: NaiveDateText,
    passport: String,
    passport_issuer: String,
    permit_number: String,
    social_security_number: Option<String>,
    insurance_record: Option<String>,
    category: String,
    /// Days from the first start to the permit's last day.
    valid_days: i32,
    restrictions: u8,
    employer: String,
    employer_id: String,
    occupation: String,
    place: String,
    contact: Option<String>,
    /// Whether a physical social security card was handed out.
    #[serde(default)]
    physical_card: bool,
    /// The application is still being decided.
    #[serde(default)]
    pending: bool,
    /// A text inside of the portrait file.
    #[serde(default)]
    portrait_note: Option<String>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct NaiveDateText(NaiveDate);

impl TryFrom<String> for NaiveDateText {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(Self)
    }
}

/// The people of the data file, as of `now`.
pub(super) fn people(now: i64) -> Result<Vec<Person>, AuthorityError> {
    let seeds: Vec<Seed> = serde_json::from_str(PEOPLE).map_err(|_| AuthorityError::DataDamaged)?;
    seeds.into_iter().map(|seed| person(seed, Day::of_unix(now))).collect()
}

fn person(seed: Seed, today: Day) -> Result<Person, AuthorityError> {
    let portrait = portrait::draw(&seed.id, seed.portrait_note.as_deref())?;
    Ok(Person {
        portrait,
        id: seed.id,
        about: seed.about,
        surname: seed.surname,
        given_names: seed.given_names,
        mrz_name: seed.mrz_name,
        nationality: seed.nationality,
        birth_day: seed.birth.0.signed_duration_since(NaiveDate::default()).num_days(),
        passport: seed.passport,
        passport_issuer: seed.passport_issuer,
        permit_number: seed.permit_number,
        social_security_number: seed.social_security_number,
        insurance_record: seed.insurance_record,
        category: seed.category,
        valid_until: Day(today.0.saturating_add(seed.valid_days)),
        restrictions: seed.restrictions,
        employer: seed.employer,
        employer_id: seed.employer_id,
        occupation: seed.occupation,
        place: seed.place,
        contact: seed.contact,
        state: if seed.pending {
            PermitState::Pending
        } else {
            PermitState::Valid
        },
        card_version: 1,
        physical_card: seed.physical_card,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use permitcard_credential::permit::field;
    use permitcard_identity::{CountryCode, PassportNumber, PermitNumber, SocialSecurityNumber, mrz_name};

    use super::*;
    use crate::providers::sandbox;

    fn all() -> Vec<Person> {
        people(1_790_000_000).unwrap()
    }

    #[test]
    fn every_name_and_number_is_in_the_form_that_is_sent() {
        for person in all() {
            let name = mrz_name(&person.surname, &person.given_names).unwrap();
            assert_eq!(name.name.as_str(), person.mrz_name, "{}", person.id);
            let permit = PermitNumber::normalise(&person.permit_number).unwrap();
            assert_eq!(
                (permit.value.as_str(), permit.warning),
                (person.permit_number.as_str(), None),
                "{}",
                person.id
            );
            let passport = PassportNumber::normalise(&person.passport).unwrap();
            assert_eq!(
                (passport.value.as_str(), passport.warning),
                (person.passport.as_str(), None),
                "{}",
                person.id
            );
            assert_eq!(
                CountryCode::normalise(&person.passport_issuer).unwrap().as_str(),
                person.passport_issuer
            );
            assert_eq!(
                CountryCode::normalise(&person.nationality).unwrap().as_str(),
                person.nationality
            );
            if let Some(number) = &person.social_security_number {
                let normalised = SocialSecurityNumber::normalise(number).unwrap();
                assert_eq!(
                    (normalised.value.as_str(), normalised.warning),
                    (number.as_str(), None),
                    "{}",
                    person.id
                );
            }
        }
    }

    #[test]
    fn every_field_fits_without_a_cut() {
        for person in all() {
            for (text, field) in [
                (Some(&person.mrz_name), field::NAME),
                (Some(&person.nationality), field::NATIONALITY),
                (Some(&person.employer), field::EMPLOYER),
                (Some(&person.employer_id), field::EMPLOYER_ID),
                (Some(&person.occupation), field::OCCUPATION),
                (Some(&person.place), field::PLACE),
                (person.social_security_number.as_ref(), field::SOCIAL_SECURITY_NUMBER),
                (person.insurance_record.as_ref(), field::INSURANCE_RECORD),
                (Some(&person.passport), field::PASSPORT),
                (Some(&person.permit_number), field::PERMIT_NUMBER),
                (person.contact.as_ref(), field::PHONE),
            ] {
                let length = text.map_or(1, |text| text.len());
                assert!((1..=field.limit).contains(&length), "{} {}", person.id, field.name);
            }
            assert!(["A", "B", "C"].contains(&person.category.as_str()));
            assert!(usize::from(person.restrictions) <= field::RESTRICTIONS.limit);
            assert!(person.birth_day.unsigned_abs() as usize <= field::BIRTH_DAY.limit);
            assert!(
                person.portrait.len() <= field::PORTRAIT.limit,
                "{} {}",
                person.id,
                person.portrait.len()
            );
            assert_eq!(
                person.social_security_number.is_some(),
                person.insurance_record.is_some()
            );
            assert!(person.id.bytes().all(|byte| byte.is_ascii_lowercase()));
        }
    }

    #[test]
    fn nobody_is_taken_for_another() {
        let people = all();
        for values in [
            people.iter().map(|person| person.id.clone()).collect::<BTreeSet<_>>(),
            people.iter().map(|person| person.permit_number.clone()).collect(),
            people.iter().map(|person| person.passport.clone()).collect(),
            people.iter().map(|person| format!("{:?}", person.portrait)).collect(),
        ] {
            assert_eq!(values.len(), people.len());
        }
    }

    #[test]
    fn the_name_troubles_and_kinds_are_covered() {
        let people = all();
        let any = |test: &dyn Fn(&Person) -> bool| people.iter().any(test);
        assert!(people.len() >= 14);
        assert!(any(
            &|person| person.given_names.is_empty() && !person.mrz_name.contains("<<")
        ));
        assert!(any(&|person| person.surname.contains('-')));
        assert!(any(&|person| person.surname.contains('\'')));
        assert!(any(&|person| person.surname.contains('ü')));
        assert!(any(&|person| person.mrz_name.len() == 39));
        assert!(any(&|person| person.nationality == "ARE" && person.mrz_name.len() > 30));
        assert!(any(&|person| person.nationality == "MEX" && person.mrz_name.len() > 30));
        assert!(any(&|person| person.mrz_name.starts_with("OUYANG<<")));
        for category in ["A", "B", "C"] {
            assert!(any(&|person| person.category == category));
        }
        assert!(any(&|person| person.social_security_number.is_some()));
        assert!(any(&|person| person.social_security_number.is_none()));
        assert!(any(&|person| person.birth_day < 0), "born before 1970");
        assert!(any(&|person| person.contact.is_some()));
        assert!(any(&|person| person.contact.is_none()));
        for magic in sandbox::TABLE {
            assert!(
                any(&|person| person.permit_number.ends_with(magic.suffix)),
                "{}",
                magic.suffix
            );
        }
    }

    #[test]
    fn the_sample_person_is_that_of_the_figures() {
        let people = all();
        let sample = people.iter().find(|person| person.id == "maria").unwrap();
        assert_eq!(sample.mrz_name, "GARCIA<LOPEZ<<MARIA");
        assert_eq!(sample.nationality, "ESP");
        assert_eq!(sample.employer, "Shanghai Example Trading Co Ltd");
        assert_eq!(sample.employer_id.len(), 18);
        assert_eq!(sample.occupation, "Software engineer");
        assert!(sample.place.bytes().all(|byte| byte.is_ascii_digit()));
    }

    /// The canaries must be long enough not to stand anywhere by chance, and none may be found inside of another.
    #[test]
    fn each_value_of_the_canary_is_its_own() {
        let people = all();
        let canary = people.iter().find(|person| person.id == "canary").unwrap();
        let values = [
            canary.surname.as_str(),
            &canary.given_names,
            &canary.passport,
            &canary.permit_number,
            canary.social_security_number.as_deref().unwrap(),
            canary.insurance_record.as_deref().unwrap(),
            &canary.employer,
            &canary.employer_id,
            &canary.occupation,
            &canary.place,
            canary.contact.as_deref().unwrap(),
            "Zq portrait canary q",
        ];
        let manual = include_str!("../../../docs/sandbox.md");
        for (at, value) in values.iter().enumerate() {
            assert!(value.len() >= 8, "{value}");
            assert!(manual.contains(value), "docs/sandbox.md lacks {value}");
            for (other, inner) in values.iter().enumerate() {
                assert!(
                    at == other || !value.to_uppercase().contains(&inner.to_uppercase()),
                    "{inner} in {value}"
                );
            }
        }
        let note = b"Zq portrait canary q";
        assert!(canary.portrait.windows(note.len()).any(|window| window == note));
    }
}
