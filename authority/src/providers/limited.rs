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
            // Asked by a job that waits for nobody; their client ends each call by itself.
            erasers: self.erasers,
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::providers::CheckKind;

    struct Fake(Environment);

    impl Register for Fake {
        fn environment(&self) -> Environment {
            self.0
        }

        fn find(&self, _: ClaimedNumber, _: i64) -> ProviderFuture<'_, Option<RegisterRecord>> {
            Box::pin(std::future::pending())
        }
    }

    impl Messenger for Fake {
        fn environment(&self) -> Environment {
            self.0
        }

        fn send(&self, _: MessageToSend) -> ProviderFuture<'_, ()> {
            Box::pin(std::future::pending())
        }
    }

    impl Checker for Fake {
        fn environment(&self) -> Environment {
            self.0
        }

        fn start(&self, _: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
            Box::pin(std::future::pending())
        }

        fn result(&self, _: CheckRef) -> ProviderFuture<'_, Option<Check>> {
            Box::pin(std::future::pending())
        }
    }

    fn providers(environments: [Environment; 6]) -> Providers {
        let [register, messenger, documents, faces, bank_cards, sims] = environments;
        Providers {
            register: Arc::new(Fake(register)),
            messenger: Arc::new(Fake(messenger)),
            documents: Arc::new(Fake(documents)),
            faces: Arc::new(Fake(faces)),
            bank_cards: Arc::new(Fake(bank_cards)),
            sims: Arc::new(Fake(sims)),
            senders: Arc::new(BTreeMap::new()),
            erasers: Arc::new(BTreeMap::new()),
        }
    }

    #[test]
    fn one_test_provider_makes_everything_a_test() {
        let (live, test) = (Environment::Live, Environment::Test);
        assert!(providers([live; 6]).are_live());
        assert!(providers([live; 6]).within(Duration::ZERO).are_live());
        for at in 0..6 {
            let mut environments = [live; 6];
            environments[at] = test;
            assert!(!providers(environments).are_live(), "{at}");
            assert!(!providers(environments).within(Duration::ZERO).are_live(), "{at}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_hangs_could_not_say_anything() {
        let hung = providers([Environment::Live; 6]).within(Duration::from_secs(20));
        let began = tokio::time::Instant::now();
        let number = ClaimedNumber::PermitNumber("1".into());
        assert!(hung.register.find(number, 0).await.is_err());
        assert_eq!(began.elapsed().as_secs(), 20);
        for kind in CheckKind::ALL {
            let check = CheckRef {
                kind,
                session: String::new(),
                nonce: String::new(),
            };
            assert!(hung.checker(kind).result(check).await.is_err());
        }
        assert_eq!(began.elapsed().as_secs(), 100);
    }
}
