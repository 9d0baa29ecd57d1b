//! One signature: its algorithm, its key's name, and whether a key verifies it.

use permitcard_credential::cose::{AnyKey, AnySign1, value::Value};

use super::of_cose;
use crate::inspect::{
    InspectCode, Key, Options,
    diagnostic::notation,
    report::{Layer, Report, Signature},
};

/// Checks the signature of the issuer with the keys that were given.
pub(super) fn issuer(report: &mut Report, sign1: &AnySign1<'_>, options: &Options) {
    let named = |key: &&Key| sign1.kid().is_some_and(|kid| is_named(key, kid));
    // Those with the right name first; a name is only a hint (RFC 9052 3.1), so the others follow.
    let first = options.keys.iter().filter(named);
    let others = options.keys.iter().filter(|key| !named(key));
    let keys: Vec<&AnyKey> = first.chain(others).map(|key| &key.key).collect();
    let keys = (!keys.is_empty()).then_some(keys);
    check(report, Layer::Issuer, sign1, keys.as_deref(), &options.external_aad);
}

/// Checks a signature with `keys`; without any, it is only described.
pub(super) fn check(report: &mut Report, layer: Layer, sign1: &AnySign1<'_>, keys: Option<&[&AnyKey]>, aad: &[u8]) {
    let who = layer.name();
    if let Err(error) = sign1.algorithm() {
        report.problem(of_cose(error), format!("{who}: alg (1)"));
    }
    if let Err(error) = sign1.payload() {
        report.problem(of_cose(error), format!("{who}: the payload is nil"));
    }
    let verified = keys.map(|keys| keys.iter().any(|key| sign1.verify(key, aad).is_ok()));
    if verified == Some(false) {
        let detail = match layer {
            Layer::Issuer => format!("{who}: no given key verifies it"),
            Layer::Holder => format!("{who}: the key in cnf (8) does not verify it"),
        };
        report.problem(InspectCode::SignatureInvalid, detail);
    }
    report.signatures.get_or_insert_default().push(Signature {
        layer,
        alg: sign1.alg().map(alg_name),
        alg_unprotected: sign1.alg_is_unprotected(),
        kid: sign1.kid().map(<[u8]>::to_vec),
        verified,
    });
}

fn is_named(key: &Key, kid: &[u8]) -> bool {
    key.name.as_deref() == Some(kid) || key.key.key_id() == *kid
}

/// The name in the registry of COSE algorithms, of those that sign.
fn alg_name(alg: &Value) -> String {
    let name = match alg {
        Value::Int(-7) => "ES256",
        Value::Int(-8) => "EdDSA",
        Value::Int(-9) => "ESP256",
        Value::Int(-19) => "Ed25519",
        Value::Int(-35) => "ES384",
        Value::Int(-36) => "ES512",
        Value::Int(-37) => "PS256",
        Value::Int(-38) => "PS384",
        Value::Int(-39) => "PS512",
        Value::Int(-47) => "ES256K",
        Value::Int(-48) => "ML-DSA-44",
        Value::Int(-49) => "ML-DSA-65",
        Value::Int(-50) => "ML-DSA-87",
        Value::Int(-51) => "ESP384",
        Value::Int(-52) => "ESP512",
        Value::Int(-53) => "Ed448",
        Value::Int(-257) => "RS256",
        Value::Int(-258) => "RS384",
        Value::Int(-259) => "RS512",
        Value::Text(text) => text,
        other => return notation(other),
    };
    name.to_owned()
}
