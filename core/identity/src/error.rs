/// Why a name or a number was not taken. No variant carries what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// Neither surname nor given names.
    #[error("the name is empty")]
    NameEmpty,
    /// More than [`crate::NAME_INPUT`] characters were typed.
    #[error("the name is too long to be one")]
    NameTooLong,
    /// A letter of a script that has no single Latin form here, such as Chinese or Arabic: to be typed as the lower
    /// lines of the passport's data page have it.
    #[error("a letter of the name has no Latin form")]
    NameNotLatin,
    /// A digit or a sign that stands in no name.
    #[error("a character of the name stands in no name")]
    NameCharacter,
    /// A name with fillers (`<`) that is not a name field of a passport.
    #[error("the machine-readable name is malformed")]
    NameMalformed,
    /// One line of several words that does not say where the surname ends.
    #[error("it is unclear which part of the name is the surname")]
    NamePartsUnclear,
    /// Not 6 to 20 letters A–Z and digits.
    #[error("the permit number cannot be one")]
    PermitNumberInvalid,
    /// Not 1 to 32 letters A–Z and digits.
    #[error("the social security number cannot be one")]
    SocialSecurityNumberInvalid,
    /// Not 1 to 20 letters A–Z and digits.
    #[error("the passport number cannot be one")]
    PassportNumberInvalid,
    /// Not a code of three letters, nor `D`.
    #[error("the country code cannot be one")]
    CountryInvalid,
}

impl IdentityError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NameEmpty => "identity.name_empty",
            Self::NameTooLong => "identity.name_too_long",
            Self::NameNotLatin => "identity.name_not_latin",
            Self::NameCharacter => "identity.name_character",
            Self::NameMalformed => "identity.name_malformed",
            Self::NamePartsUnclear => "identity.name_parts_unclear",
            Self::PermitNumberInvalid => "identity.permit_number_invalid",
            Self::SocialSecurityNumberInvalid => "identity.social_security_number_invalid",
            Self::PassportNumberInvalid => "identity.passport_number_invalid",
            Self::CountryInvalid => "identity.country_invalid",
        }
    }

    /// Every code of this enum.
    pub const ALL: &'static [Self] = &[
        Self::NameEmpty,
        Self::NameTooLong,
        Self::NameNotLatin,
        Self::NameCharacter,
        Self::NameMalformed,
        Self::NamePartsUnclear,
        Self::PermitNumberInvalid,
        Self::SocialSecurityNumberInvalid,
        Self::PassportNumberInvalid,
        Self::CountryInvalid,
    ];
}

/// What looks unusual and is taken all the same: the holder should look at the document once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdentityWarning {
    /// A permit number that has not the usual 18 characters.
    PermitNumberUnusual,
    /// A social security number of neither known shape.
    SocialSecurityNumberUnusual,
    /// A passport number of more than the 9 characters of a passport's machine-readable zone.
    PassportNumberUnusual,
}

impl IdentityWarning {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::PermitNumberUnusual => "identity.permit_number_unusual",
            Self::SocialSecurityNumberUnusual => "identity.social_security_number_unusual",
            Self::PassportNumberUnusual => "identity.passport_number_unusual",
        }
    }

    /// Every code of this enum.
    pub const ALL: &'static [Self] = &[
        Self::PermitNumberUnusual,
        Self::SocialSecurityNumberUnusual,
        Self::PassportNumberUnusual,
    ];
}
