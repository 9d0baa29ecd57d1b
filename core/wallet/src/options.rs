use std::path::PathBuf;
use std::time::Duration;

use permitcard_protocol::ClientFile;

/// Which cards a wallet takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Test cards only; every card of a sandbox carries `test: true`.
    Sandbox,
    /// Real cards only, and no keys in a plain file.
    Production,
}

/// How to open a wallet.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The wallet's folder; made if it is not there. The database is `wallet.db` inside.
    pub dir: PathBuf,
    /// Where the authority is and whom to trust.
    pub client: ClientFile,
    /// Which cards are taken.
    pub environment: Environment,
    /// How long a call of the key store or the clock may take; [`OpenOptions::CALL_TIMEOUT`] by default.
    pub call_timeout: Duration,
    /// Within so long after a sync another one answers the last report and asks nobody; [`OpenOptions::SYNC_INTERVAL`] by
    /// default, zero for no limit.
    pub sync_interval: Duration,
    /// The major version of the operating system, for the user agent: the authority's operator sees which systems are still
    /// in use. None by default.
    pub os_major: Option<u32>,
}

impl OpenOptions {
    /// The usual time limit: 90 s, for a prompt waits for a person.
    pub const CALL_TIMEOUT: Duration = Duration::from_secs(90);

    /// The usual distance of two syncs: 15 s.
    pub const SYNC_INTERVAL: Duration = Duration::from_secs(15);

    /// Options with the usual times.
    pub fn new(dir: PathBuf, client: ClientFile, environment: Environment) -> Self {
        Self {
            dir,
            client,
            environment,
            call_timeout: Self::CALL_TIMEOUT,
            sync_interval: Self::SYNC_INTERVAL,
            os_major: None,
        }
    }
}

/// What the wallet is doing, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// What the wallet holds, without personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
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
