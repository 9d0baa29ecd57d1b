use std::fmt;

use permitcard_credential::permit;

/// The category of a work permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Category {
    /// High-end talent.
    A,
    /// Professional.
    B,
    /// Other, such as seasonal and non-technical work.
    C,
}

impl From<permit::Category> for Category {
    fn from(category: permit::Category) -> Self {
        match category {
            permit::Category::A => Self::A,
            permit::Category::B => Self::B,
            permit::Category::C => Self::C,
        }
    }
}

/// What a presentation shows: the part that is always visible, and the groups of its profile. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Disclosed {
    /// Set by the sandbox: proves nothing about a person.
    pub test: bool,
    /// The category.
    pub category: Category,
    /// The last day of the permit, in days since 1970-01-01.
    pub valid_until: i32,
    /// Restriction bits, 0 to 23.
    pub restrictions: u8,
    /// Name and nationality, if shown.
    pub person: Option<Person>,
    /// The portrait, if shown.
    pub portrait: Option<Portrait>,
    /// The work, if shown.
    pub employment: Option<Employment>,
    /// The social security record, if shown.
    pub social_security: Option<SocialSecurity>,
    /// Numbers and dates of the file, if shown.
    pub file: Option<FileData>,
}

impl From<permit::Disclosed> for Disclosed {
    fn from(disclosed: permit::Disclosed) -> Self {
        let permit::Disclosed {
            test,
            category,
            valid_until,
            restrictions,
            person,
            portrait,
            employment,
            social_security,
            file,
        } = disclosed;
        Self {
            test,
            category: category.into(),
            valid_until: valid_until.0,
            restrictions,
            person: person.map(Into::into),
            portrait: portrait.map(Into::into),
            employment: employment.map(Into::into),
            social_security: social_security.map(Into::into),
            file: file.map(Into::into),
        }
    }
}

/// Who it is. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Person {
    /// The name as in the machine-readable zone of the passport.
    pub name: String,
    /// The nationality, a code of ICAO 9303 (three letters; Germany has one).
    pub nationality: String,
}

impl From<permit::Person> for Person {
    fn from(person: permit::Person) -> Self {
        let permit::Person { name, nationality } = person;
        Self { name, nationality }
    }
}

/// The small portrait inside of the credential. `Debug` shows no byte.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Portrait {
    /// The picture file.
    pub bytes: Vec<u8>,
    /// Its media type, such as `image/webp`.
    pub media_type: String,
}

impl From<permit::Portrait> for Portrait {
    fn from(portrait: permit::Portrait) -> Self {
        let permit::Portrait { bytes, format } = portrait;
        Self {
            bytes,
            media_type: format.media_type().to_owned(),
        }
    }
}

/// The work. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Employment {
    /// The employer's name.
    pub employer: String,
    /// The employer's unified social credit code.
    pub employer_id: String,
    /// The occupation.
    pub occupation: String,
    /// The place of work, a division code or a text.
    pub place: String,
}

impl From<permit::Employment> for Employment {
    fn from(employment: permit::Employment) -> Self {
        let permit::Employment {
            employer,
            employer_id,
            occupation,
            place,
        } = employment;
        Self {
            employer,
            employer_id,
            occupation,
            place,
        }
    }
}

/// The social security record. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct SocialSecurity {
    /// The social security number.
    pub number: String,
    /// Where and in what state the person is insured.
    pub insurance_record: String,
}

impl From<permit::SocialSecurity> for SocialSecurity {
    fn from(record: permit::SocialSecurity) -> Self {
        let permit::SocialSecurity {
            number,
            insurance_record,
        } = record;
        Self {
            number,
            insurance_record,
        }
    }
}

/// Numbers and dates of the file. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct FileData {
    /// The day of birth, in days since 1970-01-01; negative before.
    pub birth_day: i32,
    /// The passport number.
    pub passport: String,
    /// The work permit number.
    pub permit_number: String,
    /// The phone number in the register, if there is one.
    pub phone: Option<String>,
}

impl From<permit::FileData> for FileData {
    fn from(file: permit::FileData) -> Self {
        let permit::FileData {
            birth_day,
            passport,
            permit_number,
            phone,
        } = file;
        Self {
            birth_day: birth_day.0,
            passport,
            permit_number,
            phone,
        }
    }
}

// What was disclosed is personal: debug output names the type and nothing else.
macro_rules! opaque_debug {
    ($($name:ident),*) => {
        $(impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        })*
    };
}
opaque_debug!(Disclosed, Person, Portrait, Employment, SocialSecurity, FileData);
