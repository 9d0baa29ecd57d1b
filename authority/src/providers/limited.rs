//! A limit of time around every call of a provider, so that one that hangs is one that could not say anything.

use std::{sync::Arc, time::Duration};

use permitcard_protocol::registration::IdentityClaim;

use super::{
    CheckRequest, Checker, CodeSender, CodeToSend, Environment, ProviderError, ProviderFuture, Providers, Register,
    RegisterMatch, StartedCheck,
};

impl Providers {
    /// The same providers, each call ended after `limit`.
    pub(crate) fn within(self, limit: Duration) -> Self {
        Self {
            register: Arc::new(Limited(self.register, limit)),
            codes: Arc::new(Limited(self.codes, limit)),
            documents: Arc::new(Limited(self.documents, limit)),
            faces: Arc::new(Limited(self.faces, limit)),
        }
    }
}

struct Limited<P: ?Sized>(Arc<P>, Duration);

fn within<'a, T: 'a>(limit: Duration, call: ProviderFuture<'a, T>) -> ProviderFuture<'a, T> {
    Box::pin(async move { tokio::time::timeout(limit, call).await.map_err(|_| ProviderError)? })
}

impl Register for Limited<dyn Register> {
    fn environment(&self) -> Environment {
        self.0.environment()
    }

    fn find(&self, claim: IdentityClaim, now: i64) -> ProviderFuture<'_, Option<RegisterMatch>> {
        within(self.1, self.0.find(claim, now))
    }
}

impl CodeSender for Limited<dyn CodeSender> {
    fn environment(&self) -> Environment {
        self.0.environment()
    }

    fn send(&self, code: CodeToSend) -> ProviderFuture<'_, ()> {
        within(self.1, self.0.send(code))
    }
}

impl Checker for Limited<dyn Checker> {
    fn environment(&self) -> Environment {
        self.0.environment()
    }

    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
        within(self.1, self.0.start(request))
    }
}
