use crate::{cose::CoseError, status::StatusError};

/// Why a snapshot or a trust list was refused. Carries no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// More bytes, items or status entries than allowed.
    #[error("the snapshot is too large")]
    TooLarge,
    /// An item is no COSE_Sign1, or a trust list's structure is not the expected one.
    #[error(transparent)]
    Cose(#[from] CoseError),
    /// A status list that a listed key signed cannot be read.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// An item of a kind that is unknown here, or at a place where it does not belong.
    #[error("the snapshot has an item that is not expected there")]
    ItemUnexpected,
    /// No trust list in the file.
    #[error("the snapshot has no trust list")]
    TrustListMissing,
    /// The trust list, or a change of root, is not signed by the root key that was given.
    #[error("the trust list is not signed by the expected root key")]
    RootSignatureInvalid,
    /// A change of root names another key than the trust list before it announced.
    #[error("the new root key is not the announced one")]
    RootUnannounced,
    /// Claims of the trust list are missing, contradict each other, or go beyond a limit.
    #[error("the trust list does not hold the expected claims")]
    TrustListInvalid,
    /// A later trust list of the file has no higher serial.
    #[error("the serials of the trust lists do not rise")]
    SerialNotRising,
    /// Two status list tokens for one list, or two lists of beacon values for one issuer.
    #[error("the snapshot has two tokens for one list")]
    Duplicate,
    /// Beacon values are missing, not in the order of their times, doubled, or later than their list.
    #[error("the list of beacon values does not hold what it should")]
    BeaconsInvalid,
    /// Issued in the future: this clock, or the authority's, is wrong.
    #[error("the snapshot was issued in the future")]
    FromFuture,
}

impl SnapshotError {
    /// The stable code, `snapshot.snake_case`, or that of the error inside.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "snapshot.too_large",
            Self::Cose(error) => error.code(),
            Self::Status(error) => error.code(),
            Self::ItemUnexpected => "snapshot.item_unexpected",
            Self::TrustListMissing => "snapshot.trust_list_missing",
            Self::RootSignatureInvalid => "snapshot.root_signature_invalid",
            Self::RootUnannounced => "snapshot.root_unannounced",
            Self::TrustListInvalid => "snapshot.trust_list_invalid",
            Self::SerialNotRising => "snapshot.serial_not_rising",
            Self::Duplicate => "snapshot.duplicate",
            Self::BeaconsInvalid => "snapshot.beacons_invalid",
            Self::FromFuture => "snapshot.from_future",
        }
    }

    /// Every code of its own.
    pub const ALL: &'static [Self] = &[
        Self::TooLarge,
        Self::ItemUnexpected,
        Self::TrustListMissing,
        Self::RootSignatureInvalid,
        Self::RootUnannounced,
        Self::TrustListInvalid,
        Self::SerialNotRising,
        Self::Duplicate,
        Self::BeaconsInvalid,
        Self::FromFuture,
    ];
}
