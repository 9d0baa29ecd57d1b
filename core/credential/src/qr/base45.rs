//! Base45 (RFC 9285), strict.
//!
//! Own code, because a verification is little more than two signature checks and the published crate takes 9 µs of it;
//! and because that crate accepts a final pair above 255, so that two texts would stand for the same bytes.

use super::QrError;

/// The characters of base45 by value; also those of the alphanumeric mode of QR (ISO/IEC 18004).
const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Marks a byte that is no character of base45. Any sum with it is above `u16::MAX`.
const NONE: u32 = 1 << 20;

/// The value of each byte as a character.
const VALUES: [u32; 256] = values();

// The index runs below both lengths, and the compiler checks that at build time.
#[allow(clippy::indexing_slicing)]
const fn values() -> [u32; 256] {
    let mut table = [NONE; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        table[ALPHABET[value] as usize] = value as u32;
        value += 1;
    }
    table
}

fn value(character: u8) -> u32 {
    VALUES.get(usize::from(character)).copied().unwrap_or(NONE)
}

fn character(value: u16) -> char {
    ALPHABET.get(usize::from(value)).copied().map_or('0', char::from)
}

/// Whether the alphanumeric mode of QR, and so base45, has this byte.
pub fn is_character(byte: u8) -> bool {
    value(byte) != NONE
}

/// Appends the base45 form of `bytes` to `out`: three characters for two bytes, two for a last single one.
pub fn encode_to(bytes: &[u8], out: &mut String) {
    let (pairs, rest) = bytes.as_chunks::<2>();
    out.reserve(3 * pairs.len() + 2 * rest.len());
    for pair in pairs {
        let number = u16::from_be_bytes(*pair);
        out.push(character(number % 45));
        out.push(character(number / 45 % 45));
        out.push(character(number / (45 * 45)));
    }
    if let [last] = rest {
        out.push(character(u16::from(*last) % 45));
        out.push(character(u16::from(*last) / 45));
    }
}

/// Reads base45. Callers limit the length first.
///
/// # Errors
/// [`QrError::Base45Invalid`] for another character, a length that no bytes give, or a number that its bytes cannot hold.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, QrError> {
    let (triples, rest) = text.as_chunks::<3>();
    let mut out = Vec::with_capacity(2 * triples.len() + 1);
    for [a, b, c] in triples {
        let number = value(*a) + 45 * value(*b) + 45 * 45 * value(*c);
        let number = u16::try_from(number).map_err(|_| QrError::Base45Invalid)?;
        out.extend_from_slice(&number.to_be_bytes());
    }
    match rest {
        [] => {}
        [a, b] => {
            let number = value(*a) + 45 * value(*b);
            out.push(u8::try_from(number).map_err(|_| QrError::Base45Invalid)?);
        }
        _ => return Err(QrError::Base45Invalid),
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encode(bytes: &[u8]) -> String {
        let mut out = String::new();
        encode_to(bytes, &mut out);
        out
    }

    #[test]
    fn examples_of_rfc_9285() {
        for (bytes, text) in [
            ("AB", "BB8"),
            ("Hello!!", "%69 VD92EX0"),
            ("base-45", "UJCLQE7W581"),
            ("ietf!", "QED8WEX0"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn what_no_bytes_give_is_refused() {
        // A single character; a number above two bytes, above one byte; small letters; a character outside of ASCII.
        for text in ["0", "0000", ":::", "GGW", "::", "bb8", "BB\u{e9}"] {
            assert_eq!(decode(text.as_bytes()), Err(QrError::Base45Invalid), "{text}");
        }
        assert_eq!(decode(b"FGW").unwrap(), [255, 255]);
        assert_eq!(decode(b"U5").unwrap(), [255]);
        assert_eq!(decode(b"V5"), Err(QrError::Base45Invalid));
    }

    #[test]
    fn sums_with_a_foreign_character_never_fit() {
        for byte in 0..=255u8 {
            let foreign = !ALPHABET.contains(&byte);
            assert_eq!(is_character(byte), !foreign);
            for text in [
                &[byte, b'0', b'0'][..],
                &[b'0', byte, b'0'],
                &[b'0', b'0', byte],
                &[byte, b'0'],
                &[b'0', byte],
            ] {
                assert!(!foreign || decode(text).is_err(), "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_published_crate(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let text = encode(&bytes);
            prop_assert_eq!(&text, &base45::encode(&bytes));
            prop_assert_eq!(decode(text.as_bytes()).unwrap(), bytes);
        }

        #[test]
        fn every_accepted_text_is_the_text_of_its_bytes(text in "[0-9A-Z $%*+./:-]{0,40}") {
            if let Ok(bytes) = decode(text.as_bytes()) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
