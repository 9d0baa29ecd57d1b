//! ring behind few functions: ECDSA, Ed25519, AEAD, HKDF, HMAC, hash, random.
//!
//! Every other crate of the core reaches cryptography through this one, so that the library underneath can be
//! exchanged in one place. Nothing here knows a format: keys and signatures are plain bytes of fixed length.

pub mod aead;
pub mod ecdsa;
pub mod eddsa;
mod error;
pub mod hash;
pub mod kdf;
pub mod mac;
pub mod random;

pub use error::CryptoError;
pub use zeroize::Zeroizing;
