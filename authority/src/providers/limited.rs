//! A limit of time around every call of a provider, so that one that hangs is one that could not say anything.

use std::{sync::Arc, time::Duration};

use permitcard_protocol::registration::ClaimedNumber;

use super::{
    Check, CheckRef, CheckRequest, Checker, Environment, MessageToSend, Messenger, ProviderError, ProviderFuture,
    Providers, Register, RegisterRecord, StartedCheck,
};

impl Providers {
    /// The same providers, each call ended after `limit`.
    pub(crate) fn within(self, limit: Duration) -> Self {
        Self {
            register: Arc::new(Limited(self.register, limit)),
            messenger: Arc::new(Limited(self.messenger, limit)),
            documents: Arc::new(Limited(self.documents, limit)),
            faces: Arc::new(Limited(self.faces, limit)),
            bank_cards: Arc::new(Limited(self.bank_cards, limit)),
            sims: Arc::new(Limited(self.sims, limit)),
            senders: self.senders,
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

    fn find(&self, number: ClaimedNumber, now: i64) -> ProviderFuture<'_, Option<RegisterRecord>> {
        within(self.1, self.0.find(number, now))
    }
}

impl Messenger for Limited<dyn Messenger> {
    fn environment(&self) -> Environment {
        self.0.environment()
    }

    fn send(&self, message: MessageToSend) -> ProviderFuture<'_, ()> {
        within(self.1, self.0.send(message))
    }
}

impl Checker for Limited<dyn Checker> {
    fn environment(&self) -> Environment {
        self.0.environment()
    }

    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
        within(self.1, self.0.start(request))
    }

    fn result(&self, check: CheckRef) -> ProviderFuture<'_, Option<Check>> {
        within(self.1, self.0.result(check))
    }
}
