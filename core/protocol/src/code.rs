use serde::{Deserialize, Deserializer, Serialize};

/// The error codes on the wire, sent as JSON member `code` beside OAuth's `error`. Never reused, never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WireCode {
    /// The consent that the flow rests on was refused.
    #[serde(rename = "registration.consent_refused")]
    ConsentRefused,
    /// The one answer before proof: name, number and document do not lead to a person, for whatever reason.
    #[serde(rename = "registration.identity_not_confirmed")]
    IdentityNotConfirmed,
    /// The one-time code is wrong.
    #[serde(rename = "registration.code_wrong")]
    CodeWrong,
    /// The one-time code is older than 10 minutes.
    #[serde(rename = "registration.code_expired")]
    CodeExpired,
    /// Five wrong tries: this code is dead, another one can be sent.
    #[serde(rename = "registration.code_tries_exhausted")]
    CodeTriesExhausted,
    /// Another code was asked for within 30 seconds.
    #[serde(rename = "registration.code_resend_too_soon")]
    CodeResendTooSoon,
    /// The document check did not pass.
    #[serde(rename = "registration.document_refused")]
    DocumentRefused,
    /// The face check did not pass.
    #[serde(rename = "registration.face_refused")]
    FaceRefused,
    /// The provider could not decide.
    #[serde(rename = "registration.check_inconclusive")]
    CheckInconclusive,
    /// The provider is down; this is never a pass.
    #[serde(rename = "registration.check_unavailable")]
    CheckUnavailable,
    /// Receipt, session, key and check do not belong together.
    #[serde(rename = "registration.receipt_refused")]
    ReceiptRefused,
    /// No such session for this key.
    #[serde(rename = "registration.session_unknown")]
    SessionUnknown,
    /// The session or its checks are too old: start again.
    #[serde(rename = "registration.session_expired")]
    SessionExpired,
    /// This step is not open now.
    #[serde(rename = "registration.step_unexpected")]
    StepUnexpected,
    /// The answer to a step cannot be read.
    #[serde(rename = "registration.answer_invalid")]
    AnswerInvalid,
    /// All tries of this session are used up.
    #[serde(rename = "registration.tries_exhausted")]
    TriesExhausted,
    /// The document was checked and belongs to the person of the register, but the name that was sent is none of the forms of
    /// the register's name. Said only then.
    #[serde(rename = "registration.name_differs")]
    NameDiffers,
    /// The code of the service window is wrong.
    #[serde(rename = "registration.in_person_code_wrong")]
    InPersonCodeWrong,
    /// The code of the service window is older than 72 hours, or was never given out for this session.
    #[serde(rename = "registration.in_person_code_expired")]
    InPersonCodeExpired,
    /// Five wrong tries: this code of the service window is dead, the window can give out another one.
    #[serde(rename = "registration.in_person_tries_exhausted")]
    InPersonTriesExhausted,
    /// The bank did not confirm the holder's real name.
    #[serde(rename = "registration.bank_card_refused")]
    BankCardRefused,
    /// The carrier did not confirm the holder's real name.
    #[serde(rename = "registration.sim_refused")]
    SimRefused,
    /// The register knows no physical social security card of this holder: tier 2 needs one.
    #[serde(rename = "registration.physical_card_missing")]
    PhysicalCardMissing,
    /// The key that asks for tier 2 holds no card of tier 1.
    #[serde(rename = "registration.card_missing")]
    CardMissing,
    /// Too many guesses for this permit today: this step is closed for now, the other ways are open.
    #[serde(rename = "registration.step_closed")]
    StepClosed,
    /// Too many registrations were started; wait.
    #[serde(rename = "registration.too_many_starts")]
    TooManyStarts,
    /// The authorization code or refresh token is not good (any more).
    #[serde(rename = "issuance.grant_invalid")]
    GrantInvalid,
    /// The access token is not good (any more), or another key uses it.
    #[serde(rename = "issuance.token_invalid")]
    TokenInvalid,
    /// The nonce of the proofs is unknown, used or too old.
    #[serde(rename = "issuance.nonce_invalid")]
    NonceInvalid,
    /// A key proof is not good.
    #[serde(rename = "issuance.proof_invalid")]
    ProofInvalid,
    /// The credential that was asked for is not offered to this person.
    #[serde(rename = "issuance.credential_unknown")]
    CredentialUnknown,
    /// The permit was cancelled: nothing can be issued.
    #[serde(rename = "issuance.permit_ended")]
    PermitEnded,
    /// The permit's last day has passed, by the register, whatever a card still says: nothing can be issued.
    #[serde(rename = "issuance.permit_expired")]
    PermitExpired,
    /// The notification names nothing that was issued.
    #[serde(rename = "issuance.notification_unknown")]
    NotificationUnknown,
    /// Another device of the holder took the card over, on document and face or in person.
    #[serde(rename = "issuance.device_replaced")]
    DeviceReplaced,
    /// The holder withdrew the consent that the card rested on.
    #[serde(rename = "issuance.consent_withdrawn")]
    ConsentWithdrawn,
    /// A key attestation is not good: chain, nonce or key.
    #[serde(rename = "issuance.attestation_invalid")]
    AttestationInvalid,
    /// The authority wants a key attestation with each proof.
    #[serde(rename = "issuance.attestation_required")]
    AttestationRequired,
    /// The application is still being decided (OpenID4VCI 1.0, 9.3).
    #[serde(rename = "issuance.pending")]
    IssuancePending,
    /// No deferred issuance of that name for this grant (OpenID4VCI 1.0, 9.3).
    #[serde(rename = "issuance.transaction_unknown")]
    TransactionUnknown,
    /// The application was decided: there is no permit.
    #[serde(rename = "issuance.application_refused")]
    ApplicationRefused,
    /// The request cannot be read.
    #[serde(rename = "protocol.request_malformed")]
    RequestMalformed,
    /// The request is longer than the limit.
    #[serde(rename = "protocol.request_too_large")]
    RequestTooLarge,
    /// The DPoP proof is not good.
    #[serde(rename = "protocol.dpop_invalid")]
    DpopInvalid,
    /// The DPoP proof lacks the server's current nonce, which the answer carries.
    #[serde(rename = "protocol.dpop_nonce_required")]
    DpopNonceRequired,
    /// A mutating request came without an idempotency key.
    #[serde(rename = "protocol.idempotency_key_missing")]
    IdempotencyKeyMissing,
    /// The idempotency key was used with another request.
    #[serde(rename = "protocol.idempotency_conflict")]
    IdempotencyConflict,
    /// The first request with this idempotency key still runs.
    #[serde(rename = "protocol.idempotency_in_flight")]
    IdempotencyInFlight,
    /// No such resource.
    #[serde(rename = "protocol.not_found")]
    NotFound,
    /// The signature, time, environment or event of a provider's message is not good.
    #[serde(rename = "protocol.webhook_refused")]
    WebhookRefused,
    /// This version of the app is too old for the authority.
    #[serde(rename = "protocol.update_required")]
    UpdateRequired,
    /// Too many requests; wait.
    #[serde(rename = "protocol.too_many_requests")]
    TooManyRequests,
    /// The authority failed; nothing was changed.
    #[serde(rename = "protocol.internal")]
    Internal,
}

impl WireCode {
    /// Every code, for the table of `docs/protocol.md`.
    pub const ALL: &'static [Self] = &[
        Self::ConsentRefused,
        Self::IdentityNotConfirmed,
        Self::CodeWrong,
        Self::CodeExpired,
        Self::CodeTriesExhausted,
        Self::CodeResendTooSoon,
        Self::DocumentRefused,
        Self::FaceRefused,
        Self::CheckInconclusive,
        Self::CheckUnavailable,
        Self::ReceiptRefused,
        Self::SessionUnknown,
        Self::SessionExpired,
        Self::StepUnexpected,
        Self::AnswerInvalid,
        Self::TriesExhausted,
        Self::NameDiffers,
        Self::InPersonCodeWrong,
        Self::InPersonCodeExpired,
        Self::InPersonTriesExhausted,
        Self::BankCardRefused,
        Self::SimRefused,
        Self::PhysicalCardMissing,
        Self::CardMissing,
        Self::StepClosed,
        Self::TooManyStarts,
        Self::GrantInvalid,
        Self::TokenInvalid,
        Self::NonceInvalid,
        Self::ProofInvalid,
        Self::CredentialUnknown,
        Self::PermitEnded,
        Self::PermitExpired,
        Self::NotificationUnknown,
        Self::DeviceReplaced,
        Self::ConsentWithdrawn,
        Self::AttestationInvalid,
        Self::AttestationRequired,
        Self::IssuancePending,
        Self::TransactionUnknown,
        Self::ApplicationRefused,
        Self::RequestMalformed,
        Self::RequestTooLarge,
        Self::DpopInvalid,
        Self::DpopNonceRequired,
        Self::IdempotencyKeyMissing,
        Self::IdempotencyConflict,
        Self::IdempotencyInFlight,
        Self::NotFound,
        Self::WebhookRefused,
        Self::UpdateRequired,
        Self::TooManyRequests,
        Self::Internal,
    ];

    /// The code of that name; none for a name that is newer than this version, or was never one.
    pub fn from_code(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.code() == name)
    }

    /// The stable code, as it stands on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::ConsentRefused => "registration.consent_refused",
            Self::IdentityNotConfirmed => "registration.identity_not_confirmed",
            Self::CodeWrong => "registration.code_wrong",
            Self::CodeExpired => "registration.code_expired",
            Self::CodeTriesExhausted => "registration.code_tries_exhausted",
            Self::CodeResendTooSoon => "registration.code_resend_too_soon",
            Self::DocumentRefused => "registration.document_refused",
            Self::FaceRefused => "registration.face_refused",
            Self::CheckInconclusive => "registration.check_inconclusive",
            Self::CheckUnavailable => "registration.check_unavailable",
            Self::ReceiptRefused => "registration.receipt_refused",
            Self::SessionUnknown => "registration.session_unknown",
            Self::SessionExpired => "registration.session_expired",
            Self::StepUnexpected => "registration.step_unexpected",
            Self::AnswerInvalid => "registration.answer_invalid",
            Self::TriesExhausted => "registration.tries_exhausted",
            Self::NameDiffers => "registration.name_differs",
            Self::InPersonCodeWrong => "registration.in_person_code_wrong",
            Self::InPersonCodeExpired => "registration.in_person_code_expired",
            Self::InPersonTriesExhausted => "registration.in_person_tries_exhausted",
            Self::BankCardRefused => "registration.bank_card_refused",
            Self::SimRefused => "registration.sim_refused",
            Self::PhysicalCardMissing => "registration.physical_card_missing",
            Self::CardMissing => "registration.card_missing",
            Self::StepClosed => "registration.step_closed",
            Self::TooManyStarts => "registration.too_many_starts",
            Self::GrantInvalid => "issuance.grant_invalid",
            Self::TokenInvalid => "issuance.token_invalid",
            Self::NonceInvalid => "issuance.nonce_invalid",
            Self::ProofInvalid => "issuance.proof_invalid",
            Self::CredentialUnknown => "issuance.credential_unknown",
            Self::PermitEnded => "issuance.permit_ended",
            Self::PermitExpired => "issuance.permit_expired",
            Self::NotificationUnknown => "issuance.notification_unknown",
            Self::DeviceReplaced => "issuance.device_replaced",
            Self::ConsentWithdrawn => "issuance.consent_withdrawn",
            Self::AttestationInvalid => "issuance.attestation_invalid",
            Self::AttestationRequired => "issuance.attestation_required",
            Self::IssuancePending => "issuance.pending",
            Self::TransactionUnknown => "issuance.transaction_unknown",
            Self::ApplicationRefused => "issuance.application_refused",
            Self::RequestMalformed => "protocol.request_malformed",
            Self::RequestTooLarge => "protocol.request_too_large",
            Self::DpopInvalid => "protocol.dpop_invalid",
            Self::DpopNonceRequired => "protocol.dpop_nonce_required",
            Self::IdempotencyKeyMissing => "protocol.idempotency_key_missing",
            Self::IdempotencyConflict => "protocol.idempotency_conflict",
            Self::IdempotencyInFlight => "protocol.idempotency_in_flight",
            Self::NotFound => "protocol.not_found",
            Self::WebhookRefused => "protocol.webhook_refused",
            Self::UpdateRequired => "protocol.update_required",
            Self::TooManyRequests => "protocol.too_many_requests",
            Self::Internal => "protocol.internal",
        }
    }

    /// The HTTP status and OAuth `error` that go with the code (RFC 6749 5.2, RFC 6750 3.1, RFC 9449, OpenID4VCI 1.0).
    /// A registration step that may be tried again travels as `insufficient_authorization` instead.
    pub fn http(self) -> (u16, &'static str) {
        match self {
            Self::ConsentRefused | Self::SessionExpired | Self::TriesExhausted => (400, "access_denied"),
            Self::SessionUnknown => (400, "invalid_session"),
            Self::GrantInvalid => (400, "invalid_grant"),
            Self::TokenInvalid => (401, "invalid_token"),
            Self::NonceInvalid => (400, "invalid_nonce"),
            Self::ProofInvalid => (400, "invalid_proof"),
            Self::CredentialUnknown => (400, "unknown_credential_identifier"),
            Self::PermitEnded | Self::PermitExpired => (400, "credential_request_denied"),
            Self::NotificationUnknown => (400, "invalid_notification_id"),
            Self::RequestTooLarge => (413, "invalid_request"),
            Self::DpopInvalid => (400, "invalid_dpop_proof"),
            Self::DpopNonceRequired => (400, "use_dpop_nonce"),
            Self::IdempotencyConflict => (422, "invalid_request"),
            Self::IdempotencyInFlight => (409, "invalid_request"),
            Self::NotFound => (404, "invalid_request"),
            Self::PhysicalCardMissing => (400, "access_denied"),
            Self::CardMissing => (400, "access_denied"),
            Self::TooManyStarts => (429, "slow_down"),
            Self::DeviceReplaced => (400, "invalid_grant"),
            Self::ConsentWithdrawn => (400, "invalid_grant"),
            Self::AttestationInvalid => (400, "invalid_proof"),
            Self::AttestationRequired => (400, "invalid_proof"),
            Self::IssuancePending => (400, "issuance_pending"),
            Self::TransactionUnknown => (400, "invalid_transaction_id"),
            Self::ApplicationRefused => (400, "credential_request_denied"),
            Self::WebhookRefused => (401, "invalid_request"),
            Self::UpdateRequired => (426, "update_required"),
            Self::TooManyRequests => (429, "slow_down"),
            Self::Internal => (500, "server_error"),
            Self::IdentityNotConfirmed
            | Self::CodeWrong
            | Self::CodeExpired
            | Self::CodeTriesExhausted
            | Self::CodeResendTooSoon
            | Self::DocumentRefused
            | Self::FaceRefused
            | Self::CheckInconclusive
            | Self::CheckUnavailable
            | Self::ReceiptRefused
            | Self::NameDiffers
            | Self::InPersonCodeWrong
            | Self::InPersonCodeExpired
            | Self::InPersonTriesExhausted
            | Self::BankCardRefused
            | Self::SimRefused
            | Self::StepClosed
            | Self::StepUnexpected
            | Self::AnswerInvalid
            | Self::RequestMalformed
            | Self::IdempotencyKeyMissing => (400, "invalid_request"),
        }
    }
}

/// An error answer of the authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// OAuth's error.
    pub error: String,
    /// Our stable code; absent in answers of something that is not the authority, or is newer than this version.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "known")]
    pub code: Option<WireCode>,
}

impl ErrorBody {
    /// The body that belongs to a code.
    pub fn of(code: WireCode) -> Self {
        Self {
            error: code.http().1.to_owned(),
            code: Some(code),
        }
    }
}

/// Reads a code; one that this version does not know counts as none, so that the rest of the answer can be read.
pub(crate) fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<WireCode>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(value
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .and_then(WireCode::from_code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_on_the_wire_is_the_code() {
        for code in WireCode::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.code()));
            assert_eq!(serde_json::from_str::<WireCode>(&json).unwrap(), *code);
            assert_eq!(WireCode::from_code(code.code()), Some(*code));
        }
    }

    #[test]
    fn an_unknown_code_leaves_the_answer_readable() {
        for code in [r#""registration.of_tomorrow""#, "7", "null", "{}"] {
            let body: ErrorBody =
                serde_json::from_str(&format!(r#"{{"error":"access_denied","code":{code}}}"#)).unwrap();
            assert_eq!((body.error.as_str(), body.code), ("access_denied", None), "{code}");
        }
    }
}
