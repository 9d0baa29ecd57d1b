//! The machine-readable zone of a passport (TD3: two lines of 44) and of a card (TD1: three lines of 30), ICAO Doc 9303,
//! parts 3 to 5. Permanent-resident cards and travel documents of many states have one.

mod correct;
mod date;
mod layout;
mod read;

use std::fmt;

pub use correct::{MrzChange, MrzCorrection};
pub use date::MrzDate;
pub use read::read_mrz;

use crate::{CountryCode, MrzName, NameForms};

/// The size of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MrzFormat {
    /// TD3: a passport, two lines of 44 characters.
    Passport,
    /// TD1: a card, three lines of 30 characters.
    Card,
}

/// Sex as the zone has it; `<` (and `X`) stand for not stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// `F`, female.
    Female,
    /// `M`, male.
    Male,
}

/// The content of a zone whose check digits are all right. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Mrz {
    /// Passport or card.
    pub format: MrzFormat,
    /// Two characters without filler: `P`, `PP`, `PD`, `IR`.
    pub document_code: String,
    /// The issuing state or organisation.
    pub issuer: CountryCode,
    /// The name field.
    pub name: MrzName,
    /// A letter stands in the last place of the name field, so that the name may have been cut.
    pub name_is_possibly_cut: bool,
    /// The document's number without fillers, A–Z and 0–9; 1 to 9 characters, on a card up to 22.
    pub number: String,
    /// The nationality.
    pub nationality: CountryCode,
    /// The birth day, of which parts may be unknown.
    pub birth: MrzDate,
    /// The sex, if it is stated.
    pub sex: Option<Sex>,
    /// The last day of validity.
    pub expiry: MrzDate,
    /// Optional data without fillers at the end, such as a personal number; often empty. A card has two such fields.
    pub optional: [String; 2],
}

impl Mrz {
    /// The forms of the name that an authority may hold.
    pub fn name_forms(&self) -> NameForms {
        let cut = self.name_is_possibly_cut.then_some(match self.format {
            MrzFormat::Passport => layout::TD3_NAME,
            MrzFormat::Card => layout::TD1_NAME,
        });
        NameForms::of_field(&self.name, Some(&self.issuer), cut)
    }
}

impl fmt::Debug for Mrz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mrz")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// What is wrong with a zone. Codes only, no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MrzFault {
    /// The first letter is no passport's (`P`), or on a card none of `A`, `C`, `I`.
    Kind,
    /// A digit stands where only letters can, or a letter where only digits can.
    Character,
    /// A state or nationality is no code.
    Country,
    /// The name field is empty or malformed.
    Name,
    /// The document's number and its check digit do not agree.
    NumberCheck,
    /// The birth day and its check digit do not agree.
    BirthCheck,
    /// The birth day or the day of expiry is no day.
    Date,
    /// The day of expiry and its check digit do not agree.
    ExpiryCheck,
    /// The optional data and their check digit do not agree.
    OptionalCheck,
    /// The check digit over everything does not agree.
    CompositeCheck,
}

impl MrzFault {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Kind => "identity.mrz_kind",
            Self::Character => "identity.mrz_place",
            Self::Country => "identity.mrz_country",
            Self::Name => "identity.mrz_name",
            Self::NumberCheck => "identity.mrz_number_check",
            Self::BirthCheck => "identity.mrz_birth_check",
            Self::Date => "identity.mrz_date",
            Self::ExpiryCheck => "identity.mrz_expiry_check",
            Self::OptionalCheck => "identity.mrz_optional_check",
            Self::CompositeCheck => "identity.mrz_composite_check",
        }
    }

    /// Every fault.
    pub const ALL: &'static [Self] = &[
        Self::Kind,
        Self::Character,
        Self::Country,
        Self::Name,
        Self::NumberCheck,
        Self::BirthCheck,
        Self::Date,
        Self::ExpiryCheck,
        Self::OptionalCheck,
        Self::CompositeCheck,
    ];
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MrzReading {
    /// Everything agrees.
    Good(Box<Mrz>),
    /// Something does not agree.
    Faulty {
        /// What, each once.
        faults: Vec<MrzFault>,
        /// Readings with characters taken for similar ones (`0` for `O`, `1` for `I`) that would agree, fewest changes
        /// first, at most four. A person compares them with the document; none is taken unasked.
        corrections: Vec<MrzCorrection>,
    },
}

#[cfg(test)]
mod tests;
