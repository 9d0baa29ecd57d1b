use crate::cose::{CoseError, cbor::CborError};

/// Why an SD-CWT or a key binding token was refused. The texts carry no input bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SdCwtError {
    /// The envelope was refused.
    #[error(transparent)]
    Cose(#[from] CoseError),
    /// The type header names something else.
    #[error("the signed object is of another type")]
    TypeUnexpected,
    /// Encrypted claims (draft 12), which are not supported.
    #[error("encrypted claims are not supported")]
    EncryptedClaims,
    /// Redacted claims are hashed with an algorithm that is not known; the permit profile has SHA-256 only.
    #[error("the hash algorithm of the redacted claims is not supported")]
    HashUnsupported,
    /// More disclosures than allowed.
    #[error("there are more disclosures than allowed")]
    TooManyDisclosures,
    /// A disclosure, the list of them, or a list of redacted claims is not of the draft's form.
    #[error("a disclosure does not have the expected structure")]
    DisclosureMalformed,
    /// A disclosure that no redacted claim names.
    #[error("a disclosure matches no redacted claim")]
    DisclosureUnmatched,
    /// Two disclosures for one claim, or one claim redacted twice.
    #[error("a claim is disclosed twice")]
    DisclosureDuplicate,
    /// The key binding token does not have the expected structure.
    #[error("the key binding token does not have the expected structure")]
    BindingMalformed,
    /// The list of disclosures is there but empty (draft 9).
    #[error("the list of disclosures is empty")]
    SdClaimsEmpty,
    /// A mark of redaction, simple(59) or tag 60, that has no hash or stands where none can be; before issuance also tags 58
    /// and 62.
    #[error("a redacted claim does not have the expected structure")]
    RedactionMalformed,
    /// A claim is redacted that must not be (draft 7, table 2).
    #[error("a claim is redacted that must not be")]
    RedactionForbidden,
    /// A tag that only a token before its issuance has: 58 or 62 (draft 11).
    #[error("the token still has marks from before its issuance")]
    PreIssuance,
    /// A disclosed claim has the key of another claim of the same map (draft 9).
    #[error("a disclosed claim has the key of another one")]
    KeyExists,
    /// The claims are no map, or a claim or a key of a map has the wrong type.
    #[error("the claims do not have the expected structure")]
    ClaimsMalformed,
    /// No `iss`, and no certificate in the protected header.
    #[error("no claim names the issuer")]
    IssuerMissing,
    /// No `sub`, and no redacted claim that it could be.
    #[error("no claim names the subject")]
    SubjectMissing,
    /// `nbf`, `iat` and `exp` of one token contradict each other (draft 9).
    #[error("the times of the token contradict each other")]
    TimeOrderInvalid,
    /// Now is at or after `exp` (RFC 8392 3.1.4).
    #[error("the token has expired")]
    Expired,
    /// Now is before `nbf` or `iat`.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// No `cnf`.
    #[error("no claim names the holder's key")]
    HolderKeyMissing,
    /// A `cnf` without the public key itself (RFC 8747 3.2).
    #[error("the claim with the holder's key does not hold a public key")]
    HolderKeyUnsupported,
    /// A key binding token without `aud`.
    #[error("the key binding token names no audience")]
    AudienceMissing,
    /// An `aud` that is none of the verifier's.
    #[error("the token is meant for somebody else")]
    AudienceUnexpected,
    /// Another `cnonce` than the verifier's, or none.
    #[error("the nonce is not the verifier's")]
    NonceUnexpected,
    /// A key binding token with neither `iat` nor `cti`, or with `exp` or `nbf` but no `iat`.
    #[error("the key binding token does not say when it was made")]
    BindingTimeMissing,
    /// A key binding token with `iss`, `sub` or claims in its header.
    #[error("the key binding token has a claim that it must not have")]
    BindingClaimForbidden,
    /// A key binding token that was made, or holds, before its SD-CWT.
    #[error("the key binding token is older than its credential")]
    BindingTooEarly,
    /// A key binding token that was made, or holds, after its SD-CWT.
    #[error("the key binding token outlives its credential")]
    BindingTooLong,
    /// The source of salts gave none.
    #[error("no salt for a disclosure")]
    SaltUnavailable,
}

impl From<CborError> for SdCwtError {
    fn from(error: CborError) -> Self {
        Self::Cose(error.into())
    }
}

impl SdCwtError {
    /// The stable code, `sdcwt.snake_case`, or the code of the error inside.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cose(error) => error.code(),
            Self::TypeUnexpected => "sdcwt.type_unexpected",
            Self::EncryptedClaims => "sdcwt.encrypted_claims",
            Self::HashUnsupported => "sdcwt.hash_unsupported",
            Self::TooManyDisclosures => "sdcwt.too_many_disclosures",
            Self::DisclosureMalformed => "sdcwt.disclosure_malformed",
            Self::DisclosureUnmatched => "sdcwt.disclosure_unmatched",
            Self::DisclosureDuplicate => "sdcwt.disclosure_duplicate",
            Self::BindingMalformed => "sdcwt.binding_malformed",
            Self::SdClaimsEmpty => "sdcwt.sd_claims_empty",
            Self::RedactionMalformed => "sdcwt.redaction_malformed",
            Self::RedactionForbidden => "sdcwt.redaction_forbidden",
            Self::PreIssuance => "sdcwt.pre_issuance",
            Self::KeyExists => "sdcwt.key_exists",
            Self::ClaimsMalformed => "sdcwt.claims_malformed",
            Self::IssuerMissing => "sdcwt.issuer_missing",
            Self::SubjectMissing => "sdcwt.subject_missing",
            Self::TimeOrderInvalid => "sdcwt.time_order_invalid",
            Self::Expired => "sdcwt.expired",
            Self::NotYetValid => "sdcwt.not_yet_valid",
            Self::HolderKeyMissing => "sdcwt.holder_key_missing",
            Self::HolderKeyUnsupported => "sdcwt.holder_key_unsupported",
            Self::AudienceMissing => "sdcwt.audience_missing",
            Self::AudienceUnexpected => "sdcwt.audience_unexpected",
            Self::NonceUnexpected => "sdcwt.nonce_unexpected",
            Self::BindingTimeMissing => "sdcwt.binding_time_missing",
            Self::BindingClaimForbidden => "sdcwt.binding_claim_forbidden",
            Self::BindingTooEarly => "sdcwt.binding_too_early",
            Self::BindingTooLong => "sdcwt.binding_too_long",
            Self::SaltUnavailable => "sdcwt.salt_unavailable",
        }
    }

    /// Every code of its own, for the table of `docs/protocol.md`; those of [`CoseError`] stand in its own list.
    pub const ALL: &'static [Self] = &[
        Self::TypeUnexpected,
        Self::EncryptedClaims,
        Self::HashUnsupported,
        Self::TooManyDisclosures,
        Self::DisclosureMalformed,
        Self::DisclosureUnmatched,
        Self::DisclosureDuplicate,
        Self::BindingMalformed,
        Self::SdClaimsEmpty,
        Self::RedactionMalformed,
        Self::RedactionForbidden,
        Self::PreIssuance,
        Self::KeyExists,
        Self::ClaimsMalformed,
        Self::IssuerMissing,
        Self::SubjectMissing,
        Self::TimeOrderInvalid,
        Self::Expired,
        Self::NotYetValid,
        Self::HolderKeyMissing,
        Self::HolderKeyUnsupported,
        Self::AudienceMissing,
        Self::AudienceUnexpected,
        Self::NonceUnexpected,
        Self::BindingTimeMissing,
        Self::BindingClaimForbidden,
        Self::BindingTooEarly,
        Self::BindingTooLong,
        Self::SaltUnavailable,
    ];
}
