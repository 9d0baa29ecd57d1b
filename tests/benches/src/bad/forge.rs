//! Tokens that no software of ours makes.

use std::collections::BTreeMap;

use permitcard_credential::{
    cose::{
        Algorithm, EMPTY_MAP, Unsigned,
        cbor::{CborError, Key, Limits, Reader, Writer},
    },
    permit::Credential,
    qr::text,
};

use crate::world::{NOW, World, sign};

/// An encoded item.
pub fn item(write: impl for<'a> FnOnce(&'a mut Writer) -> &'a mut Writer) -> Vec<u8> {
    let mut writer = Writer::with_capacity(64);
    write(&mut writer);
    writer.into_bytes()
}

/// An encoded integer.
pub fn int(value: i64) -> Vec<u8> {
    item(|w| w.int(value))
}

/// This many arrays inside of one another.
pub fn nested(depth: usize) -> Vec<u8> {
    let mut bytes = vec![0x81; depth];
    bytes.push(0);
    bytes
}

/// Base64url without padding (RFC 4648 5).
pub fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(number >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}

/// An encoded map: encoded keys in their order, encoded values.
pub struct Map(BTreeMap<Vec<u8>, Vec<u8>>);

impl Map {
    /// Reads a map.
    pub fn read(bytes: &[u8]) -> Self {
        let mut entries = BTreeMap::new();
        let mut reader = Reader::new(bytes, &Limits::new(bytes.len())).unwrap();
        let read = reader.map(|key, reader| -> Result<(), CborError> {
            let key = match key {
                Key::Int(label) => int(label),
                Key::Text(label) => item(|w| w.text(label)),
                Key::Simple(number) => item(|w| w.simple(number)),
            };
            entries.insert(key, reader.raw()?.to_vec());
            Ok(())
        });
        read.unwrap();
        Self(entries)
    }

    /// Sets an entry by its label.
    pub fn set(mut self, label: i64, value: Vec<u8>) -> Self {
        self.0.insert(int(label), value);
        self
    }

    /// The encoded map.
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

/// The parts of a credential, to be put together anew.
pub struct Parts {
    /// The encoded protected header.
    pub protected: Vec<u8>,
    /// The encoded disclosures.
    pub disclosures: Vec<Vec<u8>>,
    /// The encoded claims.
    pub payload: Vec<u8>,
}

impl Parts {
    /// Takes a credential apart.
    pub fn of(credential: &[u8]) -> Self {
        let credential = Credential::parse(credential).unwrap();
        let token = credential.sd_cwt();
        Self {
            protected: token.sign1().protected().to_vec(),
            disclosures: token.disclosures().iter().map(|one| one.encoded().to_vec()).collect(),
            payload: token.payload().to_vec(),
        }
    }

    /// The encoded unprotected header with some of the disclosures, by their numbers.
    pub fn unprotected(&self, chosen: &[usize]) -> Vec<u8> {
        let chosen: Vec<&[u8]> = chosen.iter().map(|at| self.disclosures[*at].as_slice()).collect();
        permitcard_credential::sdcwt::unprotected(&chosen)
    }

    /// Signed by the issuer, with person and employment.
    pub fn sign(&self, world: &World) -> Vec<u8> {
        sd_cwt(world, &self.protected, &self.unprotected(&[0, 1]), &self.payload)
    }
}

/// A tagged SD-CWT of any parts, signed by the issuer.
pub fn sd_cwt(world: &World, protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Vec<u8> {
    sign(
        Unsigned::new(Algorithm::Esp256, protected, unprotected, payload),
        &world.issuer,
    )
}

/// The protected header of a key binding token around a credential, whatever that is.
pub fn binding_header(credential: &[u8]) -> Vec<u8> {
    item(|w| w.map(3).int(1).int(-9).int(13).raw(credential).int(16).int(294))
}

/// The claims of a key binding token.
pub fn binding_claims() -> Map {
    Map::read(&item(|w| {
        w.map(3).int(3).text("wp.emp").int(4).int(NOW + 60).int(6).int(NOW)
    }))
}

/// A key binding token of any parts, signed by the phone.
pub fn kbt(world: &World, header: &[u8], claims: &[u8]) -> Vec<u8> {
    sign(
        Unsigned::new(Algorithm::Esp256, header, &EMPTY_MAP, claims),
        &world.phone,
    )
}

/// The text of a presentation of any credential, with the usual claims.
pub fn shown(world: &World, credential: &[u8]) -> String {
    text::encode(&kbt(world, &binding_header(credential), &binding_claims().encode()))
}
