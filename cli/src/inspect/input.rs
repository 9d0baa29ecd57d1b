//! From the bytes of a file to the bytes of a signed object.

use std::{borrow::Cow, io::Read};

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use flate2::bufread::ZlibDecoder;
use permitcard_credential::{
    qr::{base45, text::PREFIX},
    status::MAX_TOKEN,
};

use super::InspectCode;

/// The longest binary input, in bytes: that of the longest status list token. As hex it may be twice as long.
pub const MAX_INPUT: usize = MAX_TOKEN;
/// The longest file: [`MAX_INPUT`] as hex, with room for line breaks.
pub const MAX_FILE: usize = 2 * MAX_INPUT + MAX_INPUT / 16;
/// The most that comes out of the zlib stream of a printed code. The largest QR code carries 2,953 bytes; images compress
/// badly, so nothing honest comes near.
pub const MAX_INFLATED: usize = 64 * 1024;

/// What was around the signed object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// Nothing, or a plain encoding in hex or base64url.
    None,
    /// The text of a live code.
    Wpc1,
    /// The text of a printed code.
    Printed,
}

/// The bytes inside of what was around them.
pub struct Unpacked<'a> {
    /// They begin like a COSE_Sign1, or came out of one of the two texts of codes.
    pub bytes: Cow<'a, [u8]>,
    /// What was around them.
    pub wrapping: Wrapping,
}

/// Takes the text forms off.
///
/// # Errors
/// The code, and the wrapping as far as it was recognised.
pub fn unpack(file: &[u8]) -> Result<Unpacked<'_>, (InspectCode, Wrapping)> {
    let unpacked = |bytes, wrapping| Ok(Unpacked { bytes, wrapping });
    if file.len() > MAX_FILE {
        return Err((InspectCode::TooLarge, Wrapping::None));
    }
    // No text begins with these bytes, so the binary form needs no guess.
    if begins_like_cose(file) {
        if file.len() > MAX_INPUT {
            return Err((InspectCode::TooLarge, Wrapping::None));
        }
        return unpacked(Cow::Borrowed(file), Wrapping::None);
    }
    let unrecognised = (InspectCode::Unrecognised, Wrapping::None);
    let text = std::str::from_utf8(file).map_err(|_| unrecognised)?;
    // A space is a character of base45, so only line ends are taken off.
    let line = text.trim_start_matches('\u{feff}').trim_matches(['\r', '\n']);
    if let Some(body) = line.strip_prefix(PREFIX) {
        let bytes = base45::decode(body.as_bytes()).map_err(|_| (InspectCode::Base45Invalid, Wrapping::Wpc1))?;
        return unpacked(Cow::Owned(bytes), Wrapping::Wpc1);
    }
    for bytes in [hex_text(text), base64_text(text)].into_iter().flatten() {
        if begins_like_cose(&bytes) {
            return unpacked(Cow::Owned(bytes), Wrapping::None);
        }
    }
    if line.is_empty() {
        return Err(unrecognised);
    }
    let zlib = base45::decode(line.as_bytes()).map_err(|_| unrecognised)?;
    let bytes = inflate(&zlib, MAX_INFLATED).map_err(|code| (code, Wrapping::Printed))?;
    unpacked(Cow::Owned(bytes), Wrapping::Printed)
}

/// The bytes of a bare status list: as they are, or from hex or base64url text.
pub fn status_list(file: &[u8]) -> Result<Cow<'_, [u8]>, InspectCode> {
    if file.len() > MAX_FILE {
        return Err(InspectCode::TooLarge);
    }
    // A zlib stream with the window that everybody uses (RFC 1950 2.2) begins with an "x", which neither its hex nor its
    // base64 does.
    let begins = |bytes: &[u8]| matches!(bytes, [0x78, flags, ..] if (0x7800 + u16::from(*flags)) % 31 == 0);
    if !begins(file)
        && let Ok(text) = std::str::from_utf8(file)
        && let Some(bytes) = hex_text(text)
            .or_else(|| base64_text(text))
            .filter(|bytes| begins(bytes))
    {
        return Ok(Cow::Owned(bytes));
    }
    Ok(Cow::Borrowed(file))
}

/// Tag 18, tag 61, or an array of four.
fn begins_like_cose(bytes: &[u8]) -> bool {
    matches!(bytes, [0xd2, ..] | [0xd8, 0x3d, ..] | [0x84, ..])
}

/// The bytes of a text that is nothing but hex and white space.
pub(super) fn hex_text(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    for character in text.chars().filter(|c| !c.is_ascii_whitespace()) {
        let digit = u8::try_from(character.to_digit(16)?).ok()?;
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    (high.is_none() && !bytes.is_empty()).then_some(bytes)
}

/// The bytes of a text that is nothing but base64url or base64, padded or not, and white space.
fn base64_text(text: &str) -> Option<Vec<u8>> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/-_=".contains(c);
    let mut compact = String::with_capacity(text.len());
    for character in text.chars().filter(|c| !c.is_ascii_whitespace()) {
        if !is_base64(character) {
            return None;
        }
        compact.push(match character {
            '+' => '-',
            '/' => '_',
            other => other,
        });
    }
    URL_SAFE.decode(compact).ok().filter(|bytes| !bytes.is_empty())
}

/// Inflates one whole zlib stream to at most `limit` bytes; memory grows with what comes out.
fn inflate(compressed: &[u8], limit: usize) -> Result<Vec<u8>, InspectCode> {
    let mut decoder = ZlibDecoder::new(compressed);
    let mut out = Vec::new();
    decoder
        .by_ref()
        .take(limit as u64 + 1)
        .read_to_end(&mut out)
        .map_err(|_| InspectCode::InflateFailed)?;
    if out.len() > limit {
        return Err(InspectCode::TooLarge);
    }
    if !decoder.into_inner().is_empty() {
        return Err(InspectCode::InflateFailed);
    }
    Ok(out)
}
