//! Credentials that no issuer of ours makes: claims changed entry by entry, still in deterministic encoding.

use std::collections::BTreeMap;

use permitcard_credential::{
    cose::{
        Algorithm, KeyId,
        cbor::{CborError, Key, Limits, Reader, Writer},
    },
    permit::Credential,
    sdcwt::{Disclosure, SdCwt},
};

/// An encoded map: encoded keys in their order, encoded values.
#[derive(Clone)]
pub struct Map(BTreeMap<Vec<u8>, Vec<u8>>);

pub fn item(write: impl for<'a> FnOnce(&'a mut Writer) -> &'a mut Writer) -> Vec<u8> {
    let mut writer = Writer::with_capacity(64);
    write(&mut writer);
    writer.into_bytes()
}

pub fn text(value: &str) -> Vec<u8> {
    item(|w| w.text(value))
}

pub fn int(value: i64) -> Vec<u8> {
    item(|w| w.int(value))
}

/// The key of the redacted claims, as `set` and `remove` want it.
pub const REDACTED: &[u8] = b"\xf8\x3b";

impl Map {
    pub fn read(bytes: &[u8]) -> Self {
        let mut entries = BTreeMap::new();
        let mut reader = Reader::new(bytes, &Limits::new(4096)).unwrap();
        reader
            .map(|key, reader| {
                let key = match key {
                    Key::Int(label) => int(label),
                    Key::Text(label) => text(label),
                    Key::Simple(number) => item(|w| w.simple(number)),
                };
                entries.insert(key, reader.raw()?.to_vec());
                Ok::<(), CborError>(())
            })
            .unwrap();
        Self(entries)
    }

    pub fn set(&mut self, key: Vec<u8>, value: Vec<u8>) -> &mut Self {
        self.0.insert(key, value);
        self
    }

    pub fn remove(&mut self, key: &[u8]) -> &mut Self {
        self.0.remove(key).unwrap();
        self
    }

    /// Changes a map inside of this one.
    pub fn inner(&mut self, key: Vec<u8>, edit: impl for<'a> FnOnce(&'a mut Map) -> &'a mut Map) -> &mut Self {
        let mut inner = Map::read(&self.0[&key]);
        edit(&mut inner);
        self.0.insert(key, inner.encode());
        self
    }

    pub fn encode(&self) -> Vec<u8> {
        item(|writer| {
            writer.map(self.0.len());
            for (key, value) in &self.0 {
                writer.raw(key).raw(value);
            }
            writer
        })
    }
}

/// An unsigned copy of a credential with changed claims.
pub fn with_claims(original: &[u8], edit: impl for<'a> FnOnce(&'a mut Map) -> &'a mut Map) -> Vec<u8> {
    let credential = Credential::parse(original).unwrap();
    let mut claims = Map::read(credential.sd_cwt().payload());
    edit(&mut claims);
    let disclosures: Vec<_> = credential
        .sd_cwt()
        .disclosures()
        .iter()
        .map(|d| d.encoded().to_vec())
        .collect();
    let unsigned = SdCwt::build(Algorithm::Esp256, credential.kid(), &claims.encode(), &disclosures);
    unsigned.finish(&[1; 64]).unwrap()
}

/// An unsigned copy of a credential whose redacted claims are exactly these disclosures, filled up with decoys.
pub fn with_disclosures(original: &[u8], disclosures: &[Vec<u8>]) -> Vec<u8> {
    let credential = Credential::parse(original).unwrap();
    let mut hashes: Vec<_> = disclosures.iter().map(|d| Disclosure::hash_of(d)).collect();
    for filler in 0..5u8 {
        if hashes.len() < 5 {
            hashes.push([filler; 32]);
        }
    }
    hashes.sort_unstable();
    let mut claims = Map::read(credential.sd_cwt().payload());
    claims.inner(int(-65537), |permit| permit.set(REDACTED.to_vec(), hash_list(&hashes)));
    let unsigned = SdCwt::build(Algorithm::Esp256, credential.kid(), &claims.encode(), disclosures);
    unsigned.finish(&[1; 64]).unwrap()
}

pub fn hash_list(hashes: &[[u8; 32]]) -> Vec<u8> {
    item(|writer| {
        writer.array(hashes.len());
        hashes.iter().for_each(|hash| {
            writer.bytes(hash);
        });
        writer
    })
}

/// A name for a key that nobody has.
pub const NOBODY: KeyId = *b"nobody!!";
