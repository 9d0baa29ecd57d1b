//! How many tests ran, read from the closing lines of the runners.

/// Passed and failed tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub passed: u32,
    pub failed: u32,
}

impl Counts {
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// `test result: ok. 3 passed; 0 failed; …` of cargo test.
    pub fn of_cargo(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("test result: ")?;
        Some(Self {
            passed: before(rest, " passed")?,
            failed: before(rest, " failed")?,
        })
    }

    /// `Tests run: 3, Failures: 0, Errors: 0, Skipped: 0` of Maven Surefire; only the closing line, which names no class.
    pub fn of_surefire(line: &str) -> Option<Self> {
        let line = line.rsplit(']').next()?.trim();
        let rest = line.strip_prefix("Tests run: ")?;
        if rest.contains("Time elapsed") {
            return None;
        }
        let numbers: Vec<u32> = rest
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|text| text.parse().ok())
            .collect();
        match numbers.as_slice() {
            [run, failures, errors, skipped, ..] => {
                let failed = failures + errors;
                Some(Self {
                    passed: run.saturating_sub(failed + skipped),
                    failed,
                })
            }
            _ => None,
        }
    }

    /// `Test run with 3 tests … passed` or `… failed … with 1 issue` of Swift Testing.
    pub fn of_swift(line: &str) -> Option<Self> {
        let rest = line.split_once("Test run with ")?.1;
        let run = before(rest, " test")?;
        let failed = if rest.contains(" failed ") {
            before(rest, " issue").unwrap_or(1).min(run)
        } else {
            0
        };
        Some(Self {
            passed: run - failed,
            failed,
        })
    }

    /// `unittest: 3 passed, 0 failed` of `tests/foreign/python/run.py`.
    pub fn of_unittest(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("unittest: ")?;
        Some(Self {
            passed: before(rest, " passed")?,
            failed: before(rest, " failed")?,
        })
    }

    /// `pictures: 43 passed, 0 failed`, each a code at a size.
    pub fn of_pictures(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("pictures: ")?;
        Some(Self {
            passed: before(rest, " passed")?,
            failed: before(rest, " failed")?,
        })
    }

    /// The closing lines of Node's runner, one a number: `ℹ pass 3`, then `ℹ fail 0`. What was skipped, cancelled or put
    /// off did not pass.
    pub fn of_node(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix("ℹ ")?.split(' ');
        let (word, number) = (words.next()?, words.next()?.parse().ok()?);
        match word {
            "pass" => Some(Self {
                passed: number,
                failed: 0,
            }),
            "fail" | "cancelled" | "skipped" | "todo" => Some(Self {
                passed: 0,
                failed: number,
            }),
            _ => None,
        }
    }
}

/// The number that stands right before `word`.
fn before(text: &str, word: &str) -> Option<u32> {
    let head = text.get(..text.find(word)?)?;
    let digits = head.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_closing_lines() {
        let two = |passed, failed| Some(Counts { passed, failed });
        assert_eq!(
            Counts::of_cargo("test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out"),
            two(12, 1)
        );
        assert_eq!(Counts::of_cargo("test a ... ok"), None);
        assert_eq!(
            Counts::of_surefire("[WARNING] Tests run: 9, Failures: 1, Errors: 1, Skipped: 2"),
            two(5, 2)
        );
        assert_eq!(
            Counts::of_surefire("[INFO] Tests run: 9, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s -- in A"),
            None
        );
        assert_eq!(Counts::of_unittest("unittest: 9 passed, 1 failed"), two(9, 1));
        assert_eq!(Counts::of_pictures("pictures: 42 passed, 1 failed"), two(42, 1));
        assert_eq!(Counts::of_unittest("Ran 9 tests in 0.2s"), None);
        assert_eq!(Counts::of_node("ℹ pass 28"), two(28, 0));
        assert_eq!(Counts::of_node("ℹ skipped 2"), two(0, 2));
        assert_eq!(Counts::of_node("ℹ duration_ms 3837.18"), None);
        assert_eq!(Counts::of_node("ℹ tests 28"), None);
        assert_eq!(
            Counts::of_swift("✔ Test run with 21 tests in 3 suites passed after 4.2 seconds."),
            two(21, 0)
        );
        assert_eq!(
            Counts::of_swift("✘ Test run with 21 tests failed after 4 seconds with 2 issues."),
            two(19, 2)
        );
    }
}
