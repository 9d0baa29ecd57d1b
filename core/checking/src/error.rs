use permitcard_credential::{
    cose::CoseError,
    snapshot::{RootsError, SnapshotError},
    verdict::VerdictError,
};
use permitcard_net::NetError;
use permitcard_platform::{ClockError, KeyError};
use permitcard_vault::{OpenError, VaultError};

/// Why the verifier did not do as asked. Carries no input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckingError {
    /// There is no snapshot yet: fetch or import one first.
    #[error("there is no snapshot yet")]
    SnapshotMissing,
    /// The snapshot's trust list has a lower serial than one that was taken before.
    #[error("the snapshot is older than the one before")]
    SerialRolledBack,
    /// A list of the snapshot is older than the same list that was taken before.
    #[error("a list of the snapshot is older than the one before")]
    ListRolledBack,
    /// The snapshot is of a root key that a snapshot before replaced, and does not lead to the new one.
    #[error("the snapshot is of a root key that was replaced")]
    RootRolledBack,
    /// The root key of the client file cannot be used.
    #[error("the root key of the client file cannot be used")]
    RootKeyInvalid,
    /// An audience of a request has 1 to 8 bytes, without control characters.
    #[error("the audience cannot be one")]
    AudienceInvalid,
    /// The portrait is for hospital, police and service window.
    #[error("this kind of verifier may not ask for the portrait")]
    PortraitNotAllowed,
    /// The text is no presentation.
    #[error(transparent)]
    Verdict(#[from] VerdictError),
    /// The snapshot was refused.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The host's key store.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The host's clock.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// The network.
    #[error(transparent)]
    Net(#[from] NetError),
}

impl CheckingError {
    /// The stable code: of this crate (`checking.…`), or of what failed beneath.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SnapshotMissing => "checking.snapshot_missing",
            Self::SerialRolledBack => "checking.serial_rolled_back",
            Self::ListRolledBack => "checking.list_rolled_back",
            Self::RootRolledBack => "checking.root_rolled_back",
            Self::RootKeyInvalid => "checking.root_key_invalid",
            Self::AudienceInvalid => "checking.audience_invalid",
            Self::PortraitNotAllowed => "checking.portrait_not_allowed",
            Self::Verdict(error) => error.code(),
            Self::Snapshot(error) => error.code(),
            Self::Vault(error) => error.code(),
            Self::Keys(error) => error.code(),
            Self::Clock(error) => error.code(),
            Self::Net(error) => error.code(),
        }
    }

    /// Every code of its own, for the table of `docs/protocol.md`.
    pub const ALL: &'static [Self] = &[
        Self::SnapshotMissing,
        Self::SerialRolledBack,
        Self::ListRolledBack,
        Self::RootRolledBack,
        Self::RootKeyInvalid,
        Self::AudienceInvalid,
        Self::PortraitNotAllowed,
    ];
}

impl From<OpenError> for CheckingError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Vault(error) => Self::Vault(error),
            OpenError::Keys(error) => Self::Keys(error),
            // The enum may grow; what it grows by comes from the vault.
            _ => Self::Vault(VaultError::Io),
        }
    }
}

impl From<CoseError> for CheckingError {
    fn from(_: CoseError) -> Self {
        Self::RootKeyInvalid
    }
}

impl From<RootsError> for CheckingError {
    fn from(error: RootsError) -> Self {
        match error {
            RootsError::Snapshot(error) => Self::Snapshot(error),
            RootsError::Replaced => Self::RootRolledBack,
        }
    }
}
