//! SD-CWT and its key binding token (draft-ietf-spice-sd-cwt-09). This level is as much as the permit profile needs, read
//! strictly and without a copy; [`draft`] is the whole draft, for tokens of anyone.
//!
//! Both forms of a redacted claim's hash that the draft's text and its vectors give are accepted, over the disclosure as a
//! byte string ("wrapped") and over the bare array; only the wrapped one is written. They cannot be mixed up, because a
//! wrapped disclosure starts with CBOR major type 2 and a bare one with major type 4. Encrypted claims (171, 172), other
//! hash algorithms than SHA-256 and critical headers are refused.

mod disclosure;
pub mod draft;
mod error;
mod kbt;
pub(crate) mod label;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use disclosure::is_redacted_key;
pub use disclosure::{
    Content, Disclosure, HASH_LEN, Hash, SALT_LEN, Salt, match_disclosures, read_redacted, write_redacted,
};
pub use error::SdCwtError;
pub use kbt::{Kbt, KbtClaims, bind};
pub use token::{MAX_DISCLOSURES, SdCwt, TYP_KBT, TYP_SD_CWT, unprotected};
