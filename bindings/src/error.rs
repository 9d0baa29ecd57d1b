use permitcard_checking::CheckingError;
use permitcard_net::NetError;
use permitcard_platform::KeyError;
use permitcard_protocol::client_file::ClientFileError;
use permitcard_vault::VaultError;
use permitcard_wallet::{NetworkFailure, Refusal, WalletError};

/// Why a call failed, grouped by what an app can do about it. `reason` is the stable code that `code` gives as well, and
/// `explain` has a sentence for it. Nothing here carries personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi::export(Debug, Display)]
pub enum PermitCardError {
    /// What was typed or handed over is not good: show the sentence at the field and let the person change it.
    #[error("invalid input: {reason}")]
    InvalidInput {
        /// The stable code.
        reason: String,
    },
    /// The authority said no, for good for this request.
    #[error("refused by the authority: {reason}")]
    Refused {
        /// The stable code.
        reason: String,
        /// Seconds until the next try, where the authority tells.
        retry_after_s: Option<u32>,
    },
    /// The authority could not be reached, or something else answered in its place. Nothing is lost: call again later.
    #[error("network: {reason}")]
    Network {
        /// The stable code.
        reason: String,
        /// Seconds until the next try, where the server told.
        retry_after_s: Option<u32>,
    },
    /// The user has to authenticate first: call again with a prompt, or begin another show session.
    #[error("the user has to authenticate first")]
    NeedsUser,
    /// Too many failed attempts at the device's lock: call again later.
    #[error("the device is locked out")]
    KeyStoreLocked {
        /// Seconds until the next attempt, where the device tells.
        retry_after_s: Option<u32>,
    },
    /// A key is gone for good, for instance after the fingerprints changed: erase and register again.
    #[error("a device key was invalidated")]
    KeyInvalidated,
    /// The key store did not do as asked, or not in time. Data stays: calling again may help.
    #[error("key store: {reason}")]
    KeyStore {
        /// The stable code.
        reason: String,
    },
    /// No room left on the device. Nothing was changed: free some space and call again.
    #[error("no room left for the files")]
    StorageFull,
    /// The files cannot be read or written.
    #[error("storage: {reason}")]
    Storage {
        /// The stable code.
        reason: String,
    },
    /// What came in does not pass the checks, so that nothing of it was kept.
    #[error("not trusted: {reason}")]
    Distrusted {
        /// The stable code.
        reason: String,
    },
    /// There is no card yet: register first.
    #[error("there is no card yet")]
    NotRegistered,
    /// The call does not fit what is going on now.
    #[error("wrong state: {reason}")]
    WrongState {
        /// The stable code.
        reason: String,
    },
    /// The user said no to a prompt, or a `CancelToken` was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The wallet or verifier was closed or erased.
    #[error("closed")]
    Closed,
    /// A fault of the program itself. Nothing was changed.
    #[error("internal error: {reason}")]
    Internal {
        /// The stable code.
        reason: String,
    },
}

#[uniffi::export]
impl PermitCardError {
    /// The stable code, `area.snake_case`. Never changes and is never used for something else.
    pub fn code(&self) -> String {
        match self {
            Self::InvalidInput { reason }
            | Self::Refused { reason, .. }
            | Self::Network { reason, .. }
            | Self::KeyStore { reason }
            | Self::Storage { reason }
            | Self::Distrusted { reason }
            | Self::WrongState { reason }
            | Self::Internal { reason } => reason.clone(),
            Self::NeedsUser => WalletError::NeedsUser.code().to_owned(),
            Self::KeyStoreLocked { retry_after_s } => KeyError::LockedOut {
                retry_after_s: *retry_after_s,
            }
            .code()
            .to_owned(),
            Self::KeyInvalidated => KeyError::Invalidated.code().to_owned(),
            Self::StorageFull => WalletError::StorageFull.code().to_owned(),
            Self::NotRegistered => WalletError::NotRegistered.code().to_owned(),
            Self::Cancelled => WalletError::Cancelled.code().to_owned(),
            Self::Closed => WalletError::Closed.code().to_owned(),
        }
    }
}

impl PermitCardError {
    /// A fault of the program itself.
    pub(crate) fn fault() -> Self {
        Self::Internal {
            reason: WalletError::Internal.code().to_owned(),
        }
    }

    /// Input that cannot be used, by its code.
    pub(crate) fn invalid(code: &str) -> Self {
        Self::InvalidInput {
            reason: code.to_owned(),
        }
    }
}

impl From<WalletError> for PermitCardError {
    fn from(error: WalletError) -> Self {
        let reason = error.code().to_owned();
        match error {
            WalletError::InvalidInput(_) => Self::InvalidInput { reason },
            WalletError::Refused(Refusal { code: _, retry_after_s }) => Self::Refused { reason, retry_after_s },
            WalletError::Network(NetworkFailure { code: _, retry_after_s }) => Self::Network { reason, retry_after_s },
            WalletError::NeedsUser => Self::NeedsUser,
            WalletError::KeyStore(error) => error.into(),
            WalletError::StorageFull => Self::StorageFull,
            WalletError::Storage { code: _ } => Self::Storage { reason },
            WalletError::Distrusted(_) => Self::Distrusted { reason },
            WalletError::NotRegistered => Self::NotRegistered,
            WalletError::WrongState(_) => Self::WrongState { reason },
            WalletError::Cancelled => Self::Cancelled,
            WalletError::Closed => Self::Closed,
            // Also what a later version may add: the code still says what it is.
            _ => Self::Internal { reason },
        }
    }
}

impl From<KeyError> for PermitCardError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Cancelled => Self::Cancelled,
            KeyError::NeedsUser => Self::NeedsUser,
            KeyError::LockedOut { retry_after_s } => Self::KeyStoreLocked { retry_after_s },
            KeyError::Invalidated => Self::KeyInvalidated,
            other => Self::KeyStore {
                reason: other.code().to_owned(),
            },
        }
    }
}

impl From<CheckingError> for PermitCardError {
    fn from(error: CheckingError) -> Self {
        let reason = error.code().to_owned();
        match error {
            CheckingError::SnapshotMissing | CheckingError::Clock(_) => Self::WrongState { reason },
            CheckingError::SerialRolledBack
            | CheckingError::ListRolledBack
            | CheckingError::RootRolledBack
            | CheckingError::Snapshot(_) => Self::Distrusted { reason },
            CheckingError::RootKeyInvalid
            | CheckingError::AudienceInvalid
            | CheckingError::PortraitNotAllowed
            | CheckingError::Verdict(_) => Self::InvalidInput { reason },
            CheckingError::Vault(VaultError::Full) => Self::StorageFull,
            CheckingError::Vault(VaultError::Closed) => Self::Closed,
            CheckingError::Vault(_) => Self::Storage { reason },
            CheckingError::Keys(error) => error.into(),
            CheckingError::Net(error) => error.into(),
            // Also what a later version may add: the code still says what it is.
            _ => Self::Internal { reason },
        }
    }
}

impl From<NetError> for PermitCardError {
    fn from(error: NetError) -> Self {
        let (reason, retry_after_s) = (error.code().to_owned(), error.retry_after_s());
        match error {
            NetError::ConfigurationInvalid => Self::InvalidInput { reason },
            NetError::Refused(_) => Self::Refused { reason, retry_after_s },
            NetError::Keys(error) => error.into(),
            NetError::Crypto(_) | NetError::RequestInvalid => Self::Internal { reason },
            _ => Self::Network { reason, retry_after_s },
        }
    }
}

impl From<ClientFileError> for PermitCardError {
    fn from(error: ClientFileError) -> Self {
        Self::invalid(error.code())
    }
}

#[cfg(test)]
mod tests {
    use permitcard_protocol::WireCode;
    use permitcard_wallet::{CheckCode, InputCode, StateCode};

    use super::*;

    fn every_wallet_error() -> Vec<WalletError> {
        let mut all = vec![
            WalletError::NeedsUser,
            WalletError::StorageFull,
            WalletError::Storage { code: "vault.corrupt" },
            WalletError::Network(NetworkFailure {
                code: "network.offline",
                retry_after_s: Some(3),
            }),
            WalletError::NotRegistered,
            WalletError::Cancelled,
            WalletError::Closed,
            WalletError::Internal,
        ];
        all.extend(InputCode::ALL.iter().copied().map(WalletError::InvalidInput));
        all.extend(StateCode::ALL.iter().copied().map(WalletError::WrongState));
        all.extend(CheckCode::ALL.iter().copied().map(WalletError::Distrusted));
        all.extend(KeyError::ALL.iter().copied().map(WalletError::KeyStore));
        all.extend(WireCode::ALL.iter().map(|code| {
            WalletError::Refused(Refusal {
                code: *code,
                retry_after_s: Some(30),
            })
        }));
        all
    }

    #[test]
    fn the_code_crosses_unchanged() {
        for error in every_wallet_error() {
            let expected = match error {
                // The core speaks of the prompt, whichever layer the user's no came through.
                WalletError::KeyStore(KeyError::Cancelled) => WalletError::Cancelled.code(),
                _ => error.code(),
            };
            assert_eq!(PermitCardError::from(error).code(), expected);
        }
    }

    #[test]
    fn numbers_for_the_app_cross_unchanged() {
        let refused = WalletError::Refused(Refusal {
            code: WireCode::CodeWrong,
            retry_after_s: Some(30),
        });
        assert_eq!(
            PermitCardError::from(refused),
            PermitCardError::Refused {
                reason: "registration.code_wrong".to_owned(),
                retry_after_s: Some(30)
            }
        );
        let locked = WalletError::KeyStore(KeyError::LockedOut { retry_after_s: Some(7) });
        assert_eq!(
            PermitCardError::from(locked),
            PermitCardError::KeyStoreLocked { retry_after_s: Some(7) }
        );
        let offline = WalletError::Network(NetworkFailure {
            code: "network.offline",
            retry_after_s: Some(3),
        });
        assert_eq!(
            PermitCardError::from(offline),
            PermitCardError::Network {
                reason: "network.offline".to_owned(),
                retry_after_s: Some(3)
            }
        );
    }

    #[test]
    fn only_a_fault_becomes_internal() {
        let internal: Vec<_> = every_wallet_error()
            .into_iter()
            .map(PermitCardError::from)
            .filter(|error| matches!(error, PermitCardError::Internal { .. }))
            .collect();
        assert_eq!(internal, [PermitCardError::fault()]);
    }

    #[test]
    fn no_error_of_the_verifier_is_a_fault() {
        for error in CheckingError::ALL {
            let (code, crossed) = (error.code(), PermitCardError::from(error.clone()));
            assert_eq!(crossed.code(), code);
            assert!(!matches!(crossed, PermitCardError::Internal { .. }), "{code}");
        }
    }
}
