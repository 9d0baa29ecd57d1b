//! What the host does with a provider's software kit: run the check with the launch token, get a receipt.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::mac::hmac_sha256;
use permitcard_net::{Body, HttpClient, NetOptions, Request};
use permitcard_protocol::{
    ClientFile,
    registration::{Launch, SandboxCheckRequest, SandboxCheckResponse},
};

use crate::failure::{CliCode, Failure, Outcome};

/// Bytes of the secret of [`Kit`].
pub const SECRET_LEN: usize = 32;

/// The kit of the sandbox provider: one request over HTTPS, to where the launch says, with the authority's certificates.
///
/// A launch token works once. If this program is killed between the check and the wallet that stores its receipt, it asks
/// again with the same idempotency key and gets the same receipt. The key comes out of a secret of this device, so that
/// nobody else who has the token can ask for the receipt.
pub struct Kit {
    client: ClientFile,
    secret: [u8; SECRET_LEN],
}

impl Kit {
    /// For the authority of the client file, with the secret of this device.
    pub fn new(client: &ClientFile, secret: [u8; SECRET_LEN]) -> Outcome<Self> {
        Ok(Self {
            client: client.clone(),
            secret,
        })
    }

    /// Runs the check and returns the provider's receipt. It says nothing about the result, which goes from the provider
    /// to the authority.
    pub async fn run(&self, launch: &Launch) -> Outcome<String> {
        let (true, Some((origin, path))) = (launch.provider == "sandbox", split(&launch.url)) else {
            return Err(CliCode::ProviderUnknown.into());
        };
        let client = ClientFile {
            url: origin.to_owned(),
            ..self.client.clone()
        };
        let http = HttpClient::new(&client, NetOptions::default())?;
        let request = SandboxCheckRequest {
            token: launch.token.clone(),
        };
        let body = serde_json::to_string(&request).map_err(|_| Failure::from(CliCode::StartFailed))?;
        let key = URL_SAFE_NO_PAD.encode(hmac_sha256(&self.secret, &[launch.token.as_bytes()]));
        let response = http.send(&Request::post(path, Body::Json(body), key)).await?;
        Ok(response.json::<SandboxCheckResponse>()?.receipt)
    }
}

/// Origin and path of an HTTPS address.
fn split(url: &str) -> Option<(&str, &str)> {
    const SCHEME: &str = "https://";
    let rest = url.strip_prefix(SCHEME)?;
    url.split_at_checked(SCHEME.len() + rest.find('/').filter(|host| *host > 0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_split_before_its_path() {
        let split_of = |url| split(url).unwrap();
        assert_eq!(
            split_of("https://127.0.0.1:7/sandbox/check"),
            ("https://127.0.0.1:7", "/sandbox/check")
        );
        for wrong in ["http://127.0.0.1/x", "https://127.0.0.1", "https:///x", "/x", ""] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
    }
}
