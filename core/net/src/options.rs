use std::time::Duration;

/// How long the client waits and how often it tries. The default is what phones use; tests take shorter times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetOptions {
    /// The `User-Agent` header: `app/core-version (os major)`, without model or locale. Visible ASCII and spaces. By default
    /// without the major version.
    pub user_agent: String,
    /// For DNS, TCP and TLS together.
    pub connect_timeout: Duration,
    /// For each read of the answer.
    pub read_timeout: Duration,
    /// For one attempt as a whole, body included.
    pub total_timeout: Duration,
    /// How failed attempts are repeated.
    pub retry: RetryOptions,
}

impl NetOptions {
    /// What phones use, with the system's major version, which only the host knows, in the user agent.
    pub fn for_host(os_major: Option<u32>) -> Self {
        Self {
            user_agent: Self::user_agent(os_major),
            ..Self::default()
        }
    }

    /// The user agent of this core on this system.
    fn user_agent(os_major: Option<u32>) -> String {
        let (version, os) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS);
        match os_major {
            Some(major) => format!("permitcard/{version} ({os} {major})"),
            None => format!("permitcard/{version} ({os})"),
        }
    }
}

impl Default for NetOptions {
    fn default() -> Self {
        Self {
            user_agent: Self::user_agent(None),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(15),
            total_timeout: Duration::from_secs(30),
            retry: RetryOptions::default(),
        }
    }
}

/// Exponential waiting with jitter between attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryOptions {
    /// Attempts in all, the first one included; 1 never repeats.
    pub attempts: usize,
    /// The first pause, before jitter.
    pub min_delay: Duration,
    /// The longest pause, before jitter.
    pub max_delay: Duration,
    /// No attempt begins later than this after the first one. A longer `Retry-After` ends the call, and the error names it.
    pub budget: Duration,
}

impl Default for RetryOptions {
    fn default() -> Self {
        Self {
            attempts: 4,
            min_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
            budget: Duration::from_secs(60),
        }
    }
}
