use std::fmt;

use permitcard_identity as core;

/// The size of a document with a machine-readable zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum MrzFormat {
    /// TD3: a passport, two lines of 44 characters.
    Passport,
    /// TD1: a card, three lines of 30 characters.
    Card,
}

impl From<core::MrzFormat> for MrzFormat {
    fn from(format: core::MrzFormat) -> Self {
        match format {
            core::MrzFormat::Passport => Self::Passport,
            core::MrzFormat::Card => Self::Card,
        }
    }
}

/// Sex as the zone has it, where it is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl From<core::Sex> for Sex {
    fn from(sex: core::Sex) -> Self {
        match sex {
            core::Sex::Female => Self::Female,
            core::Sex::Male => Self::Male,
        }
    }
}

/// A date with a year of two digits, whose parts may be unknown. `Debug` shows no value.
#[derive(Clone, Copy, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct MrzDate {
    /// The last two digits of the year.
    pub year: Option<u8>,
    /// The month, 1–12.
    pub month: Option<u8>,
    /// The day of the month, 1–31.
    pub day: Option<u8>,
}

impl fmt::Debug for MrzDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzDate { .. }")
    }
}

impl From<core::MrzDate> for MrzDate {
    fn from(date: core::MrzDate) -> Self {
        let core::MrzDate { year, month, day } = date;
        Self { year, month, day }
    }
}

/// The content of a machine-readable zone whose check digits are all right (ICAO Doc 9303). `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Mrz {
    /// Passport or card.
    pub format: MrzFormat,
    /// Two characters without filler: `P`, `PP`, `PD`, `IR`.
    pub document_code: String,
    /// The issuing state or organisation, as passports write it: `ESP`, `D`.
    pub issuer: String,
    /// The name field without fillers at the end: `GARCIA<LOPEZ<<MARIA`.
    pub name: String,
    /// The surname in words; the whole name of a person with one name only.
    pub surname: String,
    /// The given names in words; empty if there are none.
    pub given_names: String,
    /// The name may have been cut to the field.
    pub name_is_possibly_cut: bool,
    /// The document's number without fillers, A–Z and 0–9.
    pub number: String,
    /// The nationality.
    pub nationality: String,
    /// The birth day.
    pub birth: MrzDate,
    /// The sex, if it is stated.
    pub sex: Option<Sex>,
    /// The last day of validity.
    pub expiry: MrzDate,
    /// Optional data, such as a personal number; both often empty.
    pub optional: Vec<String>,
}

impl fmt::Debug for Mrz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mrz")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

impl From<core::Mrz> for Mrz {
    fn from(mrz: core::Mrz) -> Self {
        let core::Mrz {
            format,
            document_code,
            issuer,
            name,
            name_is_possibly_cut,
            number,
            nationality,
            birth,
            sex,
            expiry,
            optional,
        } = mrz;
        Self {
            format: format.into(),
            document_code,
            issuer: issuer.as_str().to_owned(),
            name: name.as_str().to_owned(),
            surname: name.primary().replace('<', " "),
            given_names: name.secondary().replace('<', " "),
            name_is_possibly_cut,
            number,
            nationality: nationality.as_str().to_owned(),
            birth: birth.into(),
            sex: sex.map(Into::into),
            expiry: expiry.into(),
            optional: optional.into(),
        }
    }
}

/// One character taken for another. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct MrzChange {
    /// The line, from 0.
    pub line: u32,
    /// The place in the line, from 0.
    pub place: u32,
    /// The character that was read.
    pub from: String,
    /// The character that would agree.
    pub to: String,
}

impl fmt::Debug for MrzChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzChange { .. }")
    }
}

impl From<core::MrzChange> for MrzChange {
    fn from(change: core::MrzChange) -> Self {
        let core::MrzChange { line, place, from, to } = change;
        // A zone has at most 90 characters: both always fit.
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            line: number(line),
            place: number(place),
            from: from.to_string(),
            to: to.to_string(),
        }
    }
}

/// A reading that would agree, for a person to compare with the document. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct MrzCorrection {
    /// All lines with the changes, separated by line feeds.
    pub text: String,
    /// The changes, in the order of their places.
    pub changes: Vec<MrzChange>,
    /// What it would say.
    pub mrz: Mrz,
}

impl fmt::Debug for MrzCorrection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzCorrection { .. }")
    }
}

impl From<core::MrzCorrection> for MrzCorrection {
    fn from(correction: core::MrzCorrection) -> Self {
        let core::MrzCorrection { text, changes, mrz } = correction;
        Self {
            text,
            changes: changes.into_iter().map(Into::into).collect(),
            mrz: mrz.into(),
        }
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum MrzReading {
    /// Everything agrees.
    Good {
        /// The fields.
        mrz: Mrz,
    },
    /// Something does not agree.
    Faulty {
        /// The stable codes of what, each once; `explain` has the words.
        faults: Vec<String>,
        /// Readings with characters taken for similar ones that would agree, fewest changes first, at most four. None is
        /// taken unasked.
        corrections: Vec<MrzCorrection>,
    },
}

impl From<core::MrzReading> for MrzReading {
    fn from(reading: core::MrzReading) -> Self {
        match reading {
            core::MrzReading::Good(mrz) => Self::Good { mrz: (*mrz).into() },
            core::MrzReading::Faulty { faults, corrections } => Self::Faulty {
                faults: faults.into_iter().map(|fault| fault.code().to_owned()).collect(),
                corrections: corrections.into_iter().map(Into::into).collect(),
            },
        }
    }
}
