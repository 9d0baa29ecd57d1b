//! From a person of the register to what is signed.

use permitcard_credential::permit::{
    Category, Day, Employment, FileData, Permit, Person as PermitPerson, Portrait, PortraitFormat, SocialSecurity,
};

use crate::{AuthorityError, store::Person};

/// The permit of a person. `test`: it proves nothing about a person.
pub(super) fn permit(person: &Person, test: bool) -> Result<Permit, AuthorityError> {
    let day = |days: i64| i32::try_from(days).map(Day).map_err(|_| AuthorityError::DataDamaged);
    let category = match person.category.as_str() {
        "A" => Category::A,
        "B" => Category::B,
        "C" => Category::C,
        _ => return Err(AuthorityError::DataDamaged),
    };
    Ok(Permit {
        test,
        category,
        valid_until: person.valid_until,
        restrictions: person.restrictions,
        person: PermitPerson {
            name: shown_name(&person.mrz_name),
            nationality: person.nationality.clone(),
        },
        portrait: Some(Portrait {
            bytes: person.portrait.clone(),
            format: PortraitFormat::Png,
        }),
        employment: Some(Employment {
            employer: person.employer.clone(),
            employer_id: person.employer_id.clone(),
            occupation: person.occupation.clone(),
            place: person.place.clone(),
        }),
        social_security: person.social_security_number.clone().map(|number| SocialSecurity {
            number,
            insurance_record: person.insurance_record.clone().unwrap_or_default(),
        }),
        file: Some(FileData {
            birth_day: day(person.birth_day)?,
            passport: person.passport.clone(),
            permit_number: person.permit_number.clone(),
            phone: person.contact.clone(),
        }),
    })
}

/// The name of the machine-readable zone with spaces inside of the two parts: `GARCIA LOPEZ<<MARIA`.
fn shown_name(mrz_name: &str) -> String {
    let parts: Vec<String> = mrz_name.split("<<").map(|part| part.replace('<', " ")).collect();
    parts.join("<<")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_length_and_their_two_parts() {
        assert_eq!(shown_name("GARCIA<LOPEZ<<MARIA"), "GARCIA LOPEZ<<MARIA");
        assert_eq!(shown_name("SUKARNO"), "SUKARNO");
    }
}
