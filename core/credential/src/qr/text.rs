//! The text of a live presentation: `WPC1:` and the base45 of a key binding token (design 4.3).

use super::{QrError, base45};

/// What a live presentation begins with; the digit is the version of the format.
pub const PREFIX: &str = "WPC1:";

/// The longest text that is read, in bytes: above every profile with a portrait, within a QR code of version 27-L.
pub const MAX_TEXT: usize = 2_000;

/// The text of a key binding token.
pub fn encode(token: &[u8]) -> String {
    let mut out = String::with_capacity(PREFIX.len() + token.len() * 3 / 2 + 2);
    out.push_str(PREFIX);
    base45::encode_to(token, &mut out);
    out
}

/// The bytes behind a scanned text. The length is checked before anything else.
///
/// # Errors
/// [`QrError::TooLong`], [`QrError::PrefixUnknown`] or [`QrError::Base45Invalid`].
pub fn decode(text: &str) -> Result<Vec<u8>, QrError> {
    if text.len() > MAX_TEXT {
        return Err(QrError::TooLong);
    }
    let body = text.strip_prefix(PREFIX).ok_or(QrError::PrefixUnknown)?;
    base45::decode(body.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frozen() {
        assert_eq!(encode(&[0xd2, 0x84, 0x59, 0x02]), "WPC1:RRQGBB");
        assert_eq!(encode(&[]), "WPC1:");
    }

    #[test]
    fn reads_back_up_to_the_limit() {
        let token: Vec<u8> = (0..1_330u16).map(|n| (n % 251) as u8).collect();
        let text = encode(&token);
        assert_eq!(text.len(), 2_000);
        assert_eq!(decode(&text).unwrap(), token);
        assert_eq!(decode(&encode(&[0; 1_331])), Err(QrError::TooLong));
    }

    #[test]
    fn other_prefixes_are_refused() {
        for text in ["", "WPC1", "WPC2:BB8", "wpc1:BB8", "HC1:BB8", " WPC1:BB8"] {
            assert_eq!(decode(text), Err(QrError::PrefixUnknown), "{text}");
        }
        assert_eq!(decode("WPC1:BB8\n"), Err(QrError::Base45Invalid));
    }
}
