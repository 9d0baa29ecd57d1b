use permitcard_identity::{self as identity, CountryCode, IdentityError};
use permitcard_wallet::NameAdviceView;

use crate::{
    PermitCardError, panics,
    types::{MrzReading, NameAdvice, Recognised},
};

/// Reads the machine-readable zone of a passport or card, as scanned or typed: fields, or what is wrong and which
/// corrections would agree. Spaces, small letters and full-width forms do not matter. Stores and sends nothing.
///
/// # Errors
/// `InvalidInput` for a text that is no zone: `identity.mrz_lines`, `identity.mrz_character`.
#[uniffi::export]
pub fn read_mrz(text: String) -> Result<MrzReading, PermitCardError> {
    panics::guard(|| Ok(identity::read_mrz(&text).map_err(wrong)?.into()))
}

/// Under which other name an authority may hold a person, and what to ask the employer, the most telling first; from the
/// passport alone. `name` as the passport has it: the name field, or surname and given names with a comma between.
/// `issuer`: the state of the passport, three letters or `D`. `chinese`: there is a Chinese name as well.
///
/// # Errors
/// `InvalidInput` for what is no name, or does not say where the surname ends, and for what is no state.
#[uniffi::export]
pub fn name_advice(name: String, issuer: Option<String>, chinese: bool) -> Result<Vec<NameAdvice>, PermitCardError> {
    panics::guard(|| {
        let issuer = issuer
            .map(|issuer| CountryCode::normalise(&issuer))
            .transpose()
            .map_err(wrong)?;
        let name = identity::mrz_name_typed(&name).map_err(wrong)?.name;
        let advice = identity::name_advice(&name, issuer.as_ref(), chinese);
        Ok(advice.into_iter().map(|one| NameAdviceView::from(one).into()).collect())
    })
}

/// What a number on a foreign worker's papers may be, the surest first. Nothing is decided: several kinds have no published
/// form, and forms overlap.
///
/// # Errors
/// `InvalidInput` (`identity.number_unknown`) for what can be none of them.
#[uniffi::export]
pub fn recognise_number(text: String) -> Result<Vec<Recognised>, PermitCardError> {
    panics::guard(|| {
        let found = identity::recognise(&text).map_err(wrong)?;
        Ok(found.into_iter().map(Into::into).collect())
    })
}

fn wrong(error: IdentityError) -> PermitCardError {
    PermitCardError::invalid(error.code())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Certainty, NumberKind, Sex};

    /// The example of ICAO Doc 9303-4, appendix B.
    const PASSPORT: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

    #[test]
    fn a_zone_is_read_and_a_misread_one_corrected() {
        let MrzReading::Good { mrz } = read_mrz(PASSPORT.to_owned()).unwrap() else {
            panic!("it is good");
        };
        assert_eq!(
            (mrz.surname.as_str(), mrz.given_names.as_str()),
            ("ERIKSSON", "ANNA MARIA")
        );
        assert_eq!((mrz.number.as_str(), mrz.sex), ("L898902C3", Some(Sex::Female)));
        assert_eq!(
            (mrz.birth.year, mrz.birth.month, mrz.birth.day),
            (Some(74), Some(8), Some(12))
        );
        let MrzReading::Faulty { faults, corrections } = read_mrz(PASSPORT.replace("L898902", "L8989O2")).unwrap()
        else {
            panic!("it is faulty");
        };
        assert!(faults.contains(&"identity.mrz_number_check".to_owned()), "{faults:?}");
        assert_eq!(corrections[0].text, PASSPORT);
        let change = &corrections[0].changes[0];
        assert_eq!(
            (change.line, change.place, change.from.as_str(), change.to.as_str()),
            (1, 5, "O", "0")
        );
        assert_eq!(corrections[0].mrz, mrz);
        let shown = format!("{mrz:?} {corrections:?} {:?} {change:?}", mrz.birth);
        assert!(
            !["ERIKSSON", "L898902", "74", "UTO"]
                .iter()
                .any(|value| shown.contains(value)),
            "{shown}"
        );
        assert_eq!(
            read_mrz("x".to_owned()),
            Err(PermitCardError::invalid("identity.mrz_lines"))
        );
    }

    #[test]
    fn a_name_of_a_passport_is_advised_about() {
        let advice = name_advice("GARCIA<LOPEZ<<MARIA".to_owned(), Some("ESP".to_owned()), false).unwrap();
        let part = advice
            .iter()
            .find(|one| one.question == "identity.ask_surname_part")
            .unwrap();
        assert!(part.held_as.contains(&"GARCIA<<MARIA".to_owned()));
        let chinese = name_advice("García López, María".to_owned(), None, true).unwrap();
        assert!(chinese.iter().any(|one| one.question == "identity.ask_chinese_name"));
        for (name, issuer, code) in [
            ("", None, "identity.name_empty"),
            ("María García López", None, "identity.name_parts_unclear"),
            ("GARCIA<<MARIA", Some("??".to_owned()), "identity.country_invalid"),
        ] {
            assert_eq!(
                name_advice(name.to_owned(), issuer, false),
                Err(PermitCardError::invalid(code)),
                "{name}"
            );
        }
    }

    #[test]
    fn a_number_is_recognised() {
        let found = recognise_number("911398199012310021".to_owned()).unwrap();
        assert_eq!(
            (found[0].kind, found[0].certainty),
            (NumberKind::PermanentResident, Certainty::Certain)
        );
        assert!(!format!("{found:?}").contains("9113981"));
        // One that was mistyped is warned about, and never refused.
        let found = recognise_number("911124198108030028".to_owned()).unwrap();
        assert_eq!(
            found[0].warning.as_deref(),
            Some("identity.permanent_resident_number_wrong")
        );
        assert_eq!(
            recognise_number("?!".to_owned()),
            Err(PermitCardError::invalid("identity.number_unknown"))
        );
    }
}
