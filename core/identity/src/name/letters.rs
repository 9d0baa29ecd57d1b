//! Letters: the transliteration of ICAO Doc 9303-3, 6 A, with one form for each letter.
//!
//! Where the standard allows several forms (Ä: AE or A; Ü: UE, UXX or U; Ñ: N or NXX) the first one is sent, and the others
//! are compared with.

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

/// The composed letter of a base letter with a combining mark, where the pair has more than one form.
pub(crate) fn composed(base: char, mark: char) -> Option<char> {
    match (base, mark) {
        ('A', '\u{308}') => Some('Ä'),
        ('O', '\u{308}') => Some('Ö'),
        ('U', '\u{308}') => Some('Ü'),
        ('A', '\u{30a}') => Some('Å'),
        ('N', '\u{303}') => Some('Ñ'),
        ('O', '\u{30b}') => Some('Ő'),
        ('U', '\u{30b}') => Some('Ű'),
        _ => None,
    }
}

/// The forms that one letter may have, the one that is sent first; some stand twice, so that the third has `XX`.
pub(crate) type Forms = &'static [&'static str];

/// A letter of which ICAO Doc 9303-3, 6 A lets states choose the form.
struct Choice {
    letters: &'static str,
    /// The forms in passports of `states`, and where the state is not known.
    digraph: Forms,
    /// The forms in all other passports.
    plain: Forms,
    /// States that write two letters, or that may do so: their digraphs may stand for one letter.
    states: &'static str,
}

const CHOICES: &[Choice] = &[
    Choice {
        letters: "ÄǞ",
        digraph: &["AE", "A"],
        plain: &["A", "AE"],
        states: "D AUT CHE LIE LUX ITA SWE FIN EST SVK TKM",
    },
    Choice {
        letters: "ÅǺ",
        digraph: &["AA", "A"],
        plain: &["A", "AA"],
        states: "SWE FIN NOR DNK",
    },
    Choice {
        letters: "ÖȪ",
        digraph: &["OE", "O"],
        plain: &["O", "OE"],
        states: "D AUT CHE LIE LUX ITA SWE FIN EST NOR DNK ISL HUN TUR AZE TKM",
    },
    Choice {
        letters: "ÜǕǗǙǛ",
        digraph: &["UE", "U", "UXX"],
        plain: &["U", "UE", "UXX"],
        states: "D AUT CHE LIE LUX ITA EST HUN TUR AZE TKM",
    },
    Choice {
        letters: "Ñ",
        digraph: &["N", "N", "NXX"],
        plain: &["N", "N", "NXX"],
        states: "",
    },
    // Not of the standard, which has one form of each; registers also have these.
    Choice {
        letters: "ØǾ",
        digraph: &["OE", "O"],
        plain: &["OE", "O"],
        states: "",
    },
    Choice {
        letters: "Ő",
        digraph: &["O", "O", "OE"],
        plain: &["O", "O", "OE"],
        states: "",
    },
    Choice {
        letters: "Ű",
        digraph: &["U", "U", "UE"],
        plain: &["U", "U", "UE"],
        states: "",
    },
    Choice {
        letters: "Đ",
        digraph: &["D", "D", "DJ"],
        plain: &["D", "D", "DJ"],
        states: "",
    },
];

fn is_of(states: &str, issuer: &str) -> bool {
    states.split(' ').any(|state| state == issuer)
}

/// All forms of an upper-case letter that has more than one, in passports of a state.
pub(crate) fn forms(letter: char, issuer: Option<&str>) -> Option<Forms> {
    let choice = CHOICES.iter().find(|choice| choice.letters.contains(letter))?;
    Some(match issuer {
        Some(issuer) if !is_of(choice.states, issuer) => choice.plain,
        _ => choice.digraph,
    })
}

/// Forms of the letters at the start of a text of A–Z, where they may stand for one letter: `UXX` and `NXX` in any
/// passport, digraphs only in those of states that write letters so: XUE from Singapore is never XU. Nothing for a letter
/// that is only itself.
pub(crate) fn forms_at(text: &str, issuer: Option<&str>) -> Option<Forms> {
    if text.starts_with("UXX") {
        return Some(&["UXX", "U", "UE"]);
    }
    if text.starts_with("NXX") {
        return Some(&["NXX", "N"]);
    }
    let issuer = issuer?;
    if text.starts_with("DJ") && is_of("SRB BIH MNE HRV", issuer) {
        return Some(&["DJ", "D"]);
    }
    CHOICES
        .iter()
        .find(|choice| {
            is_of(choice.states, issuer) && choice.digraph.first().is_some_and(|form| text.starts_with(form))
        })
        .map(|choice| choice.digraph)
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
    fn choices_are_of_the_table() {
        for choice in CHOICES {
            for letter in choice.letters.chars() {
                let (Some(Latin::Special(sent)) | Some(Latin::Marked(sent))) = latin(letter) else {
                    panic!("{letter} is missing")
                };
                // Without a state the first form of the standard.
                assert_eq!(
                    forms(letter, None).and_then(|forms| forms.first()),
                    Some(&sent),
                    "{letter}"
                );
                let sorted = |forms: Forms| {
                    let mut forms = forms.to_vec();
                    forms.sort_unstable();
                    forms.dedup();
                    forms
                };
                assert_eq!(sorted(choice.digraph), sorted(choice.plain), "{letter}");
            }
        }
        assert_eq!(forms('Ü', Some("D")).unwrap()[0], "UE");
        assert_eq!(forms('Ü', Some("ESP")).unwrap()[0], "U");
        assert_eq!(forms('É', None), None);
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
