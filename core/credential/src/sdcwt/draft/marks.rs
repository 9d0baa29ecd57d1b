//! What a redacted claim looks like, and where a claim may stand.

use crate::cose::{
    cbor::CborError,
    value::{MAX_KEY_TEXT, Value},
};
use crate::sdcwt::{
    SdCwtError,
    label::{AUD, CNF, CNONCE, CTI, EXP, IAT, ISS, NBF, REDACTED_KEYS},
};

/// Tag of a redacted item of an array.
pub(super) const REDACTED_ELEMENT: u64 = 60;
/// Tag of a key or an item that the issuer shall redact.
pub(super) const TO_BE_REDACTED: u64 = 58;
/// Tag of a place where the issuer shall put a decoy.
pub(super) const TO_BE_DECOY: u64 = 62;
/// Claims that stand open in every SD-CWT (draft 7, table 2).
const NEVER_REDACTED: [i64; 8] = [ISS, AUD, EXP, NBF, IAT, CTI, CNF, CNONCE];

/// The key of the list of redacted claims.
pub(super) fn redacted_keys() -> Value {
    Value::Simple(REDACTED_KEYS)
}

pub(super) fn may_be_redacted(claim: &Value) -> bool {
    !NEVER_REDACTED.iter().any(|label| *claim == Value::from(*label))
}

/// A key of a CWT's map (draft 6.3): an integer, or a text of at most 255 bytes.
pub(super) fn check_key(key: &Value) -> Result<(), SdCwtError> {
    match key {
        Value::Int(_) => Ok(()),
        Value::Text(text) if text.len() <= MAX_KEY_TEXT => Ok(()),
        Value::Tag(TO_BE_REDACTED | TO_BE_DECOY, _) => Err(SdCwtError::PreIssuance),
        _ => Err(SdCwtError::ClaimsMalformed),
    }
}

/// A value without any mark of redaction, as headers and the claims of a key binding token must be.
pub(super) fn check_safe(value: &Value) -> Result<(), SdCwtError> {
    match value {
        Value::Array(items) => items.iter().try_for_each(check_safe),
        Value::Map(entries) => entries.iter().try_for_each(|(key, value)| {
            match key {
                Value::Simple(REDACTED_KEYS) => Err(SdCwtError::RedactionMalformed),
                key => check_key(key),
            }?;
            check_safe(value)
        }),
        Value::Tag(..) | Value::Simple(_) => {
            check_mark(value)?;
            match value {
                Value::Tag(_, content) => check_safe(content),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Refuses a mark of redaction where none can stand.
pub(super) fn check_mark(value: &Value) -> Result<(), SdCwtError> {
    match value {
        Value::Tag(TO_BE_REDACTED | TO_BE_DECOY, _) => Err(SdCwtError::PreIssuance),
        Value::Tag(REDACTED_ELEMENT, _) | Value::Simple(REDACTED_KEYS) => Err(SdCwtError::RedactionMalformed),
        _ => Ok(()),
    }
}

/// One level less (draft 6.5: arrays, maps and tags count alike).
pub(super) fn deeper(levels: u8) -> Result<u8, SdCwtError> {
    levels.checked_sub(1).ok_or(CborError::TooDeep.into())
}
