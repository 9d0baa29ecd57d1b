use std::time::Duration;

use permitcard_protocol::ClientFile;
use permitcard_wallet as core;

use crate::PermitCardError;

/// Which cards a wallet takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Environment {
    /// Test cards only; every card of a sandbox says so to every verifier.
    Sandbox,
    /// Real cards only.
    Production,
}

impl From<Environment> for core::Environment {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Sandbox => Self::Sandbox,
            Environment::Production => Self::Production,
        }
    }
}

impl From<core::Environment> for Environment {
    fn from(environment: core::Environment) -> Self {
        match environment {
            core::Environment::Sandbox => Self::Sandbox,
            core::Environment::Production => Self::Production,
        }
    }
}

/// How to open a wallet or a verifier.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OpenOptions {
    /// The folder for the files; made if it is not there. Wallet and verifier may share one.
    pub dir: String,
    /// The authority's `client.json`: where it is and whom to trust. Comes with the app, is never fetched.
    pub client_file: String,
    /// Which cards are taken.
    pub environment: Environment,
    /// Seconds that one call of the key store may take. 90 by default, for a prompt waits for a person.
    #[uniffi(default = 90)]
    pub call_timeout_s: u32,
    /// Within so many seconds after a sync another one answers the last report and asks nobody. 15 by default, 0 for no limit.
    #[uniffi(default = 15)]
    pub sync_interval_s: u32,
    /// The major version of the operating system, such as 16 for Android 16. It stands in the user agent with the system's
    /// name, and nothing else of the device.
    #[uniffi(default = None)]
    pub os_major: Option<u32>,
}

impl OpenOptions {
    /// The options as the core takes them.
    ///
    /// # Errors
    /// [`PermitCardError::InvalidInput`] for a client file that cannot be used.
    pub(crate) fn into_core(self) -> Result<core::OpenOptions, PermitCardError> {
        let Self {
            dir,
            client_file,
            environment,
            call_timeout_s,
            sync_interval_s,
            os_major,
        } = self;
        Ok(core::OpenOptions {
            dir: dir.into(),
            client: ClientFile::parse(client_file.as_bytes())?,
            environment: environment.into(),
            call_timeout: Duration::from_secs(call_timeout_s.into()),
            sync_interval: Duration::from_secs(sync_interval_s.into()),
            os_major,
        })
    }
}

/// What the wallet is doing, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Phase {
    /// Nothing here: start a registration.
    Empty,
    /// A registration runs.
    Registering,
    /// The registration is finished, the card is not here yet: fetch it.
    ReadyToFetch,
    /// There is a card.
    Ready,
}

impl From<core::Phase> for Phase {
    fn from(phase: core::Phase) -> Self {
        match phase {
            core::Phase::Empty => Self::Empty,
            core::Phase::Registering => Self::Registering,
            core::Phase::ReadyToFetch => Self::ReadyToFetch,
            core::Phase::Ready => Self::Ready,
        }
    }
}

/// What the wallet holds, without personal data.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct WalletState {
    /// What it is doing.
    pub phase: Phase,
    /// Which cards it takes.
    pub environment: Environment,
    /// Stored requests that the authority has not answered yet.
    pub unanswered: u32,
    /// The last time that the authority gave, seconds since 1970.
    pub last_contact_at: Option<i64>,
}

impl From<core::WalletState> for WalletState {
    fn from(state: core::WalletState) -> Self {
        let core::WalletState {
            phase,
            environment,
            unanswered,
            last_contact_at,
        } = state;
        Self {
            phase: phase.into(),
            environment: environment.into(),
            unanswered,
            last_contact_at,
        }
    }
}
