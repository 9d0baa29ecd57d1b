use serde::{Deserialize, Serialize};

use super::{Layout, files};
use crate::AuthorityError;

/// The version of `config.json`.
const VERSION: u32 = 1;
/// The issuer's logical name (design 11): the trust list says where it is.
const SANDBOX_ISSUER: &str = "sandbox.example";

/// What the first start chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    version: u32,
    /// The port on the loopback interface.
    pub(crate) port: u16,
    /// The first start by the authority's clock, seconds since 1970: its keys count from then on.
    pub(crate) made_at: i64,
    /// The claim `iss` of everything that is signed.
    pub(crate) iss: String,
    /// The end of the server's TLS certificate, seconds since 1970.
    pub(crate) server_not_after: i64,
    /// The port that callers see, where it is another one; not kept, for it belongs to what stands in front.
    #[serde(skip)]
    pub(crate) public_port: Option<u16>,
}

impl Config {
    pub(crate) fn new(port: u16, made_at: i64, server_not_after: i64) -> Self {
        Self {
            version: VERSION,
            port,
            made_at,
            iss: SANDBOX_ISSUER.to_owned(),
            server_not_after,
            public_port: None,
        }
    }

    /// An address, not a name: it needs no resolver, and one that prefers IPv6 cannot lead elsewhere.
    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.public_port.unwrap_or(self.port))
    }

    /// The issuer as a URI, for forms that want one.
    pub(crate) fn issuer_uri(&self) -> String {
        format!("https://{}", self.iss)
    }

    /// The logical name of the list of beacon values.
    pub(crate) fn beacons_uri(&self) -> String {
        format!("https://{}/b", self.iss)
    }

    /// The logical name of a status list, 27 bytes for one digit.
    pub(crate) fn status_uri(&self, list: u32) -> String {
        format!("https://{}/s/{list}", self.iss)
    }

    /// The logical name of the list of status lists.
    pub(crate) fn aggregation_uri(&self) -> String {
        format!("https://{}/s", self.iss)
    }

    /// The logical name of the trust list.
    pub(crate) fn trust_uri(&self) -> String {
        format!("https://{}/t", self.iss)
    }

    pub(super) fn load(layout: &Layout) -> Result<Option<Self>, AuthorityError> {
        let Some(bytes) = files::read(&layout.config())? else {
            return Ok(None);
        };
        let version = serde_json::from_slice::<serde_json::Value>(&bytes)
            .ok()
            .and_then(|json| json.get("version")?.as_u64())
            .ok_or(AuthorityError::DataDamaged)?;
        if version > u64::from(VERSION) {
            return Err(AuthorityError::DataTooNew);
        }
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|_| AuthorityError::DataDamaged)
    }

    pub(super) fn store(&self, layout: &Layout) -> Result<(), AuthorityError> {
        let json = serde_json::to_string_pretty(self).map_err(|_| AuthorityError::DataUnusable)?;
        files::write_public(&layout.config(), json.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_lengths_of_the_figures() {
        let config = Config::new(4433, 0, 0);
        assert_eq!(config.iss.len(), 15);
        assert_eq!(config.status_uri(1).len(), 27);
    }

    #[test]
    fn frozen_and_guarded() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        let text =
            r#"{"version":1,"port":4433,"made_at":1700000000,"iss":"sandbox.example","server_not_after":1800000000}"#;
        std::fs::write(layout.config(), text).unwrap();
        assert_eq!(
            Config::load(&layout).unwrap(),
            Some(Config::new(4433, 1_700_000_000, 1_800_000_000))
        );
        std::fs::write(layout.config(), text.replace("version\":1", "version\":2")).unwrap();
        assert_eq!(Config::load(&layout), Err(AuthorityError::DataTooNew));
        std::fs::write(layout.config(), &text[1..]).unwrap();
        assert_eq!(Config::load(&layout), Err(AuthorityError::DataDamaged));
    }
}
