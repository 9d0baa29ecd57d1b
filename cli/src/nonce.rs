//! A verifier's nonce on the command line.

/// Six digits that a person types, or eight bytes as a reverse QR carries them.
#[derive(Clone, PartialEq, Eq)]
pub enum NonceArg {
    /// Six ASCII digits.
    Digits(String),
    /// Eight bytes.
    Bytes([u8; 8]),
}

impl std::fmt::Debug for NonceArg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NonceArg { .. }")
    }
}

impl NonceArg {
    /// The bytes that stand in the code.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Digits(digits) => digits.as_bytes().to_vec(),
            Self::Bytes(bytes) => bytes.to_vec(),
        }
    }
}

/// Reads a nonce.
pub fn parse(text: &str) -> Result<NonceArg, String> {
    const WRONG: &str = "a nonce is six digits, or eight bytes as 16 hexadecimal characters";
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(NonceArg::Digits(text.to_owned()));
    }
    if text.len() != 16 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(WRONG.to_owned());
    }
    let number = u64::from_str_radix(text, 16).map_err(|_| WRONG.to_owned())?;
    Ok(NonceArg::Bytes(number.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_forms_are_read() {
        assert_eq!(parse("314159").unwrap().bytes(), b"314159");
        assert_eq!(parse("00ff00000000000a").unwrap().bytes(), [0, 255, 0, 0, 0, 0, 0, 10]);
        for text in [
            "",
            "31415",
            "3141592",
            "31415a",
            "+0ff00000000000a",
            "00ff00000000000",
            "zz",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
