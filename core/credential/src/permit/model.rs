use std::fmt;

/// A calendar day: days since 1970-01-01, negative before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// Seconds of a day.
    pub const SECONDS: i64 = 86_400;
    /// Seconds by which clocks in China are ahead of UTC.
    const CHINA_S: i64 = 8 * 3600;

    /// The day, in UTC, of a time in seconds since 1970; days beyond the type's range end at its edge.
    pub fn of_unix(seconds: i64) -> Self {
        let day = seconds.div_euclid(Self::SECONDS);
        Self(i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX }))
    }

    /// Its first second in UTC, in seconds since 1970.
    pub fn start(self) -> i64 {
        i64::from(self.0) * Self::SECONDS
    }

    /// Its last second in China (UTC+8 all year), in seconds since 1970. Permits are Chinese: the last day of one ends at
    /// midnight there, eight hours before the day ends in UTC. What is issued on it may count up to this second.
    pub fn ends_at(self) -> i64 {
        (i64::from(self.0) + 1) * Self::SECONDS - Self::CHINA_S - 1
    }
}

/// The category of a work permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// A: high-end talent.
    A,
    /// B: professional.
    B,
    /// C: other, such as seasonal and non-technical work.
    C,
}

impl Category {
    /// The number on the wire: 1, 2 or 3.
    pub const fn number(self) -> u64 {
        match self {
            Self::A => 1,
            Self::B => 2,
            Self::C => 3,
        }
    }

    /// The category of a number.
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::A),
            2 => Some(Self::B),
            3 => Some(Self::C),
            _ => None,
        }
    }
}

/// The picture format of a portrait. The numbers 1 to 4 are those of claim 169.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PortraitFormat {
    /// JPEG.
    Jpeg,
    /// JPEG 2000.
    Jpeg2000,
    /// AVIF.
    Avif,
    /// WebP.
    WebP,
    /// PNG. Claim 169 has no number for it; 23 is the last one of one byte, far from what that registry may add.
    Png,
}

impl PortraitFormat {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Jpeg, Self::Jpeg2000, Self::Avif, Self::WebP, Self::Png];

    /// The number on the wire.
    pub const fn number(self) -> u64 {
        match self {
            Self::Jpeg => 1,
            Self::Jpeg2000 => 2,
            Self::Avif => 3,
            Self::WebP => 4,
            Self::Png => 23,
        }
    }

    /// The format of a number.
    pub fn from_number(number: u64) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.number() == number)
    }

    /// The media type, for instance `image/png`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Jpeg2000 => "image/jp2",
            Self::Avif => "image/avif",
            Self::WebP => "image/webp",
            Self::Png => "image/png",
        }
    }
}

/// Group 20.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The name as in the machine-readable zone of the passport.
    pub name: String,
    /// The nationality, a code of ICAO 9303 (three letters; Germany has one).
    pub nationality: String,
}

/// Group 21: the small portrait inside of the credential.
#[derive(Clone, PartialEq, Eq)]
pub struct Portrait {
    /// The picture file.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: PortraitFormat,
}

/// Group 22.
#[derive(Clone, PartialEq, Eq)]
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

/// Group 23.
#[derive(Clone, PartialEq, Eq)]
pub struct SocialSecurity {
    /// The social security number.
    pub number: String,
    /// Where and in what state the person is insured.
    pub insurance_record: String,
}

/// Group 24.
#[derive(Clone, PartialEq, Eq)]
pub struct FileData {
    /// The day of birth.
    pub birth_day: Day,
    /// The passport number.
    pub passport: String,
    /// The work permit number.
    pub permit_number: String,
    /// The phone number in the register, if there is one.
    pub phone: Option<String>,
}

/// The whole permit as the issuer knows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Permit {
    /// Set by the sandbox: proves nothing about a person.
    pub test: bool,
    /// The category.
    pub category: Category,
    /// The last day of the permit.
    pub valid_until: Day,
    /// Restriction bits, 0 to 23.
    pub restrictions: u8,
    /// Who it is.
    pub person: Person,
    /// The small portrait.
    pub portrait: Option<Portrait>,
    /// The work.
    pub employment: Option<Employment>,
    /// The social security record.
    pub social_security: Option<SocialSecurity>,
    /// Numbers and dates of the file.
    pub file: Option<FileData>,
}

/// What a presentation or a credential shows of a permit: the part that is always visible, and the disclosed groups.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosed {
    /// Set by the sandbox: proves nothing about a person.
    pub test: bool,
    /// The category.
    pub category: Category,
    /// The last day of the permit.
    pub valid_until: Day,
    /// Restriction bits, 0 to 23.
    pub restrictions: u8,
    /// Group 20.
    pub person: Option<Person>,
    /// Group 21.
    pub portrait: Option<Portrait>,
    /// Group 22.
    pub employment: Option<Employment>,
    /// Group 23.
    pub social_security: Option<SocialSecurity>,
    /// Group 24.
    pub file: Option<FileData>,
}

impl Disclosed {
    /// The permit, if at least the person is disclosed.
    pub fn into_permit(self) -> Option<Permit> {
        Some(Permit {
            test: self.test,
            category: self.category,
            valid_until: self.valid_until,
            restrictions: self.restrictions,
            person: self.person?,
            portrait: self.portrait,
            employment: self.employment,
            social_security: self.social_security,
            file: self.file,
        })
    }
}

// These types carry personal data: their debug output names the type and nothing else.
macro_rules! opaque_debug {
    ($($name:ident),*) => {
        $(impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        })*
    };
}
opaque_debug!(
    Person,
    Portrait,
    Employment,
    SocialSecurity,
    FileData,
    Permit,
    Disclosed
);
