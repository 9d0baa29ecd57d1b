//! Days as other formats write them.

use super::Day;

/// Characters of a full date.
const DATE_LEN: usize = 10;

impl Day {
    /// The full date of RFC 3339, such as `2026-11-24`; none outside of the years 0 to 9999.
    pub fn to_date(self) -> Option<String> {
        let (year, month, day) = civil(i64::from(self.0));
        (0..=9999)
            .contains(&year)
            .then(|| format!("{year:04}-{month:02}-{day:02}"))
    }

    /// The day of a full date of RFC 3339; none for anything else.
    pub fn from_date(text: &str) -> Option<Self> {
        let shape_fits = text.len() == DATE_LEN
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shape_fits {
            return None;
        }
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let found = Self(i32::try_from(days(year, month, day)).ok()?);
        // The 30th of February comes back as another date.
        (found.to_date().as_deref() == Some(text)).then_some(found)
    }
}

/// Days of 400 years, after which the Gregorian calendar repeats.
const ERA: i64 = 146_097;
/// Days from the first of March of the year 0 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// Year, month and day of the proleptic Gregorian calendar. Years are counted from March, so that the leap day comes last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (era, day_of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = (month + 9) % 12;
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    era * ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_days() {
        for (day, date) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (20_781, "2026-11-24"),
            (65_535, "2149-06-06"),
        ] {
            assert_eq!(Day(day).to_date().as_deref(), Some(date));
            assert_eq!(Day::from_date(date), Some(Day(day)));
        }
        assert_eq!(Day(i32::MAX).to_date(), None);
        assert_eq!(Day(i32::MIN).to_date(), None);
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "2026-02-30",
            "2026-13-01",
            "2026-00-10",
            "2026-1-01",
            "2026/01/01",
            "+026-01-01",
            "2026-01-01 ",
        ] {
            assert_eq!(Day::from_date(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn dates_read_back(day in -719_000i32..2_900_000) {
            let date = Day(day).to_date().unwrap();
            prop_assert_eq!(Day::from_date(&date), Some(Day(day)));
        }
    }
}
