//! What kind of token an envelope holds: by its type header, else by its content.

use permitcard_credential::cose::{AnySign1, value::Value};

use crate::inspect::{
    InspectCode,
    claims::{self, STATUS_LIST},
    report::{Format, Report},
};

/// Header label of the type (RFC 9596).
pub(super) const TYP: i64 = 16;
/// Header label of the SD-CWT inside of a key binding token.
pub(super) const KCWT: i64 = 13;
/// Header label of the disclosures.
const SD_CLAIMS: i64 = 17;
/// The key of redacted claims of a map.
const REDACTED_KEYS: Value = Value::Simple(59);
/// The tag of a redacted item of an array.
const REDACTED_ITEM: u64 = 60;

/// The format of an envelope that came without a code's text around it.
pub(super) fn kind(sign1: &AnySign1<'_>, claims: &Result<Value, InspectCode>) -> Format {
    if let Some(format) = sign1.header(TYP).and_then(of_typ) {
        return format;
    }
    if sign1.protected_header(KCWT).is_some() {
        return Format::SdCwtKbt;
    }
    if sign1.header(SD_CLAIMS).is_some() || claims.as_ref().is_ok_and(is_redacted) {
        return Format::SdCwt;
    }
    match claims {
        Ok(claims) if claims::get(claims, STATUS_LIST).is_some() => Format::StatusListToken,
        Ok(claims) if has_claim_keys(claims) => Format::Cwt,
        // Well-formed as far as it was read, so that it was meant as a map; what cannot be read is a payload of its own kind.
        Err(
            InspectCode::TooDeep
            | InspectCode::TooMany
            | InspectCode::CborNotDeterministic
            | InspectCode::CborDuplicateKey,
        ) if begins_like_map(sign1) => Format::Cwt,
        Ok(_) | Err(_) => Format::CoseSign1,
    }
}

/// Whether the keys of a map can be those of claims: integers and texts (RFC 8392 1.1).
fn has_claim_keys(claims: &Value) -> bool {
    let is_key = |key: &Value| matches!(key, Value::Int(_) | Value::Text(_));
    claims
        .as_map()
        .is_some_and(|entries| entries.iter().all(|(key, _)| is_key(key)))
}

/// Whether the payload begins like a CBOR map (RFC 8949 3.1).
fn begins_like_map(sign1: &AnySign1<'_>) -> bool {
    let first = sign1.payload().ok().and_then(|payload| payload.first().copied());
    first.is_some_and(|first| first >> 5 == 5)
}

/// The numbers and media types of header 16 (RFC 9596) that name a format. A media type may come without `application/`,
/// and its letters may be of any case (RFC 6838 4.2).
fn of_typ(typ: &Value) -> Option<Format> {
    match typ {
        Value::Int(293) => Some(Format::SdCwt),
        Value::Int(294) => Some(Format::SdCwtKbt),
        Value::Text(text) => {
            let text = text.to_ascii_lowercase();
            match text.strip_prefix("application/").unwrap_or(&text) {
                "sd-cwt" => Some(Format::SdCwt),
                // A type of credentials that are SD-CWT as well (draft-ietf-spice-sd-cwt 5).
                other if other.ends_with("+sd-cwt") => Some(Format::SdCwt),
                "kb+cwt" => Some(Format::SdCwtKbt),
                "statuslist+cwt" => Some(Format::StatusListToken),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the protected header names the type of a format.
pub(super) fn names(sign1: &AnySign1<'_>, format: Format) -> bool {
    sign1.protected_header(TYP).and_then(of_typ) == Some(format)
}

/// Demands the type header of a format whose specification demands it.
pub(super) fn expect_typ(report: &mut Report, sign1: &AnySign1<'_>, format: Format) {
    if !names(sign1, format) {
        let detail = format!("the protected header typ (16) does not name {}", format.name());
        report.problem(InspectCode::TypeUnexpected, detail);
    }
}

/// Whether something in the claims is redacted.
fn is_redacted(value: &Value) -> bool {
    match value {
        Value::Map(entries) => entries
            .iter()
            .any(|(key, value)| *key == REDACTED_KEYS || is_redacted(value)),
        Value::Array(items) => items.iter().any(is_redacted),
        Value::Tag(tag, content) => *tag == REDACTED_ITEM || is_redacted(content),
        _ => false,
    }
}
