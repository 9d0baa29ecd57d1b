use std::fmt;

use permitcard_identity as core;

/// The kinds of numbers on a foreign worker's papers. The word for each has the id `number-` and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
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

impl From<core::NumberKind> for NumberKind {
    fn from(kind: core::NumberKind) -> Self {
        match kind {
            core::NumberKind::WorkPermit => Self::WorkPermit,
            core::NumberKind::SocialSecurity => Self::SocialSecurity,
            core::NumberKind::PermanentResident => Self::PermanentResident,
            core::NumberKind::Passport => Self::Passport,
            core::NumberKind::Card => Self::Card,
            core::NumberKind::Issuance => Self::Issuance,
        }
    }
}

/// How sure it is that a number is of a kind. The word for each has the id `certainty-` and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum Certainty {
    /// It has a form and a check character that only this kind has.
    Certain,
    /// It has the usual form of this kind.
    Likely,
    /// It may be one.
    Possible,
}

impl From<core::Certainty> for Certainty {
    fn from(certainty: core::Certainty) -> Self {
        match certainty {
            core::Certainty::Certain => Self::Certain,
            core::Certainty::Likely => Self::Likely,
            core::Certainty::Possible => Self::Possible,
        }
    }
}

/// What a number may be. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Recognised {
    /// The kind.
    pub kind: NumberKind,
    /// How sure that is.
    pub certainty: Certainty,
    /// The number in the form in which a form wants it: A–Z and 0–9.
    pub value: String,
    /// The stable code of what is unusual about it, if it is of this kind; a warning never stops anybody.
    pub warning: Option<String>,
}

impl fmt::Debug for Recognised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recognised")
            .field("kind", &self.kind)
            .field("certainty", &self.certainty)
            .finish_non_exhaustive()
    }
}

impl From<core::Recognised> for Recognised {
    fn from(recognised: core::Recognised) -> Self {
        let core::Recognised {
            kind,
            certainty,
            value,
            warning,
        } = recognised;
        Self {
            kind: kind.into(),
            certainty: certainty.into(),
            value,
            warning: warning.map(|warning| warning.code().to_owned()),
        }
    }
}
