//! Points in time on the command line and on the screen.

use std::str::FromStr;

use chrono::{DateTime, Local, SecondsFormat};

/// A point in time, seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointInTime(pub i64);

impl FromStr for PointInTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(seconds) = text.parse::<i64>() {
            return Ok(Self(seconds));
        }
        DateTime::parse_from_rfc3339(text)
            .map(|time| Self(time.timestamp()))
            .map_err(|_| "not a time: write 2026-11-24T08:00:00Z, or seconds since 1970".to_owned())
    }
}

/// RFC 3339 in UTC, for JSON.
pub fn rfc3339(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0)
        .map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true))
        .unwrap_or_default()
}

/// Date and time in the zone of this machine, for people.
pub fn local(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0)
        .map(|time| time.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_a_time_are_read() {
        assert_eq!("1764000000".parse(), Ok(PointInTime(1_764_000_000)));
        assert_eq!("-1".parse(), Ok(PointInTime(-1)));
        assert_eq!("2025-11-24T16:00:00Z".parse(), Ok(PointInTime(1_764_000_000)));
        assert_eq!("2025-11-25T00:00:00+08:00".parse(), Ok(PointInTime(1_764_000_000)));
        for text in ["", "now", "2025-11-24", "2025-11-24 16:00:00", "99999999999999999999"] {
            assert!(text.parse::<PointInTime>().is_err(), "{text}");
        }
        assert_eq!(rfc3339(1_764_000_000), "2025-11-24T16:00:00Z");
    }
}
