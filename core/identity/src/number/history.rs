use super::{NumberKind, SocialSecurityNumber};
use crate::{CountryCode, Day};

/// A number that somebody has or had. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct HeldNumber {
    /// The kind.
    pub kind: NumberKind,
    /// The number, normalised.
    pub value: String,
    /// The state that issued the passport.
    pub issuer: Option<CountryCode>,
    /// The first day, if it is known.
    pub from: Option<Day>,
    /// The last day, if it is known.
    pub to: Option<Day>,
}

impl std::fmt::Debug for HeldNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeldNumber")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The numbers of one person over time: a new passport links to the old one, the permit number stays for life.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberHistory {
    numbers: Vec<HeldNumber>,
}

impl NumberHistory {
    /// The most numbers that are kept; nobody has more, and each is looked at.
    pub const MOST: usize = 64;

    /// Adds a number; of two without a first day the one added later is the newer. A number of the same kind and value takes
    /// the place of the older entry. Gives false and keeps nothing when [`NumberHistory::MOST`] are there.
    pub fn add(&mut self, number: HeldNumber) -> bool {
        self.numbers
            .retain(|held| held.kind != number.kind || held.value != number.value);
        if self.numbers.len() >= Self::MOST {
            return false;
        }
        self.numbers.push(number);
        true
    }

    /// All numbers of a kind, the newest first.
    pub fn all(&self, kind: NumberKind) -> Vec<&HeldNumber> {
        let mut numbers: Vec<&HeldNumber> = self.numbers.iter().filter(|held| held.kind == kind).collect();
        // Stable, so that those without a day keep their order; what has no first day is older than what has one.
        numbers.reverse();
        numbers.sort_by_key(|held| std::cmp::Reverse(held.from));
        numbers
    }

    /// The number of a kind in use on a day: the newest that has begun and not ended by then. Without a day the newest.
    pub fn current(&self, kind: NumberKind, on: Option<Day>) -> Option<&HeldNumber> {
        self.all(kind).into_iter().find(|held| {
            let begun = held.from.zip(on).is_none_or(|(from, on)| from <= on);
            let open = held.to.zip(on).is_none_or(|(to, on)| on <= to);
            begun && open
        })
    }

    /// The number that took the place of this one: the next newer of the same kind.
    pub fn replaced_by(&self, number: &HeldNumber) -> Option<&HeldNumber> {
        let numbers = self.all(number.kind);
        let at = numbers.iter().position(|held| held.value == number.value)?;
        numbers.get(at.checked_sub(1)?).copied()
    }

    /// The document that a social security number was made from, as far as its usual form tells: a passport, perhaps an old
    /// one, or a permanent-resident card.
    pub fn source_of(&self, ssn: &SocialSecurityNumber) -> Option<&HeldNumber> {
        self.numbers.iter().find(|held| match held.kind {
            NumberKind::Passport => ssn.is_from(&held.value),
            NumberKind::PermanentResident => {
                held.value == ssn.as_str() || held.value.get(3..).is_some_and(|digits| ssn.is_from(digits))
            }
            _ => false,
        })
    }
}
