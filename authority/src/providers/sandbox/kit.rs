//! What stands for a provider's kit on hosts that cannot speak HTTPS to it: one call to the service of a running authority.

use std::{thread, time::Duration};

use permitcard_protocol::{
    ErrorBody, WireCode, endpoints,
    registration::{SandboxCheckRequest, SandboxCheckResponse},
};
use reqwest::header::HeaderMap;

use crate::{
    AuthorityError,
    providers::http::client::{Client, read},
};

/// How long the call may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Carries out the check of a launch token at the service with this origin, and returns the receipt. Blocks, also inside of
/// a runtime.
///
/// # Errors
/// [`AuthorityError::LaunchRefused`] for a token that is unknown, used or too old; [`AuthorityError::NotRunning`] where
/// nobody answers.
pub(crate) fn run(origin: &str, ca: &str, launch_token: &str) -> Result<String, AuthorityError> {
    // A runtime must not be started inside of another one, so it gets a thread.
    thread::scope(|scope| {
        scope
            .spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map_err(|_| AuthorityError::DataUnusable)?;
                runtime.block_on(call(origin, ca, launch_token))
            })
            .join()
            .map_err(|_| AuthorityError::DataUnusable)?
    })
}

async fn call(origin: &str, ca: &str, launch_token: &str) -> Result<String, AuthorityError> {
    let client = Client::new(origin, ca, LIMIT)?;
    let request = SandboxCheckRequest {
        token: launch_token.to_owned(),
    };
    let body = serde_json::to_vec(&request).map_err(|_| AuthorityError::LaunchRefused)?;
    let (status, answer) = client
        .exchange(endpoints::SANDBOX_CHECK, HeaderMap::new(), body)
        .await
        .map_err(|_| AuthorityError::NotRunning)?;
    if status.is_success() {
        let response: SandboxCheckResponse = read(&answer).map_err(|_| AuthorityError::NotRunning)?;
        return Ok(response.receipt);
    }
    let refused: Option<ErrorBody> = read(&answer).ok();
    match refused.and_then(|body| body.code) {
        Some(WireCode::ReceiptRefused | WireCode::RequestMalformed) => Err(AuthorityError::LaunchRefused),
        _ => Err(AuthorityError::NotRunning),
    }
}
