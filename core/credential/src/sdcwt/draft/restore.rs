use std::collections::{HashMap, HashSet, hash_map::Entry};

use super::{
    HashForm, MAX_DEPTH, OpenContent, OpenDisclosure, SdHash,
    marks::{REDACTED_ELEMENT, check_key, check_mark, deeper, may_be_redacted, redacted_keys},
};
use crate::cose::value::Value;
use crate::sdcwt::SdCwtError;

/// The claims of a token with the disclosed values in their places and the redacted ones left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Restored {
    /// A map without any mark of redaction. Disclosed claims of a map stand behind its open ones.
    pub claims: Value,
    /// Disclosures that stand in the claims.
    pub matched: usize,
    /// Disclosures whose hash stands nowhere, among them those inside of a value that is not disclosed.
    pub unmatched: usize,
    /// Disclosures that are the salt of a decoy of this token.
    pub decoys: usize,
    /// Redacted claims without a disclosure.
    pub undisclosed: usize,
    /// What the hashes of the disclosures were made over; none without a match.
    pub hash: Option<HashForm>,
    /// Redacted claims of the outermost map without a disclosure.
    pub(super) undisclosed_claims: usize,
    /// For each disclosure, whether its hash was found, and inside of which other disclosure.
    pub(super) places: Vec<Place>,
}

/// Where the hash of a disclosure was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Nowhere,
    Claims,
    Inside(usize),
}

/// Puts the disclosures into the claims. `claims` are the payload and, if there are any, the claims of the header.
pub(super) fn restore(claims: &[&Value], disclosures: &[OpenDisclosure], hash: SdHash) -> Result<Restored, SdCwtError> {
    let mut walk = Walk::new(disclosures, hash)?;
    let mut merged: Vec<(Value, Value)> = Vec::new();
    let mut positions: HashMap<Vec<u8>, usize> = HashMap::new();
    for part in claims {
        let entries = part.as_map().ok_or(SdCwtError::ClaimsMalformed)?;
        for (key, value) in walk.map(entries, MAX_DEPTH, true)? {
            // Draft 6.3: a claim that stands in both has one value.
            match positions.entry(key.encode()) {
                Entry::Vacant(place) => {
                    place.insert(merged.len());
                    merged.push((key, value));
                }
                Entry::Occupied(place) => match merged.get(*place.get()) {
                    Some((_, other)) if other.encode() == value.encode() => {}
                    _ => return Err(SdCwtError::ClaimsMalformed),
                },
            }
        }
    }
    let found = walk.places.iter().filter(|place| **place != Place::Nowhere).count();
    Ok(Restored {
        claims: Value::Map(merged),
        matched: found - walk.decoys,
        unmatched: disclosures.len() - found,
        decoys: walk.decoys,
        undisclosed: walk.undisclosed,
        hash: walk.form,
        undisclosed_claims: walk.undisclosed_claims,
        places: walk.places,
    })
}

/// One walk over the claims. Each disclosure is used once and each level is counted, so that it ends.
struct Walk<'t> {
    disclosures: &'t [OpenDisclosure],
    by_hash: HashMap<Vec<u8>, (usize, HashForm)>,
    hash_len: usize,
    seen: HashSet<Vec<u8>>,
    places: Vec<Place>,
    current: Place,
    form: Option<HashForm>,
    decoys: usize,
    undisclosed: usize,
    undisclosed_claims: usize,
}

impl<'t> Walk<'t> {
    fn new(disclosures: &'t [OpenDisclosure], hash: SdHash) -> Result<Self, SdCwtError> {
        let mut by_hash = HashMap::with_capacity(2 * disclosures.len());
        for (index, disclosure) in disclosures.iter().enumerate() {
            let encoded = disclosure.encoded();
            // The two cannot be mixed up: one is over a byte string, the other over an array.
            let hashes = [
                (hash.wrapped(encoded), HashForm::Wrapped),
                (hash.bare(encoded), HashForm::Bare),
            ];
            for (hash, form) in hashes {
                if by_hash.insert(hash, (index, form)).is_some() {
                    return Err(SdCwtError::DisclosureDuplicate);
                }
            }
        }
        Ok(Self {
            disclosures,
            by_hash,
            hash_len: hash.size(),
            seen: HashSet::new(),
            places: vec![Place::Nowhere; disclosures.len()],
            current: Place::Claims,
            form: None,
            decoys: 0,
            undisclosed: 0,
            undisclosed_claims: 0,
        })
    }

    fn value(&mut self, value: &Value, levels: u8) -> Result<Value, SdCwtError> {
        check_mark(value)?;
        Ok(match value {
            Value::Array(items) => Value::Array(self.array(items, levels)?),
            Value::Map(entries) => Value::Map(self.map(entries, levels, false)?),
            Value::Tag(number, content) => Value::Tag(*number, Box::new(self.value(content, deeper(levels)?)?)),
            plain => plain.clone(),
        })
    }

    fn map(
        &mut self,
        entries: &[(Value, Value)],
        levels: u8,
        outermost: bool,
    ) -> Result<Vec<(Value, Value)>, SdCwtError> {
        let inside = deeper(levels)?;
        let mut restored = Vec::new();
        let mut hashes: &[Value] = &[];
        for (key, value) in entries {
            if *key == redacted_keys() {
                hashes = value.as_array().ok_or(SdCwtError::RedactionMalformed)?;
            } else {
                check_key(key)?;
                restored.push((key.clone(), self.value(value, inside)?));
            }
        }
        let mut keys: Option<HashSet<Vec<u8>>> = None;
        for hash in hashes {
            let Some(index) = self.take(hash)? else {
                self.undisclosed_claims += usize::from(outermost);
                continue;
            };
            match self.content(index) {
                Some(OpenContent::Entry { key, value }) => {
                    if outermost && !may_be_redacted(key) {
                        return Err(SdCwtError::RedactionForbidden);
                    }
                    let keys = keys.get_or_insert_with(|| restored.iter().map(|(key, _)| key.encode()).collect());
                    if !keys.insert(key.encode()) {
                        return Err(SdCwtError::KeyExists);
                    }
                    restored.push((key.clone(), self.disclosed(index, value, inside)?));
                }
                Some(OpenContent::Decoy) => self.decoys += 1,
                _ => return Err(SdCwtError::DisclosureMalformed),
            }
        }
        Ok(restored)
    }

    fn array(&mut self, items: &[Value], levels: u8) -> Result<Vec<Value>, SdCwtError> {
        let inside = deeper(levels)?;
        let mut restored = Vec::new();
        for item in items {
            let Value::Tag(REDACTED_ELEMENT, hash) = item else {
                restored.push(self.value(item, inside)?);
                continue;
            };
            let Some(index) = self.take(hash)? else {
                continue;
            };
            match self.content(index) {
                Some(OpenContent::Element(value)) => restored.push(self.disclosed(index, value, inside)?),
                Some(OpenContent::Decoy) => self.decoys += 1,
                _ => return Err(SdCwtError::DisclosureMalformed),
            }
        }
        Ok(restored)
    }

    fn content(&self, index: usize) -> Option<&'t OpenContent> {
        self.disclosures.get(index).map(OpenDisclosure::content)
    }

    fn disclosed(&mut self, index: usize, value: &Value, levels: u8) -> Result<Value, SdCwtError> {
        let outer = std::mem::replace(&mut self.current, Place::Inside(index));
        let restored = self.value(value, levels)?;
        self.current = outer;
        Ok(restored)
    }

    /// The disclosure of a hash, which from now on has its place.
    fn take(&mut self, hash: &Value) -> Result<Option<usize>, SdCwtError> {
        let hash = hash.as_bytes().filter(|hash| hash.len() == self.hash_len);
        let hash = hash.ok_or(SdCwtError::RedactionMalformed)?;
        if !self.seen.insert(hash.to_vec()) {
            return Err(SdCwtError::DisclosureDuplicate);
        }
        let Some((index, form)) = self.by_hash.get(hash).copied() else {
            self.undisclosed += 1;
            return Ok(None);
        };
        match self.places.get_mut(index) {
            Some(place) if *place == Place::Nowhere => *place = self.current,
            // Its other hash stands in another place.
            _ => return Err(SdCwtError::DisclosureDuplicate),
        }
        self.form = Some(form.and(self.form));
        Ok(Some(index))
    }
}
