//! The sandbox's providers: one HTTPS service of its own on the loopback interface, which the authority reaches as it would
//! reach any other provider. It looks at nothing, and says what the last two digits of the claimed number tell it to
//! (`docs/sandbox.md`). Every result says that it is of the test environment.

mod checks;
mod deliver;
#[cfg(test)]
mod direct;
mod kit;
mod magic;
mod mailbox;
mod mistakes;
mod register;
mod service;

use std::{sync::Arc, time::Duration};

use permitcard_platform::Clock;

use super::{Environment, Sender, WebhookSecret, http::client::Client};
use crate::{AuthorityError, store::Store};
pub(crate) use checks::CheckRecord;
#[cfg(test)]
pub(crate) use direct::run_check;
pub(crate) use kit::run as run_kit;
pub(crate) use magic::{Magic, TABLE};
use mistakes::Mistakes;
pub use mistakes::SandboxMistakes;
pub(crate) use service::router;

/// The name of the sandbox's provider.
pub(crate) const PROVIDER: &str = "sandbox";
/// Below the service's origin: what providers serve.
pub(crate) const API: &str = "/provider";
/// How long one signed message may take.
const DELIVERY: Duration = Duration::from_secs(10);

/// The state of the service.
pub(crate) struct Sandbox {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    /// Its side of the secret, and the environment of all that it says.
    sender: Sender,
    mistakes: Mistakes,
    /// `https://127.0.0.1:PORT`
    origin: String,
    /// To the authority.
    webhooks: Client,
}

impl Sandbox {
    /// `origin`: where the service listens. `authority`: where signed messages go, with the roots to trust there.
    pub(crate) fn new(
        store: &Arc<Store>,
        clock: &Arc<dyn Clock>,
        secret: WebhookSecret,
        mistakes: SandboxMistakes,
        origin: String,
        (authority, ca): (&str, &str),
    ) -> Result<Arc<Self>, AuthorityError> {
        Ok(Arc::new(Self {
            store: Arc::clone(store),
            clock: Arc::clone(clock),
            sender: Sender {
                secret,
                environment: Environment::Test,
            },
            mistakes: Mistakes::new(mistakes),
            origin,
            webhooks: Client::new(authority, ca, DELIVERY)?,
        }))
    }

    fn now(&self) -> Result<i64, AuthorityError> {
        Ok(self.clock.now().map_err(|_| AuthorityError::ClockUnavailable)?.wall_s)
    }
}
