//! The wallet's time: the authority's last time carried on by the clock since the device's start, else the wall clock,
//! marked unsure. It never goes back, except to what the authority says.
//!
//! What the authority signed (trust list, status list, card) was signed then or later, so that time is never before it.
//! The `Date` of an answer is signed by nobody: it counts only within a day of the newest signed time, or of the wall
//! clock, which an unsure wallet follows anyway. So whoever writes answers cannot move the wallet further than that.

use std::sync::Arc;
use std::time::Duration;

use permitcard_platform::{Clock, ClockReading};
use serde::{Deserialize, Serialize};

use crate::base::calls::Calls;
use crate::error::StateCode;

/// How far a time that nobody signed may be from a signed one or from the wall clock: one day.
const UNSIGNED_STEP_S: u64 = 86_400;

/// A moment, seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) at: i64,
    /// It rests on the wall clock alone.
    pub(crate) unsure: bool,
}

/// What is stored about time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimeRecord {
    /// The authority's last time, with the device's clocks at that moment.
    pub(crate) server: Option<ServerTime>,
    /// The latest time that was used since.
    pub(crate) floor: i64,
    /// The newest time that the authority signed.
    pub(crate) signed: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerTime {
    pub(crate) at: i64,
    pub(crate) boot_ms: u64,
    pub(crate) boot_id: String,
}

impl TimeRecord {
    /// The time of a reading of the device's clocks.
    pub(crate) fn moment(&self, reading: &ClockReading) -> Moment {
        let carried = self.server.as_ref().and_then(|server| {
            let same_start = !server.boot_id.is_empty() && server.boot_id == reading.boot_id;
            let since_ms = reading.boot_ms.checked_sub(server.boot_ms).filter(|_| same_start)?;
            server.at.checked_add(i64::try_from(since_ms / 1000).ok()?)
        });
        let (at, unsure) = match carried {
            Some(at) => (at, false),
            None => (reading.wall_s, true),
        };
        Moment {
            at: at.max(self.floor).max(self.signed),
            unsure,
        }
    }

    /// The record after an answer named a time; `None` if that is too far from what is known to count. It may put the
    /// time back, but not behind what was signed.
    pub(crate) fn contacted(&self, server_s: i64, reading: &ClockReading) -> Option<Self> {
        let near = |known: i64| server_s.abs_diff(known) <= UNSIGNED_STEP_S;
        if !near(self.signed) && !near(reading.wall_s) {
            return None;
        }
        let at = server_s.max(self.signed);
        let server = ServerTime {
            at,
            boot_ms: reading.boot_ms,
            boot_id: reading.boot_id.clone(),
        };
        Some(Self {
            server: Some(server),
            floor: at,
            signed: self.signed,
        })
    }

    /// The record after something was seen that the authority signed at this time.
    pub(crate) fn signed(mut self, signed_s: i64) -> Self {
        self.signed = self.signed.max(signed_s);
        self
    }

    /// Whether a time that is sure is more than so many seconds ahead of what is kept. An unsure one is not worth keeping
    /// for itself: a battery that ran empty must not age a card by ten years.
    pub(crate) fn is_behind(&self, moment: Moment, seconds: i64) -> bool {
        !moment.unsure && moment.at.saturating_sub(self.floor.max(self.signed)) > seconds
    }

    /// The record after a time was used for something that others see.
    pub(crate) fn used(mut self, moment: Moment) -> Self {
        self.floor = self.floor.max(moment.at);
        self
    }
}

/// The host's clock, seen from async code.
#[derive(Clone)]
pub(crate) struct HostClock {
    clock: Arc<dyn Clock>,
    calls: Calls,
}

impl HostClock {
    pub(crate) fn new(clock: Arc<dyn Clock>, timeout: Duration) -> Self {
        Self {
            clock,
            calls: Calls::new(timeout),
        }
    }

    /// Reads the clock from a blocking thread, for a host may be slow there too, or hang.
    pub(crate) async fn read(&self) -> Result<ClockReading, StateCode> {
        let clock = self.clock.clone();
        match self.calls.run(move || clock.now()).await {
            Ok(Ok(reading)) => Ok(reading),
            _ => Err(StateCode::TimeUnknown),
        }
    }
}

#[cfg(test)]
mod table;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reading(wall_s: i64, boot_ms: u64, boot_id: &str) -> ClockReading {
        ClockReading {
            wall_s,
            boot_ms,
            boot_id: boot_id.to_owned(),
        }
    }

    /// What is stored after a first answer named this time, with a wall clock that is right.
    fn contacted(server_s: i64, boot_ms: u64, boot_id: &str) -> TimeRecord {
        let right = reading(server_s, boot_ms, boot_id);
        TimeRecord::default().contacted(server_s, &right).unwrap()
    }

    #[test]
    fn within_one_start_the_wall_clock_does_not_matter() {
        let record = contacted(1_000, 10_000, "a");
        for wall in [i64::MIN, -1, 0, 1_005, i64::MAX] {
            assert_eq!(
                record.moment(&reading(wall, 15_999, "a")),
                Moment {
                    at: 1_005,
                    unsure: false
                }
            );
        }
    }

    #[test]
    fn after_a_restart_or_without_a_boot_id_the_wall_clock_counts_and_is_unsure() {
        let record = contacted(1_000, 10_000, "a");
        assert_eq!(
            record.moment(&reading(2_000, 20_000, "b")),
            Moment {
                at: 2_000,
                unsure: true
            }
        );
        let nameless = contacted(1_000, 10_000, "");
        assert_eq!(
            nameless.moment(&reading(2_000, 20_000, "")),
            Moment {
                at: 2_000,
                unsure: true
            }
        );
        // The clock since the start runs backwards: this host's word is worth nothing.
        assert_eq!(
            record.moment(&reading(2_000, 9_999, "a")),
            Moment {
                at: 2_000,
                unsure: true
            }
        );
    }

    #[test]
    fn the_authority_alone_puts_time_back() {
        let record = TimeRecord::default().used(Moment {
            at: 9_000,
            unsure: true,
        });
        assert_eq!(record.moment(&reading(3, 1, "a")).at, 9_000);
        let record = record.contacted(1_000, &reading(9_001, 5_000, "a")).unwrap();
        assert_eq!(
            record.moment(&reading(9_001, 6_000, "a")),
            Moment {
                at: 1_001,
                unsure: false
            }
        );
    }

    const DAY: i64 = 86_400;

    #[test]
    fn an_unsigned_time_counts_within_a_day_of_a_signed_one_or_of_the_wall_clock() {
        let signed = TimeRecord::default().signed(1_000 * DAY);
        let wall = |day: i64| reading(day * DAY, 5_000, "a");
        let learnt = |server_s, wall_day| {
            let record = signed.contacted(server_s, &wall(wall_day))?;
            Some(record.moment(&wall(wall_day)))
        };
        let sure = |at| Some(Moment { at, unsure: false });
        // The wall clock is years away on either side: only the signed time is left to compare with.
        for wall_day in [3, 9_000] {
            assert_eq!(learnt(1_001 * DAY, wall_day), sure(1_001 * DAY));
            assert_eq!(learnt(1_001 * DAY + 1, wall_day), None);
            // Near enough, and before it: what was signed stands.
            assert_eq!(learnt(999 * DAY, wall_day), sure(1_000 * DAY));
            assert_eq!(learnt(999 * DAY - 1, wall_day), None);
        }
        // Nothing was signed for long: the wall clock is at hand.
        assert_eq!(learnt(1_400 * DAY, 1_399), sure(1_400 * DAY));
        assert_eq!(learnt(1_400 * DAY, 1_398), None);
        for far in [i64::MIN, i64::MAX] {
            assert_eq!(signed.contacted(far, &wall(1_000)), None);
        }
    }

    #[test]
    fn no_answer_takes_time_behind_what_was_signed() {
        let record = contacted(1_000 * DAY, 10_000, "a").signed(1_001 * DAY);
        let back = reading(0, 10_000, "a");
        assert_eq!(record.moment(&back).at, 1_001 * DAY);
        let record = record.contacted(1_000 * DAY + 1, &back).unwrap();
        assert_eq!(record.moment(&back).at, 1_001 * DAY);
        // Nor does the wall clock, after a restart.
        assert_eq!(record.moment(&reading(0, 0, "b")).at, 1_001 * DAY);
        assert_eq!(record.clone().signed(5).signed, 1_001 * DAY);
    }

    #[tokio::test]
    async fn a_clock_that_hangs_or_throws_is_no_clock() {
        struct Hangs(std::sync::Mutex<std::sync::mpsc::Receiver<()>>);
        impl Clock for Hangs {
            fn now(&self) -> Result<ClockReading, permitcard_platform::ClockError> {
                let _ = self.0.lock().unwrap().recv();
                panic!("a foreign exception")
            }
        }
        let (release, released) = std::sync::mpsc::channel();
        let clock = Arc::new(Hangs(std::sync::Mutex::new(released)));
        let hanging = HostClock::new(clock.clone(), Duration::from_millis(1));
        assert_eq!(hanging.read().await, Err(StateCode::TimeUnknown));
        drop(release);
        let throwing = HostClock::new(clock, Duration::from_secs(60));
        assert_eq!(throwing.read().await, Err(StateCode::TimeUnknown));
    }

    #[test]
    fn stored_form_is_frozen() {
        let record = contacted(1_700_000_000, 10_000, "a")
            .signed(1_600_000_000)
            .used(Moment {
                at: 1_700_000_009,
                unsure: false,
            });
        let json = concat!(
            r#"{"server":{"at":1700000000,"boot_ms":10000,"boot_id":"a"},"#,
            r#""floor":1700000009,"signed":1600000000}"#
        );
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
        assert_eq!(serde_json::from_str::<TimeRecord>(json).unwrap(), record);
    }

    proptest! {
        #[test]
        fn used_times_never_go_back(readings in proptest::collection::vec((any::<i64>(), any::<u64>(), 0u8..3), 1..40)) {
            let mut record = contacted(1_000, 50, "0");
            let mut last = i64::MIN;
            for (wall, boot_ms, boot) in readings {
                let moment = record.moment(&reading(wall, boot_ms, &boot.to_string()));
                prop_assert!(moment.at >= last);
                last = moment.at;
                record = record.used(moment);
            }
        }
    }
}
