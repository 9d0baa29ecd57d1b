/// Writes the closed list once: variants, codes and `ALL` cannot drift apart.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// Why an input is not valid: the closed list of `docs/inspect.md`, without an area (design 12). A code never changes
        /// its meaning and is never used again for another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum InspectCode {
            $($(#[$doc])* $name,)+
        }

        impl InspectCode {
            /// Every code, in the order of the document.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

codes! {
    /// None of the formats.
    Unrecognised = "unrecognised",
    /// The input, what comes out of its zlib stream, or its status list is longer than the limit.
    TooLarge = "too_large",
    /// CBOR nested deeper than the limit, 16.
    TooDeep = "too_deep",
    /// More CBOR items or disclosures than the limit.
    TooMany = "too_many",
    /// Behind `WPC1:` stands no base45 (RFC 9285).
    Base45Invalid = "base45_invalid",
    /// No whole zlib stream (RFC 1950).
    InflateFailed = "inflate_failed",

    /// No well-formed CBOR (RFC 8949).
    CborMalformed = "cbor_malformed",
    /// An indefinite length, or a length or number that is not in its shortest form.
    CborNotDeterministic = "cbor_not_deterministic",
    /// A key stands twice in a CBOR map.
    CborDuplicateKey = "cbor_duplicate_key",
    /// Bytes follow the end of the CBOR item.
    CborTrailingBytes = "cbor_trailing_bytes",

    /// No COSE_Sign1 (RFC 9052 4.2), or a header of the wrong type.
    CoseMalformed = "cose_malformed",
    /// A label stands in both headers (RFC 9052 3).
    HeaderDuplicate = "header_duplicate",
    /// `crit` names a header that must be understood, and is not (RFC 9052 3.1).
    CriticalHeader = "critical_header",
    /// There is no `alg`.
    AlgorithmMissing = "algorithm_missing",
    /// An algorithm that this tool cannot verify.
    AlgorithmUnsupported = "algorithm_unsupported",
    /// The payload is not inside (`nil`), so that nothing can be verified.
    PayloadDetached = "payload_detached",
    /// COSE_Encrypt0, or encrypted claims of an SD-CWT.
    EncryptionUnsupported = "encryption_unsupported",
    /// No given key, or not the key in `cnf`, made this signature.
    SignatureInvalid = "signature_invalid",

    /// The payload is no map of claims, or a claim has the wrong type (RFC 8392).
    ClaimsMalformed = "claims_malformed",
    /// The type header (16) is missing or names something else.
    TypeUnexpected = "type_unexpected",
    /// Now is at or after `exp` (RFC 8392 3.1.4).
    Expired = "expired",
    /// Now is before `nbf` (RFC 8392 3.1.5) or before `iat`.
    NotYetValid = "not_yet_valid",
    /// `nbf`, `iat` and `exp` of one token contradict each other.
    TimeOrderInvalid = "time_order_invalid",

    /// An SD-CWT without `iss` and without a certificate.
    IssuerMissing = "issuer_missing",
    /// An SD-CWT without `sub` that hides no claim which it could be; a status list token without it.
    SubjectMissing = "subject_missing",
    /// A status list token without `iat`.
    IssuedAtMissing = "issued_at_missing",
    /// `sd_claims` is there but empty.
    SdClaimsEmpty = "sd_claims_empty",
    /// `sd_alg` names another hash than SHA-256, SHA-384 or SHA-512.
    HashUnsupported = "hash_unsupported",
    /// simple(59) without a list of hashes, tag 60 without a hash, or one of them where it cannot stand.
    RedactionMalformed = "redaction_malformed",
    /// A claim is redacted that must not be.
    RedactionForbidden = "redaction_forbidden",
    /// A tag that only a token before its issuance has: 58 or 62.
    PreIssuance = "pre_issuance",
    /// A disclosed claim has the key of another claim of the same map.
    KeyExists = "key_exists",
    /// A disclosure that is no array of salt, value and key.
    DisclosureMalformed = "disclosure_malformed",
    /// A disclosure whose hash stands nowhere.
    DisclosureUnmatched = "disclosure_unmatched",
    /// Two disclosures of one claim, or a hash that stands twice.
    DisclosureDuplicate = "disclosure_duplicate",

    /// `cnf` is missing.
    HolderKeyMissing = "holder_key_missing",
    /// `cnf` holds no public key that this tool can verify with.
    HolderKeyUnsupported = "holder_key_unsupported",
    /// The key binding token holds no tagged SD-CWT in its protected header (`kcwt`), or has disclosures outside of it.
    BindingMalformed = "binding_malformed",
    /// The key binding token names no `aud`.
    AudienceMissing = "audience_missing",
    /// The key binding token has neither `iat` nor `cti`, or `exp` or `nbf` without `iat`.
    BindingTimeMissing = "binding_time_missing",
    /// The key binding token has `iss` or `sub`.
    BindingClaimForbidden = "binding_claim_forbidden",
    /// The key binding token was made, or holds, before its SD-CWT.
    BindingTooEarly = "binding_too_early",
    /// The key binding token was made, or holds, after its SD-CWT.
    BindingTooLong = "binding_too_long",

    /// `bits` of a status list is none of 1, 2, 4, 8.
    StatusBitsInvalid = "status_bits_invalid",
    /// Claim 65533 is missing or has another form.
    StatusListMalformed = "status_list_malformed",

    /// The CWT in the text has no claim 169.
    Claim169Missing = "claim_169_missing",
}

impl std::fmt::Display for InspectCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
