//! Labels and marks of the draft, for the permit profile and the generic layer alike.

/// Claim: issuer (RFC 8392 3.1.1).
pub(crate) const ISS: i64 = 1;
/// Claim: subject.
pub(crate) const SUB: i64 = 2;
/// Claim: audience.
pub(crate) const AUD: i64 = 3;
/// Claim: expiration time.
pub(crate) const EXP: i64 = 4;
/// Claim: not before.
pub(crate) const NBF: i64 = 5;
/// Claim: issued at.
pub(crate) const IAT: i64 = 6;
/// Claim: identifier of the token.
pub(crate) const CTI: i64 = 7;
/// Claim: the holder's key (RFC 8747).
pub(crate) const CNF: i64 = 8;
/// Inside of `cnf`: the key itself (RFC 8747 3.2).
pub(crate) const COSE_KEY: i64 = 1;
/// Claim: type of the credential.
pub(crate) const VCT: i64 = 11;
/// Claim: the verifier's nonce.
pub(crate) const CNONCE: i64 = 39;
/// Header: the SD-CWT inside of a key binding token (RFC 9528).
pub(crate) const KCWT: i64 = 13;
/// Header: claims beside the payload (RFC 9597).
pub(crate) const CWT_CLAIMS: i64 = 15;
/// Header: the disclosures.
pub(crate) const SD_CLAIMS: i64 = 17;
/// Header: the hash algorithm of the redacted claims.
pub(crate) const SD_ALG: i64 = 170;
/// Header: encrypted disclosures.
pub(crate) const SD_ENCRYPTED_CLAIMS: i64 = 171;
/// Header: the algorithm of the encrypted disclosures.
pub(crate) const SD_AEAD: i64 = 172;
/// SHA-256 in the registry of COSE algorithms (RFC 9054).
pub(crate) const SHA_256: i64 = -16;
/// The simple value that stands as map key for the list of redacted claims.
pub(crate) const REDACTED_KEYS: u8 = 59;
