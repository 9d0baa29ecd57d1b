//! The 39 characters of a passport's name field (ICAO Doc 9303-4, 4.2.3).

use super::NAME_LEN;

/// Joins the parts and cuts them to the field: the primary identifier keeps at most 36 characters, so that `<<` and a
/// letter of the secondary one fit, and a cut field ends in a letter, which is how a reader knows that it was cut.
pub(crate) fn fit(primary: &str, secondary: &str) -> String {
    if secondary.is_empty() {
        return cut(primary, NAME_LEN);
    }
    let full = format!("{primary}<<{secondary}");
    if full.len() <= NAME_LEN {
        return full;
    }
    let primary = cut(primary, NAME_LEN - 3);
    cut(&format!("{primary}<<{secondary}"), NAME_LEN)
}

/// At most `limit` characters. Where the cut would leave a filler at the end, the component before it gives up its last
/// letter for the first letter of the next one.
fn cut(text: &str, limit: usize) -> String {
    let mut letters: Vec<u8> = text.bytes().collect();
    while letters.len() > limit && letters.get(limit.saturating_sub(1)) == Some(&b'<') {
        // The last component of two letters or more within the field.
        let Some(at) = (2..limit).rev().find(|end| {
            let letter = |at: usize| letters.get(at).is_some_and(|byte| *byte != b'<');
            !letter(*end) && letter(end - 1) && letter(end - 2)
        }) else {
            break;
        };
        letters.remove(at - 1);
    }
    letters.truncate(limit);
    let text: String = letters.into_iter().map(char::from).collect();
    text.trim_end_matches('<').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_standard() {
        // ICAO Doc 9303-4, 4.2.3: names of exactly 39 and of more.
        assert_eq!(
            fit("NILAVADHANANANDA", "CHAYAPA<DEJTHAMRONG<KRASUANG"),
            "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"
        );
        assert_eq!(
            fit("NILAVADHANANANDA", "ARNPOL<PETCH<CHARONGUANG"),
            "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"
        );
    }

    #[test]
    fn long_primary_leaves_room_for_one_letter() {
        let cut = fit("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNAMBOOL", "DINGO<POTOROO");
        assert_eq!(cut, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WA<<D");
        assert_eq!(cut.len(), NAME_LEN);
        assert_eq!(fit(&"A".repeat(50), "B"), format!("{}<<B", "A".repeat(36)));
    }

    #[test]
    fn cut_field_ends_in_a_letter() {
        // Position 39 would be the filler between DEJTHAMRONGA and KRASUANG.
        let cut = fit("NILAVADHANANANDA", "CHAYAPA<DEJTHAMRONGA<KRASUANG");
        assert_eq!(cut, "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K");
        // The primary identifier alone: the filler at 36.
        let cut = fit(&format!("{}<{}", "A".repeat(35), "B".repeat(9)), "CC");
        assert_eq!(cut, format!("{}<B<<C", "A".repeat(34)));
    }

    #[test]
    fn exactly_39_is_not_touched() {
        let name = format!("{}<<{}", "A".repeat(20), "B".repeat(17));
        assert_eq!(fit(&"A".repeat(20), &"B".repeat(17)), name);
        assert_eq!(name.len(), NAME_LEN);
    }
}
