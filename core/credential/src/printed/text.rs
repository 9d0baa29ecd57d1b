//! CWT, zlib, base45: the text of a printed permit.

use super::{MAX_LEN, deflate::deflate};
use crate::{
    qr::{QrError, base45},
    status::inflate,
};

/// The longest text that is read, in bytes: above a document with every field at its limit and the largest portrait,
/// within a QR code of version 33-M.
pub const MAX_TEXT: usize = 2_700;

/// First byte of a zlib stream with the usual window (RFC 1950 2.2).
const ZLIB: u8 = 0x78;

/// The text of a signed CWT.
pub fn encode(token: &[u8]) -> String {
    let compressed = deflate(token);
    let mut text = String::with_capacity(compressed.len() * 3 / 2 + 2);
    base45::encode_to(&compressed, &mut text);
    text
}

/// Whether a text looks like one of claim 169: base45 of a zlib stream. Only its first three characters are looked at.
pub fn looks_printed(text: &str) -> bool {
    let head = text.as_bytes().first_chunk::<3>().map(|head| base45::decode(head));
    // The header's two bytes are a multiple of 31.
    matches!(head, Some(Ok(head)) if matches!(head.as_slice(), [ZLIB, flags]
        if (u16::from(ZLIB) << 8 | u16::from(*flags)).is_multiple_of(31)))
}

/// The CWT behind a scanned text, for [`Printed::parse`](super::Printed::parse). The length is checked before anything
/// else, and no more than [`MAX_LEN`] bytes are ever inflated.
///
/// # Errors
/// [`QrError::TooLong`] for a text or what is in it, [`QrError::PrefixUnknown`] for one that is no zlib stream in base45,
/// [`QrError::Base45Invalid`] or [`QrError::InflateFailed`] for a damaged one.
pub fn decode(text: &str) -> Result<Vec<u8>, QrError> {
    if text.len() > MAX_TEXT {
        return Err(QrError::TooLong);
    }
    if !looks_printed(text) {
        return Err(QrError::PrefixUnknown);
    }
    let compressed = base45::decode(text.as_bytes())?;
    inflate(&compressed, MAX_LEN).map_err(|error| match error {
        crate::status::StatusError::TooLarge => QrError::TooLong,
        _ => QrError::InflateFailed,
    })
}
