//! COSE_Sign1 (RFC 9052), COSE_Key, JWS (RFC 7515), algorithms, and the CBOR reader with its limits.
//!
//! [`Sign1`] reads what Permit Card writes, strictly and without a copy. [`AnySign1`], [`AnyKey`] and [`value::Value`] read what
//! others write, within limits. Signing happens elsewhere: [`Unsigned`] hands out the bytes to sign and takes the signature.

mod algorithm;
mod any_key;
mod any_sign1;
#[cfg(test)]
mod any_tests;
pub mod cbor;
mod certificate;
mod error;
pub(crate) mod json;
mod jwk;
pub mod jws;
mod key;
mod sign1;
#[cfg(test)]
mod tests;
pub mod value;

pub use algorithm::Algorithm;
pub use any_key::{AnyAlgorithm, AnyKey};
pub use any_sign1::{AnySign1, Sign1Tag, TAG_CWT};
pub use certificate::{MAX_CERTIFICATE, certificate_key};
pub use error::CoseError;
pub use jwk::Jwk;
pub(crate) use key::D;
pub use key::{KeyId, decode_key, encode_key, key_id, read_key};
pub use sign1::{ALG, CRIT, EMPTY_MAP, KID, Sign1, TAG_SIGN1, TYP, Typ, Unsigned, protected};
