use crate::{providers::Outcome, registration::Step};

/// What the last two digits of a permit number make the sandbox do. Every other number behaves as `01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Magic {
    /// The last two digits.
    pub(crate) suffix: &'static str,
    /// In one sentence, for people.
    pub(crate) about: &'static str,
    document: Outcome,
    face: Outcome,
    /// Only the first check of each kind in a registration says so; later ones pass.
    first_only: bool,
    /// Codes cannot be delivered.
    pub(crate) undeliverable: bool,
}

const PASS: Magic = Magic {
    suffix: "01",
    about: "every check passes",
    document: Outcome::Passed,
    face: Outcome::Passed,
    first_only: false,
    undeliverable: false,
};

/// The documented table; a test compares it with `docs/sandbox.md`.
pub(crate) const TABLE: &[Magic] = &[
    PASS,
    Magic {
        suffix: "02",
        about: "the document is refused",
        document: Outcome::Failed,
        ..PASS
    },
    Magic {
        suffix: "03",
        about: "the face is another one",
        face: Outcome::Failed,
        ..PASS
    },
    Magic {
        suffix: "04",
        about: "the face is not alive",
        face: Outcome::Failed,
        ..PASS
    },
    Magic {
        suffix: "05",
        about: "the provider of both checks is down",
        document: Outcome::Unavailable,
        face: Outcome::Unavailable,
        ..PASS
    },
    Magic {
        suffix: "06",
        about: "the provider is down at the first try of each check, then passes",
        document: Outcome::Unavailable,
        face: Outcome::Unavailable,
        first_only: true,
        ..PASS
    },
    Magic {
        suffix: "07",
        about: "the document check cannot decide",
        document: Outcome::Inconclusive,
        ..PASS
    },
    Magic {
        suffix: "08",
        about: "the one-time code cannot be delivered",
        undeliverable: true,
        ..PASS
    },
    Magic {
        suffix: "09",
        about: "the face check cannot decide",
        face: Outcome::Inconclusive,
        ..PASS
    },
];

impl Magic {
    pub(crate) fn of(permit_number: &str) -> Self {
        TABLE
            .iter()
            .copied()
            .find(|magic| permit_number.ends_with(magic.suffix))
            .unwrap_or(PASS)
    }

    /// What a check says. `earlier`: how many checks of this kind were carried out before in the same registration.
    pub(crate) fn outcome(&self, step: Step, earlier: u32) -> Outcome {
        if self.first_only && earlier > 0 {
            return Outcome::Passed;
        }
        match step {
            Step::DocumentCheck => self.document,
            Step::FaceCheck => self.face,
            _ => Outcome::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_says_the_same() {
        let manual = include_str!("../../../../docs/sandbox.md");
        for magic in TABLE {
            let row = format!("| `…{}` | {} |", magic.suffix, magic.about);
            assert!(manual.contains(&row), "docs/sandbox.md lacks the row {row}");
        }
        assert_eq!(manual.matches("| `…").count(), TABLE.len());
    }

    #[test]
    fn any_other_number_passes_and_first_only_is_over_after_the_first() {
        assert_eq!(
            Magic::of("310000199001019999").outcome(Step::FaceCheck, 0),
            Outcome::Passed
        );
        assert_eq!(Magic::of("06").outcome(Step::DocumentCheck, 0), Outcome::Unavailable);
        assert_eq!(Magic::of("06").outcome(Step::DocumentCheck, 1), Outcome::Passed);
        assert_eq!(Magic::of("05").outcome(Step::DocumentCheck, 1), Outcome::Unavailable);
    }

    #[test]
    fn only_a_check_can_pass() {
        assert_eq!(Magic::of("01").outcome(Step::GeneralConsent, 0), Outcome::Unavailable);
    }
}
