//! Limits on both sides of the wire, in bytes unless a name says otherwise.

pub use crate::json_depth::json_within_depth;

/// The longest request body that the authority reads.
pub const REQUEST_BODY: usize = 64 * 1024;
/// The longest body of a credential request: ten proofs, each with the attestation of its key.
pub const CREDENTIAL_REQUEST_BODY: usize = 192 * 1024;
/// The longest key proof in JWS form, with its attestation.
pub const PROOF: usize = 16 * 1024;
/// The most certificates of a key attestation.
pub const ATTESTATION_CERTIFICATES: usize = 6;
/// The longest certificate of a key attestation.
pub const ATTESTATION_CERTIFICATE: usize = 4096;
/// The longest interval, in seconds, that a wallet waits between two questions about an application: a week.
pub const LONGEST_INTERVAL_S: u32 = 7 * 86_400;
/// The longest JSON, card or trust-list response that the client reads.
pub const RESPONSE_BODY: usize = 1024 * 1024;
/// The longest portrait or status list.
pub const LARGE_RESPONSE_BODY: usize = 2 * 1024 * 1024;
/// The deepest nesting of a JSON body.
pub const JSON_DEPTH: usize = 32;
/// The longest field of a form or a JSON text that a holder fills in.
pub const TEXT_FIELD: usize = 256;
/// The most proofs, and so credentials, of one credential request.
pub const BATCH: usize = 64;
/// The credentials of a usual batch.
pub const BATCH_DEFAULT: usize = 10;
/// The longest idempotency key.
pub const IDEMPOTENCY_KEY: usize = 64;
/// The longest client file.
pub const CLIENT_FILE: usize = 64 * 1024;
/// Guesses for one code.
pub const CODE_TRIES: u32 = 5;
/// Seconds that a one-time code lives.
pub const CODE_LIFE_S: u32 = 600;
/// Seconds until a code may be sent again.
pub const CODE_RESEND_S: u32 = 30;
/// Characters of a code of a service window.
pub const IN_PERSON_CODE: usize = 10;
/// Seconds that a code of a service window lives: 72 hours.
pub const IN_PERSON_CODE_LIFE_S: u32 = 72 * 3_600;
/// Guesses of codes for one permit and day, over all keys.
pub const GUESSES_PER_DAY: u32 = 25;
/// One-time codes to one person and day, over all registrations.
pub const CODES_PER_DAY: u32 = 5;
/// Characters of a session reference.
pub const SESSION_REFERENCE: usize = 8;
/// Seconds that an access token lives.
pub const ACCESS_TOKEN_LIFE_S: u32 = 300;
/// Seconds that a refresh token lives: 400 days.
pub const REFRESH_TOKEN_LIFE_S: u32 = 400 * 86_400;
