//! Options of the command line that only this command has.

use permitcard_credential::status::StatusBits;

use super::input::hex_text;

/// `external_aad` as hexadecimal text; an empty text is an empty value.
#[derive(Clone, PartialEq, Eq)]
pub struct AadArg(pub Vec<u8>);

// It may be a secret that both sides share.
impl std::fmt::Debug for AadArg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AadArg { .. }")
    }
}

impl std::str::FromStr for AadArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self(Vec::new()));
        }
        hex_text(text).map(Self).ok_or_else(|| "not hexadecimal".to_owned())
    }
}

/// The bits of a status list's entry.
///
/// # Errors
/// What the command line says about anything but 1, 2, 4 and 8.
pub fn bits(text: &str) -> Result<StatusBits, String> {
    let bits = text.parse().ok().and_then(|bits| StatusBits::from_count(bits).ok());
    bits.ok_or_else(|| "an entry has 1, 2, 4 or 8 bits".to_owned())
}
