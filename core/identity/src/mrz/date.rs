use std::fmt;

use crate::Day;

/// A date with a year of two digits, whose parts may be unknown (`<<`). `Debug` shows no value.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MrzDate {
    /// The last two digits of the year.
    pub year: Option<u8>,
    /// The month, 1–12.
    pub month: Option<u8>,
    /// The day of the month, 1–31.
    pub day: Option<u8>,
}

impl MrzDate {
    /// Reads six characters `YYMMDD`. Nothing where a known part is no part of a date.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let part = |at: usize| match (text.get(at)?, text.get(at + 1)?) {
            (b'<', b'<') => Some(None),
            (a @ b'0'..=b'9', b @ b'0'..=b'9') => Some(Some((a - b'0') * 10 + (b - b'0'))),
            _ => None,
        };
        let date = Self {
            year: part(0)?,
            month: part(2)?,
            day: part(4)?,
        };
        // An unknown year may have been a leap year, an unknown month a long one.
        let year = 2000 + u16::from(date.year.unwrap_or(0));
        Day::new(year, date.month.unwrap_or(1), date.day.unwrap_or(1)).map(|_| date)
    }

    /// The year of a birth: the latest one that is not after `today`, so that a holder may be up to 99. Nothing where the
    /// year is unknown.
    pub fn birth_year(self, today: Day) -> Option<u16> {
        let year = self.in_century_of(today)?;
        let first = Day::new(year, self.month.unwrap_or(1), self.day.unwrap_or(1));
        // No such day in that century (29 February): it was in the one before.
        let past = first.is_some_and(|day| day <= today);
        Some(if past { year } else { year.saturating_sub(100) })
    }

    /// The year of an expiry: the one nearest to `today`, since documents live for ten years or so. Nothing where the year is
    /// unknown.
    pub fn expiry_year(self, today: Day) -> Option<u16> {
        let year = self.in_century_of(today)?;
        Some(match (year, today.year()) {
            (year, now) if year > now + 50 => year - 100,
            (year, now) if year + 50 < now => year + 100,
            (year, _) => year,
        })
    }

    /// The birth as a day, where all parts are known.
    pub fn birth_day(self, today: Day) -> Option<Day> {
        Day::new(self.birth_year(today)?, self.month?, self.day?)
    }

    /// The expiry as a day, where all parts are known.
    pub fn expiry_day(self, today: Day) -> Option<Day> {
        Day::new(self.expiry_year(today)?, self.month?, self.day?)
    }

    fn in_century_of(self, today: Day) -> Option<u16> {
        Some(today.year() / 100 * 100 + u16::from(self.year?))
    }
}

impl fmt::Debug for MrzDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzDate(..)")
    }
}
