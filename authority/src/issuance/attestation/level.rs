use crate::AuthorityError;

/// What was shown about where a key lives, best last. Kept by name with the batch; never more than a trusted root signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ProvenLevel {
    /// Nothing: no attestation, or none that a trusted root stands behind.
    Unproven,
    /// In software, for instance a file.
    Software,
    /// In a trusted execution environment.
    TrustedEnvironment,
    /// In a separate secure element.
    SecureElement,
}

impl ProvenLevel {
    const ALL: [Self; 4] = [
        Self::Unproven,
        Self::Software,
        Self::TrustedEnvironment,
        Self::SecureElement,
    ];

    /// Its stored name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Unproven => "unproven",
            Self::Software => "software",
            Self::TrustedEnvironment => "trusted-environment",
            Self::SecureElement => "secure-element",
        }
    }

    /// The level of a stored name.
    pub(crate) fn from_name(name: &str) -> Result<Self, AuthorityError> {
        let found = Self::ALL.into_iter().find(|level| level.name() == name);
        found.ok_or(AuthorityError::DataDamaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_frozen_and_levels_are_in_order() {
        let names = ProvenLevel::ALL.map(ProvenLevel::name);
        assert_eq!(names, ["unproven", "software", "trusted-environment", "secure-element"]);
        for level in ProvenLevel::ALL {
            assert_eq!(ProvenLevel::from_name(level.name()), Ok(level));
        }
        assert!(ProvenLevel::ALL.is_sorted());
        assert!(ProvenLevel::from_name("hardware").is_err());
    }
}
