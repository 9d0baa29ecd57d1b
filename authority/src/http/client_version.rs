//! Which versions of the app are still served. A version that speaks the protocol wrong is told so, instead of being
//! answered with what it cannot read (OWASP MASVS 2, CODE-2).

use std::{fmt, str::FromStr};

use axum::http::{HeaderMap, header::USER_AGENT};
use permitcard_protocol::WireCode;

/// The product that our own client names in its user agent. Wallets of other people name another one and are not judged.
const PRODUCT: &str = "permitcard/";

/// A version of the core that apps are built on: `major.minor.patch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientVersion {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number.
    pub patch: u32,
}

impl fmt::Display for ClientVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// This is no version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a version is three numbers with points between, such as 1.2.3")]
pub struct NoVersion;

impl FromStr for ClientVersion {
    type Err = NoVersion;

    /// Reads `1.2.3`. What follows a `-` or `+` is left out: a preview counts as what it previews (Semantic Versioning 2.0.0).
    fn from_str(text: &str) -> Result<Self, NoVersion> {
        let mut numbers = text.split(['-', '+']).next().unwrap_or_default().split('.');
        let mut number = || numbers.next().and_then(|part| part.parse().ok()).ok_or(NoVersion);
        let version = Self {
            major: number()?,
            minor: number()?,
            patch: number()?,
        };
        if numbers.next().is_some() {
            return Err(NoVersion);
        }
        Ok(version)
    }
}

/// Refuses what is older than `least`. Our own client with a version that cannot be read is refused as well.
pub(super) fn check(headers: &HeaderMap, least: Option<ClientVersion>) -> Result<(), WireCode> {
    let Some(least) = least else { return Ok(()) };
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Some(named) = agent.split(' ').find_map(|part| part.strip_prefix(PRODUCT)) else {
        return Ok(());
    };
    match named.parse::<ClientVersion>() {
        Ok(version) if version >= least => Ok(()),
        _ => Err(WireCode::UpdateRequired),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(agent: &str) -> bool {
        let headers = HeaderMap::from_iter([(USER_AGENT, agent.parse().unwrap())]);
        check(&headers, Some("1.4.2".parse().unwrap())).is_ok()
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        for (agent, good) in [
            ("permitcard/1.4.2", true),
            ("permitcard/1.4.10", true),
            ("permitcard/1.10.0", true),
            ("permitcard/2.0.0 (android 16)", true),
            ("worker-app/7.1 permitcard/1.4.2", true),
            ("permitcard/1.4.2-preview.1", true),
            ("permitcard/1.4.1", false),
            ("permitcard/1.3.99 (ios 19)", false),
            ("permitcard/0.9.9", false),
            ("worker-app/7.1.0 permitcard/1.0.0", false),
            ("permitcard/1.4", false),
            ("permitcard/1.4.2.1", false),
            ("permitcard/new", false),
            ("permitcard/99999999999.0.0", false),
            ("another-wallet/0.1.0", true),
            ("", true),
        ] {
            assert_eq!(judged(agent), good, "{agent}");
        }
        assert!(check(&HeaderMap::new(), None).is_ok());
        let headers = HeaderMap::from_iter([(USER_AGENT, "permitcard/0.0.1".parse().unwrap())]);
        assert!(check(&headers, None).is_ok());
    }

    #[test]
    fn a_version_reads_back() {
        let version: ClientVersion = "1.20.3".parse().unwrap();
        assert_eq!(version.to_string(), "1.20.3");
        for text in ["", "1", "1.2", "1.2.3.4", "1.2.x", "-1.2.3", "a"] {
            assert_eq!(text.parse::<ClientVersion>(), Err(NoVersion), "{text}");
        }
    }
}
