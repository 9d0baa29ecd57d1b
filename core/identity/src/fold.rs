//! What a keyboard or a copied text adds around letters: full-width forms, many kinds of hyphen, invisible characters.

/// The ASCII character of a full-width form (U+FF01 to U+FF5E), as NFKC folds it; any other character as it is.
pub(crate) fn full_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Any kind of hyphen, dash or minus.
pub(crate) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}')
}

/// Characters without a picture: soft hyphen, zero-width characters, direction marks, byte order mark.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A number as it is sent: folded, upper case, without spaces and hyphens. Nothing if another character than A–Z and 0–9
/// is left, or the length is outside of `min..=max`.
pub(crate) fn number(text: &str, min: usize, max: usize) -> Option<String> {
    // Spaces between all characters still fit; anything longer is no number and is not looked through.
    if text.chars().take(4 * max + 1).count() > 4 * max {
        return None;
    }
    let mut out = String::with_capacity(max);
    for c in text.chars().map(full_width) {
        match c.to_ascii_uppercase() {
            c @ ('A'..='Z' | '0'..='9') => out.push(c),
            c if c.is_whitespace() || is_hyphen(c) || is_invisible(c) => {}
            _ => return None,
        }
    }
    (min..=max).contains(&out.len()).then_some(out)
}
