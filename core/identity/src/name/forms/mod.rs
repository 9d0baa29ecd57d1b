//! The set of forms that an authority may hold of one name.
//!
//! The set is kept as a pattern, never spelled out: work and memory grow with the length of the name, not with the number
//! of its forms.

mod compare;
mod list;
mod pattern;

use std::fmt;

use self::pattern::Pattern;
use super::{IdentityError, MrzName, typed_parts};
use crate::CountryCode;

/// All forms of one name that are the same name: what an authority compares, never two spellings.
///
/// Same name, whoever wrote it: surname before or behind the given names; with spaces, hyphens and apostrophes or joined;
/// each letter in any of its forms by ICAO Doc 9303-3, 6 A; cut to the field of the document; one name in either field.
/// Not the same name, because another person may have it: a part left out or added, another spelling, other words in
/// another order. For those see [`crate::name_advice`]. `Debug` shows no value.
#[derive(Clone)]
pub struct NameForms {
    primary: Pattern,
    secondary: Pattern,
    /// The characters of the field that the name was cut to, if it may have been cut.
    cut: Option<usize>,
}

impl NameForms {
    /// Forms of a name field. `issuer` is the state that issued the document: only where it writes letters with two, as
    /// Germany does, MUELLER is also MULLER. Without it digraphs are only themselves.
    pub fn of(name: &MrzName, issuer: Option<&CountryCode>) -> Self {
        Self::of_field(name, issuer, name.is_possibly_truncated().then_some(super::NAME_LEN))
    }

    /// Forms of a name from a field of another length (TD1 has 30 characters), cut to it if that is given.
    pub(crate) fn of_field(name: &MrzName, issuer: Option<&CountryCode>, cut: Option<usize>) -> Self {
        let issuer = issuer.map(CountryCode::as_str);
        Self {
            primary: Pattern::of_field(name.primary(), issuer),
            secondary: Pattern::of_field(name.secondary(), issuer),
            cut,
        }
    }

    /// Forms of a typed name, whose letters are known: Müller is MUELLER, MULLER and MUXXLLER. Either part may be empty.
    /// `issuer` only decides which of them comes first in [`NameForms::list`], as for [`crate::mrz_name_for`].
    ///
    /// # Errors
    /// As [`crate::mrz_name`].
    pub fn typed(surname: &str, given: &str, issuer: Option<&CountryCode>) -> Result<Self, IdentityError> {
        let (primary, secondary) = typed_parts(surname, given, issuer, &mut Vec::new())?;
        Ok(Self {
            primary: Pattern::of_typed(&primary),
            secondary: Pattern::of_typed(&secondary),
            cut: None,
        })
    }

    /// Whether both are the same name: some form of one is a form of the other. Symmetric.
    pub fn matches(&self, other: &Self) -> bool {
        compare::same(self, other)
    }

    /// Forms written out, for people: the one that is sent first, at most 24. A small part of the set that
    /// [`NameForms::matches`] compares, and each of them matches.
    pub fn list(&self) -> Vec<MrzName> {
        list::of(self)
    }

    /// The most characters that a form of this name may have.
    fn widest(&self) -> usize {
        let separator = if self.secondary.is_empty() { 0 } else { 2 };
        self.primary.widest() + separator + self.secondary.widest()
    }
}

impl fmt::Debug for NameForms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameForms(..)")
    }
}

#[cfg(test)]
mod tests;
