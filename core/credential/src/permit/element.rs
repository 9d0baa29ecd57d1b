//! The permit as single named elements, for the forms that disclose one element at a time: mdoc and SD-JWT VC.
//!
//! Names are those of other people's documents where the meaning is the same (ISO/IEC 18013-5 table 5, the claims of
//! OpenID Connect and of the European PID), else our own. The table stands in `docs/credential.md`.

use super::{Category, Day, Group, Permit, Portrait, field, groups::CARD_TEXT};

/// One element of the permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// The category, `A`, `B` or `C`; always visible.
    Category,
    /// The last day of the permit; always visible.
    ValidUntil,
    /// The restriction bits; always visible.
    Restrictions,
    /// The primary identifier of the passport's machine-readable zone.
    FamilyName,
    /// The secondary identifier; absent for a person with one name only.
    GivenName,
    /// The nationality, a code of ICAO 9303-3.
    Nationality,
    /// The small portrait, a picture file.
    Portrait,
    /// The employer's name.
    Employer,
    /// The employer's unified social credit code.
    EmployerId,
    /// The occupation.
    Occupation,
    /// The place of work.
    Place,
    /// The social security number.
    SocialSecurityNumber,
    /// Where and in what state the person is insured.
    InsuranceRecord,
    /// The day of birth.
    BirthDay,
    /// The passport number.
    Passport,
    /// The work permit number.
    PermitNumber,
    /// The phone number.
    Phone,
}

/// The value of an element.
#[derive(Clone, PartialEq, Eq)]
pub enum ElementValue<'a> {
    /// A text of at most 255 bytes.
    Text(std::borrow::Cow<'a, str>),
    /// A day.
    Day(Day),
    /// A number.
    Number(u64),
    /// A picture file.
    Picture(&'a Portrait),
}

// Values are personal data.
impl std::fmt::Debug for ElementValue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ElementValue").finish_non_exhaustive()
    }
}

struct Row {
    group: Option<Group>,
    mdoc: &'static str,
    claim: &'static str,
}

impl Element {
    /// How many elements there are, and so how many digests every export has.
    pub const COUNT: usize = 17;
    /// Every element.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Category,
        Self::ValidUntil,
        Self::Restrictions,
        Self::FamilyName,
        Self::GivenName,
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
    ];

    const fn row(self) -> Row {
        let (group, mdoc, claim) = match self {
            Self::Category => (None, "work_permit_category", "work_permit_category"),
            Self::ValidUntil => (None, "expiry_date", "date_of_expiry"),
            Self::Restrictions => (None, "restrictions", "restrictions"),
            Self::FamilyName => (Some(Group::Person), "family_name", "family_name"),
            Self::GivenName => (Some(Group::Person), "given_name", "given_name"),
            // ISO/IEC 18013-5 `nationality` is a code of two letters; the passport has three.
            Self::Nationality => (Some(Group::Person), "nationality_icao", "nationality_icao"),
            Self::Portrait => (Some(Group::Portrait), "portrait", "picture"),
            Self::Employer => (Some(Group::Employment), "employer_name", "employer_name"),
            Self::EmployerId => (Some(Group::Employment), "employer_id", "employer_id"),
            Self::Occupation => (Some(Group::Employment), "occupation", "occupation"),
            Self::Place => (Some(Group::Employment), "place_of_work", "place_of_work"),
            Self::SocialSecurityNumber => (
                Some(Group::SocialSecurity),
                "social_security_number",
                "social_security_number",
            ),
            Self::InsuranceRecord => (Some(Group::SocialSecurity), "insurance_record", "insurance_record"),
            Self::BirthDay => (Some(Group::File), "birth_date", "birthdate"),
            Self::Passport => (Some(Group::File), "passport_number", "passport_number"),
            Self::PermitNumber => (Some(Group::File), "document_number", "document_number"),
            Self::Phone => (Some(Group::File), "mobile_phone_number", "phone_number"),
        };
        Row { group, mdoc, claim }
    }

    /// The group that it belongs to; none for what is always visible.
    pub const fn group(self) -> Option<Group> {
        self.row().group
    }

    /// Its element identifier in an mdoc.
    pub const fn mdoc_name(self) -> &'static str {
        self.row().mdoc
    }

    /// Its claim name in an SD-JWT VC.
    pub const fn claim_name(self) -> &'static str {
        self.row().claim
    }

    /// The element of an identifier in an mdoc; none for one of another version.
    pub fn from_mdoc_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|element| element.mdoc_name() == name)
    }

    /// The element of a claim name in an SD-JWT VC; none for one of another version.
    pub fn from_claim_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|element| element.claim_name() == name)
    }

    /// What is shown with these groups: their elements, and those that are always visible.
    pub fn shown(groups: &[Group]) -> Vec<Self> {
        let shown = |element: &Self| element.group().is_none_or(|group| groups.contains(&group));
        Self::ALL.into_iter().filter(shown).collect()
    }

    /// Its value in a permit; none if the permit does not have it. Texts are those of the card, at most 255 bytes.
    pub fn value(self, permit: &Permit) -> Option<ElementValue<'_>> {
        let text = |text: &'_ str| ElementValue::Text(field::cut(text, CARD_TEXT).into_owned().into());
        let name = || permit.person.name.split_once("<<");
        Some(match self {
            Self::Category => text(match permit.category {
                Category::A => "A",
                Category::B => "B",
                Category::C => "C",
            }),
            Self::ValidUntil => ElementValue::Day(permit.valid_until),
            Self::Restrictions => ElementValue::Number(permit.restrictions.into()),
            Self::FamilyName => text(name().map_or(permit.person.name.as_str(), |(family, _)| family)),
            Self::GivenName => text(name()?.1),
            Self::Nationality => text(&permit.person.nationality),
            Self::Portrait => ElementValue::Picture(permit.portrait.as_ref()?),
            Self::Employer => text(&permit.employment.as_ref()?.employer),
            Self::EmployerId => text(&permit.employment.as_ref()?.employer_id),
            Self::Occupation => text(&permit.employment.as_ref()?.occupation),
            Self::Place => text(&permit.employment.as_ref()?.place),
            Self::SocialSecurityNumber => text(&permit.social_security.as_ref()?.number),
            Self::InsuranceRecord => text(&permit.social_security.as_ref()?.insurance_record),
            Self::BirthDay => ElementValue::Day(permit.file.as_ref()?.birth_day),
            Self::Passport => text(&permit.file.as_ref()?.passport),
            Self::PermitNumber => text(&permit.file.as_ref()?.permit_number),
            Self::Phone => text(permit.file.as_ref()?.phone.as_ref()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_one_element_each() {
        for element in Element::ALL {
            assert_eq!(Element::from_mdoc_name(element.mdoc_name()), Some(element));
            assert_eq!(Element::from_claim_name(element.claim_name()), Some(element));
        }
        assert_eq!(Element::from_claim_name("mood"), None);
    }

    #[test]
    fn every_group_has_its_elements_and_the_visible_ones_come_along() {
        let visible = [Element::Category, Element::ValidUntil, Element::Restrictions];
        assert_eq!(Element::shown(&[]), visible);
        assert_eq!(Element::shown(&Group::ALL), Element::ALL);
        for group in Group::ALL {
            assert!(Element::shown(&[group]).len() > visible.len(), "{group:?}");
        }
    }
}
