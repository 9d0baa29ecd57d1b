use std::ops::Range;

use super::{
    Mrz, MrzDate, MrzFault, MrzFormat, MrzReading, Sex, correct,
    layout::{Check, Class, Layout, TD1, TD3},
};
use crate::{CountryCode, IdentityError, MrzName, check_digit, fold};

/// More characters are no zone, and are not looked at.
const LONGEST: usize = 512;

/// Reads the lines of a zone: two of 44 or three of 30 characters, in any case, with full-width letters, spaces and empty
/// lines as scanners and keyboards add them; one line of 88 or 90 is taken as all of them.
///
/// # Errors
/// [`IdentityError::MrzLines`] for other lines, [`IdentityError::MrzCharacter`] for another character than A–Z, 0–9 and `<`.
pub fn read_mrz(text: &str) -> Result<MrzReading, IdentityError> {
    let (layout, zone) = zone(text)?;
    Ok(match parse(layout, &zone) {
        Ok(mrz) => MrzReading::Good(Box::new(mrz)),
        Err(faults) => MrzReading::Faulty {
            corrections: correct::corrections(layout, &zone),
            faults,
        },
    })
}

/// The characters of all lines, one after the other.
fn zone(text: &str) -> Result<(&'static Layout, Vec<u8>), IdentityError> {
    if text.chars().take(LONGEST + 1).count() > LONGEST {
        return Err(IdentityError::MrzLines);
    }
    let mut zone = Vec::new();
    let mut lengths = Vec::new();
    for line in text.lines() {
        let start = zone.len();
        for c in line.chars().map(|c| fold::full_width(c).to_ascii_uppercase()) {
            match c {
                'A'..='Z' | '0'..='9' | '<' => zone.extend(u8::try_from(c)),
                // Two fillers, and one, as text recognition reads them.
                '«' => zone.extend(b"<<"),
                '‹' => zone.push(b'<'),
                c if c.is_whitespace() || fold::is_invisible(c) => {}
                _ => return Err(IdentityError::MrzCharacter),
            }
        }
        if zone.len() > start {
            lengths.push(zone.len() - start);
        }
    }
    let of = |layout: &Layout| {
        zone.len() == layout.line * layout.lines
            && (lengths.len() == 1 || lengths.iter().all(|line| *line == layout.line))
    };
    let layout = [&TD3, &TD1].into_iter().find(|layout| of(layout));
    layout.map(|layout| (layout, zone)).ok_or(IdentityError::MrzLines)
}

fn text(zone: &[u8], range: &Range<usize>) -> String {
    let bytes = zone.get(range.clone()).unwrap_or_default();
    bytes.iter().copied().map(char::from).collect()
}

fn trimmed(zone: &[u8], range: &Range<usize>) -> String {
    text(zone, range).trim_end_matches('<').to_owned()
}

/// Whether a check digit agrees. That of empty optional data may be a filler (ICAO Doc 9303-4, 4.2.2).
pub(super) fn agrees(check: &Check, zone: &[u8]) -> bool {
    let over: String = check.over.iter().map(|(from, to)| text(zone, &(*from..*to))).collect();
    let stands = zone.get(check.at).copied();
    if check.fault == MrzFault::OptionalCheck && stands == Some(b'<') {
        return over.bytes().all(|b| b == b'<');
    }
    check_digit(&over).map(|digit| b'0' + digit) == stands
}

/// The number of a card that is longer than its field: a filler stands in the place of the check digit, and the rest with
/// the check digit behind it stands in the optional data (ICAO Doc 9303-5, 4.2.2). Number, and whether it agrees.
fn long_number(layout: &Layout, zone: &[u8]) -> Option<(String, bool)> {
    if layout.format != MrzFormat::Card || zone.get(14) != Some(&b'<') {
        return None;
    }
    let optional = text(zone, &layout.optional[0]);
    let rest = optional.split('<').next().unwrap_or_default();
    let number = text(zone, &layout.number) + rest.get(..rest.len().checked_sub(1)?)?;
    let stands = rest.bytes().last();
    let agrees = !number.contains('<') && check_digit(&number).map(|digit| b'0' + digit) == stands;
    Some((number, agrees))
}

/// Everything of the zone, or all that is wrong with it.
pub(super) fn parse(layout: &'static Layout, zone: &[u8]) -> Result<Mrz, Vec<MrzFault>> {
    let mut faults = Vec::new();
    let kinds: &[u8] = match layout.format {
        MrzFormat::Passport => b"P",
        MrzFormat::Card => b"ACI",
    };
    if zone.first().is_none_or(|first| !kinds.contains(first)) {
        faults.push(MrzFault::Kind);
    }
    let misplaced = |(at, class): (usize, Class)| match class {
        Class::Letters => zone.get(at).is_some_and(u8::is_ascii_digit),
        Class::Digits => zone.get(at).is_some_and(u8::is_ascii_uppercase),
        Class::Both => false,
    };
    if layout.places().any(misplaced) {
        faults.push(MrzFault::Character);
    }
    let long = long_number(layout, zone);
    for check in layout.checks {
        let good = match &long {
            Some((_, agrees)) if check.fault == MrzFault::NumberCheck => *agrees,
            _ => agrees(check, zone),
        };
        if !good {
            faults.push(check.fault);
        }
    }
    let country = |range: &Range<usize>| CountryCode::normalise(&text(zone, range)).ok();
    let (issuer, nationality) = (country(&layout.issuer), country(&layout.nationality));
    if issuer.is_none() || nationality.is_none() {
        faults.push(MrzFault::Country);
    }
    let field = text(zone, &layout.name);
    let name = MrzName::from_field(&field).ok();
    if name.is_none() {
        faults.push(MrzFault::Name);
    }
    let date = |range: &Range<usize>| zone.get(range.clone()).and_then(MrzDate::read);
    let (birth, expiry) = (date(&layout.birth), date(&layout.expiry));
    if birth.is_none() || expiry.is_none() {
        faults.push(MrzFault::Date);
    }
    let number = long.map_or_else(|| trimmed(zone, &layout.number), |(number, _)| number);
    if number.is_empty() || number.contains('<') {
        faults.push(MrzFault::NumberCheck);
    }
    faults.sort_unstable();
    faults.dedup();
    if let (true, Some(issuer), Some(nationality), Some(name), Some(birth), Some(expiry)) =
        (faults.is_empty(), issuer, nationality, name, birth, expiry)
    {
        let [first, second] = &layout.optional;
        return Ok(Mrz {
            format: layout.format,
            document_code: trimmed(zone, &(0..2)),
            issuer,
            name_is_possibly_cut: !field.ends_with('<'),
            name,
            number,
            nationality,
            birth,
            sex: match zone.get(layout.sex) {
                Some(b'F') => Some(Sex::Female),
                Some(b'M') => Some(Sex::Male),
                _ => None,
            },
            expiry,
            optional: [trimmed(zone, first), trimmed(zone, second)],
        });
    }
    Err(faults)
}
