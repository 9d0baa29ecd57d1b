//! Corrections of letters and digits that look alike: `0` and `O`, `1` and `I`, and where only one kind can stand, or only
//! one change makes all check digits agree, also `5` and `S`, `8` and `B`, `2` and `Z`.

use std::fmt;

use super::{
    Mrz, MrzFault,
    layout::{Class, Layout},
    read::{agrees, parse},
};

/// The most corrections that are offered.
const MOST: usize = 4;
/// Places of one field that are changed together; a number has nine.
const PLACES: usize = 9;

/// One character taken for another. `Debug` shows no value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MrzChange {
    /// The line, from 0.
    pub line: usize,
    /// The place in the line, from 0.
    pub place: usize,
    /// What was read.
    pub from: char,
    /// What would agree.
    pub to: char,
}

impl fmt::Debug for MrzChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzChange(..)")
    }
}

/// A reading that would agree. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct MrzCorrection {
    /// All lines with the changes, separated by line feeds.
    pub text: String,
    /// The changes, in the order of their places.
    pub changes: Vec<MrzChange>,
    /// What it would say.
    pub mrz: Mrz,
}

impl fmt::Debug for MrzCorrection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzCorrection(..)")
    }
}

/// The character that looks like `c` and is of the other kind.
fn twin(c: u8) -> Option<u8> {
    const TWINS: [(u8, u8); 5] = [(b'0', b'O'), (b'1', b'I'), (b'5', b'S'), (b'8', b'B'), (b'2', b'Z')];
    TWINS.iter().find_map(|(digit, letter)| match c {
        c if c == *digit => Some(*letter),
        c if c == *letter => Some(*digit),
        _ => None,
    })
}

/// The pairs that readers confuse all the time.
fn is_common(c: u8) -> bool {
    matches!(c, b'0' | b'O' | b'1' | b'I')
}

/// The readings that agree.
pub(super) fn corrections(layout: &'static Layout, read: &[u8]) -> Vec<MrzCorrection> {
    let mut zone = read.to_vec();
    for (at, class) in layout.places() {
        let Some(place) = zone.get_mut(at) else { continue };
        let wrong = match class {
            Class::Letters => place.is_ascii_digit(),
            Class::Digits => place.is_ascii_uppercase(),
            Class::Both => false,
        };
        if let Some(other) = twin(*place).filter(|_| wrong) {
            *place = other;
        }
    }
    let mut found: Vec<Vec<u8>> = Vec::new();
    // The field with the number, then the optional data; each change is of one field first, then of all together.
    let mut sets: Vec<Vec<Vec<u8>>> = Vec::new();
    for (range, most) in [(&layout.number, 4), (&layout.optional[0], 2), (&layout.optional[1], 2)] {
        sets.push(changed(&zone, range.clone(), most));
    }
    for number in sets.first().into_iter().flatten() {
        if !number_agrees(layout, number) {
            continue;
        }
        found.push(number.clone());
        if parse(layout, number).is_ok() {
            continue;
        }
        // The first of each is the unchanged one.
        for optional in sets.iter().skip(1).flat_map(|set| set.iter().skip(1)) {
            let both = number.iter().zip(optional).zip(&zone);
            found.push(both.map(|((a, b), base)| if a == base { *b } else { *a }).collect());
        }
    }
    let agreeing = |found: Vec<Vec<u8>>| {
        let mut good: Vec<MrzCorrection> = Vec::new();
        for zone in found {
            if let Ok(mrz) = parse(layout, &zone) {
                let correction = describe(layout, read, &zone, mrz);
                if !correction.changes.is_empty() && !good.contains(&correction) {
                    good.push(correction);
                }
            }
        }
        good
    };
    let mut good = agreeing(found);
    if good.is_empty() {
        good = agreeing(rare(layout, &zone));
    }
    good.sort_by_key(|correction| correction.changes.len());
    good.truncate(MOST);
    good
}

fn number_agrees(layout: &Layout, zone: &[u8]) -> bool {
    // The number of a card may go on in the optional data, where the parser looks.
    zone.get(14) == Some(&b'<')
        || layout
            .checks
            .iter()
            .filter(|check| check.fault == MrzFault::NumberCheck)
            .all(|check| agrees(check, zone))
}

/// The zone with each set of at most `most` of the common twins in `range` changed, the empty set first.
fn changed(zone: &[u8], range: std::ops::Range<usize>, most: u32) -> Vec<Vec<u8>> {
    let places: Vec<usize> = range
        .filter(|at| zone.get(*at).is_some_and(|c| is_common(*c)))
        .take(PLACES)
        .collect();
    (0..1_u32 << places.len())
        .filter(|set| set.count_ones() <= most)
        .map(|set| {
            let mut zone = zone.to_vec();
            for (bit, at) in places.iter().enumerate() {
                if set & (1 << bit) != 0 {
                    swap(&mut zone, *at);
                }
            }
            zone
        })
        .collect()
}

/// The zone with one of the rare twins changed.
fn rare(layout: &Layout, zone: &[u8]) -> Vec<Vec<u8>> {
    [&layout.number, &layout.optional[0], &layout.optional[1]]
        .into_iter()
        .flat_map(Clone::clone)
        .filter(|at| zone.get(*at).is_some_and(|c| twin(*c).is_some() && !is_common(*c)))
        .map(|at| {
            let mut zone = zone.to_vec();
            swap(&mut zone, at);
            zone
        })
        .collect()
}

fn swap(zone: &mut [u8], at: usize) {
    if let Some(place) = zone.get_mut(at) {
        *place = twin(*place).unwrap_or(*place);
    }
}

fn describe(layout: &Layout, read: &[u8], zone: &[u8], mrz: Mrz) -> MrzCorrection {
    let changes = read.iter().zip(zone).enumerate().filter(|(_, (from, to))| from != to);
    let lines: Vec<String> = zone
        .chunks(layout.line)
        .map(|line| line.iter().copied().map(char::from).collect())
        .collect();
    MrzCorrection {
        text: lines.join("\n"),
        changes: changes
            .map(|(at, (from, to))| MrzChange {
                line: at / layout.line,
                place: at % layout.line,
                from: char::from(*from),
                to: char::from(*to),
            })
            .collect(),
        mrz,
    }
}
