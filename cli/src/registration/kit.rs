//! What the host does with a provider's software kit: run the check with the launch token, get a receipt.

use permitcard_net::{Body, HttpClient, NetOptions, Request};
use permitcard_protocol::{
    ClientFile,
    registration::{Launch, SandboxCheckRequest, SandboxCheckResponse},
};

use crate::failure::{CliCode, Failure, Outcome};

/// The kit of the sandbox provider: one request over HTTPS, at the authority's own address.
pub struct Kit {
    http: HttpClient,
}

impl Kit {
    /// For the authority of the client file.
    pub fn new(client: &ClientFile) -> Outcome<Self> {
        Ok(Self { http: HttpClient::new(client, NetOptions::default())? })
    }

    /// Runs the check and returns the provider's receipt. It says nothing about the result, which goes from the provider
    /// to the authority.
    pub async fn run(&self, launch: &Launch) -> Outcome<String> {
        let path = launch.url.strip_prefix(self.http.url()).filter(|path| path.starts_with('/'));
        let (true, Some(path)) = (launch.provider == "sandbox", path) else {
            return Err(CliCode::ProviderUnknown.into());
        };
        let request = SandboxCheckRequest { token: launch.token.clone() };
        let body = serde_json::to_string(&request).map_err(|_| Failure::from(CliCode::StartFailed))?;
        let response = self.http.send(&Request::post_harmless(path, Body::Json(body))).await?;
        Ok(response.json::<SandboxCheckResponse>()?.receipt)
    }
}
