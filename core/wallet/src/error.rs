use permitcard_identity::IdentityError;
use permitcard_net::NetError;
use permitcard_platform::KeyError;
use permitcard_protocol::WireCode;
use permitcard_vault::VaultError;

/// Why a call of the wallet failed, grouped by what an app can do about it. Never carries personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WalletError {
    /// What was typed or handed over is not good: show it at the field and let the holder change it.
    #[error("invalid input: {}", .0.code())]
    InvalidInput(InputCode),
    /// The authority said no, for good for this request: show the code's sentence.
    #[error("refused by the authority: {}", .0.code.code())]
    Refused(Refusal),
    /// The authority could not be reached, or something between answered in its place. Nothing is lost: call again later.
    #[error("network: {}", .0.code)]
    Network(NetworkFailure),
    /// The user has to authenticate first: call again with a prompt, or after `begin_show`.
    #[error("the user has to authenticate first")]
    NeedsUser,
    /// The key store did not do as asked. Data stays. For [`KeyError::Transient`], [`KeyError::TimedOut`] and
    /// [`KeyError::Busy`] calling again may help; for [`KeyError::Invalidated`] only a new registration does.
    #[error("key store: {}", .0.code())]
    KeyStore(KeyError),
    /// No room left on the device. Nothing was changed: free some space and call again.
    #[error("no room left for the wallet's files")]
    StorageFull,
    /// The wallet's files cannot be read or written; the code is the vault's.
    #[error("storage: {code}")]
    Storage {
        /// `vault.snake_case`.
        code: &'static str,
    },
    /// What the authority sent does not pass the holder's checks; nothing of it was kept.
    #[error("not trusted: {}", .0.code())]
    Distrusted(CheckCode),
    /// There is no card yet: register first.
    #[error("there is no card yet")]
    NotRegistered,
    /// The call does not fit what the wallet is doing now.
    #[error("wrong state: {}", .0.code())]
    WrongState(StateCode),
    /// The user said no to a prompt, or `cancel_registration` came in between.
    #[error("cancelled")]
    Cancelled,
    /// The wallet was closed or erased.
    #[error("the wallet is closed")]
    Closed,
    /// A fault of the program itself. Nothing was changed.
    #[error("internal error")]
    Internal,
}

/// What the authority said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The authority's code.
    pub code: WireCode,
    /// Seconds until the next try, where the authority tells.
    pub retry_after_s: Option<u32>,
}

/// Why the network did not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkFailure {
    /// `network.snake_case`.
    pub code: &'static str,
    /// Seconds until the next try, where the server told.
    pub retry_after_s: Option<u32>,
}

impl WalletError {
    /// The stable code, `area.snake_case`; the sentence for it is in `messages`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidInput(code) => code.code(),
            Self::Refused(refusal) => refusal.code.code(),
            Self::Network(failure) => failure.code,
            Self::NeedsUser => KeyError::NeedsUser.code(),
            Self::KeyStore(error) => error.code(),
            Self::StorageFull => VaultError::Full.code(),
            Self::Storage { code } => code,
            Self::Distrusted(code) => code.code(),
            Self::WrongState(code) => code.code(),
            Self::NotRegistered => "wallet.not_registered",
            Self::Cancelled => "wallet.cancelled",
            Self::Closed => "wallet.closed",
            Self::Internal => "wallet.internal",
        }
    }

    /// The codes that this enum itself owns; the others belong to the enums that its variants carry.
    pub const OWN_CODES: &'static [&'static str] = &[
        "wallet.not_registered",
        "wallet.cancelled",
        "wallet.closed",
        "wallet.internal",
    ];
}

impl From<KeyError> for WalletError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::NeedsUser => Self::NeedsUser,
            KeyError::Cancelled => Self::Cancelled,
            other => Self::KeyStore(other),
        }
    }
}

/// What is wrong with what was typed or handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputCode {
    /// A name, number or country that cannot be one; the code is the one of `identity`.
    Identity(IdentityError),
    /// No one-time code: 6 to 10 digits.
    OneTimeCodeInvalid,
    /// No receipt of a provider: base64url.
    ReceiptInvalid,
    /// No code of a service window: ten characters of Crockford's base32.
    InPersonCodeInvalid,
    /// Consents other than the ones that are asked for.
    ConsentsMismatch,
    /// A nonce that is neither six digits nor eight bytes, or one beside that of a verifier's request.
    NonceInvalid,
    /// This is no request of a verifier.
    RequestInvalid,
    /// A verifier asks for what this version does not know, and so cannot show to the holder first.
    RequestUnsupported,
    /// The portrait is for hospital, police and service window.
    PortraitNotAllowed,
    /// An export needs an audience and a nonce of at most 255 bytes each, or a session transcript of ISO/IEC 18013-5.
    ExportInvalid,
}

impl InputCode {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Identity(error) => error.code(),
            Self::OneTimeCodeInvalid => "input.one_time_code_invalid",
            Self::ReceiptInvalid => "input.receipt_invalid",
            Self::InPersonCodeInvalid => "input.in_person_code_invalid",
            Self::ConsentsMismatch => "input.consents_mismatch",
            Self::NonceInvalid => "input.nonce_invalid",
            Self::RequestInvalid => "input.request_invalid",
            Self::RequestUnsupported => "input.request_unsupported",
            Self::PortraitNotAllowed => "input.portrait_not_allowed",
            Self::ExportInvalid => "input.export_invalid",
        }
    }

    /// Every code that this enum itself owns.
    pub const ALL: &'static [Self] = &[
        Self::OneTimeCodeInvalid,
        Self::ReceiptInvalid,
        Self::InPersonCodeInvalid,
        Self::ConsentsMismatch,
        Self::NonceInvalid,
        Self::RequestInvalid,
        Self::RequestUnsupported,
        Self::PortraitNotAllowed,
        Self::ExportInvalid,
    ];
}

/// Why a call does not fit what the wallet is doing now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateCode {
    /// A registration runs already: go on with it or cancel it.
    RegistrationRunning,
    /// No registration runs: start one.
    NoRegistration,
    /// There is a card already: erase the wallet before another registration.
    AlreadyRegistered,
    /// The card is one of tier 2 already.
    AlreadyTier2,
    /// The answer is to a step that is not open now.
    StepMismatch,
    /// The registration is not finished: answer its steps first.
    NotReadyToFetch,
    /// No show session runs: begin one.
    NoShowSession,
    /// The show session is older than ten minutes, or the card has changed since it began: begin another one.
    ShowSessionOver,
    /// The card was revoked: it is not shown any more, and a running show session ends.
    CardRevoked,
    /// The card or all its credentials are past their end: sync with a network.
    CardExpired,
    /// A newer version of the card exists: sync with a prompt before the next show. A running show session ends.
    CardSuperseded,
    /// The host gave no time.
    TimeUnknown,
    /// The card is not held in this form: sync with a prompt, if the authority gives it at all.
    ExportMissing,
}

impl StateCode {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::RegistrationRunning => "wallet.registration_running",
            Self::NoRegistration => "wallet.no_registration",
            Self::AlreadyRegistered => "wallet.already_registered",
            Self::AlreadyTier2 => "wallet.already_tier_two",
            Self::StepMismatch => "wallet.step_mismatch",
            Self::NotReadyToFetch => "wallet.not_ready_to_fetch",
            Self::NoShowSession => "wallet.no_show_session",
            Self::ShowSessionOver => "wallet.show_session_over",
            Self::CardRevoked => "wallet.card_revoked",
            Self::CardExpired => "wallet.card_expired",
            Self::CardSuperseded => "wallet.card_superseded",
            Self::TimeUnknown => "wallet.time_unknown",
            Self::ExportMissing => "wallet.export_missing",
        }
    }

    /// Every code of this enum.
    pub const ALL: &'static [Self] = &[
        Self::RegistrationRunning,
        Self::NoRegistration,
        Self::AlreadyRegistered,
        Self::AlreadyTier2,
        Self::StepMismatch,
        Self::NotReadyToFetch,
        Self::NoShowSession,
        Self::ShowSessionOver,
        Self::CardRevoked,
        Self::CardExpired,
        Self::CardSuperseded,
        Self::TimeUnknown,
        Self::ExportMissing,
    ];
}

/// Which check of the holder the authority's answer failed (design 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckCode {
    /// The trust list is not signed by the root key of the client file, or by the one that it was changed to, or is out of
    /// its time.
    TrustListInvalid,
    /// A trust list, card or credential older than the one that the wallet holds.
    OlderVersion,
    /// The answer cannot be read.
    Unreadable,
    /// The signing key is not in the trust list, is compromised, or may not sign this.
    IssuerUnknown,
    /// The issuer's signature does not verify.
    SignatureInvalid,
    /// A credential or the card is bound to another key than this device's own.
    KeyMismatch,
    /// Hashes and disclosures do not match one to one.
    DisclosureMismatch,
    /// The portrait is not the one that the card names.
    PortraitMismatch,
    /// Card and credentials, or two credentials, speak of different data.
    ContentMismatch,
    /// A test card in a wallet that is not opened as sandbox, or the test flag and the key's test bit disagree.
    TestMismatch,
    /// Not valid yet, over, or valid for longer than allowed.
    ValidityInvalid,
    /// Not as many credentials as keys.
    CountMismatch,
}

impl CheckCode {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TrustListInvalid => "check.trust_list_invalid",
            Self::OlderVersion => "check.older_version",
            Self::Unreadable => "check.unreadable",
            Self::IssuerUnknown => "check.issuer_unknown",
            Self::SignatureInvalid => "check.signature_invalid",
            Self::KeyMismatch => "check.key_mismatch",
            Self::DisclosureMismatch => "check.disclosure_mismatch",
            Self::PortraitMismatch => "check.portrait_mismatch",
            Self::ContentMismatch => "check.content_mismatch",
            Self::TestMismatch => "check.test_mismatch",
            Self::ValidityInvalid => "check.validity_invalid",
            Self::CountMismatch => "check.count_mismatch",
        }
    }

    /// Every code of this enum.
    pub const ALL: &'static [Self] = &[
        Self::TrustListInvalid,
        Self::OlderVersion,
        Self::Unreadable,
        Self::IssuerUnknown,
        Self::SignatureInvalid,
        Self::KeyMismatch,
        Self::DisclosureMismatch,
        Self::PortraitMismatch,
        Self::ContentMismatch,
        Self::TestMismatch,
        Self::ValidityInvalid,
        Self::CountMismatch,
    ];
}

impl From<VaultError> for WalletError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Full => Self::StorageFull,
            VaultError::Closed => Self::Closed,
            other => Self::Storage { code: other.code() },
        }
    }
}

impl From<NetError> for WalletError {
    fn from(error: NetError) -> Self {
        match error {
            NetError::Keys(error) => error.into(),
            NetError::Crypto(_) | NetError::RequestInvalid => Self::Internal,
            NetError::Refused(ref refusal)
                // The request waits for the newer version of the app, but to the holder it is a no.
                if error.is_definitive() || refusal.code == Some(WireCode::UpdateRequired) =>
            {
                Self::refused(refusal)
            }
            other => Self::Network(NetworkFailure {
                code: other.code(),
                retry_after_s: other.retry_after_s(),
            }),
        }
    }
}

impl WalletError {
    /// The authority's no; one without a code that this version knows counts as a fault of the network.
    pub(crate) fn refused(refusal: &permitcard_net::Refusal) -> Self {
        match refusal.code {
            Some(code) => Self::Refused(Refusal {
                code,
                retry_after_s: refusal.retry_after_s,
            }),
            None => Self::Network(NetworkFailure {
                code: "network.refused",
                retry_after_s: refusal.retry_after_s,
            }),
        }
    }
}

impl From<InputCode> for WalletError {
    fn from(code: InputCode) -> Self {
        Self::InvalidInput(code)
    }
}

impl From<IdentityError> for WalletError {
    fn from(error: IdentityError) -> Self {
        Self::InvalidInput(InputCode::Identity(error))
    }
}

impl From<StateCode> for WalletError {
    fn from(code: StateCode) -> Self {
        Self::WrongState(code)
    }
}

impl From<CheckCode> for WalletError {
    fn from(code: CheckCode) -> Self {
        Self::Distrusted(code)
    }
}

#[cfg(test)]
mod tests;
