//! The token endpoint (RFC 6749, RFC 7636, RFC 9449).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    FormError,
    form::{self, Form},
};

/// The client's name; public clients have no secret.
pub const CLIENT_ID: &str = "permitcard";

/// A request to the token endpoint. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// With the authorization code of a finished registration.
    AuthorizationCode {
        /// The code.
        code: String,
        /// The PKCE verifier, 43 to 128 characters.
        code_verifier: String,
    },
    /// With the refresh token, which does not rotate.
    RefreshToken {
        /// The token.
        refresh_token: String,
    },
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenRequest { .. }")
    }
}

impl TokenRequest {
    /// The form body.
    pub fn to_form(&self) -> String {
        match self {
            Self::AuthorizationCode { code, code_verifier } => form::encode(&[
                ("grant_type", "authorization_code"),
                ("client_id", CLIENT_ID),
                ("code", code),
                ("code_verifier", code_verifier),
            ]),
            Self::RefreshToken { refresh_token } => form::encode(&[
                ("grant_type", "refresh_token"),
                ("client_id", CLIENT_ID),
                ("refresh_token", refresh_token),
            ]),
        }
    }

    /// Reads a form body.
    ///
    /// # Errors
    /// [`FormError`] for a missing, repeated or unreadable field.
    pub fn from_form(body: &[u8]) -> Result<Self, FormError> {
        let mut form = Form::parse(body)?;
        form.fixed("client_id", CLIENT_ID)?;
        match form.required("grant_type")?.as_str() {
            "authorization_code" => Ok(Self::AuthorizationCode {
                code: form.required("code")?,
                code_verifier: form.required("code_verifier")?,
            }),
            "refresh_token" => Ok(Self::RefreshToken {
                refresh_token: form.required("refresh_token")?,
            }),
            _ => Err(FormError::Invalid("grant_type")),
        }
    }
}

/// The answer of the token endpoint. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// Opaque, bound to the transport key.
    pub access_token: String,
    /// Always `DPoP`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: u32,
    /// Opaque, bound to the transport key, does not rotate; only in the answer to an authorization code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refresh_token: Option<String>,
    /// What may be asked for with the access token.
    pub authorization_details: Vec<GrantedDetail>,
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenResponse { .. }")
    }
}

/// One wanted credential (RFC 9396, OpenID4VCI 1.0, 5.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationDetail {
    /// Always `openid_credential`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The configuration, as the issuer metadata names it.
    pub credential_configuration_id: String,
}

/// The value of [`AuthorizationDetail::kind`].
pub const OPENID_CREDENTIAL: &str = "openid_credential";

/// One granted credential (OpenID4VCI 1.0, 6.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedDetail {
    /// Always `openid_credential`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The configuration.
    pub credential_configuration_id: String,
    /// The names to use in a credential request.
    pub credential_identifiers: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_read_back() {
        for request in [
            TokenRequest::AuthorizationCode {
                code: "c&=".into(),
                code_verifier: "v".into(),
            },
            TokenRequest::RefreshToken {
                refresh_token: "r".into(),
            },
        ] {
            assert!(TokenRequest::from_form(request.to_form().as_bytes()).unwrap() == request);
        }
        assert_eq!(
            TokenRequest::from_form(b"client_id=permitcard&grant_type=password").err(),
            Some(FormError::Invalid("grant_type"))
        );
    }
}
