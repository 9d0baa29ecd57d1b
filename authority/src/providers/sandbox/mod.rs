//! The sandbox's providers. They run on this machine, look at nothing, and say what the last two digits of the permit
//! number tell them to (`docs/sandbox.md`).

mod checks;
mod codes;
mod magic;
mod register;

use std::sync::Arc;

use permitcard_protocol::{
    WireCode,
    registration::{SandboxCheckRequest, SandboxCheckResponse},
};

use super::Providers;
use crate::{
    AuthorityError,
    http::{Call, Fault, Reply, within_limits},
    store::{Store, Tx},
};
pub(crate) use checks::run_check;
pub(crate) use magic::{Magic, TABLE};

/// The name of every sandbox provider.
pub(crate) const PROVIDER: &str = "sandbox";

impl Providers {
    /// The sandbox's providers over the authority's own database. `check_url`: where the stand-in for a provider's kit
    /// connects to.
    pub(crate) fn sandbox(store: &Arc<Store>, check_url: &str) -> Self {
        let checker = Arc::new(checks::SandboxChecker {
            store: Arc::clone(store),
            url: check_url.to_owned(),
        });
        Self {
            register: Arc::new(register::SandboxRegister {
                store: Arc::clone(store),
            }),
            codes: Arc::new(codes::SandboxMailbox {
                store: Arc::clone(store),
            }),
            documents: checker.clone(),
            faces: checker,
        }
    }
}

/// Runs blocking database work for an asynchronous caller.
async fn blocking<T: Send + 'static>(
    store: &Arc<Store>,
    work: impl FnOnce(&Store) -> Result<T, AuthorityError> + Send + 'static,
) -> Result<T, super::ProviderError> {
    let store = Arc::clone(store);
    tokio::task::spawn_blocking(move || work(&store))
        .await
        .map_err(|_| super::ProviderError)?
        .map_err(|_| super::ProviderError)
}

/// `POST /sandbox/check`: what a provider's kit does on the holder's phone, in one request. Takes a launch token, gives
/// a receipt, never a result.
pub(crate) fn check_endpoint(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let request: SandboxCheckRequest = serde_json::from_slice(&call.body).map_err(|_| WireCode::RequestMalformed)?;
    if !within_limits(&[&request.token]) {
        return Err(WireCode::RequestMalformed.into());
    }
    match checks::run_in(tx, &request.token, call.now) {
        Ok(receipt) => Ok(Reply::json(200, &SandboxCheckResponse { receipt })),
        Err(AuthorityError::LaunchRefused) => Err(WireCode::ReceiptRefused.into()),
        Err(error) => Err(error.into()),
    }
}
