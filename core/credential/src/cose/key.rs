use permitcard_crypto::{
    ecdsa::{Curve, PublicKey},
    hash::sha256,
};

use super::{
    CoseError,
    cbor::{Key, Kind, Limits, Reader, Writer},
};

/// The name of a key in header label 4: the first 8 bytes of SHA-256 over its deterministic COSE_Key.
pub type KeyId = [u8; 8];

/// Members of a COSE_Key (RFC 9052 7.1, RFC 9053 7).
pub(super) const KTY: i64 = 1;
pub(super) const KEY_OPS: i64 = 4;
pub(super) const CRV: i64 = -1;
pub(super) const X: i64 = -2;
pub(super) const Y: i64 = -3;
/// The private part.
pub(crate) const D: i64 = -4;
/// Key types: octet key pair, and elliptic curve with two coordinates.
pub(super) const OKP: i64 = 1;
pub(super) const EC2: i64 = 2;
/// A P-384 key has 110 bytes.
const KEY_LIMITS: Limits = Limits::new(128);

/// The deterministic COSE_Key (RFC 9052 7, RFC 9053 7.1.1) `{1: 2, -1: curve, -2: x, -3: y}`: 75 or 107 bytes.
pub fn encode_key(key: &PublicKey) -> Vec<u8> {
    let crv = match key.curve() {
        Curve::P256 => 1,
        Curve::P384 => 2,
    };
    let mut writer = Writer::with_capacity(112);
    writer.map(4).int(KTY).int(EC2).int(CRV).int(crv);
    writer.int(X).bytes(key.x()).int(Y).bytes(key.y());
    writer.into_bytes()
}

/// Reads a COSE_Key with exactly the four members of [`encode_key`].
///
/// # Errors
/// [`CoseError::KeyInvalid`] for other members (a private key among them), key types or curves,
/// [`CoseError::KeyCompressed`] for a compressed point, [`CoseError::Cbor`] for its encoding.
pub fn decode_key(bytes: &[u8]) -> Result<PublicKey, CoseError> {
    let mut reader = Reader::new(bytes, &KEY_LIMITS)?;
    let key = read_key(&mut reader)?;
    reader.finish()?;
    Ok(key)
}

/// Reads a COSE_Key as [`decode_key`] does, inside of another document.
///
/// # Errors
/// As [`decode_key`].
pub fn read_key(reader: &mut Reader<'_>) -> Result<PublicKey, CoseError> {
    let (mut kty, mut crv, mut x, mut y) = (None, None, None, None);
    reader.map(|key, reader| -> Result<(), CoseError> {
        match key {
            Key::Int(KTY) => kty = Some(reader.int()?),
            Key::Int(CRV) => crv = Some(reader.int()?),
            Key::Int(X) => x = Some(reader.bytes()?),
            // A sign in place of the coordinate.
            Key::Int(Y) if reader.peek()? == Kind::Simple => return Err(CoseError::KeyCompressed),
            Key::Int(Y) => y = Some(reader.bytes()?),
            _ => return Err(CoseError::KeyInvalid),
        }
        Ok(())
    })?;
    let curve = match (kty, crv) {
        (Some(EC2), Some(1)) => Curve::P256,
        (Some(EC2), Some(2)) => Curve::P384,
        _ => return Err(CoseError::KeyInvalid),
    };
    let (Some(x), Some(y)) = (x, y) else {
        return Err(CoseError::KeyInvalid);
    };
    PublicKey::from_coordinates(curve, x, y).map_err(|_| CoseError::KeyInvalid)
}

/// The name of a key (design 4.4).
pub fn key_id(key: &PublicKey) -> KeyId {
    id_of(&encode_key(key))
}

/// The name of a key from its deterministic COSE_Key.
pub(super) fn id_of(cose_key: &[u8]) -> KeyId {
    let mut id = KeyId::default();
    for (to, from) in id.iter_mut().zip(sha256(cose_key)) {
        *to = from;
    }
    id
}
