use permitcard_credential::cose::cbor::{CborError, Limits, Reader, Writer};
use permitcard_platform::ClockReading;

/// The time that a verification uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedTime {
    /// Seconds since 1970.
    pub now_s: i64,
    /// Whether it agrees with a time that the authority signed and that came in since the device was started: not
    /// before it, and at most a day after it. If not, the user should look at the device's clock.
    pub sure: bool,
}

/// The latest signed time that was seen, and the boot-time clock when it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TimeFloor {
    signed_s: i64,
    boot_id: String,
    boot_ms: u64,
}

const DAY_S: i64 = 86_400;
const LIMITS: Limits = Limits::new(512);

impl TimeFloor {
    /// Takes in a time that the authority signed. An older one changes nothing.
    pub(crate) fn raise(&mut self, signed_s: i64, reading: &ClockReading) {
        if signed_s > self.bound(reading) || !self.same_boot(reading) {
            self.signed_s = signed_s.max(self.signed_s);
            self.boot_id.clone_from(&reading.boot_id);
            self.boot_ms = reading.boot_ms;
        }
    }

    /// The time now: the wall clock, but never before what was signed, and within one run of the device never before
    /// that plus what passed since.
    pub(crate) fn time(&self, reading: &ClockReading) -> TrustedTime {
        let bound = self.bound(reading);
        let agrees = (bound..=bound.saturating_add(DAY_S)).contains(&reading.wall_s);
        TrustedTime {
            now_s: reading.wall_s.max(bound),
            sure: self.same_boot(reading) && agrees,
        }
    }

    fn same_boot(&self, reading: &ClockReading) -> bool {
        !self.boot_id.is_empty() && self.boot_id == reading.boot_id && reading.boot_ms >= self.boot_ms
    }

    fn bound(&self, reading: &ClockReading) -> i64 {
        if !self.same_boot(reading) {
            return self.signed_s;
        }
        let passed_s = reading.boot_ms.saturating_sub(self.boot_ms) / 1_000;
        self.signed_s
            .saturating_add(i64::try_from(passed_s).unwrap_or(i64::MAX))
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(64);
        writer
            .array(3)
            .int(self.signed_s)
            .text(&self.boot_id)
            .uint(self.boot_ms);
        writer.into_bytes()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let mut reader = Reader::new(bytes, &LIMITS)?;
        let floor = reader.tuple(3, |reader| -> Result<Self, CborError> {
            Ok(Self {
                signed_s: reader.int()?,
                boot_id: reader.text()?.to_owned(),
                boot_ms: reader.uint()?,
            })
        })?;
        reader.finish()?;
        Ok(floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall_s: i64, boot_ms: u64, boot_id: &str) -> ClockReading {
        ClockReading {
            wall_s,
            boot_ms,
            boot_id: boot_id.to_owned(),
        }
    }

    fn floor() -> TimeFloor {
        let mut floor = TimeFloor::default();
        floor.raise(1_000, &at(1_000, 50_000, "a"));
        floor
    }

    #[test]
    fn without_a_signed_time_the_wall_clock_is_unsure() {
        assert_eq!(
            TimeFloor::default().time(&at(77, 5, "a")),
            TrustedTime { now_s: 77, sure: false }
        );
    }

    #[test]
    fn a_wall_clock_set_back_does_not_turn_time_back() {
        assert_eq!(
            floor().time(&at(1_060, 110_000, "a")),
            TrustedTime {
                now_s: 1_060,
                sure: true
            }
        );
        assert_eq!(
            floor().time(&at(500, 110_000, "a")),
            TrustedTime {
                now_s: 1_060,
                sure: false
            }
        );
        // Set forward by more than a day it is used, because lists may be that old, but it is not sure.
        assert_eq!(
            floor().time(&at(87_460, 110_000, "a")),
            TrustedTime {
                now_s: 87_460,
                sure: true
            }
        );
        assert_eq!(
            floor().time(&at(87_461, 110_000, "a")),
            TrustedTime {
                now_s: 87_461,
                sure: false
            }
        );
        // After a restart nobody knows how much passed.
        assert_eq!(
            floor().time(&at(500, 1_000, "b")),
            TrustedTime {
                now_s: 1_000,
                sure: false
            }
        );
        assert_eq!(
            floor().time(&at(2_000, 1_000, "b")),
            TrustedTime {
                now_s: 2_000,
                sure: false
            }
        );
    }

    #[test]
    fn older_signed_times_change_nothing() {
        let mut raised = floor();
        raised.raise(900, &at(1_001, 51_000, "a"));
        assert_eq!(raised, floor());
        raised.raise(1_010, &at(1_002, 52_000, "a"));
        assert_eq!(raised.time(&at(0, 52_000, "a")).now_s, 1_010);
        // In a new run of the device the floor keeps its height and is sure again.
        raised.raise(900, &at(1_100, 10, "b"));
        assert_eq!(
            raised.time(&at(1_100, 1_010, "b")),
            TrustedTime {
                now_s: 1_100,
                sure: true
            }
        );
        assert_eq!(raised.time(&at(0, 1_010, "b")).now_s, 1_011);
    }

    #[test]
    fn a_boot_clock_that_ran_backwards_is_not_sure() {
        let time = floor().time(&at(1_010, 49_999, "a"));
        assert_eq!((time.now_s, time.sure), (1_010, false));
    }

    #[test]
    fn unknown_boot_is_never_sure() {
        let mut raised = TimeFloor::default();
        raised.raise(1_000, &at(1_000, 0, ""));
        assert_eq!(
            raised.time(&at(1_500, 0, "")),
            TrustedTime {
                now_s: 1_500,
                sure: false
            }
        );
    }

    #[test]
    fn frozen_bytes() {
        let bytes = floor().encode();
        assert_eq!(bytes, [0x83, 0x19, 0x03, 0xe8, 0x61, b'a', 0x19, 0xc3, 0x50]);
        assert_eq!(TimeFloor::decode(&bytes).unwrap(), floor());
        assert!(TimeFloor::decode(&bytes[1..]).is_err());
    }
}
