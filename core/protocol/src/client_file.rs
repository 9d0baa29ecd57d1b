//! `client.json`: the one configuration that wallet, verifier and all tests take (design 10).

use permitcard_credential::cose::Jwk;
use serde::{Deserialize, Serialize};

use crate::limits;

/// Where the authority is and whom to trust. Given to the app out of band, never fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientFile {
    /// `https://host:port` without a path.
    pub url: String,
    /// The certificates that may sign the authority's TLS certificate, PEM, one or more.
    pub ca: String,
    /// The root key that signs the trust list, P-384.
    pub root_key: Jwk,
}

/// Why a client file was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientFileError {
    /// Longer than [`limits::CLIENT_FILE`].
    #[error("the client file is too long")]
    TooLong,
    /// No JSON of the expected members.
    #[error("the client file is not the expected JSON")]
    Malformed,
    /// The URL is not `https://` with a host and without a path.
    #[error("the client file's url is not an https origin")]
    UrlInvalid,
}

impl ClientFileError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "client.file_too_long",
            Self::Malformed => "client.file_malformed",
            Self::UrlInvalid => "client.url_invalid",
        }
    }

    /// Every code of this enum.
    pub const ALL: &'static [Self] = &[Self::TooLong, Self::Malformed, Self::UrlInvalid];
}

impl ClientFile {
    /// Reads a client file.
    ///
    /// # Errors
    /// [`ClientFileError`] when it is too long, malformed, or names no https origin.
    pub fn parse(json: &[u8]) -> Result<Self, ClientFileError> {
        if json.len() > limits::CLIENT_FILE {
            return Err(ClientFileError::TooLong);
        }
        let file: Self = serde_json::from_slice(json).map_err(|_| ClientFileError::Malformed)?;
        let host = file.url.strip_prefix("https://").ok_or(ClientFileError::UrlInvalid)?;
        if host.is_empty() || host.contains(['/', '?', '#', '@']) {
            return Err(ClientFileError::UrlInvalid);
        }
        Ok(file)
    }

    /// The file's JSON, for people to read.
    pub fn to_json(&self) -> String {
        // A struct of strings always serialises.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
