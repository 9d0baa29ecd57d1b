//! Labels and marks of the draft, for the profile and the generic layer alike.

/// Claim: issuer (RFC 8392 3.1.1).
pub(super) const ISS: i64 = 1;
/// Claim: subject.
pub(super) const SUB: i64 = 2;
/// Claim: audience.
pub(super) const AUD: i64 = 3;
/// Claim: expiration time.
pub(super) const EXP: i64 = 4;
/// Claim: not before.
pub(super) const NBF: i64 = 5;
/// Claim: issued at.
pub(super) const IAT: i64 = 6;
/// Claim: identifier of the token.
pub(super) const CTI: i64 = 7;
/// Claim: the holder's key (RFC 8747).
pub(super) const CNF: i64 = 8;
/// Claim: type of the credential.
pub(super) const VCT: i64 = 11;
/// Claim: the verifier's nonce.
pub(super) const CNONCE: i64 = 39;
/// Header: the SD-CWT inside of a key binding token (RFC 9528).
pub(super) const KCWT: i64 = 13;
/// Header: claims beside the payload (RFC 9597).
pub(super) const CWT_CLAIMS: i64 = 15;
/// Header: the disclosures.
pub(super) const SD_CLAIMS: i64 = 17;
/// Header: the hash algorithm of the redacted claims.
pub(super) const SD_ALG: i64 = 170;
/// Header: encrypted disclosures.
pub(super) const SD_ENCRYPTED_CLAIMS: i64 = 171;
/// Header: the algorithm of the encrypted disclosures.
pub(super) const SD_AEAD: i64 = 172;
/// SHA-256 in the registry of COSE algorithms (RFC 9054).
pub(super) const SHA_256: i64 = -16;
/// The simple value that stands as map key for the list of redacted claims.
pub(super) const REDACTED_KEYS: u8 = 59;
