//! Paths below the authority's URL, and the header names of the protocol.

/// Issuer metadata (OpenID4VCI 1.0, 12.2).
pub const ISSUER_METADATA: &str = "/.well-known/openid-credential-issuer";
/// Authorization server metadata (RFC 8414).
pub const SERVER_METADATA: &str = "/.well-known/oauth-authorization-server";
/// Authorization challenge endpoint (draft-ietf-oauth-first-party-apps).
pub const CHALLENGE: &str = "/authorize/challenge";
/// Token endpoint.
pub const TOKEN: &str = "/token";
/// Nonce endpoint (OpenID4VCI 1.0, 7).
pub const NONCE: &str = "/nonce";
/// Credential endpoint (OpenID4VCI 1.0, 8).
pub const CREDENTIAL: &str = "/credential";
/// Deferred credential endpoint (OpenID4VCI 1.0, 9).
pub const DEFERRED: &str = "/deferred-credential";
/// The holder's consents: what was agreed to, when, and what rests on it.
pub const CONSENTS: &str = "/consents";
/// Withdraws a consent.
pub const CONSENT_WITHDRAWAL: &str = "/consents/withdrawal";
/// Where providers send signed results; below it the provider's name.
pub const WEBHOOKS: &str = "/webhooks";
/// Notification endpoint (OpenID4VCI 1.0, 11).
pub const NOTIFICATION: &str = "/notification";
/// The holder's card: a signed CWT that is never presented.
pub const CARD: &str = "/card";
/// The portrait whose hash the card carries.
pub const PORTRAIT: &str = "/portrait";
/// The printed permit (claim 169) as a CWT: a credential of its own, without a key of the holder.
pub const PRINTED: &str = "/printed";
/// The same with the small portrait; not found where there is none that fits.
pub const PRINTED_PORTRAIT: &str = "/printed/portrait";
/// The beginning of a snapshot: a CBOR sequence of the trust list, a COSE_Sign1 of the root key, and the beacon values.
pub const TRUST_LIST: &str = "/trust-list";
/// The names of all status lists; the tokens are below this path, one a list number.
pub const STATUS: &str = "/status";
/// What stands for a provider's software kit in the sandbox: takes a launch token, gives a receipt.
pub const SANDBOX_CHECK: &str = "/sandbox/check";

/// The idempotency key of a mutating request (draft-ietf-httpapi-idempotency-key-header).
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// A DPoP proof (RFC 9449, 4.1).
pub const DPOP: &str = "dpop";
/// The server's nonce for the next DPoP proof (RFC 9449, 8).
pub const DPOP_NONCE: &str = "dpop-nonce";

/// Media type of the card and of other bare CWTs.
pub const MEDIA_CWT: &str = "application/cwt";
/// Media type of the trust list with what stands behind it (RFC 8742).
pub const MEDIA_TRUST_LIST: &str = "application/cbor-seq";
/// Media type of a status list token in CBOR.
pub const MEDIA_STATUS_LIST: &str = "application/statuslist+cwt";
/// Media type of a status list token in JSON.
pub const MEDIA_STATUS_LIST_JWT: &str = "application/statuslist+jwt";
/// Media type of JSON bodies.
pub const MEDIA_JSON: &str = "application/json";
/// Media type of form bodies.
pub const MEDIA_FORM: &str = "application/x-www-form-urlencoded";
