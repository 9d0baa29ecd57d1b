use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use permitcard_platform::{Clock, SystemClock};

use crate::{AttestationPolicy, ClientVersion, Limits, SandboxMistakes};

/// How an authority starts.
#[derive(Clone)]
pub struct AuthorityOptions {
    /// Where port, names, keys and database are kept; made at the first start.
    pub data_dir: PathBuf,
    /// The port on the loopback interface. `None`: the kept one, or at the first start a free one.
    pub port: Option<u16>,
    /// The port that callers see on the loopback interface, where something stands in front of this server and hands bytes on.
    /// `None`: the port itself.
    pub public_port: Option<u16>,
    /// The clock for everything but TLS certificates, which follow the clock of the machine.
    pub clock: Arc<dyn Clock>,
    /// Writes one line a request to standard error: method, route template, status, milliseconds; never a value.
    pub access_log: bool,
    /// How long a provider (register, messages, checks) may take to answer one call. Whoever takes longer is unavailable for
    /// that call.
    pub provider_timeout: Duration,
    /// How often the sandbox's checks are wrong; never by default.
    pub sandbox_mistakes: SandboxMistakes,
    /// How often one may try.
    pub limits: Limits,
    /// How long an answer of the authorization challenge endpoint is held at least, give or take a random fifth of it, so that
    /// its time tells nothing. Zero: not at all. `authority serve` takes [`AuthorityOptions::REPLY_FLOOR`].
    pub reply_floor: Duration,
    /// What is asked of the keys that credentials are bound to.
    pub attestation: AttestationPolicy,
    /// How long a wallet waits before it asks again about an application that is being decided (OpenID4VCI 1.0, 9.2), in whole
    /// seconds, at least one.
    pub ask_again: Duration,
    /// The oldest version of our own client that is served; older ones get `protocol.update_required`. `None`: all are.
    pub least_client: Option<ClientVersion>,
}

/// The usual [`AuthorityOptions::provider_timeout`].
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(20);
/// The usual [`AuthorityOptions::ask_again`]. Decisions take days (domain facts, 6, row 23); an hour is soon enough.
const ASK_AGAIN: Duration = Duration::from_secs(3_600);

impl AuthorityOptions {
    /// What a server that strangers reach should hold its answers for: 250 ms.
    pub const REPLY_FLOOR: Duration = Duration::from_millis(250);

    /// The usual options: the kept or a free port, the clock of the machine, no access log, 20 s for a provider, an
    /// hour between two questions about an application, the usual limits. Answers are not held: set
    /// [`AuthorityOptions::reply_floor`] where strangers may call.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            port: None,
            public_port: None,
            clock: Arc::new(SystemClock),
            access_log: false,
            provider_timeout: PROVIDER_TIMEOUT,
            sandbox_mistakes: SandboxMistakes::default(),
            limits: Limits::default(),
            reply_floor: Duration::ZERO,
            attestation: AttestationPolicy::default(),
            ask_again: ASK_AGAIN,
            least_client: None,
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
