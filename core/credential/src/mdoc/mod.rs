//! The permit as a mobile document of ISO/IEC 18013-5 (`mso_mdoc`): issued beside the credential, not converted from it.
//!
//! [`issue`] makes the issuer-signed part, [`IssuerSigned`] reads and checks one as its holder, [`respond`] makes the
//! `DeviceResponse` for a session transcript. The element table and the CDDL stand in `docs/credential.md`. Readers of
//! other people verify the response; this room does not.
//!
//! The document type says whether it is a test: [`DOC_TYPE_TEST`] proves nothing about a person. A status list of one bit
//! holds its status (ISO/IEC 18013-5, second edition, 9.1.2.6).

mod error;
mod issue;
mod issuer_signed;
mod item;
mod mso;
mod response;
#[cfg(test)]
mod tests;

pub use error::MdocError;
pub use issue::{IssueInput, UnsignedMdoc, issue};
pub use issuer_signed::IssuerSigned;
pub use response::{MAX_TRANSCRIPT, UnsignedResponse, respond};

use crate::cose::cbor::Limits;

/// The document type of a permit.
pub const DOC_TYPE: &str = "org.permitcard.workpermit.1";
/// The document type of a test, which proves nothing about a person.
pub const DOC_TYPE_TEST: &str = "org.permitcard.workpermit.1.test";
/// The one namespace of both document types.
pub const NAMESPACE: &str = "org.permitcard.workpermit.1";
/// The longest issuer-signed part that is read, in bytes: every text at 255 bytes, the largest portrait, two certificates.
pub const MAX_LEN: usize = 20 * 1024;
const LIMITS: Limits = Limits::new(MAX_LEN);

/// The tag of an embedded CBOR document (RFC 8949 3.4.5.1).
const TAG_EMBEDDED: u64 = 24;
/// Header label of the certificate chain (RFC 9360).
const X5CHAIN: i64 = 33;
/// The most certificates of a chain that are read.
const MAX_CHAIN: usize = 4;
/// Bytes of the random value of an item; ISO/IEC 18013-5 9.1.2.5 asks for at least 16.
const SALT_LEN: usize = 16;
/// The longest URI of a status list, in bytes.
const MAX_URI: usize = 128;

/// The document type for a permit.
const fn doc_type(test: bool) -> &'static str {
    if test { DOC_TYPE_TEST } else { DOC_TYPE }
}
