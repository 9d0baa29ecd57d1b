//! Names and numbers of a foreign worker, in the one form in which they are sent.
//!
//! A name goes as the machine-readable zone of the passport has it (ICAO Doc 9303, parts 3 and 4), because registration
//! fails on the spelling of a name first of all. Numbers are opaque: they are normalised, and what looks unusual gets a
//! warning, never a refusal. Nothing here reads a clock, a file or the network, and no error carries what was typed.

mod check;
mod country;
mod day;
mod error;
mod fold;
mod mrz;
mod name;
mod number;

pub use check::{check_digit, mod_11_2_is_valid};
pub use country::CountryCode;
pub use day::Day;
pub use error::{IdentityError, IdentityWarning};
pub use mrz::{Mrz, MrzChange, MrzCorrection, MrzDate, MrzFault, MrzFormat, MrzReading, Sex, read_mrz};
pub use name::{
    ChineseName, MrzName, NAME_INPUT, NAME_LEN, NameAdvice, NameForm, NameForms, NameQuestion, NameRule, NameStep,
    chinese_beside, mrz_name, mrz_name_for, mrz_name_typed, name_advice,
};
pub use number::{
    CardNumber, Certainty, FieldAnswer, FieldWanted, HeldNumber, IssuanceNumber, Normalised, NumberHistory, NumberKind,
    NumberNote, PassportNumber, PermanentResidentEdition, PermanentResidentNumber, PermitNumber, Recognised,
    SocialSecurityNumber, SocialSecurityParts, recognise,
};
