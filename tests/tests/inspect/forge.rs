//! Tokens of every kind, good ones and wrong ones, signed with keys of this run.

use permitcard_credential::cose::value::Value;
use permitcard_crypto::{
    ecdsa::{Curve, SigningKey},
    hash::sha256,
};

/// The time that the tokens are inspected at.
pub const NOW: i64 = 1_764_000_000;

pub fn int(number: i64) -> Value {
    Value::Int(number.into())
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

/// A map with integer labels.
pub fn map(entries: impl IntoIterator<Item = (i64, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(label, value)| (int(label), value)).collect())
}

/// The entries of a map, to change them.
pub fn entries(map: &mut Value) -> &mut Vec<(Value, Value)> {
    match map {
        Value::Map(entries) => entries,
        _ => panic!("no map"),
    }
}

/// The same map without a label.
pub fn without(mut map: Value, label: i64) -> Value {
    let entries = entries(&mut map);
    let before = entries.len();
    entries.retain(|(key, _)| *key != int(label));
    assert_eq!(entries.len() + 1, before, "the label was there");
    map
}

/// The same map with one more entry, or another value for it.
pub fn with(mut map: Value, label: i64, value: Value) -> Value {
    let entries = entries(&mut map);
    entries.retain(|(key, _)| *key != int(label));
    entries.push((int(label), value));
    map
}

/// A P-256 key.
pub fn key() -> SigningKey {
    SigningKey::generate(Curve::P256).unwrap()
}

/// A key of this run as a file for `--key`.
pub fn cose_key(key: &SigningKey) -> Value {
    let public = key.public_key();
    map([
        (1, int(2)),
        (-1, int(1)),
        (-2, bytes(public.x())),
        (-3, bytes(public.y())),
    ])
}

/// What a token is made of before it is signed.
#[derive(Clone)]
pub struct Parts {
    pub protected: Value,
    pub unprotected: Value,
    pub payload: Vec<u8>,
}

impl Parts {
    /// With ES256 and nothing else in the headers.
    pub fn new(payload: &Value) -> Self {
        Self {
            protected: map([(1, int(-7))]),
            unprotected: Value::Map(Vec::new()),
            payload: payload.encode(),
        }
    }

    /// With a protected header more.
    pub fn header(mut self, label: i64, value: Value) -> Self {
        self.protected = with(self.protected, label, value);
        self
    }

    /// With an unprotected header more.
    pub fn outside(mut self, label: i64, value: Value) -> Self {
        self.unprotected = with(self.unprotected, label, value);
        self
    }

    /// The array of four, signed with external data.
    pub fn array(&self, key: &SigningKey, aad: &[u8]) -> Value {
        // An empty header is a string of no bytes (RFC 9052 3).
        let protected = match &self.protected {
            Value::Map(entries) if entries.is_empty() => Vec::new(),
            protected => protected.encode(),
        };
        let signed = Value::Array(vec![
            text("Signature1"),
            bytes(&protected),
            bytes(aad),
            bytes(&self.payload),
        ]);
        let signature = key.sign(&signed.encode()).unwrap();
        Value::Array(vec![
            bytes(&protected),
            self.unprotected.clone(),
            bytes(&self.payload),
            bytes(&signature),
        ])
    }

    /// The tagged item.
    pub fn item(&self, key: &SigningKey) -> Value {
        Value::Tag(18, Box::new(self.array(key, &[])))
    }

    /// The encoded tagged item.
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        self.item(key).encode()
    }
}

/// Claims of a plain CWT that is good now.
pub fn claims() -> Value {
    map([
        (1, text("https://issuer.example")),
        (2, text("subject")),
        (4, int(NOW + 60)),
        (6, int(NOW - 60)),
    ])
}

/// A disclosure, encoded, with a salt of this byte.
pub fn disclosure(salt: u8, rest: &[Value]) -> Vec<u8> {
    let mut items = vec![bytes(&[salt; 16])];
    items.extend_from_slice(rest);
    Value::Array(items).encode()
}

/// Its hash over the byte string.
pub fn wrapped(disclosure: &[u8]) -> Value {
    bytes(&sha256(&bytes(disclosure).encode()))
}

/// Its hash over the array.
pub fn bare(disclosure: &[u8]) -> Value {
    bytes(&sha256(disclosure))
}

/// The key of redacted claims and its hashes.
pub fn redacted(hashes: Vec<Value>) -> (Value, Value) {
    (Value::Simple(59), Value::Array(hashes))
}

/// Claims of an SD-CWT that is good now and bound to a key.
pub fn bound_claims(holder: &SigningKey) -> Value {
    with(claims(), 8, map([(1, cose_key(holder))]))
}

/// An SD-CWT with one redacted claim, 500, which is disclosed.
pub fn sd_cwt(holder: &SigningKey) -> Parts {
    let shown = disclosure(1, &[text("shown"), int(500)]);
    let hidden = disclosure(2, &[text("hidden"), int(501)]);
    let mut payload = bound_claims(holder);
    entries(&mut payload).push(redacted(vec![wrapped(&shown), wrapped(&hidden)]));
    Parts::new(&payload)
        .header(16, int(293))
        .outside(17, Value::Array(vec![bytes(&shown)]))
}

/// Claims of a key binding token that is good now.
pub fn binding_claims() -> Value {
    map([
        (3, text("https://verifier.example")),
        (4, int(NOW + 30)),
        (6, int(NOW - 1)),
        (39, bytes(b"314159")),
    ])
}

/// A key binding token around a credential.
pub fn kbt(credential: Value, claims: &Value) -> Parts {
    Parts::new(claims).header(13, credential).header(16, int(294))
}

/// A status list token with two bits.
pub fn status_token(list: Value) -> Parts {
    let claims = map([
        (2, text("https://issuer.example/s/1")),
        (4, int(NOW + 60)),
        (6, int(NOW - 60)),
        (65_533, list),
    ]);
    Parts::new(&claims).header(16, text("application/statuslist+cwt"))
}

/// The list inside of a status list token.
pub fn list(bits: i64, zlib: &[u8]) -> Value {
    Value::Map(vec![(text("bits"), int(bits)), (text("lst"), bytes(zlib))])
}

/// One whole zlib stream with stored blocks: what it holds is seen as it is.
pub fn zlib(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let chunks: Vec<&[u8]> = if content.is_empty() {
        vec![content]
    } else {
        content.chunks(65_535).collect()
    };
    for (index, chunk) in chunks.iter().enumerate() {
        let length = chunk.len() as u16;
        out.push(u8::from(index + 1 == chunks.len()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(chunk);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in content {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend_from_slice(&(b << 16 | a).to_be_bytes());
    out
}

/// The base45 of bytes.
pub fn base45(bytes: &[u8]) -> Vec<u8> {
    let text = permitcard_credential::qr::text::encode(bytes);
    text.strip_prefix("WPC1:").unwrap().as_bytes().to_vec()
}

/// The text of a printed code around a token.
pub fn printed(token: &[u8]) -> Vec<u8> {
    base45(&zlib(token))
}
