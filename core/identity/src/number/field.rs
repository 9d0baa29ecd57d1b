use super::{HeldNumber, NumberHistory, NumberKind, PassportNumber, SocialSecurityNumber};
use crate::Day;

/// What a field of a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldWanted {
    /// A number of this kind.
    Number(NumberKind),
    /// The number of an identity document (证件号码), beside a list of document types.
    IdentityDocument,
}

impl FieldWanted {
    /// What a label asks for, in Chinese or English; nothing for a label that is not known, or longer than 64 characters.
    pub fn from_label(label: &str) -> Option<Self> {
        // The first that is found counts: 社保卡卡号 is not 社会保障号码, and 居留身份证号码 is not 证件号码.
        const LABELS: &[(&str, FieldWanted)] = &[
            (
                "永久居留 居留身份证 五星卡 permanent five-star",
                FieldWanted::Number(NumberKind::PermanentResident),
            ),
            ("许可 就业证 permit", FieldWanted::Number(NumberKind::WorkPermit)),
            ("护照 passport", FieldWanted::Number(NumberKind::Passport)),
            ("签发号 签发编号 issuance", FieldWanted::Number(NumberKind::Issuance)),
            (
                "社会保障号 社保号 社会保险号 保障号码 social_security_n ssn social_insurance",
                FieldWanted::Number(NumberKind::SocialSecurity),
            ),
            ("卡号 card_n", FieldWanted::Number(NumberKind::Card)),
            (
                "证件号 身份号 身份证 id_n identity document",
                FieldWanted::IdentityDocument,
            ),
        ];
        if label.chars().take(65).count() > 64 {
            return None;
        }
        let label: String = label
            .chars()
            .map(|c| {
                if c.is_whitespace() || c == '-' {
                    '_'
                } else {
                    c.to_ascii_lowercase()
                }
            })
            .collect();
        LABELS
            .iter()
            .find(|(words, _)| words.split(' ').any(|word| label.contains(word)))
            .map(|(_, field)| *field)
    }
}

/// What to know about the number that a field wants. The code is also the id of the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NumberNote {
    /// None of that kind is known here.
    Missing,
    /// The permit number stays the same for life; a new passport, employer or card does not change it.
    PermitForLife,
    /// The social security number is not the card's number.
    NotTheCardNumber,
    /// The card's number is not the social security number.
    NotTheSocialSecurityNumber,
    /// The social security number comes from an older passport; that is usual, and it stays until the office changes it.
    FromOldPassport,
    /// The social security number was not seen: it is made up by the usual rule, and the card decides.
    ByUsualRule,
    /// There is an older passport: an office may still have its number.
    OldPassportKnown,
    /// The passport is out of date.
    PassportEnded,
    /// Many forms refuse the 18 digits of a card of 2023 although they are right.
    ResidentNumberRefused,
}

impl NumberNote {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "identity.number_missing",
            Self::PermitForLife => "identity.permit_for_life",
            Self::NotTheCardNumber => "identity.not_the_card_number",
            Self::NotTheSocialSecurityNumber => "identity.not_the_social_security_number",
            Self::FromOldPassport => "identity.from_old_passport",
            Self::ByUsualRule => "identity.by_usual_rule",
            Self::OldPassportKnown => "identity.old_passport_known",
            Self::PassportEnded => "identity.passport_ended",
            Self::ResidentNumberRefused => "identity.resident_number_refused",
        }
    }

    /// Every note.
    pub const ALL: &'static [Self] = &[
        Self::Missing,
        Self::PermitForLife,
        Self::NotTheCardNumber,
        Self::NotTheSocialSecurityNumber,
        Self::FromOldPassport,
        Self::ByUsualRule,
        Self::OldPassportKnown,
        Self::PassportEnded,
        Self::ResidentNumberRefused,
    ];
}

/// What to type into a field. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldAnswer {
    /// The kind of the number.
    pub kind: NumberKind,
    /// The number as the field wants it: A–Z and 0–9, no spaces. Nothing where none is known.
    pub value: Option<String>,
    /// The entry of the list of document types beside the field, as many systems number them: 07 permanent-resident card, 08
    /// foreign passport, 11 work permit, 90 social security card.
    pub document_type: Option<&'static str>,
    /// What to know about it.
    pub notes: Vec<NumberNote>,
}

impl std::fmt::Debug for FieldAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldAnswer")
            .field("kind", &self.kind)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

impl NumberHistory {
    /// Which of the numbers a field wants on a day (today's, or none if the day is not known), in which form.
    pub fn answer(&self, field: FieldWanted, on: Option<Day>) -> FieldAnswer {
        let kind = match field {
            FieldWanted::Number(kind) => kind,
            FieldWanted::IdentityDocument if self.current(NumberKind::PermanentResident, on).is_some() => {
                NumberKind::PermanentResident
            }
            FieldWanted::IdentityDocument => NumberKind::Passport,
        };
        let mut notes = Vec::new();
        let held = self.current(kind, on);
        let mut value = held.map(|held| held.value.clone());
        let document_type = match kind {
            NumberKind::PermanentResident => {
                if held.is_some_and(|held| held.value.len() == 18) {
                    notes.push(NumberNote::ResidentNumberRefused);
                }
                Some("07")
            }
            NumberKind::Passport => {
                let all = self.all(kind);
                if held.is_none() && !all.is_empty() {
                    notes.push(NumberNote::PassportEnded);
                }
                if held.is_some() && all.len() > 1 {
                    notes.push(NumberNote::OldPassportKnown);
                }
                Some("08")
            }
            NumberKind::WorkPermit => {
                notes.push(NumberNote::PermitForLife);
                Some("11")
            }
            NumberKind::SocialSecurity => {
                notes.push(NumberNote::NotTheCardNumber);
                match held {
                    Some(held) => {
                        notes.extend(self.is_of_old_passport(held, on).then_some(NumberNote::FromOldPassport))
                    }
                    None => {
                        value = self.usual(on);
                        notes.extend(value.is_some().then_some(NumberNote::ByUsualRule));
                    }
                }
                Some("90")
            }
            NumberKind::Card => {
                notes.push(NumberNote::NotTheSocialSecurityNumber);
                None
            }
            NumberKind::Issuance => None,
        };
        if value.is_none() {
            notes.insert(0, NumberNote::Missing);
        }
        FieldAnswer {
            kind,
            value,
            document_type,
            notes,
        }
    }

    fn is_of_old_passport(&self, held: &HeldNumber, on: Option<Day>) -> bool {
        let source = SocialSecurityNumber::normalise(&held.value)
            .ok()
            .and_then(|ssn| self.source_of(&ssn.value));
        source.is_some_and(|source| {
            source.kind == NumberKind::Passport && self.current(NumberKind::Passport, on) != Some(source)
        })
    }

    /// The usual social security number by the passport in use; nothing where its state is not known.
    fn usual(&self, on: Option<Day>) -> Option<String> {
        let passport = self.current(NumberKind::Passport, on)?;
        let number = PassportNumber::normalise(&passport.value).ok()?.value;
        let usual = SocialSecurityNumber::usual_for(&number, passport.issuer.as_ref()?)?;
        Some(usual.as_str().to_owned())
    }
}
