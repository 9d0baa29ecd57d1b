//! Where what stands: ICAO Doc 9303-4, 4.2.2 and 9303-5, 4.2.2. Places count from 0 through all lines.

use std::ops::Range;

use super::{MrzFault, MrzFormat};

/// Characters of the name field of a passport.
pub(super) const TD3_NAME: usize = 39;
/// Characters of the name field of a card.
pub(super) const TD1_NAME: usize = 30;

/// What may stand in a place, beside the filler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Letters,
    Digits,
    Both,
}

/// A check digit.
pub(super) struct Check {
    pub fault: MrzFault,
    /// What it is over: from and to, the end not included.
    pub over: &'static [(usize, usize)],
    /// Where it stands.
    pub at: usize,
}

pub(super) struct Layout {
    pub format: MrzFormat,
    pub line: usize,
    pub lines: usize,
    /// What may stand where, in order, without holes.
    pub classes: &'static [(Class, Range<usize>)],
    pub checks: &'static [Check],
    pub issuer: Range<usize>,
    pub name: Range<usize>,
    pub number: Range<usize>,
    pub nationality: Range<usize>,
    pub birth: Range<usize>,
    pub sex: usize,
    pub expiry: Range<usize>,
    pub optional: [Range<usize>; 2],
}

pub(super) const TD3: Layout = Layout {
    format: MrzFormat::Passport,
    line: 44,
    lines: 2,
    classes: &[
        (Class::Letters, 0..44),
        (Class::Both, 44..53),
        (Class::Digits, 53..54),
        (Class::Letters, 54..57),
        (Class::Digits, 57..64),
        (Class::Letters, 64..65),
        (Class::Digits, 65..72),
        (Class::Both, 72..86),
        (Class::Digits, 86..88),
    ],
    checks: &[
        check(MrzFault::NumberCheck, &[(44, 53)], 53),
        check(MrzFault::BirthCheck, &[(57, 63)], 63),
        check(MrzFault::ExpiryCheck, &[(65, 71)], 71),
        check(MrzFault::OptionalCheck, &[(72, 86)], 86),
        check(MrzFault::CompositeCheck, &[(44, 54), (57, 64), (65, 87)], 87),
    ],
    issuer: 2..5,
    name: 5..44,
    number: 44..53,
    nationality: 54..57,
    birth: 57..63,
    sex: 64,
    expiry: 65..71,
    optional: [72..86, 86..86],
};

pub(super) const TD1: Layout = Layout {
    format: MrzFormat::Card,
    line: 30,
    lines: 3,
    classes: &[
        (Class::Letters, 0..5),
        (Class::Both, 5..14),
        (Class::Digits, 14..15),
        (Class::Both, 15..30),
        (Class::Digits, 30..37),
        (Class::Letters, 37..38),
        (Class::Digits, 38..45),
        (Class::Letters, 45..48),
        (Class::Both, 48..59),
        (Class::Digits, 59..60),
        (Class::Letters, 60..90),
    ],
    checks: &[
        check(MrzFault::NumberCheck, &[(5, 14)], 14),
        check(MrzFault::BirthCheck, &[(30, 36)], 36),
        check(MrzFault::ExpiryCheck, &[(38, 44)], 44),
        check(MrzFault::CompositeCheck, &[(5, 30), (30, 37), (38, 45), (48, 59)], 59),
    ],
    issuer: 2..5,
    name: 60..90,
    number: 5..14,
    nationality: 45..48,
    birth: 30..36,
    sex: 37,
    expiry: 38..44,
    optional: [15..30, 48..59],
};

const fn check(fault: MrzFault, over: &'static [(usize, usize)], at: usize) -> Check {
    Check { fault, over, at }
}

impl Layout {
    /// What may stand in each place.
    pub fn places(&self) -> impl Iterator<Item = (usize, Class)> {
        self.classes
            .iter()
            .flat_map(|(class, range)| range.clone().map(move |at| (at, *class)))
    }
}
