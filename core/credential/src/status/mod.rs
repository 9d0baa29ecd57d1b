//! Status lists (draft-ietf-oauth-status-list): whether a credential is still good, for many credentials at once.
//!
//! [`StatusList`] is the packed array, [`StatusToken`] the signed CWT or JWT around it. Lists are inflated once, within a
//! fixed limit, and a look-up is one index afterwards.

mod error;
mod inflate;
mod jwt;
mod list;
mod token;

pub use error::StatusError;
#[cfg(test)]
pub(crate) use inflate::deflate;
pub(crate) use inflate::inflate;
pub use jwt::{MAX_JWT, SignedStatusJwt, UnsignedStatusJwt};
pub use list::{MAX_ENTRIES, StatusBits, StatusList};
use token::MAX_URI;
pub use token::{MAX_TOKEN, SignedStatusToken, StatusToken};

/// What a status list says about one credential (draft-ietf-oauth-status-list 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// 0: good.
    Valid,
    /// 1: revoked for good.
    Invalid,
    /// 2: not good for the moment.
    Suspended,
    /// Any other value: 3 is [`EMPLOYER_CHANGE_PENDING`](Self::EMPLOYER_CHANGE_PENDING), the rest means nothing to this product.
    Application(u8),
}

impl Status {
    /// 3, which the draft leaves to applications (7.1): the permit is good, and a change of employer is being decided.
    pub const EMPLOYER_CHANGE_PENDING: Self = Self::Application(3);

    /// The status behind a value of the list.
    pub fn from_value(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            other => Self::Application(other),
        }
    }

    /// The value in the list.
    pub fn value(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
            Self::Application(other) => other,
        }
    }
}
