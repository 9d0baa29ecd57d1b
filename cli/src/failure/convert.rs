//! From the errors of other crates.

use permitcard_authority::AuthorityError;
use permitcard_checking::CheckingError;
use permitcard_credential::qr::QrError;
use permitcard_net::NetError;
use permitcard_platform::{ClockError, KeyError};
use permitcard_protocol::{WireCode, client_file::ClientFileError};
use permitcard_wallet::{StateCode, StepFailure, StepView, WalletError};

use super::{Exit, Failure};

impl From<WalletError> for Failure {
    fn from(error: WalletError) -> Self {
        let exit = match &error {
            WalletError::InvalidInput(_) | WalletError::NotRegistered => Exit::Usage,
            WalletError::Refused(refusal) => return refused(refusal.code, None, refusal.retry_after_s),
            WalletError::Distrusted(_) | WalletError::Cancelled => Exit::Refused,
            WalletError::WrongState(StateCode::CardRevoked | StateCode::CardExpired) => Exit::Refused,
            WalletError::WrongState(StateCode::CardSuperseded | StateCode::TimeUnknown | StateCode::ExportMissing) => {
                Exit::Later
            }
            WalletError::WrongState(_) => Exit::Usage,
            _ => Exit::Later,
        };
        Self::of(exit, error.code())
    }
}

/// What the authority said. What is down, too often or not decided yet may turn out well without a change.
pub fn refused(code: WireCode, tries_left: Option<u32>, retry_after_s: Option<u32>) -> Failure {
    let exit = match code {
        WireCode::CheckUnavailable
        | WireCode::CodeResendTooSoon
        | WireCode::TooManyStarts
        | WireCode::TooManyRequests
        | WireCode::IdempotencyInFlight
        | WireCode::IssuancePending
        | WireCode::Internal => Exit::Later,
        _ => Exit::Refused,
    };
    let mut failure = Failure::of(exit, code.code());
    if let Some(tries) = tries_left {
        failure = failure.with("tries", tries);
    }
    if let Some(seconds) = retry_after_s {
        failure = failure.with("seconds", seconds);
    }
    failure
}

/// A step of a registration that did not pass, with the other ways that are open.
pub fn not_passed(step: &StepView, failure: &StepFailure) -> Failure {
    Failure {
        name_advice: failure.name_advice.clone().into(),
        ..refused(failure.code, failure.tries_left, failure.retry_after_s).other_ways(step, failure.step)
    }
}

impl From<NetError> for Failure {
    fn from(error: NetError) -> Self {
        let exit = if error.is_definitive() {
            Exit::Refused
        } else {
            Exit::Later
        };
        Self::of(exit, error.code())
    }
}

impl From<CheckingError> for Failure {
    fn from(error: CheckingError) -> Self {
        let code = error.code();
        let exit = match error {
            CheckingError::Net(error) => return error.into(),
            CheckingError::Verdict(_)
            | CheckingError::Snapshot(_)
            | CheckingError::SerialRolledBack
            | CheckingError::ListRolledBack => Exit::Refused,
            CheckingError::SnapshotMissing
            | CheckingError::RootKeyInvalid
            | CheckingError::AudienceInvalid
            | CheckingError::PortraitNotAllowed => Exit::Usage,
            _ => Exit::Later,
        };
        Self::of(exit, code)
    }
}

impl From<ClientFileError> for Failure {
    fn from(error: ClientFileError) -> Self {
        Self::of(Exit::Usage, error.code())
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::of(Exit::Later, error.code())
    }
}

impl From<ClockError> for Failure {
    fn from(error: ClockError) -> Self {
        Self::of(Exit::Later, error.code())
    }
}

impl From<QrError> for Failure {
    fn from(error: QrError) -> Self {
        Self::of(Exit::Refused, error.code())
    }
}

impl From<AuthorityError> for Failure {
    fn from(error: AuthorityError) -> Self {
        let exit = match error.exit_code() {
            1 => Exit::Refused,
            2 => Exit::Usage,
            _ => Exit::Later,
        };
        Self::of(exit, error.code())
    }
}
