use std::collections::BTreeMap;

use super::DAY_S;
use crate::proofs::House;

/// What was counted.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) sessions: u64,
    pub(super) restarts: u64,
    /// Effective guesses, by person.
    pub(super) guesses: BTreeMap<String, Vec<i64>>,
    /// Times at which the right code was tried in place of a guess that could not count, and was refused.
    pub(super) right_codes_refused: u64,
    pub(super) most_for_one_code: u32,
    pub(super) window_guesses: u64,
    pub(super) own_registrations: u64,
    pub(super) in_person: u64,
}

impl Tally {
    /// Effective guesses for a person within the last 24 hours.
    pub(super) fn of_a_day(&self, person: &str, now: i64) -> usize {
        let times = self.guesses.get(person).map(Vec::as_slice).unwrap_or_default();
        times.iter().filter(|at| **at > now - DAY_S).count()
    }

    fn most_of_a_day(&self) -> usize {
        let of = |times: &Vec<i64>| (0..times.len()).map(|at| Self::within(times, at)).max().unwrap_or(0);
        self.guesses.values().map(of).max().unwrap_or(0)
    }

    fn within(times: &[i64], first: usize) -> usize {
        times[first..]
            .iter()
            .take_while(|at| **at < times[first] + DAY_S)
            .count()
    }

    /// Nothing passed that a limit forbids, and the limits were reached.
    pub(super) fn judge(&self, house: &House, days: i64) {
        let total: usize = self.guesses.values().map(Vec::len).sum();
        println!(
            "{days} days, {} registrations of the attacker, {} restarts: {total} effective guesses; at most {} for one code, {} \
             for one person within 24 hours; the right code refused {} times beyond that and {} times in another \
             registration; {} registrations of the holder by document and face, {} in person",
            self.sessions,
            self.restarts,
            self.most_for_one_code,
            self.most_of_a_day(),
            self.right_codes_refused,
            self.window_guesses,
            self.own_registrations,
            self.in_person
        );
        assert!(self.most_for_one_code == 5, "{}", self.most_for_one_code);
        assert!(self.most_of_a_day() <= 25, "{}", self.most_of_a_day());
        // The attack is one: the limits were reached, and something was tried beyond them.
        assert!(self.most_of_a_day() >= 20 && self.right_codes_refused > 20 && self.restarts > 0);
        for (person, guesses) in &self.guesses {
            let days = usize::try_from(days).unwrap();
            // 7.5 · 10⁻⁴ for six digits and thirty days.
            assert!(guesses.len() <= 25 * (days + 1), "{}", guesses.len());
            let told = house.sent.times(person, "cap-reached");
            assert!(!told.is_empty(), "the register's contact was not told");
            // Once a day for each of the two numbers; a message leaves within an hour.
            for at in &told {
                let within = told
                    .iter()
                    .filter(|other| (*at..at + DAY_S - 3_600).contains(*other))
                    .count();
                assert!(within <= 2, "told {within} times in a day");
            }
        }
    }
}
