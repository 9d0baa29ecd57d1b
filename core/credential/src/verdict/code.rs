/// How one verdict ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Proven.
    Good,
    /// Neither proven nor refuted with what the verifier has.
    Unknown,
    /// Refuted.
    Bad,
}

/// Why a verdict ends as it does. Codes are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerdictCode {
    /// A listed key signed the credential, and the credential is in its time.
    IssuerGood,
    /// The trust list does not have this key for this issuer.
    IssuerUnlisted,
    /// The credential was not signed by the listed key: a forgery, or damaged.
    IssuerSignatureInvalid,
    /// Somebody else has the issuer's key: nothing that it signed counts.
    KeyCompromised,
    /// The key may sign other things, but no credentials.
    KeyUsageWrong,
    /// The key was not valid when the credential says that it was issued.
    KeyOutsidePeriod,
    /// A test card, and this verifier was not opened for the sandbox.
    TestRefused,
    /// The credential says test and its key does not, or the other way round.
    TestMismatch,
    /// The credential is over.
    CredentialExpired,
    /// The credential begins later than now.
    CredentialFromFuture,
    /// What is disclosed is not what the issuer signed.
    DisclosureInvalid,
    /// The trust list is too old to tell.
    TrustListExpired,
    /// The phone that the credential was issued to made this presentation just now. Not: this is the person.
    HolderGood,
    /// The issuer is not proven, so the phone's key is not either.
    HolderUnproven,
    /// The presentation was not signed by the phone that the credential was issued to.
    HolderSignatureInvalid,
    /// The presentation is over: a picture of an earlier code.
    PresentationExpired,
    /// The presentation begins later than now: one of the two clocks is wrong.
    PresentationFromFuture,
    /// The presentation lives for longer than 60 seconds, or ends before it begins.
    PresentationPeriodInvalid,
    /// The presentation reaches beyond the credential.
    PresentationOutsideCredential,
    /// The presentation was made for another kind of verifier.
    AudienceWrong,
    /// The verifier asked for a nonce and the presentation has none.
    NonceMissing,
    /// The presentation has another nonce than the one that the verifier asked for.
    NonceWrong,
    /// This verifier saw this presentation before.
    SeenBefore,
    /// A printed permit: a document, whoever shows it. Paper can be copied.
    DocumentOnly,
    /// The status list says that the credential is good.
    StatusValid,
    /// The credential was revoked.
    StatusRevoked,
    /// The credential is suspended.
    StatusSuspended,
    /// The permit is good, and a change of employer is being decided: what it says of the employer may be over.
    StatusEmployerChangePending,
    /// The status list has a value that means nothing here.
    StatusOther,
    /// The status list has no entry for the credential.
    StatusOutside,
    /// The snapshot has no status list for the credential, or one that is too old.
    StatusUnknown,
    /// The issuer is not proven, so the status belongs to nothing.
    StatusUnproven,
    /// The presentation carries a beacon value that the snapshot has, so that it was made after that was published. It
    /// changes no verdict.
    BeaconAge,
    /// The presentation carries a beacon value that this verifier does not know. It changes no verdict.
    BeaconUnknown,
    /// The trust list is older than the policy allows. This and all below are said by a policy only.
    TrustListStale,
    /// The status list is older than the policy allows.
    StatusListStale,
    /// The policy demands a nonce, and the verifier asked for none.
    NonceNotAsked,
    /// The policy demands a beacon value, and the presentation has none.
    BeaconMissing,
    /// The beacon value of the presentation is older than the policy allows.
    BeaconStale,
    /// A group that the policy needs was not disclosed.
    GroupMissing,
}

impl VerdictCode {
    /// The stable code, `verdict.snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::IssuerGood => "verdict.issuer_good",
            Self::IssuerUnlisted => "verdict.issuer_unlisted",
            Self::IssuerSignatureInvalid => "verdict.issuer_signature_invalid",
            Self::KeyCompromised => "verdict.key_compromised",
            Self::KeyUsageWrong => "verdict.key_usage_wrong",
            Self::KeyOutsidePeriod => "verdict.key_outside_period",
            Self::TestRefused => "verdict.test_refused",
            Self::TestMismatch => "verdict.test_mismatch",
            Self::CredentialExpired => "verdict.credential_expired",
            Self::CredentialFromFuture => "verdict.credential_from_future",
            Self::DisclosureInvalid => "verdict.disclosure_invalid",
            Self::TrustListExpired => "verdict.trust_list_expired",
            Self::HolderGood => "verdict.holder_good",
            Self::HolderUnproven => "verdict.holder_unproven",
            Self::HolderSignatureInvalid => "verdict.holder_signature_invalid",
            Self::PresentationExpired => "verdict.presentation_expired",
            Self::PresentationFromFuture => "verdict.presentation_from_future",
            Self::PresentationPeriodInvalid => "verdict.presentation_period_invalid",
            Self::PresentationOutsideCredential => "verdict.presentation_outside_credential",
            Self::AudienceWrong => "verdict.audience_wrong",
            Self::NonceMissing => "verdict.nonce_missing",
            Self::NonceWrong => "verdict.nonce_wrong",
            Self::SeenBefore => "verdict.seen_before",
            Self::DocumentOnly => "verdict.document_only",
            Self::StatusValid => "verdict.status_valid",
            Self::StatusRevoked => "verdict.status_revoked",
            Self::StatusSuspended => "verdict.status_suspended",
            Self::StatusEmployerChangePending => "verdict.status_employer_change_pending",
            Self::StatusOther => "verdict.status_other",
            Self::StatusOutside => "verdict.status_outside",
            Self::StatusUnknown => "verdict.status_unknown",
            Self::StatusUnproven => "verdict.status_unproven",
            Self::BeaconAge => "verdict.beacon_age",
            Self::BeaconUnknown => "verdict.beacon_unknown",
            Self::TrustListStale => "verdict.trust_list_stale",
            Self::StatusListStale => "verdict.status_list_stale",
            Self::NonceNotAsked => "verdict.nonce_not_asked",
            Self::BeaconMissing => "verdict.beacon_missing",
            Self::BeaconStale => "verdict.beacon_stale",
            Self::GroupMissing => "verdict.group_missing",
        }
    }

    /// How a verdict of this code ends; a beacon alone changes none.
    pub fn outcome(self) -> Outcome {
        match self {
            Self::IssuerGood | Self::HolderGood | Self::StatusValid | Self::BeaconAge => Outcome::Good,
            Self::TrustListExpired
            | Self::HolderUnproven
            | Self::SeenBefore
            | Self::DocumentOnly
            | Self::StatusEmployerChangePending
            | Self::StatusOther
            | Self::StatusUnknown
            | Self::StatusUnproven
            | Self::BeaconUnknown
            | Self::TrustListStale
            | Self::StatusListStale
            | Self::NonceNotAsked
            | Self::BeaconMissing
            | Self::BeaconStale => Outcome::Unknown,
            Self::IssuerUnlisted
            | Self::IssuerSignatureInvalid
            | Self::KeyCompromised
            | Self::KeyUsageWrong
            | Self::KeyOutsidePeriod
            | Self::TestRefused
            | Self::TestMismatch
            | Self::CredentialExpired
            | Self::CredentialFromFuture
            | Self::DisclosureInvalid
            | Self::HolderSignatureInvalid
            | Self::PresentationExpired
            | Self::PresentationFromFuture
            | Self::PresentationPeriodInvalid
            | Self::PresentationOutsideCredential
            | Self::AudienceWrong
            | Self::NonceMissing
            | Self::NonceWrong
            | Self::StatusRevoked
            | Self::StatusSuspended
            | Self::StatusOutside
            | Self::GroupMissing => Outcome::Bad,
        }
    }

    /// Every code, for the table of `docs/protocol.md`.
    pub const ALL: &'static [Self] = &[
        Self::IssuerGood,
        Self::IssuerUnlisted,
        Self::IssuerSignatureInvalid,
        Self::KeyCompromised,
        Self::KeyUsageWrong,
        Self::KeyOutsidePeriod,
        Self::TestRefused,
        Self::TestMismatch,
        Self::CredentialExpired,
        Self::CredentialFromFuture,
        Self::DisclosureInvalid,
        Self::TrustListExpired,
        Self::HolderGood,
        Self::HolderUnproven,
        Self::HolderSignatureInvalid,
        Self::PresentationExpired,
        Self::PresentationFromFuture,
        Self::PresentationPeriodInvalid,
        Self::PresentationOutsideCredential,
        Self::AudienceWrong,
        Self::NonceMissing,
        Self::NonceWrong,
        Self::SeenBefore,
        Self::DocumentOnly,
        Self::StatusValid,
        Self::StatusRevoked,
        Self::StatusSuspended,
        Self::StatusEmployerChangePending,
        Self::StatusOther,
        Self::StatusOutside,
        Self::StatusUnknown,
        Self::StatusUnproven,
        Self::BeaconAge,
        Self::BeaconUnknown,
        Self::TrustListStale,
        Self::StatusListStale,
        Self::NonceNotAsked,
        Self::BeaconMissing,
        Self::BeaconStale,
        Self::GroupMissing,
    ];
}
