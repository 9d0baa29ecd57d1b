//! The fields of a permit as the holder sees them.

use std::fmt;

/// A field of the card. The word for it is in `messages`, id `field-` and the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

impl Field {
    /// The stable name, `snake_case`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::ValidUntil => "valid_until",
            Self::Restrictions => "restrictions",
            Self::Name => "name",
            Self::Nationality => "nationality",
            Self::Portrait => "portrait",
            Self::Employer => "employer",
            Self::EmployerId => "employer_id",
            Self::Occupation => "occupation",
            Self::Place => "place",
            Self::SocialSecurityNumber => "social_security_number",
            Self::InsuranceRecord => "insurance_record",
            Self::BirthDay => "birth_day",
            Self::Passport => "passport",
            Self::PermitNumber => "permit_number",
            Self::Phone => "phone",
            Self::Tier => "tier",
        }
    }

    /// Every field, in the order of the card.
    pub const ALL: &'static [Self] = &[
        Self::Category,
        Self::ValidUntil,
        Self::Restrictions,
        Self::Name,
        Self::Nationality,
        Self::Portrait,
        Self::Employer,
        Self::EmployerId,
        Self::Occupation,
        Self::Place,
        Self::SocialSecurityNumber,
        Self::InsuranceRecord,
        Self::BirthDay,
        Self::Passport,
        Self::PermitNumber,
        Self::Phone,
        Self::Tier,
    ];
}

/// A field and its value. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
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

/// One field that changed. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field.
    pub field: Field,
    /// Its value before; none if it was not there.
    pub before: Option<String>,
    /// Its value now; none if it is gone.
    pub after: Option<String>,
}

impl FieldChange {
    /// The id of the sentence that says it, in `messages`; it takes the arguments `before` and `after`, and `field`, the
    /// word for the field, where the field came or went. Its `.next` says what to do about it.
    pub fn message_id(&self) -> String {
        match (self.field, &self.before, &self.after) {
            (Field::Portrait, _, _) => "change-portrait".to_owned(),
            (_, None, _) => "change-added".to_owned(),
            (_, Some(_), None) => "change-removed".to_owned(),
            (field, Some(_), Some(_)) => format!("change-{}", field.name()),
        }
    }
}

impl fmt::Debug for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FieldChange").field(&self.field).finish()
    }
}
