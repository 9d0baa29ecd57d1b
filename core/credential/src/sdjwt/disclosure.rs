//! Disclosures: base64url of `[salt, name, value]`, and their digests (RFC 9901 4.2).

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use permitcard_crypto::hash::sha256;
use serde_json::Value;

use super::{SALT_LEN, SdJwtError};
use crate::{
    cose::json,
    permit::{Element, ElementValue, Permit, field},
};

/// Characters of a salt of 16 bytes.
const SALT_CHARS: usize = 22;

/// The disclosure of a claim.
pub(super) fn write(salt: &[u8; SALT_LEN], element: Element, value: &Value) -> Result<String, SdJwtError> {
    let parts = (URL_SAFE_NO_PAD.encode(salt), element.claim_name(), value);
    let json = serde_json::to_vec(&parts).map_err(|_| SdJwtError::Malformed)?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

/// The digest of a disclosure, as it stands in `_sd`.
pub(super) fn digest(disclosure: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(disclosure.as_bytes()))
}

/// The JSON value of an element in a permit; none if the permit does not have it.
pub(super) fn value(element: Element, permit: &Permit) -> Result<Option<Value>, SdJwtError> {
    let Some(value) = element.value(permit) else {
        return Ok(None);
    };
    Ok(Some(match value {
        ElementValue::Text(text) => Value::String(text.into_owned()),
        ElementValue::Day(day) => Value::String(day.to_date().ok_or(SdJwtError::FieldInvalid)?),
        ElementValue::Number(number) => Value::from(number),
        ElementValue::Picture(portrait) if portrait.bytes.len() <= field::PORTRAIT.limit => {
            let media_type = portrait.format.media_type();
            Value::String(format!("data:{media_type};base64,{}", STANDARD.encode(&portrait.bytes)))
        }
        ElementValue::Picture(_) => return Err(SdJwtError::FieldInvalid),
    }))
}

/// One disclosure as it was read.
#[derive(Clone)]
pub(super) struct Disclosure<'a> {
    /// As it stands between the tildes.
    pub(super) text: &'a str,
    pub(super) name: String,
    pub(super) value: Value,
}

impl<'a> Disclosure<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, SdJwtError> {
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| SdJwtError::Malformed)?;
        let Some(Value::Array(parts)) = json::parse(&json) else {
            return Err(SdJwtError::Malformed);
        };
        // Elements of arrays, which have two parts, are not redacted in this form.
        let [Value::String(salt), Value::String(name), value] = parts.as_slice() else {
            return Err(SdJwtError::Malformed);
        };
        // A shorter salt would let a verifier guess what is withheld; these names would change what is signed.
        if salt.len() < SALT_CHARS || ["_sd", "..."].contains(&name.as_str()) {
            return Err(SdJwtError::Malformed);
        }
        Ok(Self {
            text,
            name: name.clone(),
            value: value.clone(),
        })
    }
}
