use std::collections::HashSet;

use super::{
    MAX_DEPTH, OpenDisclosure, SdHash,
    marks::{
        REDACTED_ELEMENT, TO_BE_DECOY, TO_BE_REDACTED, check_key, check_mark, deeper, may_be_redacted, redacted_keys,
    },
};
use crate::cose::value::Value;
use crate::sdcwt::{Salt, SdCwtError};

/// Claims ready to be signed, and what discloses them. `Debug` shows no disclosure.
#[derive(Clone, PartialEq)]
pub struct Redacted {
    /// The claims with their marks of redaction: the payload.
    pub claims: Value,
    /// The disclosures, each an encoded array, those inside of a value before that of the value; decoys among them.
    pub disclosures: Vec<Vec<u8>>,
    /// The algorithm of the hashes.
    pub hash: SdHash,
}

// Disclosures carry personal data.
impl std::fmt::Debug for Redacted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redacted")
            .field("disclosures", &self.disclosures.len())
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

/// Redacts what `source` asks for (draft 11): a key of a map or an item of an array under tag 58, at any depth and one inside
/// of another, and a decoy for each tag 62. Hashes are over the disclosure as a byte string; those of a map are sorted, so that
/// their order says nothing. `salts` gives a fresh random salt for each disclosure.
///
/// # Errors
/// [`SdCwtError::ClaimsMalformed`] when `source` is no map or has keys other than integers and texts;
/// [`SdCwtError::RedactionForbidden`] for a claim that stands open in every token; [`SdCwtError::KeyExists`] for a key that is
/// there twice, tagged or not; [`SdCwtError::RedactionMalformed`] for a mark in another place, a decoy without its own
/// positive number, or claims that are redacted already; [`SdCwtError::Cose`] beyond [`MAX_DEPTH`]; whatever `salts` returns.
pub fn redact(
    source: &Value,
    hash: SdHash,
    salts: &mut dyn FnMut() -> Result<Salt, SdCwtError>,
) -> Result<Redacted, SdCwtError> {
    let entries = source.as_map().ok_or(SdCwtError::ClaimsMalformed)?;
    let mut redactor = Redactor {
        hash,
        salts,
        decoys: HashSet::new(),
        disclosures: Vec::new(),
    };
    let claims = redactor.map(entries, MAX_DEPTH, true)?;
    Ok(Redacted {
        claims,
        disclosures: redactor.disclosures,
        hash,
    })
}

struct Redactor<'s> {
    hash: SdHash,
    salts: &'s mut dyn FnMut() -> Result<Salt, SdCwtError>,
    decoys: HashSet<i128>,
    disclosures: Vec<Vec<u8>>,
}

impl Redactor<'_> {
    fn value(&mut self, value: &Value, levels: u8) -> Result<Value, SdCwtError> {
        // A mark is taken where it may stand, in keys and arrays; here is neither.
        check_mark(value).map_err(|_| SdCwtError::RedactionMalformed)?;
        Ok(match value {
            Value::Array(items) => self.array(items, levels)?,
            Value::Map(entries) => self.map(entries, levels, false)?,
            Value::Tag(number, content) => Value::Tag(*number, Box::new(self.value(content, deeper(levels)?)?)),
            plain => plain.clone(),
        })
    }

    fn map(&mut self, entries: &[(Value, Value)], levels: u8, outermost: bool) -> Result<Value, SdCwtError> {
        let inside = deeper(levels)?;
        let mut keys: HashSet<Vec<u8>> = HashSet::new();
        let mut open = Vec::new();
        let mut hashes = Vec::new();
        for (key, value) in entries {
            let (key, redacted) = match key {
                Value::Tag(TO_BE_DECOY, number) => {
                    if *value != Value::Null {
                        return Err(SdCwtError::RedactionMalformed);
                    }
                    hashes.push(self.decoy(number)?);
                    continue;
                }
                Value::Tag(TO_BE_REDACTED, key) => (key.as_ref(), true),
                Value::Simple(_) => return Err(SdCwtError::RedactionMalformed),
                key => (key, false),
            };
            check_key(key).map_err(|error| match error {
                // Draft 6.3: one tag on a key.
                SdCwtError::PreIssuance => SdCwtError::RedactionMalformed,
                error => error,
            })?;
            if !keys.insert(key.encode()) {
                return Err(SdCwtError::KeyExists);
            }
            if redacted && outermost && !may_be_redacted(key) {
                return Err(SdCwtError::RedactionForbidden);
            }
            let value = self.value(value, inside)?;
            if redacted {
                hashes.push(self.disclose(Some(value), Some(key.clone()))?);
            } else {
                open.push((key.clone(), value));
            }
        }
        if !hashes.is_empty() {
            hashes.sort();
            let hashes = hashes.into_iter().map(Value::Bytes).collect();
            open.push((redacted_keys(), Value::Array(hashes)));
        }
        Ok(Value::Map(open))
    }

    fn array(&mut self, items: &[Value], levels: u8) -> Result<Value, SdCwtError> {
        let inside = deeper(levels)?;
        let mut open = Vec::new();
        for item in items {
            let hash = match item {
                Value::Tag(TO_BE_DECOY, number) => self.decoy(number)?,
                Value::Tag(TO_BE_REDACTED, item) => {
                    let item = self.value(item, inside)?;
                    self.disclose(Some(item), None)?
                }
                item => {
                    open.push(self.value(item, inside)?);
                    continue;
                }
            };
            open.push(Value::Tag(REDACTED_ELEMENT, Box::new(Value::Bytes(hash))));
        }
        Ok(Value::Array(open))
    }

    /// Draft 11.2: a positive number that no other decoy of the token has.
    fn decoy(&mut self, number: &Value) -> Result<Vec<u8>, SdCwtError> {
        match number {
            Value::Int(number @ 1..) if self.decoys.insert(*number) => self.disclose(None, None),
            _ => Err(SdCwtError::RedactionMalformed),
        }
    }

    fn disclose(&mut self, value: Option<Value>, key: Option<Value>) -> Result<Vec<u8>, SdCwtError> {
        let salt = (self.salts)()?;
        let disclosure = OpenDisclosure::write(&salt, value, key);
        let hash = self.hash.wrapped(&disclosure);
        self.disclosures.push(disclosure);
        Ok(hash)
    }
}
