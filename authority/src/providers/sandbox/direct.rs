//! The sandbox's providers without the way over HTTP, for tests of what is behind the traits.

use std::{collections::BTreeMap, sync::Arc};

use permitcard_protocol::registration::ClaimedNumber;

use super::{
    PROVIDER, SandboxMistakes,
    checks::{self, Host},
    mailbox,
    mistakes::Mistakes,
    register,
};
use crate::{
    AuthorityError,
    http::Fault,
    providers::{
        Check, CheckRef, CheckRequest, Checker, Environment, Eraser, MessageToSend, Messenger, ProviderError,
        ProviderFuture, Providers, Register, RegisterRecord, StartedCheck, WebhookSecret,
        http::{
            blocking,
            wire::{CheckBody, MessageBody, StartBody},
        },
    },
    store::Store,
};

struct Direct(Arc<Store>);

impl Providers {
    /// The sandbox's providers over the authority's own database, without a service.
    pub(crate) fn direct(store: &Arc<Store>) -> Self {
        let direct = Arc::new(Direct(Arc::clone(store)));
        Self {
            register: direct.clone(),
            messenger: direct.clone(),
            documents: direct.clone(),
            faces: direct.clone(),
            bank_cards: direct.clone(),
            sims: direct.clone(),
            senders: Arc::new(BTreeMap::new()),
            erasers: Arc::new(BTreeMap::from([(PROVIDER.to_owned(), direct as Arc<dyn Eraser>)])),
        }
    }
}

/// What the provider's kit does with a launch token; returns the receipt.
pub(crate) fn run_check(store: &Store, launch_token: &str, now: i64) -> Result<String, AuthorityError> {
    let mistakes = Mistakes::new(SandboxMistakes::default());
    let secret = WebhookSecret::generate().map_err(|_| AuthorityError::CryptoFailed)?;
    let host = Host {
        secret: &secret,
        key: None,
    };
    store.write(|tx| checks::run(tx, &mistakes, launch_token, host, now).map(|ran| ran.receipt))
}

impl Register for Direct {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn find(&self, number: ClaimedNumber, now: i64) -> ProviderFuture<'_, Option<RegisterRecord>> {
        Box::pin(async move {
            let found = blocking(&self.0, move |store| store.read(|tx| register::find(tx, &number, now))).await?;
            Ok(found.map(RegisterRecord::from))
        })
    }
}

impl Messenger for Direct {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn send(&self, message: MessageToSend) -> ProviderFuture<'_, ()> {
        Box::pin(async move {
            let now = message.now;
            let body = MessageBody::from(message);
            blocking(&self.0, move |store| {
                store
                    .write(|tx| mailbox::send(tx, body, now))
                    .map_err(|fault| match fault {
                        Fault::Failed(error) => error,
                        Fault::Refused(_) | Fault::Wait(..) => AuthorityError::DataUnusable,
                    })
            })
            .await
        })
    }
}

impl Checker for Direct {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
        Box::pin(async move {
            let token = blocking(&self.0, move |store| {
                store.write(|tx| {
                    tx.put_open_check(PROVIDER, &request)?;
                    let now = request.now;
                    checks::start(tx, &StartBody::from(request), now)
                })
            })
            .await?;
            Ok(StartedCheck {
                provider: PROVIDER.to_owned(),
                url: "https://127.0.0.1/sandbox/check".to_owned(),
                token,
            })
        })
    }

    fn result(&self, check: CheckRef) -> ProviderFuture<'_, Option<Check>> {
        Box::pin(async move {
            let query = CheckBody::from(&check);
            let result = blocking(&self.0, move |store| store.read(|tx| tx.sandbox_result(&query))).await?;
            result
                .map(|body| body.into_check(PROVIDER, Environment::Test))
                .transpose()
                .map_err(|ProviderError| ProviderError)
        })
    }
}

impl Eraser for Direct {
    fn erase(&self, check: CheckRef) -> ProviderFuture<'_, ()> {
        Box::pin(async move {
            let named = CheckBody::from(&check);
            blocking(&self.0, move |store| store.write(|tx| tx.erase_sandbox_check(&named))).await
        })
    }
}
