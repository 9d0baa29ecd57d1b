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
    /// Neither two lines of 44 characters nor three of 30.
    #[error("these are not the lines of a machine-readable zone")]
    MrzLines,
    /// Another character than A–Z, 0–9 and `<` in a machine-readable zone.
    #[error("a character stands in no machine-readable zone")]
    MrzCharacter,
    /// Not 2 to 20 Chinese characters, with or without the dot between parts.
    #[error("the Chinese name cannot be one")]
    ChineseNameInvalid,
    /// Neither three letters and 12 digits, nor 18 characters that begin with `9`.
    #[error("the number of a permanent-resident card cannot be one")]
    PermanentResidentNumberInvalid,
    /// The check character of a permanent-resident card's number does not agree.
    #[error("the check character of the permanent-resident card's number does not agree")]
    PermanentResidentNumberCheck,
    /// Not 5 to 32 letters A–Z and digits.
    #[error("the card number cannot be one")]
    CardNumberInvalid,
    /// Not 4 to 64 letters A–Z and digits.
    #[error("the issuance number cannot be one")]
    IssuanceNumberInvalid,
    /// No number of these papers has this form.
    #[error("this can be no number of these papers")]
    NumberUnknown,
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
            Self::MrzLines => "identity.mrz_lines",
            Self::MrzCharacter => "identity.mrz_character",
            Self::ChineseNameInvalid => "identity.chinese_name_invalid",
            Self::PermanentResidentNumberInvalid => "identity.permanent_resident_number_invalid",
            Self::PermanentResidentNumberCheck => "identity.permanent_resident_number_check",
            Self::CardNumberInvalid => "identity.card_number_invalid",
            Self::IssuanceNumberInvalid => "identity.issuance_number_invalid",
            Self::NumberUnknown => "identity.number_unknown",
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
        Self::MrzLines,
        Self::MrzCharacter,
        Self::ChineseNameInvalid,
        Self::PermanentResidentNumberInvalid,
        Self::PermanentResidentNumberCheck,
        Self::CardNumberInvalid,
        Self::IssuanceNumberInvalid,
        Self::NumberUnknown,
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
    /// Ten characters of which the last is the check digit of the others: it is not part of the number.
    PassportNumberWithCheck,
    /// The birth day or nationality in a permanent-resident card's number is none.
    PermanentResidentNumberUnusual,
    /// Looks like a permanent-resident card's number whose check character does not agree.
    PermanentResidentNumberWrong,
    /// A social security card's number of another form than two letters and seven digits.
    CardNumberUnusual,
}

impl IdentityWarning {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::PermitNumberUnusual => "identity.permit_number_unusual",
            Self::SocialSecurityNumberUnusual => "identity.social_security_number_unusual",
            Self::PassportNumberUnusual => "identity.passport_number_unusual",
            Self::PassportNumberWithCheck => "identity.passport_number_with_check",
            Self::PermanentResidentNumberUnusual => "identity.permanent_resident_number_unusual",
            Self::PermanentResidentNumberWrong => "identity.permanent_resident_number_wrong",
            Self::CardNumberUnusual => "identity.card_number_unusual",
        }
    }

    /// Every code of this enum.
    pub const ALL: &'static [Self] = &[
        Self::PermitNumberUnusual,
        Self::SocialSecurityNumberUnusual,
        Self::PassportNumberUnusual,
        Self::PassportNumberWithCheck,
        Self::PermanentResidentNumberUnusual,
        Self::PermanentResidentNumberWrong,
        Self::CardNumberUnusual,
    ];
}
