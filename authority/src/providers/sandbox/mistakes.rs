use std::sync::atomic::{AtomicU64, Ordering};

use permitcard_crypto::hash::sha256_of;

use crate::providers::Outcome;

/// How often the sandbox's checks are wrong, so that one can try what happens then. The same seed and the same order of
/// checks give the same mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SandboxMistakes {
    /// Of a thousand checks that should fail, how many pass.
    pub false_accepts: u16,
    /// Of a thousand checks that should pass, how many fail.
    pub false_rejects: u16,
    /// Chooses which ones.
    pub seed: u64,
}

/// The mistakes of one run of the authority.
pub(super) struct Mistakes {
    rates: SandboxMistakes,
    /// Checks so far.
    number: AtomicU64,
}

impl Mistakes {
    pub(super) fn new(rates: SandboxMistakes) -> Self {
        Self {
            rates,
            number: AtomicU64::new(0),
        }
    }

    /// What the next check says in place of the truth.
    pub(super) fn apply(&self, truth: Outcome) -> Outcome {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let (rate, wrong) = match truth {
            Outcome::Passed => (self.rates.false_rejects, Outcome::Failed),
            Outcome::Failed => (self.rates.false_accepts, Outcome::Passed),
            Outcome::Inconclusive | Outcome::Unavailable => return truth,
        };
        let digest = sha256_of(&[&self.rates.seed.to_be_bytes(), &number.to_be_bytes()]);
        let drawn = digest
            .first_chunk::<4>()
            .map_or(0, |bytes| u32::from_be_bytes(*bytes) % 1000);
        if drawn < u32::from(rate) { wrong } else { truth }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rates: SandboxMistakes, truth: Outcome) -> Vec<bool> {
        let mistakes = Mistakes::new(rates);
        (0..1000).map(|_| mistakes.apply(truth) != truth).collect()
    }

    #[test]
    fn none_by_default_and_all_at_a_thousand() {
        let all = SandboxMistakes {
            false_accepts: 1000,
            false_rejects: 1000,
            seed: 1,
        };
        for truth in [Outcome::Passed, Outcome::Failed] {
            assert!(run(SandboxMistakes::default(), truth).iter().all(|wrong| !wrong));
            assert!(run(all, truth).iter().all(|wrong| *wrong));
        }
        for truth in [Outcome::Inconclusive, Outcome::Unavailable] {
            assert!(run(all, truth).iter().all(|wrong| !wrong));
        }
        assert_eq!(Mistakes::new(all).apply(Outcome::Failed), Outcome::Passed);
        assert_eq!(Mistakes::new(all).apply(Outcome::Passed), Outcome::Failed);
    }

    #[test]
    fn a_seed_gives_the_same_mistakes_at_about_the_rate() {
        let rates = |seed| SandboxMistakes {
            false_rejects: 100,
            seed,
            ..SandboxMistakes::default()
        };
        let first = run(rates(7), Outcome::Passed);
        assert_eq!(first, run(rates(7), Outcome::Passed));
        assert_ne!(first, run(rates(8), Outcome::Passed));
        let wrong = first.iter().filter(|wrong| **wrong).count();
        assert!((60..140).contains(&wrong), "{wrong}");
        assert!(run(rates(7), Outcome::Failed).iter().all(|wrong| !wrong));
    }
}
