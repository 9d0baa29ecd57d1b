use permitcard_credential::cose::{AnyKey, value::Value};

use super::{Key, KeyUnreadable, LIMITS};

/// Label of the name of a key (RFC 9052 7.1).
const KID: i64 = 2;

/// Reads a COSE_Key (RFC 9052 7) or a COSE_KeySet. A private member is not looked at. Each key of a set stands for itself
/// (RFC 9052 7): one that cannot be used is passed over.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Key>, KeyUnreadable> {
    match Value::decode(bytes, &LIMITS).map_err(|_| KeyUnreadable)? {
        Value::Array(keys) => Ok(keys.iter().filter_map(|key| one(key).ok()).collect()),
        key => Ok(vec![one(&key)?]),
    }
}

fn one(key: &Value) -> Result<Key, KeyUnreadable> {
    Ok(Key {
        key: AnyKey::from_value(key).map_err(|_| KeyUnreadable)?,
        name: key.label(KID).and_then(Value::as_bytes).map(<[u8]>::to_vec),
    })
}
