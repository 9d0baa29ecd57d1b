use std::fmt;

use super::country;
use crate::{CountryCode, Day, IdentityError, IdentityWarning, Normalised, Sex, check_digit, fold, mod_11_2_is_valid};

/// Which card a permanent resident's number is of. Both are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PermanentResidentEdition {
    /// 15 characters: three letters of the nationality, four digits of the place of first issue, birth day `YYMMDD`, sequence
    /// digit, check digit by ICAO Doc 9303-3, 4.9.
    Of2017,
    /// 18 characters, from 1 December 2023: `9`, two digits of the province, three of the nationality (ISO 3166-1 numeric),
    /// birth day `YYYYMMDD`, three of the sequence, check character by ISO/IEC 7064 MOD 11-2.
    Of2023,
}

/// The number of a foreigner's permanent-resident card (外国人永久居留身份证). `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PermanentResidentNumber(String);

impl PermanentResidentNumber {
    /// Folds full-width forms, drops spaces and hyphens, turns to upper case. Both editions are taken. Warns when the birth
    /// day is none or the nationality is in no list.
    ///
    /// # Errors
    /// [`IdentityError::PermanentResidentNumberInvalid`] for another form,
    /// [`IdentityError::PermanentResidentNumberCheck`] when the check character does not agree: both rules are published.
    pub fn normalise(text: &str) -> Result<Normalised<Self>, IdentityError> {
        let number = fold::number(text, 15, 18).ok_or(IdentityError::PermanentResidentNumberInvalid)?;
        if !has_form(&number) {
            return Err(IdentityError::PermanentResidentNumberInvalid);
        }
        let value = Self(number);
        let good = match value.edition() {
            PermanentResidentEdition::Of2017 => value
                .0
                .split_at_checked(14)
                .is_some_and(|(body, check)| check_digit(body).is_some_and(|digit| check == digit.to_string())),
            PermanentResidentEdition::Of2023 => mod_11_2_is_valid(&value.0),
        };
        if !good {
            return Err(IdentityError::PermanentResidentNumberCheck);
        }
        let usual = value.birth_parts().is_some() && value.nationality().is_some();
        let warning = (!usual).then_some(IdentityWarning::PermanentResidentNumberUnusual);
        Ok(Normalised { value, warning })
    }

    /// The number as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which card it is of.
    pub fn edition(&self) -> PermanentResidentEdition {
        if self.0.len() == 15 {
            PermanentResidentEdition::Of2017
        } else {
            PermanentResidentEdition::Of2023
        }
    }

    /// The nationality, if it is in the list of ISO 3166-1.
    pub fn nationality(&self) -> Option<CountryCode> {
        let letters = match self.edition() {
            PermanentResidentEdition::Of2017 => self.0.get(..3).filter(|code| country::is_country(code))?,
            PermanentResidentEdition::Of2023 => country::by_number(self.0.get(3..6)?)?,
        };
        CountryCode::normalise(letters).ok()
    }

    /// The division code of the place of first issue (GB/T 2260): four digits of a province and a city, or two of a province.
    pub fn place(&self) -> &str {
        let range = match self.edition() {
            PermanentResidentEdition::Of2017 => 3..7,
            PermanentResidentEdition::Of2023 => 1..3,
        };
        self.0.get(range).unwrap_or_default()
    }

    /// The birth day; in a number of 2017, which has two digits of the year, the latest one not after `today`.
    pub fn birth(&self, today: Day) -> Option<Day> {
        let (year, month, day) = self.birth_parts()?;
        let year = match self.edition() {
            PermanentResidentEdition::Of2023 => year,
            PermanentResidentEdition::Of2017 => {
                let latest = today.year() / 100 * 100 + year;
                let past = Day::new(latest, month, day).is_some_and(|birth| birth <= today);
                if past { latest } else { latest.saturating_sub(100) }
            }
        };
        Day::new(year, month, day)
    }

    /// The sex by the sequence digit: odd is male.
    pub fn sex(&self) -> Option<Sex> {
        let at = self.0.len().checked_sub(2)?;
        let digit = self.0.as_bytes().get(at)?;
        Some(if digit % 2 == 1 { Sex::Male } else { Sex::Female })
    }

    /// Year (of two digits in 2017), month and day, if there is such a day.
    fn birth_parts(&self) -> Option<(u16, u8, u8)> {
        let (year, rest) = match self.edition() {
            PermanentResidentEdition::Of2017 => (7..9, 9),
            PermanentResidentEdition::Of2023 => (6..10, 10),
        };
        let year: u16 = self.0.get(year)?.parse().ok()?;
        let month = self.0.get(rest..rest + 2)?.parse().ok()?;
        let day = self.0.get(rest + 2..rest + 4)?.parse().ok()?;
        // Of two digits, any century may be meant; 2000 was a leap year.
        Day::new(if year < 100 { 2000 + year } else { year }, month, day).map(|_| (year, month, day))
    }
}

impl fmt::Debug for PermanentResidentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PermanentResidentNumber(..)")
    }
}

/// Whether a number has the form, a birth day that is one, and a nationality of the list; the check character aside.
pub(super) fn is_plausible(number: &str) -> bool {
    has_form(number) && {
        let number = PermanentResidentNumber(number.to_owned());
        number.birth_parts().is_some() && number.nationality().is_some()
    }
}

/// Three letters and 12 digits, or `9`, 16 digits and a digit or `X`.
fn has_form(number: &str) -> bool {
    let all = |range: std::ops::Range<usize>, good: fn(&u8) -> bool| {
        number.as_bytes().get(range).is_some_and(|bytes| bytes.iter().all(good))
    };
    match number.len() {
        15 => all(0..3, u8::is_ascii_uppercase) && all(3..15, u8::is_ascii_digit),
        18 => {
            number.starts_with('9')
                && all(0..17, u8::is_ascii_digit)
                && all(17..18, |b| b.is_ascii_digit() || *b == b'X')
        }
        _ => false,
    }
}
