use std::fmt;

use permitcard_wallet as core;

/// A field of the card. The word for it has the id `field-` and the name in lower case with `_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum Field {
    /// Category A, B or C.
    Category,
    /// The last day of the permit, `YYYY-MM-DD`.
    ValidUntil,
    /// Restriction bits, a decimal number; 0 is none.
    Restrictions,
    /// Name in the form of the machine-readable zone.
    Name,
    /// Three letters of ICAO 9303-3, 5.
    Nationality,
    /// A picture; its value is empty.
    Portrait,
    /// The employer's name.
    Employer,
    /// The employer's unified social credit code.
    EmployerId,
    /// The occupation.
    Occupation,
    /// The place of work, code or text.
    Place,
    /// The social security number.
    SocialSecurityNumber,
    /// The insurance record.
    InsuranceRecord,
    /// `YYYY-MM-DD`.
    BirthDay,
    /// The passport's number.
    Passport,
    /// The permit's number.
    PermitNumber,
    /// A phone number.
    Phone,
    /// 1 or 2.
    Tier,
}

impl From<core::Field> for Field {
    fn from(field: core::Field) -> Self {
        match field {
            core::Field::Category => Self::Category,
            core::Field::ValidUntil => Self::ValidUntil,
            core::Field::Restrictions => Self::Restrictions,
            core::Field::Name => Self::Name,
            core::Field::Nationality => Self::Nationality,
            core::Field::Portrait => Self::Portrait,
            core::Field::Employer => Self::Employer,
            core::Field::EmployerId => Self::EmployerId,
            core::Field::Occupation => Self::Occupation,
            core::Field::Place => Self::Place,
            core::Field::SocialSecurityNumber => Self::SocialSecurityNumber,
            core::Field::InsuranceRecord => Self::InsuranceRecord,
            core::Field::BirthDay => Self::BirthDay,
            core::Field::Passport => Self::Passport,
            core::Field::PermitNumber => Self::PermitNumber,
            core::Field::Phone => Self::Phone,
            core::Field::Tier => Self::Tier,
        }
    }
}

/// A field and its value. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct FieldValue {
    /// The field.
    pub field: Field,
    /// The value as text.
    pub value: String,
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FieldValue").field(&self.field).finish()
    }
}

impl From<core::FieldValue> for FieldValue {
    fn from(field: core::FieldValue) -> Self {
        let core::FieldValue { field, value } = field;
        Self {
            field: field.into(),
            value,
        }
    }
}

/// What the authority last said about the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CardStatus {
    /// Never asked.
    Unknown,
    /// Valid.
    Valid,
    /// Valid, and a change of employer is being decided: verifiers with a fresh snapshot are told so.
    EmployerChangePending,
    /// Suspended: verifiers with a fresh snapshot refuse it.
    Suspended,
    /// Revoked or cancelled, for good.
    Revoked,
}

impl From<core::CardStatus> for CardStatus {
    fn from(status: core::CardStatus) -> Self {
        match status {
            core::CardStatus::Unknown => Self::Unknown,
            core::CardStatus::Valid => Self::Valid,
            core::CardStatus::EmployerChangePending => Self::EmployerChangePending,
            core::CardStatus::Suspended => Self::Suspended,
            core::CardStatus::Revoked => Self::Revoked,
        }
    }
}

/// Why a card has ended. The words, and what to do next, have the id `card-end-` and the name in lower case with `-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CardEnd {
    /// The permit's last day has passed. Known without a network.
    PermitExpired,
    /// The permit was cancelled before its last day.
    PermitCancelled,
    /// Another device of the holder took the card over.
    DeviceReplaced,
    /// The holder withdrew the consent that the card rested on.
    ConsentWithdrawn,
    /// The authority revoked every copy and did not say why.
    Revoked,
}

impl From<core::CardEnd> for CardEnd {
    fn from(end: core::CardEnd) -> Self {
        match end {
            core::CardEnd::PermitExpired => Self::PermitExpired,
            core::CardEnd::PermitCancelled => Self::PermitCancelled,
            core::CardEnd::DeviceReplaced => Self::DeviceReplaced,
            core::CardEnd::ConsentWithdrawn => Self::ConsentWithdrawn,
            core::CardEnd::Revoked => Self::Revoked,
        }
    }
}

/// The card. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct CardView {
    /// The version; rises with every change.
    pub version: u64,
    /// 1: permit only; 2: social security services as well.
    pub tier: u8,
    /// A test card: every screen that shows it says so.
    pub test: bool,
    /// The issuer's logical name.
    pub issuer: String,
    /// When the authority signed this version, seconds since 1970.
    pub issued_at: i64,
    /// All fields of the card, in the order of `Field`.
    pub fields: Vec<FieldValue>,
    /// There is a portrait: see `portrait`.
    pub has_portrait: bool,
    /// What the authority last said.
    pub status: CardStatus,
    /// When it said so, seconds since 1970.
    pub status_at: Option<i64>,
    /// A newer version exists at the authority; sync with a prompt to get it.
    pub superseded: bool,
    /// Why the card has ended, if it has: it is only looked at, and not shown to anybody.
    pub end: Option<CardEnd>,
    /// How often an older version than the one held here came from the authority, and was passed over.
    pub older_versions_seen: u32,
    /// Credentials that were never shown.
    pub credentials_left: u32,
    /// When the last credential ends, seconds since 1970.
    pub credentials_expire_at: i64,
}

impl fmt::Debug for CardView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardView")
            .field("version", &self.version)
            .field("tier", &self.tier)
            .field("test", &self.test)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl From<core::CardView> for CardView {
    fn from(card: core::CardView) -> Self {
        let core::CardView {
            version,
            tier,
            test,
            issuer,
            issued_at,
            fields,
            has_portrait,
            status,
            status_at,
            superseded,
            end,
            older_versions_seen,
            credentials_left,
            credentials_expire_at,
        } = card;
        Self {
            version,
            tier,
            test,
            issuer,
            issued_at,
            fields: fields.into_iter().map(Into::into).collect(),
            has_portrait,
            status: status.into(),
            status_at,
            superseded,
            end: end.map(Into::into),
            older_versions_seen,
            credentials_left,
            credentials_expire_at,
        }
    }
}

/// The picture of the card. `Debug` shows no byte.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct PortraitView {
    /// The encoded picture.
    pub bytes: Vec<u8>,
    /// The media type, such as `image/webp`.
    pub media_type: String,
}

impl fmt::Debug for PortraitView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortraitView")
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}

impl From<core::PortraitView> for PortraitView {
    fn from(portrait: core::PortraitView) -> Self {
        let core::PortraitView { bytes, media_type } = portrait;
        Self { bytes, media_type }
    }
}
