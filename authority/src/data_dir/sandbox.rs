use serde::{Deserialize, Serialize};

use super::{Layout, files};
use crate::{AuthorityError, providers::WebhookSecret};

/// The file that says where the sandbox's service is.
const FILE: &str = "sandbox.json";
/// The secret between the service and the authority.
const SECRET: &str = "sandbox-provider.secret";
/// The version of `sandbox.json`.
const VERSION: u32 = 1;

/// Where the sandbox's service of providers listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SandboxFile {
    version: u32,
    /// The port on the loopback interface.
    pub(crate) port: u16,
}

impl SandboxFile {
    pub(crate) fn new(port: u16) -> Self {
        Self { version: VERSION, port }
    }

    /// The same form as the authority's own URL.
    pub(crate) fn origin(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// What the last start kept.
    pub(crate) fn load(layout: &Layout) -> Result<Option<Self>, AuthorityError> {
        let Some(text) = layout.read_text(FILE)? else {
            return Ok(None);
        };
        let file: Self = serde_json::from_str(&text).map_err(|_| AuthorityError::DataDamaged)?;
        if file.version == VERSION {
            Ok(Some(file))
        } else {
            Err(AuthorityError::DataTooNew)
        }
    }

    pub(super) fn store(self, layout: &Layout) -> Result<(), AuthorityError> {
        let json = serde_json::to_string_pretty(&self).map_err(|_| AuthorityError::DataUnusable)?;
        files::write_public(&layout.certificate(FILE), json.as_bytes())
    }
}

/// The kept secret, or a new one where the service never ran here.
pub(super) fn secret(layout: &Layout) -> Result<WebhookSecret, AuthorityError> {
    let path = layout.key(SECRET);
    if let Some(bytes) = files::read(&path)? {
        let text = String::from_utf8(bytes).map_err(|_| AuthorityError::DataDamaged)?;
        return WebhookSecret::from_text(&text).ok_or(AuthorityError::DataDamaged);
    }
    // A secret that was lost is damage, never a reason to make another.
    if SandboxFile::load(layout)?.is_some() {
        return Err(AuthorityError::DataDamaged);
    }
    let secret = WebhookSecret::generate().map_err(|_| AuthorityError::CryptoFailed)?;
    files::write_private(&path, secret.to_text().as_bytes())?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_frozen_and_guarded() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        assert_eq!(SandboxFile::load(&layout), Ok(None));
        std::fs::write(dir.path().join(FILE), r#"{"version":1,"port":4434}"#).unwrap();
        assert_eq!(SandboxFile::load(&layout), Ok(Some(SandboxFile::new(4434))));
        std::fs::write(dir.path().join(FILE), r#"{"version":2,"port":4434}"#).unwrap();
        assert_eq!(SandboxFile::load(&layout), Err(AuthorityError::DataTooNew));
        std::fs::write(dir.path().join(FILE), "{").unwrap();
        assert_eq!(SandboxFile::load(&layout), Err(AuthorityError::DataDamaged));
    }

    #[test]
    fn the_secret_is_kept_and_a_lost_one_is_damage() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("keys")).unwrap();
        let layout = Layout::new(dir.path());
        let first = secret(&layout).ok().unwrap();
        SandboxFile::new(1).store(&layout).unwrap();
        assert_eq!(
            secret(&layout).ok().unwrap().to_text().as_str(),
            first.to_text().as_str()
        );
        std::fs::remove_file(layout.key(SECRET)).unwrap();
        assert_eq!(secret(&layout).err(), Some(AuthorityError::DataDamaged));
    }
}
