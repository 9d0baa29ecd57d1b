//! The report as JSON, and any CBOR value as JSON. `docs/inspect.md` has the rules.

use permitcard_credential::cose::value::Value;
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};

use super::{
    diagnostic::{key_text, lower_hex},
    report::{Problem, Report, Signature, StatusSummary},
};

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(format) = self.format {
            map.serialize_entry("format", format.name())?;
        }
        if let Some(signatures) = &self.signatures {
            map.serialize_entry(
                "signatures",
                &Each(signatures, |signature: &Signature| {
                    let mut members: Vec<(&str, serde_json::Value)> = vec![("layer", signature.layer.name().into())];
                    members.extend(signature.alg.iter().map(|alg| ("alg", alg.as_str().into())));
                    members.extend(signature.alg_unprotected.then(|| ("alg_unprotected", true.into())));
                    members.extend(signature.kid.iter().map(|kid| ("kid", lower_hex(kid).into())));
                    members.push(("verified", signature.verified.into()));
                    Members(members)
                }),
            )?;
        }
        if let Some(claims) = &self.claims {
            map.serialize_entry("claims", &Json(claims))?;
        }
        if let Some(disclosures) = &self.disclosures {
            let mut members: Vec<(&str, serde_json::Value)> = vec![
                ("matched", disclosures.matched.into()),
                ("unmatched", disclosures.unmatched.into()),
                ("decoys", disclosures.decoys.into()),
            ];
            members.extend(disclosures.hash.map(|hash| ("hash", hash.name().into())));
            map.serialize_entry("disclosures", &Members(members))?;
        }
        if let Some(holder) = &self.holder {
            map.serialize_entry("holder", &Json(holder))?;
        }
        if let Some(payload) = &self.payload {
            map.serialize_entry("payload", &lower_hex(payload))?;
        }
        if let Some(list) = &self.status_list {
            map.serialize_entry("status_list", &ListJson(list))?;
        }
        map.serialize_entry("verdict", &VerdictJson(self))?;
        map.end()
    }
}

/// An object whose members stay in their order.
struct Members<'a>(Vec<(&'a str, serde_json::Value)>);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// An array made item by item.
struct Each<'a, T, F>(&'a [T], F);

impl<'a, T, U: Serialize, F: Fn(&'a T) -> U> Serialize for Each<'a, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(&self.1))
    }
}

struct ListJson<'a>(&'a StatusSummary);

impl Serialize for ListJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Entries<'a>(&'a [(u64, u8)]);
        impl Serialize for Entries<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(index, value)| (index.to_string(), value)))
            }
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("bits", &self.0.bits)?;
        map.serialize_entry("size", &self.0.size)?;
        map.serialize_entry("nonzero", &Entries(&self.0.nonzero))?;
        map.serialize_entry("nonzero_count", &self.0.nonzero_count)?;
        map.end()
    }
}

struct VerdictJson<'a>(&'a Report);

impl Serialize for VerdictJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("valid", &self.0.valid())?;
        map.serialize_entry(
            "errors",
            &Each(&self.0.errors, |problem: &Problem| {
                Members(vec![
                    ("code", problem.code.code().into()),
                    ("detail", problem.detail.as_str().into()),
                ])
            }),
        )?;
        map.end()
    }
}

/// A CBOR value as JSON: binary as lower-case hex, integer map keys as decimal strings, map order as in the input.
pub struct Json<'a>(pub &'a Value);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Int(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => serializer.serialize_u64(number),
                (_, Ok(number)) => serializer.serialize_i64(number),
                // Below -2^63, where JSON libraries have no number.
                _ => serializer.collect_str(number),
            },
            Value::Bytes(bytes) => serializer.serialize_str(&lower_hex(bytes)),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Array(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(&Json(item))?;
                }
                seq.end()
            }
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(&key_text(key), &Json(value))?;
                }
                map.end()
            }
            Value::Tag(tag, content) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("tag", tag)?;
                map.serialize_entry("value", &Json(content))?;
                map.end()
            }
            Value::Simple(number) => one(serializer, "simple", number),
            Value::Undefined => one(serializer, "simple", &23),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Null => serializer.serialize_unit(),
            Value::Float(number) if number.is_finite() => serializer.serialize_f64(*number),
            Value::Float(number) if number.is_nan() => one(serializer, "float", &"NaN"),
            Value::Float(number) if *number > 0.0 => one(serializer, "float", &"Infinity"),
            Value::Float(_) => one(serializer, "float", &"-Infinity"),
        }
    }
}

fn one<S: Serializer>(serializer: S, name: &str, value: &impl Serialize) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, value)?;
    map.end()
}
