use super::{PassportNumber, PermanentResidentEdition, PermanentResidentNumber, SocialSecurityNumber, country};
use crate::CountryCode;

/// The parts of a foreigner's social security number in its usual form. The rule behind it is not published as a whole, so
/// that they explain and never decide. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct SocialSecurityParts {
    /// Three letters of the country (ISO 3166-1 alpha-3), `DEU` for Germany.
    pub country: String,
    /// The reserved digit, `0` as a rule.
    pub reserved: char,
    /// The number of the document that it was made from, without the zeros in front.
    pub document: String,
}

impl std::fmt::Debug for SocialSecurityParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SocialSecurityParts(..)")
    }
}

/// The number of a document has 14 places, filled with zeros in front.
const PLACES: usize = 14;

impl SocialSecurityNumber {
    /// Country, reserved digit and document number, if it has the usual form: three letters, a digit, 14 places.
    pub fn parts(&self) -> Option<SocialSecurityParts> {
        let number = self.as_str();
        let (country, rest) = number.split_at_checked(3)?;
        let reserved = rest.chars().next().filter(char::is_ascii_digit)?;
        let document = rest.get(1..)?;
        if document.len() != PLACES || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return None;
        }
        Some(SocialSecurityParts {
            country: country.to_owned(),
            reserved,
            document: document.trim_start_matches('0').to_owned(),
        })
    }

    /// The usual number of somebody with this passport, for "does mine look right?". Nothing where the state has no three
    /// letters of ISO 3166-1 (such as GBD or UNO: look at the card), or the number is longer than 14. A hint only: the number
    /// on the card stands, and may come from an older passport.
    pub fn usual_for(passport: &PassportNumber, issuer: &CountryCode) -> Option<Self> {
        let country = Some(issuer.alpha3()).filter(|code| country::is_country(code))?;
        let number = passport.as_str();
        (number.len() <= PLACES).then(|| Self(format!("{country}0{number:0>PLACES$}")))
    }

    /// The usual number of a permanent resident: the number of a card of 2023 itself; of one of 2017 the letters, `0` and the
    /// digits. A hint only.
    pub fn usual_for_resident(number: &PermanentResidentNumber) -> Option<Self> {
        match number.edition() {
            PermanentResidentEdition::Of2023 => Some(Self(number.as_str().to_owned())),
            PermanentResidentEdition::Of2017 => {
                let (country, digits) = number.as_str().split_at_checked(3)?;
                Some(Self(format!("{country}0{digits:0>PLACES$}")))
            }
        }
    }

    /// Whether it was made from this document's number, as far as its usual form tells. Zeros in front do not count.
    pub fn is_from(&self, document: &str) -> bool {
        self.parts()
            .is_some_and(|parts| !parts.document.is_empty() && parts.document == document.trim_start_matches('0'))
    }
}
