//! Letters: the transliteration of ICAO Doc 9303-3, 6 A, with one form for each letter.
//!
//! Where the standard allows several forms (Ä: AE or A; Ü: UE, UXX or U; Ñ: N or NXX) the first one is taken.

/// Letters that become two others, or that are no base letter with a mark.
const SPECIAL: &[(&str, &str)] = &[
    ("AA", "ÅǺ"),
    ("AE", "ÄǞÆǢǼ"),
    ("D", "ÐĐ"),
    ("DZ", "ǄǱ"),
    ("H", "Ħ"),
    ("IJ", "Ĳ"),
    ("L", "ŁĿ"),
    ("LJ", "Ǉ"),
    ("N", "Ŋ"),
    ("NJ", "Ǌ"),
    ("OE", "ÖȪṎØǾŒ"),
    ("SS", "ẞß"),
    ("T", "Ŧ"),
    ("TH", "Þ"),
    ("UE", "ÜǕǗǙǛṺ"),
];

/// Letters whose mark is left out.
const MARKED: &[(&str, &str)] = &[
    ("A", "ÀÁÂÃĀĂĄǍǠȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ"),
    ("B", "ḂḄḆ"),
    ("C", "ÇĆĈĊČḈ"),
    ("D", "ĎḊḌḎḐḒ"),
    ("E", "ÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ"),
    ("F", "Ḟ"),
    ("G", "ĜĞĠĢǦǴḠ"),
    ("H", "ĤȞḢḤḦḨḪ"),
    ("I", "ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊ"),
    ("J", "Ĵ"),
    ("K", "ĶǨḰḲḴ"),
    ("L", "ĹĻĽḶḸḺḼ"),
    ("M", "ḾṀṂ"),
    ("N", "ÑŃŅŇǸṄṆṈṊ"),
    ("O", "ÒÓÔÕŌŎŐƠǑǪǬȌȎȬȮȰṌṐṒỌỎỐỒỔỖỘỚỜỞỠỢ"),
    ("P", "ṔṖ"),
    ("R", "ŔŖŘȐȒṘṚṜṞ"),
    ("S", "ŚŜŞŠȘṠṢṤṦṨ"),
    ("T", "ŢŤȚṪṬṮṰ"),
    ("U", "ÙÚÛŨŪŬŮŰŲƯǓȔȖṲṴṶṸỤỦỨỪỬỮỰ"),
    ("V", "ṼṾ"),
    ("W", "ŴẀẂẄẆẈ"),
    ("X", "ẊẌ"),
    ("Y", "ÝŶŸȲẎỲỴỶỸ"),
    ("Z", "ŹŻŽẐẒẔ"),
];

/// What becomes of a letter that is not A–Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Latin {
    /// Its Latin form is a rule of its own.
    Special(&'static str),
    /// Its mark is left out.
    Marked(&'static str),
}

fn find(table: &[(&'static str, &str)], letter: char) -> Option<&'static str> {
    table
        .iter()
        .find(|(_, letters)| letters.contains(letter))
        .map(|(latin, _)| *latin)
}

/// The form of one upper-case letter (and of `ß`), if it is Latin.
pub(crate) fn latin(letter: char) -> Option<Latin> {
    find(SPECIAL, letter)
        .map(Latin::Special)
        .or_else(|| find(MARKED, letter).map(Latin::Marked))
}

/// A combining diacritical mark (U+0300 to U+036F).
pub(crate) fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// The two letters of a base letter with a combining mark, where the pair has a rule of its own.
pub(crate) fn combined(base: char, mark: char) -> Option<&'static str> {
    match (base, mark) {
        ('A', '\u{308}') => Some("AE"),
        ('O', '\u{308}') => Some("OE"),
        ('U', '\u{308}') => Some("UE"),
        ('A', '\u{30a}') => Some("AA"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    /// The tables against Unicode's own decompositions: every letter of the Latin blocks that is A–Z with marks is there,
    /// under the right base letter.
    #[test]
    fn every_latin_letter_with_marks_is_in_the_tables() {
        let mut seen = 0;
        for letter in ('\u{c0}'..='\u{24f}').chain('\u{1e00}'..='\u{1eff}') {
            if letter.to_uppercase().ne([letter]) {
                continue;
            }
            let parts: Vec<char> = [letter].into_iter().nfd().collect();
            let [base @ 'A'..='Z', marks @ ..] = parts.as_slice() else {
                continue;
            };
            if marks.is_empty() {
                continue;
            }
            seen += 1;
            let expected = match base {
                'A' | 'O' | 'U' if marks.contains(&'\u{308}') => format!("{base}E"),
                'A' if marks.contains(&'\u{30a}') => "AA".to_owned(),
                base => base.to_string(),
            };
            let (Some(Latin::Special(found)) | Some(Latin::Marked(found))) = latin(letter) else {
                panic!("{letter} is missing")
            };
            assert_eq!(found, expected, "{letter}");
        }
        assert!(seen > 200, "{seen}");
    }

    #[test]
    fn no_letter_stands_twice() {
        let mut all: Vec<char> = SPECIAL
            .iter()
            .chain(MARKED)
            .flat_map(|(_, letters)| letters.chars())
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
