//! Dates as claim 169 writes them: `YYYYMMDD`. Its specification says so; some of its programs also write dashes, which is
//! not read here, so that a printed permit has one encoding.

use crate::permit::Day;

/// The basic form of a day; none outside of the years 0 to 9999.
pub(super) fn basic_date(day: Day) -> Option<String> {
    Some(day.to_date()?.replace('-', ""))
}

/// The day of a basic form; none for anything else.
pub(super) fn day_of_basic_date(text: &str) -> Option<Day> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    Day::from_date(&format!("{year}-{month}-{day}"))
}
