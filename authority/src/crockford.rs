//! Codes that people read to each other: Crockford's base32, without I, L, O and U.

use permitcard_crypto::random;

use crate::AuthorityError;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `N` characters, each of five random bits.
pub(crate) fn random<const N: usize>() -> Result<String, AuthorityError> {
    let bytes: [u8; N] = random::bytes().map_err(|_| AuthorityError::CryptoFailed)?;
    // 256 is a multiple of 32: every character is equally likely.
    let character = |byte: u8| ALPHABET.get(usize::from(byte % 32)).copied();
    Ok(bytes.into_iter().filter_map(character).map(char::from).collect())
}

/// What somebody typed, in the one form that is compared: upper case, O as 0, I and L as 1, without spaces and hyphens.
/// `None` if it is not `length` characters of the alphabet.
pub(crate) fn normalise(text: &str, length: usize) -> Option<String> {
    let mut out = String::with_capacity(length);
    for character in text.chars().filter(|character| !matches!(character, '-' | ' ')) {
        let character = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let known = u8::try_from(character).is_ok_and(|byte| ALPHABET.contains(&byte));
        if !known || out.len() == length {
            return None;
        }
        out.push(character);
    }
    (out.len() == length).then_some(out)
}

/// In two halves with a hyphen between them, for people.
pub(crate) fn in_halves(code: &str) -> String {
    match code.split_at_checked(code.len() / 2) {
        Some((first, second)) => format!("{first}-{second}"),
        None => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_codes_are_read_as_they_were_meant() {
        assert_eq!(normalise(" o1lI-abcz ", 8).as_deref(), Some("0111ABCZ"));
        for wrong in ["0111ABC", "0111ABCZ0", "0111ABCU", "0111ABCé", ""] {
            assert_eq!(normalise(wrong, 8), None, "{wrong}");
        }
    }

    #[test]
    fn random_ones_have_every_character_and_are_read_back() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let code = random::<10>().unwrap();
            assert_eq!(normalise(&in_halves(&code), 10).as_deref(), Some(code.as_str()));
            seen.extend(code.into_bytes());
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), ALPHABET);
    }
}
