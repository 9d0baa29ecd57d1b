use super::{Outcome, VerdictCode, Verdicts};
use crate::permit::{Group, Profile};

/// What is enough for a purpose: all three verdicts good, and the groups of a profile disclosed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    profile: Profile,
}

impl Policy {
    /// The policy of a kind of verifier.
    pub const fn of(profile: Profile) -> Self {
        Self { profile }
    }

    /// What an employer needs: person and employment.
    pub const fn employer() -> Self {
        Self::of(Profile::Employer)
    }

    /// The policy of a profile's name, for instance `employer`.
    pub fn from_name(name: &str) -> Option<Self> {
        Profile::from_name(name).map(Self::of)
    }

    /// The name.
    pub const fn name(self) -> &'static str {
        self.profile.name()
    }

    /// The audience that a presentation has to name, unless the verifier has one of its own.
    pub const fn aud(self) -> &'static str {
        self.profile.aud()
    }

    /// The groups that have to be disclosed.
    pub const fn groups(self) -> &'static [Group] {
        self.profile.groups()
    }

    /// The first reason why the verdicts are not enough, what is refuted before what is unknown; `None` if they are.
    pub fn unmet(self, verdicts: &Verdicts) -> Option<VerdictCode> {
        let three = [verdicts.issuer, verdicts.holder, verdicts.status];
        let first = |outcome| three.iter().find(|verdict| verdict.outcome == outcome);
        if let Some(verdict) = first(Outcome::Bad).or_else(|| first(Outcome::Unknown)) {
            return Some(verdict.code);
        }
        let shown = |needed: &Group| verdicts.groups().any(|group| group == *needed);
        if self.groups().iter().all(shown) {
            None
        } else {
            Some(VerdictCode::GroupMissing)
        }
    }

    /// Whether the verdicts are enough.
    pub fn satisfied(self, verdicts: &Verdicts) -> bool {
        self.unmet(verdicts).is_none()
    }
}
