use permitcard_credential::cose::AnyKey;
use serde_json::Value;

use super::{Key, KeyUnreadable};

/// Reads a JWK (RFC 7517) or a JWK Set. A private member is not looked at. A key of a set that cannot be used is passed over
/// (RFC 7517 5).
pub(super) fn read(text: &str) -> Result<Vec<Key>, KeyUnreadable> {
    let json: Value = serde_json::from_str(text).map_err(|_| KeyUnreadable)?;
    match json.get("keys") {
        Some(Value::Array(keys)) => Ok(keys.iter().filter_map(|key| one(key).ok()).collect()),
        Some(_) => Err(KeyUnreadable),
        None => Ok(vec![one(&json)?]),
    }
}

fn one(jwk: &Value) -> Result<Key, KeyUnreadable> {
    Ok(Key {
        key: AnyKey::from_jwk(jwk).map_err(|_| KeyUnreadable)?,
        name: jwk
            .get("kid")
            .and_then(Value::as_str)
            .map(|kid| kid.as_bytes().to_vec()),
    })
}
