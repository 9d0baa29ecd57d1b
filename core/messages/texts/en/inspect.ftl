### The command `permitcard inspect`: names for what it shows, and a sentence for each of its codes.

cli-inspect-format-sd-cwt = SD-CWT
cli-inspect-format-sd-cwt-kbt = SD-CWT with a key binding token
cli-inspect-format-status-list-token = Status list token
cli-inspect-format-status-list = Status list
cli-inspect-format-cwt = CWT
cli-inspect-format-cose-sign1 = COSE_Sign1
cli-inspect-format-claim-169 = Printed code with claim 169
cli-inspect-format-none = Not recognised

cli-inspect-signatures = Signatures
cli-inspect-claims = Claims
cli-inspect-disclosures = Disclosures
cli-inspect-holder = Claims of the holder
cli-inspect-payload = Payload
cli-inspect-status-list = Status list
cli-inspect-verdict = Verdict

cli-inspect-layer-issuer = issuer
cli-inspect-layer-holder = holder
cli-inspect-verified = verified
cli-inspect-not-verified = not verified
cli-inspect-no-key = not checked: no key given
cli-inspect-no-algorithm = no algorithm
cli-inspect-kid = key { $kid }
cli-inspect-alg-unprotected = The algorithm stands only in the unprotected header, which no signature covers. This tool reads that; a permit card with it is refused.

cli-inspect-disclosures-matched = Matched
cli-inspect-disclosures-unmatched = Unmatched
cli-inspect-disclosures-decoys = Decoys
cli-inspect-disclosures-hash = Hash

cli-inspect-list-size = Entries
cli-inspect-list-bits = Bits of an entry
cli-inspect-list-nonzero = Not 0
cli-inspect-list-more = … and { $count } more
cli-inspect-status-1 = invalid
cli-inspect-status-2 = suspended
cli-inspect-status-other = application-specific

cli-inspect-bytes =
    { $count ->
        [one] one byte
       *[other] { $count } bytes
    }
cli-inspect-empty = empty
cli-inspect-valid = Valid
cli-inspect-readable = Readable. No signature: nothing says who made it.
cli-inspect-invalid = Not valid
cli-inspect-unknown = Not verifiable without a key
cli-inspect-key-hint = Give the issuer's key with --key FILE.
cli-inspect-key-hint-holder = The holder's key is inside the credential.
cli-inspect-at = Checked as of { $time }

## Codes
cli-inspect-error-unrecognised = This is none of the formats that this tool reads.
cli-inspect-error-too_large = The input, or what is packed inside, is longer than the limit.
cli-inspect-error-too_deep = The CBOR is nested deeper than 16 levels.
cli-inspect-error-too_many = There are more CBOR items or disclosures than the limit.
cli-inspect-error-base45_invalid = Behind the prefix of the code stands no base45.
cli-inspect-error-inflate_failed = The zlib stream is damaged or not whole.
cli-inspect-error-cbor_malformed = The CBOR is damaged.
cli-inspect-error-cbor_not_deterministic = The CBOR has an indefinite length, or a number that is not in its shortest form.
cli-inspect-error-cbor_duplicate_key = A key stands twice in a CBOR map.
cli-inspect-error-cbor_trailing_bytes = Bytes follow the end of the CBOR item.
cli-inspect-error-cose_malformed = This is no COSE_Sign1, or a header has the wrong type.
cli-inspect-error-header_duplicate = A label stands in both headers.
cli-inspect-error-critical_header = A header that must be understood is not.
cli-inspect-error-algorithm_missing = No header names an algorithm.
cli-inspect-error-algorithm_unsupported = This tool cannot verify this algorithm.
cli-inspect-error-payload_detached = The payload is not inside, so that nothing can be verified.
cli-inspect-error-encryption_unsupported = The content is encrypted.
cli-inspect-error-signature_invalid = None of the given keys made this signature, or not the holder's key.
cli-inspect-error-claims_malformed = The payload is no map of claims, or a claim has the wrong type.
cli-inspect-error-type_unexpected = The type header is missing or names something else.
cli-inspect-error-expired = The token has expired.
cli-inspect-error-not_yet_valid = The token is not valid yet.
cli-inspect-error-time_order_invalid = The times of the token contradict each other.
cli-inspect-error-issuer_missing = No claim names the issuer.
cli-inspect-error-subject_missing = No claim names the subject.
cli-inspect-error-issued_at_missing = No claim says when the token was issued.
cli-inspect-error-sd_claims_empty = The list of disclosures is there but empty.
cli-inspect-error-hash_unsupported = The redacted claims use a hash that is not known.
cli-inspect-error-redaction_malformed = A redacted claim is not written as it should be.
cli-inspect-error-redaction_forbidden = A claim is redacted that must not be.
cli-inspect-error-pre_issuance = A mark stands in the token that only a token before its issuance has.
cli-inspect-error-key_exists = A disclosed claim has the key of another one.
cli-inspect-error-disclosure_malformed = A disclosure is no array of salt, value and key.
cli-inspect-error-disclosure_unmatched = A disclosure belongs to no redacted claim.
cli-inspect-error-disclosure_duplicate = Two disclosures belong to one redacted claim, or a hash stands twice.
cli-inspect-error-holder_key_missing = No claim names the holder's key.
cli-inspect-error-holder_key_unsupported = The holder's key is of a kind that this tool cannot use.
cli-inspect-error-binding_malformed = The key binding token holds no SD-CWT, or disclosures stand outside of it.
cli-inspect-error-audience_missing = The key binding token does not say for whom it was made.
cli-inspect-error-binding_time_missing = The key binding token does not say when it was made.
cli-inspect-error-binding_claim_forbidden = The key binding token names an issuer or a subject.
cli-inspect-error-binding_too_early = The key binding token was made, or holds, before its credential.
cli-inspect-error-binding_too_long = The key binding token was made, or holds, after its credential.
cli-inspect-error-status_bits_invalid = An entry of a status list has 1, 2, 4 or 8 bits.
cli-inspect-error-status_list_malformed = The claim with the status list is missing or not complete.
cli-inspect-error-claim_169_missing = The CWT in the text has no claim 169.
