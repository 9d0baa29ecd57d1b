use std::fmt;

use crate::{IdentityError, fold};

/// A state or nationality as a passport's machine-readable zone names it (ICAO Doc 9303-3, 5): three letters, or `D` for
/// Germany. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CountryCode(String);

impl CountryCode {
    /// Takes a code in any case, with or without fillers. `D`, `D<<` and `DEU` are all Germany, which passports write `D`.
    ///
    /// # Errors
    /// [`IdentityError::CountryInvalid`] for anything but three letters or `D`. That the code is in use is not checked.
    pub fn normalise(text: &str) -> Result<Self, IdentityError> {
        let code = fold::number(text.trim().trim_end_matches('<'), 1, 3).ok_or(IdentityError::CountryInvalid)?;
        if code == "D" || code == "DEU" {
            Ok(Self("D".to_owned()))
        } else if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Self(code))
        } else {
            Err(IdentityError::CountryInvalid)
        }
    }

    /// The code as it is sent: `ESP`, `D`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code with three letters for Germany too (ISO 3166-1 alpha-3): `ESP`, `DEU`.
    pub fn alpha3(&self) -> &str {
        if self.0 == "D" { "DEU" } else { &self.0 }
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CountryCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn germany_has_one_form() {
        for text in ["D", "d", "D<<", "DEU", "deu", " Ｄ "] {
            let code = CountryCode::normalise(text).unwrap();
            assert_eq!((code.as_str(), code.alpha3()), ("D", "DEU"), "{text}");
        }
    }

    #[test]
    fn three_letters_or_refused() {
        assert_eq!(CountryCode::normalise("esp").unwrap().as_str(), "ESP");
        assert_eq!(CountryCode::normalise("GBD").unwrap().alpha3(), "GBD");
        for text in ["", "E", "ES", "E<S", "ESPA", "E5P", "西班牙", "<<<"] {
            assert_eq!(
                CountryCode::normalise(text),
                Err(IdentityError::CountryInvalid),
                "{text}"
            );
        }
    }
}
