use super::{
    CardNumber, IssuanceNumber, Normalised, PassportNumber, PermanentResidentNumber, PermitNumber,
    SocialSecurityNumber, country, is_card_shape, permanent,
};
use crate::{IdentityError, IdentityWarning, fold, mod_11_2_is_valid};

/// The kinds of numbers on a foreign worker's papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberKind {
    /// The work permit's (工作许可号码).
    WorkPermit,
    /// Social security (社会保障号码).
    SocialSecurity,
    /// The permanent-resident card's (外国人永久居留身份证号码).
    PermanentResident,
    /// The passport's (护照号码).
    Passport,
    /// The physical social security card's (社保卡卡号).
    Card,
    /// The electronic card's issuance number (签发号).
    Issuance,
}

impl NumberKind {
    /// A stable name; also the id of the word for it, behind `number-`.
    pub fn name(self) -> &'static str {
        match self {
            Self::WorkPermit => "work-permit",
            Self::SocialSecurity => "social-security",
            Self::PermanentResident => "permanent-resident",
            Self::Passport => "passport",
            Self::Card => "card",
            Self::Issuance => "issuance",
        }
    }

    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::WorkPermit,
        Self::SocialSecurity,
        Self::PermanentResident,
        Self::Passport,
        Self::Card,
        Self::Issuance,
    ];
}

/// How sure it is that a number is of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It has a form and a check character that only this kind has.
    Certain,
    /// It has the usual form of this kind.
    Likely,
    /// It may be one.
    Possible,
}

impl Certainty {
    /// A stable name; also the id of the word for it, behind `certainty-`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }

    /// Every certainty, the surest first.
    pub const ALL: &'static [Self] = &[Self::Certain, Self::Likely, Self::Possible];
}

/// What a number may be. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The kind.
    pub kind: NumberKind,
    /// How sure that is.
    pub certainty: Certainty,
    /// The number in the form in which a form wants it: A–Z and 0–9.
    pub value: String,
    /// What is unusual about it, if it is of this kind.
    pub warning: Option<IdentityWarning>,
}

impl std::fmt::Debug for Recognised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recognised")
            .field("kind", &self.kind)
            .field("certainty", &self.certainty)
            .finish_non_exhaustive()
    }
}

impl Recognised {
    /// A number of which the kind is known.
    ///
    /// # Errors
    /// That of the kind, where it cannot be one.
    pub fn of_kind(text: &str, kind: NumberKind) -> Result<Self, IdentityError> {
        fn plain<T>(number: Normalised<T>, text: impl Fn(&T) -> &str) -> (String, Option<IdentityWarning>) {
            (text(&number.value).to_owned(), number.warning)
        }
        let (mut value, warning) = match kind {
            NumberKind::WorkPermit => plain(PermitNumber::normalise(text)?, PermitNumber::as_str),
            NumberKind::SocialSecurity => plain(SocialSecurityNumber::normalise(text)?, SocialSecurityNumber::as_str),
            NumberKind::PermanentResident => plain(
                PermanentResidentNumber::normalise(text)?,
                PermanentResidentNumber::as_str,
            ),
            NumberKind::Passport => plain(PassportNumber::normalise(text)?, PassportNumber::as_str),
            NumberKind::Card => plain(CardNumber::normalise(text)?, CardNumber::as_str),
            NumberKind::Issuance => plain(IssuanceNumber::normalise(text)?, IssuanceNumber::as_str),
        };
        let certainty = judge(kind, &value).map_or(Certainty::Possible, |(certainty, _)| certainty);
        if warning == Some(IdentityWarning::PassportNumberWithCheck) {
            value.truncate(9);
        }
        Ok(Self {
            kind,
            certainty,
            value,
            warning,
        })
    }
}

/// What a number may be, the surest first; of equally sure ones in the order of [`NumberKind`]. Nothing is decided: several
/// kinds have no published form, and forms overlap.
///
/// # Errors
/// [`IdentityError::NumberUnknown`] when not 1 to 64 of A–Z and 0–9 are left, or it can be none of them.
pub fn recognise(text: &str) -> Result<Vec<Recognised>, IdentityError> {
    let text = text.trim().trim_end_matches('<');
    let number = fold::number(text, 1, 64).ok_or(IdentityError::NumberUnknown)?;
    let mut found: Vec<Recognised> = NumberKind::ALL
        .iter()
        .filter_map(|kind| {
            let (certainty, warning) = judge(*kind, &number)?;
            let value = match warning {
                Some(IdentityWarning::PassportNumberWithCheck) => number.get(..9)?.to_owned(),
                _ => number.clone(),
            };
            Some(Recognised {
                kind: *kind,
                certainty,
                value,
                warning,
            })
        })
        .collect();
    found.sort_by_key(|one| (one.certainty, one.kind));
    if found.is_empty() {
        return Err(IdentityError::NumberUnknown);
    }
    Ok(found)
}

fn judge(kind: NumberKind, number: &str) -> Option<(Certainty, Option<IdentityWarning>)> {
    let resident = PermanentResidentNumber::normalise(number).ok();
    match kind {
        NumberKind::PermanentResident => {
            if let Some(resident) = resident {
                let certainty = if resident.warning.is_none() {
                    Certainty::Certain
                } else {
                    Certainty::Likely
                };
                return Some((certainty, resident.warning));
            }
            // Only the check character is wrong: somebody mistyped one.
            let wrong = Some(IdentityWarning::PermanentResidentNumberWrong);
            permanent::is_plausible(number).then_some((Certainty::Likely, wrong))
        }
        NumberKind::WorkPermit => {
            let warning = PermitNumber::normalise(number).ok()?.warning;
            let digits = number.bytes().all(|b| b.is_ascii_digit());
            let likely = warning.is_none() && digits && resident.is_none() && !permanent::is_plausible(number);
            Some((if likely { Certainty::Likely } else { Certainty::Possible }, warning))
        }
        NumberKind::SocialSecurity => {
            let ssn = SocialSecurityNumber::normalise(number).ok()?;
            let country = ssn
                .value
                .parts()
                .is_some_and(|parts| country::is_country(&parts.country));
            match (country || resident.is_some() && number.len() == 18, ssn.warning) {
                (true, None) => Some((Certainty::Likely, None)),
                // An unknown form is only worth a word where the length is right.
                (_, warning) if number.len() == 18 && (warning.is_none() || !mod_11_2_is_valid(number)) => {
                    Some((Certainty::Possible, warning))
                }
                _ => None,
            }
        }
        NumberKind::Passport => {
            let warning = PassportNumber::normalise(number).ok()?.warning;
            let digits = number.bytes().filter(u8::is_ascii_digit).count();
            match warning {
                None if number.len() >= 6 && digits >= 2 => Some((Certainty::Likely, None)),
                None if number.len() >= 3 => Some((Certainty::Possible, None)),
                Some(IdentityWarning::PassportNumberWithCheck) => Some((Certainty::Likely, warning)),
                Some(_) if number.len() <= 12 => Some((Certainty::Possible, warning)),
                _ => None,
            }
        }
        NumberKind::Card => {
            let warning = CardNumber::normalise(number).ok()?.warning;
            // Only the usual form says anything; a passport may have it too.
            is_card_shape(number).then_some((Certainty::Possible, warning))
        }
        NumberKind::Issuance => (number.len() >= 16).then_some((Certainty::Possible, None)),
    }
}
