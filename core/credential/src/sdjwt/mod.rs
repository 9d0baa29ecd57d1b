//! The permit as SD-JWT VC (`dc+sd-jwt`): RFC 9901 and draft-ietf-oauth-sd-jwt-vc, issued beside the credential, not
//! converted from it.
//!
//! [`issue`] makes one, [`SdJwt`] reads and checks one as its holder, [`present`] makes the presentation with chosen
//! disclosures and a key binding JWT. Verifiers of other people check that; this room does not. The JSON shape and the
//! claim table stand in `docs/credential.md`.
//!
//! The issuer's key is the one of the document signer's certificate in the header `x5c`, as HAIP 1.0 asks: a verifier needs
//! the root certificate and no network. A test has the claim `test`, always visible.

mod disclosure;
mod error;
mod issue;
mod present;
mod read;
#[cfg(test)]
mod tests;

pub use error::SdJwtError;
pub use issue::{IssueInput, UnsignedSdJwt, issue};
pub use present::{MAX_AUD, MAX_NONCE, PresentInput, UnsignedPresentation, present};
pub use read::SdJwt;

/// The claim `vct`: the name and version of this form.
pub const VCT: &str = "urn:permitcard:workpermit:1";
/// The header `typ`.
pub const TYP: &str = "dc+sd-jwt";
/// The header `typ` of a key binding JWT (RFC 9901 4.3).
pub const TYP_KB: &str = "kb+jwt";
/// The longest SD-JWT that is read, in characters: every text at 255 bytes, the largest portrait, two certificates.
pub const MAX_LEN: usize = 32 * 1024;
/// The most disclosures that are read.
pub const MAX_DISCLOSURES: usize = 64;

/// The one algorithm (RFC 7518 3.4).
const ALG: &str = "ES256";
/// The one hash algorithm (RFC 9901 4.1.1).
const SD_ALG: &str = "sha-256";
/// Random bytes of a salt; RFC 9901 9.3 asks for at least 16.
const SALT_LEN: usize = 16;
/// The longest URI of issuer or status list, in bytes.
const MAX_URI: usize = 128;
/// The most certificates of a chain.
const MAX_CHAIN: usize = 4;
