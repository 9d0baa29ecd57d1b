//! Every way in which a phone's clocks go wrong, and the time that the wallet believes then.

use permitcard_platform::ClockReading;

use super::{Moment, TimeRecord};

/// The authority's time at the last contact.
const T: i64 = 1_800_000_000;
/// The clock since the start at that moment.
const BOOT_MS: u64 = 10_000_000;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;
/// 9999-12-31T23:59:59Z.
const LAST: i64 = 253_402_300_799;

/// What the phone knows: contact at [`T`] in the start `a`, a signed time an hour older, and a code shown at `shown`.
fn record(shown: i64) -> TimeRecord {
    let reading = reading(T, BOOT_MS, "a");
    let learnt = TimeRecord::default().signed(T - HOUR).contacted(T, &reading).unwrap();
    learnt.used(Moment {
        at: shown,
        unsure: false,
    })
}

fn reading(wall_s: i64, boot_ms: u64, boot_id: &str) -> ClockReading {
    ClockReading {
        wall_s,
        boot_ms,
        boot_id: boot_id.to_owned(),
    }
}

/// An hour after the contact, the device was not restarted: the wall clock does not matter, whatever it says.
#[test]
fn within_one_start() {
    let rows: [(&str, i64); 22] = [
        ("right", T + HOUR),
        ("ten years back", T + HOUR - 10 * YEAR),
        ("ten years on", T + HOUR + 10 * YEAR),
        ("the first second of 1970", 0),
        ("before 1970", -1),
        ("the last second of 31 bits, in 2038", i64::from(i32::MAX)),
        ("the second after it", i64::from(i32::MAX) + 1),
        ("the second after it, wrapped around", i64::from(i32::MIN)),
        ("the last second of 32 bits, in 2106", i64::from(u32::MAX)),
        ("GPS weeks rolled over, 1024 weeks back", T + HOUR - 1_024 * 7 * DAY),
        ("the last second of 9999", LAST),
        ("the second after 9999", LAST + 1),
        ("the smallest number", i64::MIN),
        ("the largest number", i64::MAX),
        ("summer time taken for a change of the clock", T + 2 * HOUR),
        ("its end taken for a change of the clock", T),
        ("local time of UTC+14 taken for UTC", T + HOUR + 14 * HOUR),
        ("local time of UTC-12 taken for UTC", T + HOUR - 12 * HOUR),
        ("local time of UTC+5:45 taken for UTC", T + HOUR + 20_700),
        ("five minutes back", T + HOUR - 300),
        ("six minutes back", T + HOUR - 360),
        ("a day on", T + HOUR + DAY),
    ];
    for (name, wall_s) in rows {
        let now = record(T).moment(&reading(wall_s, BOOT_MS + 3_600_000, "a"));
        let expected = Moment {
            at: T + HOUR,
            unsure: false,
        };
        assert_eq!(now, expected, "{name}");
    }
}

/// The device was restarted, or cannot tell: the wall clock counts and is unsure, but never back behind what was used or
/// signed.
#[test]
fn after_a_restart() {
    let shown = T + 2 * HOUR;
    let rows: [(&str, ClockReading, i64); 18] = [
        ("right", reading(T + 3 * HOUR, 5_000, "b"), T + 3 * HOUR),
        ("a day on", reading(T + DAY, 5_000, "b"), T + DAY),
        ("ten years on", reading(T + 10 * YEAR, 5_000, "b"), T + 10 * YEAR),
        ("the last second of 9999", reading(LAST, 5_000, "b"), LAST),
        ("an hour back", reading(T + HOUR, 5_000, "b"), shown),
        ("six minutes back", reading(shown - 360, 5_000, "b"), shown),
        ("a second back", reading(shown - 1, 5_000, "b"), shown),
        ("ten years back", reading(T - 10 * YEAR, 5_000, "b"), shown),
        ("1970, the battery was empty", reading(0, 5_000, "b"), shown),
        ("1980, the battery was empty", reading(10 * YEAR, 5_000, "b"), shown),
        ("2038, wrapped around", reading(i64::from(i32::MIN), 5_000, "b"), shown),
        ("the smallest number", reading(i64::MIN, 5_000, "b"), shown),
        (
            "the clock since the start runs longer than before",
            reading(T, BOOT_MS * 9, "b"),
            shown,
        ),
        (
            "it stands where it stood, in another start",
            reading(T, BOOT_MS, "b"),
            shown,
        ),
        (
            "the same start, but its clock went back",
            reading(T + 3 * HOUR, BOOT_MS - 1, "a"),
            T + 3 * HOUR,
        ),
        (
            "the same start, its clock at zero, the wall clock back",
            reading(T - YEAR, 0, "a"),
            shown,
        ),
        (
            "no name of the start",
            reading(T + 3 * HOUR, BOOT_MS + 1, ""),
            T + 3 * HOUR,
        ),
        (
            "no name of the start, the wall clock back",
            reading(T - YEAR, BOOT_MS + 1, ""),
            shown,
        ),
    ];
    for (name, reading, at) in rows {
        assert_eq!(record(shown).moment(&reading), Moment { at, unsure: true }, "{name}");
    }
}

/// A clock since the start that cannot be true carries nothing on.
#[test]
fn clock_since_the_start_without_end() {
    let now = record(T).moment(&reading(T + HOUR, u64::MAX, "a"));
    // 584 million years after the contact: this host's number is taken as it is, and every credential is over.
    assert!(now.at > LAST);
    let full = TimeRecord {
        server: record(T).server.map(|server| super::ServerTime {
            at: i64::MAX - 1,
            ..server
        }),
        ..record(T)
    };
    let now = full.moment(&reading(T + HOUR, BOOT_MS + 3_600_000, "a"));
    assert_eq!(
        now,
        Moment {
            at: T + HOUR,
            unsure: true
        },
        "the sum has no room"
    );
}

/// A clock that jumps between the two readings of one call: what the call began with never moves back.
#[test]
fn a_jump_during_a_call() {
    for (name, wall_s) in [
        ("back ten years", T - 10 * YEAR),
        ("back to 1970", 0),
        ("back an hour", T),
        ("on ten years", T + 10 * YEAR),
    ] {
        for boot_id in ["a", "b", ""] {
            let before = record(T).moment(&reading(T + HOUR, BOOT_MS + 3_600_000, boot_id));
            let kept = record(T).used(before);
            let after = kept.moment(&reading(wall_s, BOOT_MS + 3_601_000, boot_id));
            assert!(after.at >= before.at, "{name}, start {boot_id:?}");
        }
    }
}

/// What an answer's `Date` may do to a phone whose wall clock says `wall`: signed at [`T`] minus an hour.
#[test]
fn unsigned_dates() {
    let rows: [(&str, i64, i64, Option<i64>); 12] = [
        ("right", T + HOUR, T + HOUR, Some(T + HOUR)),
        ("phone ten years back", T - 10 * YEAR, T + HOUR, Some(T + HOUR)),
        ("phone ten years on", T + 10 * YEAR, T + HOUR, Some(T + HOUR)),
        ("phone in 1970", 0, T + HOUR, Some(T + HOUR)),
        ("phone in 9999", LAST, T + HOUR, Some(T + HOUR)),
        ("answer of a year ago", T, T - YEAR, None),
        ("answer of next year", T, T + YEAR, None),
        ("answer of 1970", T, 0, None),
        ("answer of 9999", T, LAST, None),
        ("answer behind what was signed", T, T - 2 * HOUR, Some(T - HOUR)),
        (
            "answer as wrong as the phone, years on",
            T + 3 * YEAR,
            T + 3 * YEAR,
            Some(T + 3 * YEAR),
        ),
        (
            "answer as wrong as the phone, years back",
            T - 3 * YEAR,
            T - 3 * YEAR,
            Some(T - HOUR),
        ),
    ];
    for (name, wall, date, at) in rows {
        let phone = reading(wall, 5_000, "c");
        let learnt = TimeRecord::default().signed(T - HOUR).contacted(date, &phone);
        assert_eq!(learnt.map(|record| record.moment(&phone).at), at, "{name}");
    }
}

/// A sure time is kept once it is five minutes ahead, so that a restart with the clocks put back gains less than that.
#[test]
fn no_rollback_gains_five_minutes() {
    for passed in [1, 299, 300, 301, HOUR, 31 * DAY] {
        let record = record(T);
        let boot_ms = BOOT_MS + u64::try_from(passed).unwrap() * 1_000;
        let seen = record.moment(&reading(T, boot_ms, "a"));
        let record = if record.is_behind(seen, 300) {
            record.used(seen)
        } else {
            record
        };
        let after = record.moment(&reading(T - 10 * YEAR, 5_000, "b"));
        assert!(seen.at - after.at <= 300, "{passed}: {after:?}");
    }
    // The wall clock alone is not kept by a look: a wrong one is gone with the next start.
    let unsure = record(T).moment(&reading(T + 10 * YEAR, 5_000, "b"));
    assert!(unsure.unsure && !record(T).is_behind(unsure, 300));
}
