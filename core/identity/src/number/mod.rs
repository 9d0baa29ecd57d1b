//! The numbers of a foreign worker's papers: normalised, explained, warned about.

mod country;
mod field;
mod history;
mod permanent;
mod recognise;
mod social;

use std::fmt;

pub use field::{FieldAnswer, FieldWanted, NumberNote};
pub use history::{HeldNumber, NumberHistory};
pub use permanent::{PermanentResidentEdition, PermanentResidentNumber};
pub use recognise::{Certainty, NumberKind, Recognised, recognise};
pub use social::SocialSecurityParts;

use crate::{IdentityError, IdentityWarning, check::mod_11_2_is_valid, check_digit, fold};

/// A number in the form in which it is sent, and what looked unusual about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised<T> {
    /// The number.
    pub value: T,
    /// What the holder should look at once more; the number is taken all the same.
    pub warning: Option<IdentityWarning>,
}

/// Declares a number that is a text of A–Z and 0–9 and shows no value.
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

number! {
    /// The number of a physical social security card (社保卡卡号), often two letters and seven digits. `Debug` shows no value.
    CardNumber
}

number! {
    /// The issuance number of an electronic social security card (签发号). Opaque. `Debug` shows no value.
    IssuanceNumber
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
    /// there are more than the 9 characters of a passport (ICAO Doc 9303-4, 4.2.2), and when the tenth is the check digit of
    /// the other nine, as in the zone.
    ///
    /// # Errors
    /// [`IdentityError::PassportNumberInvalid`] when not 1 to 20 of A–Z and 0–9 are left.
    pub fn normalise(text: &str) -> Result<Normalised<Self>, IdentityError> {
        let text = text.trim().trim_end_matches('<');
        let number = fold::number(text, 1, 20).ok_or(IdentityError::PassportNumberInvalid)?;
        let with_check = number
            .split_at_checked(9)
            .is_some_and(|(nine, tenth)| check_digit(nine).is_some_and(|digit| tenth == digit.to_string()));
        let warning = match number.len() {
            10 if with_check => Some(IdentityWarning::PassportNumberWithCheck),
            ..=9 => None,
            _ => Some(IdentityWarning::PassportNumberUnusual),
        };
        Ok(Normalised {
            value: Self(number),
            warning,
        })
    }
}

impl CardNumber {
    /// Folds as [`PermitNumber::normalise`]. Warns unless it is two letters and seven digits.
    ///
    /// # Errors
    /// [`IdentityError::CardNumberInvalid`] when not 5 to 32 of A–Z and 0–9 are left.
    pub fn normalise(text: &str) -> Result<Normalised<Self>, IdentityError> {
        let number = fold::number(text, 5, 32).ok_or(IdentityError::CardNumberInvalid)?;
        let warning = (!is_card_shape(&number)).then_some(IdentityWarning::CardNumberUnusual);
        Ok(Normalised {
            value: Self(number),
            warning,
        })
    }
}

/// Two letters and seven digits.
fn is_card_shape(number: &str) -> bool {
    number.len() == 9
        && number.bytes().enumerate().all(|(at, b)| {
            if at < 2 {
                b.is_ascii_uppercase()
            } else {
                b.is_ascii_digit()
            }
        })
}

impl IssuanceNumber {
    /// Folds as [`PermitNumber::normalise`]. Never warns: nothing about its form is published.
    ///
    /// # Errors
    /// [`IdentityError::IssuanceNumberInvalid`] when not 4 to 64 of A–Z and 0–9 are left.
    pub fn normalise(text: &str) -> Result<Normalised<Self>, IdentityError> {
        let number = fold::number(text, 4, 64).ok_or(IdentityError::IssuanceNumberInvalid)?;
        Ok(Normalised {
            value: Self(number),
            warning: None,
        })
    }
}

#[cfg(test)]
mod tests;
