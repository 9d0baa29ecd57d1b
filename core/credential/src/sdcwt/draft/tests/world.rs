//! Keys, values and tokens for the tests.

use permitcard_crypto::eddsa;

use super::super::*;
use crate::cose::{AnyAlgorithm, AnyKey, Unsigned, value::Value};
use crate::sdcwt::{SALT_LEN, Salt, SdCwtError};

pub fn issuer() -> eddsa::SigningKey {
    eddsa::SigningKey::from_seed(&[1; 32]).unwrap()
}

pub fn holder() -> eddsa::SigningKey {
    eddsa::SigningKey::from_seed(&[2; 32]).unwrap()
}

pub fn issuer_key() -> AnyKey {
    (*issuer().public_key()).into()
}

pub fn int(number: i64) -> Value {
    number.into()
}

pub fn text(text: &str) -> Value {
    text.into()
}

pub fn map(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
    Value::Map(entries.into_iter().collect())
}

pub fn array(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(items.into_iter().collect())
}

pub fn tag(number: u64, content: Value) -> Value {
    Value::Tag(number, Box::new(content))
}

/// Salts 00…01, 00…02 and so on.
pub fn salts() -> impl FnMut() -> Result<Salt, SdCwtError> {
    let mut next = 0u64;
    move || {
        next += 1;
        let mut salt = [0; SALT_LEN];
        salt[8..].copy_from_slice(&next.to_be_bytes());
        Ok(salt)
    }
}

/// The claims that every SD-CWT has: times 1000 to 2000, and the holder's key.
pub fn usual() -> Vec<(Value, Value)> {
    let key = AnyKey::from(*holder().public_key()).to_value();
    vec![
        (int(1), text("https://issuer.example")),
        (int(2), text("subject")),
        (int(4), int(2000)),
        (int(6), int(1000)),
        (int(8), map([(int(1), key)])),
    ]
}

/// The usual claims with others, or with others in their place; `Null` takes one away.
pub fn with(changes: impl IntoIterator<Item = (i64, Value)>) -> Value {
    changed(usual(), changes)
}

pub fn changed(mut claims: Vec<(Value, Value)>, changes: impl IntoIterator<Item = (i64, Value)>) -> Value {
    for (label, value) in changes {
        claims.retain(|(key, _)| *key != int(label));
        if value != Value::Null {
            claims.push((int(label), value));
        }
    }
    Value::Map(claims)
}

pub fn sign(unsigned: Unsigned, key: &eddsa::SigningKey) -> Vec<u8> {
    let signature = key.sign(unsigned.to_sign());
    unsigned.finish(&signature).unwrap()
}

/// An SD-CWT of these claims, with all its disclosures.
pub fn issued(source: &Value) -> Vec<u8> {
    issued_with(source, SdHash::Sha256)
}

pub fn issued_with(source: &Value, hash: SdHash) -> Vec<u8> {
    let redacted = redact(source, hash, &mut salts()).unwrap();
    let how = Issue {
        algorithm: AnyAlgorithm::Ed25519,
        kid: Some(b"key"),
        headers: &[],
    };
    sign(issue(&redacted, &how), &issuer())
}

/// An SD-CWT with any headers and any payload.
pub fn forged(protected: &Value, unprotected: &Value, payload: &Value) -> Vec<u8> {
    let unsigned = Unsigned::new(
        AnyAlgorithm::Ed25519,
        &protected.encode(),
        &unprotected.encode(),
        &payload.encode(),
    );
    sign(unsigned, &issuer())
}

/// The usual protected header of an SD-CWT.
pub fn protected() -> Vec<(Value, Value)> {
    vec![(int(1), int(-19)), (int(16), int(293))]
}

/// An SD-CWT with these encoded disclosures and claims.
pub fn with_disclosures(disclosures: &[&[u8]], claims: &Value) -> Vec<u8> {
    let list = disclosures.iter().map(|one| Value::from(*one));
    forged(&map(protected()), &map([(int(17), array(list))]), claims)
}

/// A key binding token with any claims around an SD-CWT, signed by the holder.
pub fn bound(sd_cwt: &[u8], claims: &Value) -> Vec<u8> {
    bound_with(sd_cwt, &[(int(16), int(294))], claims)
}

pub fn bound_with(sd_cwt: &[u8], headers: &[(Value, Value)], claims: &Value) -> Vec<u8> {
    // The credential goes in as it stands: an unknown tag in its place, then its bytes.
    let mark = tag(0x4d41_524b, Value::Null);
    let mut header = vec![(int(1), int(-19)), (int(13), mark.clone())];
    header.extend_from_slice(headers);
    let header = map(header).encode();
    let mark = mark.encode();
    let at = header.windows(mark.len()).position(|window| window == mark).unwrap();
    let header = [&header[..at], sd_cwt, &header[at + mark.len()..]].concat();
    let unsigned = Unsigned::new(AnyAlgorithm::Ed25519, &header, &[0xa0], &claims.encode());
    sign(unsigned, &holder())
}

/// The claims of a key binding token: audience and time.
pub fn binding(changes: impl IntoIterator<Item = (i64, Value)>) -> Value {
    changed(vec![(int(3), text("verifier")), (int(6), int(1500))], changes)
}

/// A verifier at this time.
pub fn at(now: i64) -> Expected<'static> {
    Expected {
        times: TimeRules::at(now),
        audiences: Some(&["verifier"]),
        nonce: None,
    }
}

/// Everything that a verifier does with a presentation.
pub fn verify(kbt: &[u8], expected: &Expected<'_>) -> Result<Restored, SdCwtError> {
    KbtToken::parse(kbt, &LIMITS)?.verify(&[issuer_key()], expected)
}

pub fn restored(sd_cwt: &[u8]) -> Result<Restored, SdCwtError> {
    let token = SdCwtToken::parse(sd_cwt, &LIMITS)?;
    token.verify(&issuer_key())?;
    token.restore()
}

/// Disclosures of a claim, of an item, and of a decoy.
pub fn entry(key: i64, value: Value) -> Vec<u8> {
    OpenDisclosure::write(&[1; 16], Some(value), Some(int(key)))
}

pub fn element(value: Value) -> Vec<u8> {
    OpenDisclosure::write(&[2; 16], Some(value), None)
}

pub fn decoy() -> Vec<u8> {
    OpenDisclosure::write(&[3; 16], None, None)
}

pub fn hash(disclosure: &[u8]) -> Value {
    Value::Bytes(SdHash::Sha256.wrapped(disclosure))
}

pub fn keys(hashes: impl IntoIterator<Item = Value>) -> (Value, Value) {
    (Value::Simple(59), array(hashes))
}

/// The usual claims and others, under any keys.
pub fn claims(more: impl IntoIterator<Item = (Value, Value)>) -> Value {
    map(usual().into_iter().chain(more))
}

/// Why an SD-CWT with these disclosures and claims is refused.
pub fn error(disclosures: &[&[u8]], claims: &Value) -> Option<SdCwtError> {
    let bytes = match disclosures {
        [] => forged(&map(protected()), &map([]), claims),
        some => with_disclosures(some, claims),
    };
    restored(&bytes).err()
}
