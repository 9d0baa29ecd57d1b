use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use permitcard_platform::{Clock, SystemClock};

/// How an authority starts.
#[derive(Clone)]
pub struct AuthorityOptions {
    /// Where port, names, keys and database are kept; made at the first start.
    pub data_dir: PathBuf,
    /// The port on the loopback interface. `None`: the kept one, or at the first start a free one.
    pub port: Option<u16>,
    /// The clock for everything but TLS certificates, which follow the clock of the machine.
    pub clock: Arc<dyn Clock>,
    /// Writes one line a request to standard error: method, route template, status, milliseconds; never a value.
    pub access_log: bool,
    /// How long a provider (register, code sender, document check, face check) may take to answer one call. Whoever takes
    /// longer is unavailable for that call.
    pub provider_timeout: Duration,
}

/// The usual [`AuthorityOptions::provider_timeout`].
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(20);

impl AuthorityOptions {
    /// The usual options: the kept or a free port, the clock of the machine, no access log, 20 s for a provider.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            port: None,
            clock: Arc::new(SystemClock),
            access_log: false,
            provider_timeout: PROVIDER_TIMEOUT,
        }
    }
}

impl fmt::Debug for AuthorityOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorityOptions")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
