//! The wallet's time: the authority's last time carried on by the clock since the device's start, else the wall clock,
//! marked unsure. It never goes back, except to what the authority says.

use std::sync::Arc;

use permitcard_platform::{Clock, ClockError, ClockReading};
use serde::{Deserialize, Serialize};

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
            at: at.max(self.floor),
            unsure,
        }
    }

    /// The record after the authority named its time. Only the authority may put the time back.
    pub(crate) fn contacted(server_s: i64, reading: &ClockReading) -> Self {
        let server = ServerTime {
            at: server_s,
            boot_ms: reading.boot_ms,
            boot_id: reading.boot_id.clone(),
        };
        Self {
            server: Some(server),
            floor: server_s,
        }
    }

    /// The record after a time was used for something that others see.
    pub(crate) fn used(mut self, moment: Moment) -> Self {
        self.floor = self.floor.max(moment.at);
        self
    }
}

/// Reads the host's clock from a blocking thread, for a host may be slow there too.
pub(crate) async fn read(clock: &Arc<dyn Clock>) -> Result<ClockReading, ClockError> {
    let clock = clock.clone();
    tokio::task::spawn_blocking(move || clock.now())
        .await
        .unwrap_or(Err(ClockError::Unavailable))
}

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

    #[test]
    fn within_one_start_the_wall_clock_does_not_matter() {
        let record = TimeRecord::contacted(1_000, &reading(5, 10_000, "a"));
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
        let record = TimeRecord::contacted(1_000, &reading(5, 10_000, "a"));
        assert_eq!(
            record.moment(&reading(2_000, 20_000, "b")),
            Moment {
                at: 2_000,
                unsure: true
            }
        );
        let nameless = TimeRecord::contacted(1_000, &reading(5, 10_000, ""));
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
        let record = TimeRecord::contacted(1_000, &reading(9_001, 5_000, "a"));
        assert_eq!(
            record.moment(&reading(9_001, 6_000, "a")),
            Moment {
                at: 1_001,
                unsure: false
            }
        );
    }

    #[test]
    fn stored_form_is_frozen() {
        let record = TimeRecord::contacted(1_700_000_000, &reading(5, 10_000, "a")).used(Moment {
            at: 1_700_000_009,
            unsure: false,
        });
        let json = r#"{"server":{"at":1700000000,"boot_ms":10000,"boot_id":"a"},"floor":1700000009}"#;
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
        assert_eq!(serde_json::from_str::<TimeRecord>(json).unwrap(), record);
    }

    proptest! {
        #[test]
        fn used_times_never_go_back(readings in proptest::collection::vec((any::<i64>(), any::<u64>(), 0u8..3), 1..40)) {
            let mut record = TimeRecord::contacted(1_000, &reading(0, 50, "0"));
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
