//! The fields of the profile as data: label, group, kind and limit.

use super::Group;

/// What the value of a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A text. In a group it is cut at its limit, at a character, with `…` in the place of the last ones.
    Text,
    /// A byte string, refused beyond its limit.
    Bytes,
    /// Days since 1970-01-01.
    Day,
    /// A number of a small table.
    Number,
}

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The group that it is redacted with; none for what is always visible.
    pub group: Option<Group>,
    /// The label in its map.
    pub label: i64,
    /// The name.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: FieldKind,
    /// The most UTF-8 bytes of a text, bytes of a byte string, or the largest number.
    pub limit: usize,
}

impl Field {
    const fn text(group: Group, label: i64, name: &'static str, limit: usize) -> Self {
        Self {
            group: Some(group),
            label,
            name,
            kind: FieldKind::Text,
            limit,
        }
    }

    const fn claim(label: i64, name: &'static str, limit: usize) -> Self {
        Self {
            group: None,
            label,
            name,
            kind: FieldKind::Text,
            limit,
        }
    }

    /// Whether a text that is too long is cut at issue. What names a key, a list or an audience is refused instead.
    pub const fn is_cut(&self) -> bool {
        self.group.is_some() && matches!(self.kind, FieldKind::Text)
    }
}

/// Claim 1: the issuer's logical name.
pub const ISS: Field = Field::claim(1, "iss", 15);
/// Claim 2: random, another one in each copy; never a number of the person.
pub const SUB: Field = Field::claim(2, "sub", 8);
/// The URI of the status list inside claim 65535.
pub const STATUS_URI: Field = Field::claim(65535, "status uri", 28);
/// Claim 3 of a key binding token.
pub const AUD: Field = Field::claim(3, "aud", 8);
/// The last day of the permit, at most 65,535, always visible.
pub const VALID_UNTIL: Field = Field {
    group: None,
    label: 2,
    name: "valid until",
    kind: FieldKind::Day,
    limit: u16::MAX as usize,
};
/// The restriction bits, always visible; 23 is the largest number of one byte.
pub const RESTRICTIONS: Field = Field {
    group: None,
    label: 3,
    name: "restrictions",
    kind: FieldKind::Number,
    limit: 23,
};
/// Person: the name of the passport's machine-readable zone (ICAO 9303-4: 39 characters).
pub const NAME: Field = Field::text(Group::Person, 4, "name", 39);
/// Person: the nationality (ICAO 9303-3: up to three letters).
pub const NATIONALITY: Field = Field::text(Group::Person, 6, "nationality", 3);
/// Portrait: the picture file.
pub const PORTRAIT: Field = Field {
    group: Some(Group::Portrait),
    label: 16,
    name: "portrait",
    kind: FieldKind::Bytes,
    limit: 1024,
};
/// Portrait: its format.
pub const PORTRAIT_FORMAT: Field = Field {
    group: Some(Group::Portrait),
    label: 17,
    name: "portrait format",
    kind: FieldKind::Number,
    limit: 23,
};
/// Employment: the employer's name.
pub const EMPLOYER: Field = Field::text(Group::Employment, 9, "employer", 72);
/// Employment: the unified social credit code (GB 32100: 18 characters).
pub const EMPLOYER_ID: Field = Field::text(Group::Employment, 10, "employer id", 18);
/// Employment: the occupation.
pub const OCCUPATION: Field = Field::text(Group::Employment, 11, "occupation", 36);
/// Employment: the place of work.
pub const PLACE: Field = Field::text(Group::Employment, 14, "place", 24);
/// Social security: the number, usually 18 characters.
pub const SOCIAL_SECURITY_NUMBER: Field = Field::text(Group::SocialSecurity, 12, "social security number", 18);
/// Social security: where and in what state the person is insured.
pub const INSURANCE_RECORD: Field = Field::text(Group::SocialSecurity, 13, "insurance record", 21);
/// File: the day of birth.
pub const BIRTH_DAY: Field = Field {
    group: Some(Group::File),
    label: 5,
    name: "birth day",
    kind: FieldKind::Day,
    limit: u16::MAX as usize,
};
/// File: the passport number (ICAO 9303-4: 9 characters).
pub const PASSPORT: Field = Field::text(Group::File, 7, "passport", 9);
/// File: the work permit number.
pub const PERMIT_NUMBER: Field = Field::text(Group::File, 15, "permit number", 18);
/// File: the phone number (E.164: `+` and 15 digits).
pub const PHONE: Field = Field::text(Group::File, 16, "phone", 16);

/// Every field with a limit, in the order of `docs/credential.md`.
pub const ALL: &[Field] = &[
    ISS,
    SUB,
    STATUS_URI,
    AUD,
    VALID_UNTIL,
    RESTRICTIONS,
    NAME,
    NATIONALITY,
    PORTRAIT,
    PORTRAIT_FORMAT,
    EMPLOYER,
    EMPLOYER_ID,
    OCCUPATION,
    PLACE,
    SOCIAL_SECURITY_NUMBER,
    INSURANCE_RECORD,
    BIRTH_DAY,
    PASSPORT,
    PERMIT_NUMBER,
    PHONE,
];

/// Cuts `text` to at most `limit` UTF-8 bytes, at a character, with `…` (3 bytes) in the place of what is missing.
pub fn cut(text: &str, limit: usize) -> std::borrow::Cow<'_, str> {
    const MARK: &str = "…";
    if text.len() <= limit {
        return text.into();
    }
    let Some(room) = limit.checked_sub(MARK.len()) else {
        return "".into();
    };
    let end = (0..=room)
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or_default();
    let mut short = String::with_capacity(limit);
    short.push_str(text.get(..end).unwrap_or_default());
    short.push_str(MARK);
    short.into()
}
