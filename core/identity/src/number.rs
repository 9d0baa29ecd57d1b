use std::fmt;

use crate::{IdentityError, IdentityWarning, check::mod_11_2_is_valid, fold};

/// A number in the form in which it is sent, and what looked unusual about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised<T> {
    /// The number.
    pub value: T,
    /// What the holder should look at once more; the number is taken all the same.
    pub warning: Option<IdentityWarning>,
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The number as it is sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

number! {
    /// The number of a work permit (工作许可号码). Opaque: no published structure, no check digit. `Debug` shows no value.
    PermitNumber
}

number! {
    /// A foreigner's social security number (社会保障号码). Its rule is not published as a whole, so that an unknown shape is
    /// only warned about. `Debug` shows no value.
    SocialSecurityNumber
}

number! {
    /// The number of a passport. `Debug` shows no value.
    PassportNumber
}

impl PermitNumber {
    /// Folds full-width forms, drops spaces and hyphens, turns to upper case. Warns when there are not 18 characters.
    ///
    /// # Errors
    /// [`IdentityError::PermitNumberInvalid`] when not 6 to 20 of A–Z and 0–9 are left.
    pub fn normalise(text: &str) -> Result<Normalised<Self>, IdentityError> {
        let number = fold::number(text, 6, 20).ok_or(IdentityError::PermitNumberInvalid)?;
        let warning = (number.len() != 18).then_some(IdentityWarning::PermitNumberUnusual);
        Ok(Normalised {
            value: Self(number),
            warning,
        })
    }
}

impl SocialSecurityNumber {
    /// Folds as [`PermitNumber::normalise`]. Warns unless it is three letters, a digit and 14 letters or digits, or 18
    /// characters with a valid MOD 11-2 check character.
    ///
    /// # Errors
    /// [`IdentityError::SocialSecurityNumberInvalid`] when not 1 to 32 of A–Z and 0–9 are left.
    pub fn normalise(text: &str) -> Result<Normalised<Self>, IdentityError> {
        let number = fold::number(text, 1, 32).ok_or(IdentityError::SocialSecurityNumberInvalid)?;
        let country_shape = number.len() == 18
            && number.bytes().take(3).all(|b| b.is_ascii_uppercase())
            && number.as_bytes().get(3).is_some_and(u8::is_ascii_digit);
        let usual = country_shape || mod_11_2_is_valid(&number);
        let warning = (!usual).then_some(IdentityWarning::SocialSecurityNumberUnusual);
        Ok(Normalised {
            value: Self(number),
            warning,
        })
    }
}

impl PassportNumber {
    /// Folds as [`PermitNumber::normalise`], and drops the fillers `<` of a machine-readable zone at the end. Warns when
    /// there are more than the 9 characters of a passport (ICAO Doc 9303-4, 4.2.2).
    ///
    /// # Errors
    /// [`IdentityError::PassportNumberInvalid`] when not 1 to 20 of A–Z and 0–9 are left.
    pub fn normalise(text: &str) -> Result<Normalised<Self>, IdentityError> {
        let text = text.trim().trim_end_matches('<');
        let number = fold::number(text, 1, 20).ok_or(IdentityError::PassportNumberInvalid)?;
        let warning = (number.len() > 9).then_some(IdentityWarning::PassportNumberUnusual);
        Ok(Normalised {
            value: Self(number),
            warning,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_each_way_of_typing() {
        for text in [
            "1234 5678-9012‐3456 78",
            "１２３４５６７８９０１２３４５６７８",
            "\u{200b}123456789012345678\u{3000}",
        ] {
            let number = PermitNumber::normalise(text).unwrap();
            assert_eq!((number.value.as_str(), number.warning), ("123456789012345678", None));
        }
        assert_eq!(PermitNumber::normalise("ａbc123").unwrap().value.as_str(), "ABC123");
    }

    #[test]
    fn permit_number_is_refused_only_when_it_cannot_be_one() {
        assert_eq!(
            PermitNumber::normalise("ABC123").unwrap().warning,
            Some(IdentityWarning::PermitNumberUnusual)
        );
        assert!(PermitNumber::normalise(&"A".repeat(20)).is_ok());
        for text in [
            "",
            "ABC12",
            &"A".repeat(21),
            "ABC_123",
            "许可证123456",
            "ABC123\u{0}",
            "²12345",
        ] {
            assert_eq!(
                PermitNumber::normalise(text),
                Err(IdentityError::PermitNumberInvalid),
                "{text}"
            );
        }
    }

    #[test]
    fn social_security_number_is_warned_about() {
        for usual in ["ESP000000000000001", "usa0 00000 123456789", "911398199012310021"] {
            assert_eq!(SocialSecurityNumber::normalise(usual).unwrap().warning, None, "{usual}");
        }
        for unusual in ["ESP00000000000001", "ESPA00000000000001", "911398199012310022", "1"] {
            assert_eq!(
                SocialSecurityNumber::normalise(unusual).unwrap().warning,
                Some(IdentityWarning::SocialSecurityNumberUnusual),
                "{unusual}"
            );
        }
        for refused in ["", "社会保障", &"1".repeat(33)] {
            assert!(SocialSecurityNumber::normalise(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn passport_number_drops_fillers() {
        assert_eq!(
            PassportNumber::normalise("xdb 123456").unwrap().value.as_str(),
            "XDB123456"
        );
        assert_eq!(PassportNumber::normalise("AB2134<<<").unwrap().value.as_str(), "AB2134");
        assert_eq!(
            PassportNumber::normalise("L898902C36").unwrap().warning,
            Some(IdentityWarning::PassportNumberUnusual)
        );
        for refused in ["", "<<<", "A<B", &"1".repeat(21)] {
            assert!(PassportNumber::normalise(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn hostile_length_is_refused_before_it_is_read() {
        let long = " ".repeat(10_000_000) + "123456789012345678";
        assert!(PermitNumber::normalise(&long).is_err());
    }

    #[test]
    fn debug_shows_no_number() {
        let number = PassportNumber::normalise("CANARY77").unwrap();
        assert!(!format!("{number:?}").contains("CANARY"));
    }
}
