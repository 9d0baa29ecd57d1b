use crate::providers::{CheckKind, Outcome};

/// What the last two digits of the claimed number make the sandbox do. Every other number behaves as `01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Magic {
    /// The last two digits.
    pub(crate) suffix: &'static str,
    /// In one sentence, for people.
    pub(crate) about: &'static str,
    document: Outcome,
    face: Outcome,
    bank_card: Outcome,
    sim: Outcome,
    /// Only the first check of each kind in a registration says so; later ones pass.
    first_only: bool,
    /// Messages cannot be delivered.
    pub(crate) undeliverable: bool,
    /// The document that was read is somebody else's.
    pub(crate) other_document: bool,
}

const PASS: Magic = Magic {
    suffix: "01",
    about: "every check passes",
    document: Outcome::Passed,
    face: Outcome::Passed,
    bank_card: Outcome::Passed,
    sim: Outcome::Passed,
    first_only: false,
    undeliverable: false,
    other_document: false,
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
        about: "the provider of every check is down",
        document: Outcome::Unavailable,
        face: Outcome::Unavailable,
        bank_card: Outcome::Unavailable,
        sim: Outcome::Unavailable,
        ..PASS
    },
    Magic {
        suffix: "06",
        about: "the provider is down at the first try of each check, then passes",
        document: Outcome::Unavailable,
        face: Outcome::Unavailable,
        bank_card: Outcome::Unavailable,
        sim: Outcome::Unavailable,
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
    Magic {
        suffix: "10",
        about: "the bank does not confirm the name",
        bank_card: Outcome::Failed,
        ..PASS
    },
    Magic {
        suffix: "11",
        about: "the carrier does not confirm the name",
        sim: Outcome::Failed,
        ..PASS
    },
    Magic {
        suffix: "12",
        about: "neither bank nor carrier can decide",
        bank_card: Outcome::Inconclusive,
        sim: Outcome::Inconclusive,
        ..PASS
    },
    Magic {
        suffix: "13",
        about: "the document is good, but another one than was claimed",
        other_document: true,
        ..PASS
    },
];

impl Magic {
    pub(crate) fn of(number: &str) -> Self {
        TABLE
            .iter()
            .copied()
            .find(|magic| number.ends_with(magic.suffix))
            .unwrap_or(PASS)
    }

    /// What a check says. `earlier`: how many checks of this kind were carried out before in the same registration.
    pub(crate) fn outcome(&self, kind: CheckKind, earlier: u32) -> Outcome {
        if self.first_only && earlier > 0 {
            return Outcome::Passed;
        }
        match kind {
            CheckKind::Document => self.document,
            CheckKind::Face => self.face,
            CheckKind::BankCard => self.bank_card,
            CheckKind::Sim => self.sim,
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
        for kind in CheckKind::ALL {
            assert_eq!(Magic::of("310000199001019999").outcome(kind, 0), Outcome::Passed);
            assert_eq!(Magic::of("06").outcome(kind, 0), Outcome::Unavailable);
            assert_eq!(Magic::of("06").outcome(kind, 1), Outcome::Passed);
            assert_eq!(Magic::of("05").outcome(kind, 1), Outcome::Unavailable);
        }
    }

    #[test]
    fn a_number_spoils_only_what_it_says() {
        for (suffix, spoiled, outcome) in [
            ("02", CheckKind::Document, Outcome::Failed),
            ("03", CheckKind::Face, Outcome::Failed),
            ("04", CheckKind::Face, Outcome::Failed),
            ("07", CheckKind::Document, Outcome::Inconclusive),
            ("09", CheckKind::Face, Outcome::Inconclusive),
            ("10", CheckKind::BankCard, Outcome::Failed),
            ("11", CheckKind::Sim, Outcome::Failed),
        ] {
            for kind in CheckKind::ALL {
                let expected = if kind == spoiled { outcome } else { Outcome::Passed };
                assert_eq!(Magic::of(suffix).outcome(kind, 0), expected, "{suffix} {kind:?}");
            }
        }
        assert_eq!(Magic::of("12").outcome(CheckKind::Sim, 0), Outcome::Inconclusive);
        assert_eq!(Magic::of("12").outcome(CheckKind::BankCard, 0), Outcome::Inconclusive);
        assert!(Magic::of("13").other_document && Magic::of("08").undeliverable);
    }
}
