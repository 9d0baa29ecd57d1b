//! Providers over HTTPS: the only way in which this authority speaks with one, the sandbox's included.

pub(crate) mod client;
pub(crate) mod wire;

use std::sync::Arc;

use permitcard_crypto::Zeroizing;
use permitcard_protocol::registration::ClaimedNumber;

use super::{
    Check, CheckRef, CheckRequest, Checker, Environment, Eraser, MessageToSend, Messenger, ProviderError,
    ProviderFuture, Register, RegisterRecord, StartedCheck,
};
use crate::{AuthorityError, store::Store};
use client::Client;
use wire::{CheckBody, Done, FindBody, FoundBody, MessageBody, ResultAnswer, StartBody, StartedBody};

/// One provider, in every role that it has.
pub(crate) struct HttpProvider {
    pub(crate) name: String,
    pub(crate) environment: Environment,
    pub(crate) client: Client,
    pub(crate) bearer: Zeroizing<String>,
    pub(crate) store: Arc<Store>,
}

impl Register for HttpProvider {
    fn environment(&self) -> Environment {
        self.environment
    }

    fn find(&self, number: ClaimedNumber, _: i64) -> ProviderFuture<'_, Option<RegisterRecord>> {
        Box::pin(async move {
            let found: FoundBody = self
                .client
                .post(wire::REGISTER, &self.bearer, &FindBody { number })
                .await?;
            Ok(found.record.map(RegisterRecord::from))
        })
    }
}

impl Messenger for HttpProvider {
    fn environment(&self) -> Environment {
        self.environment
    }

    fn send(&self, message: MessageToSend) -> ProviderFuture<'_, ()> {
        Box::pin(async move {
            let body = MessageBody::from(message);
            let _: Done = self.client.post(wire::MESSAGES, &self.bearer, &body).await?;
            Ok(())
        })
    }
}

impl Checker for HttpProvider {
    fn environment(&self) -> Environment {
        self.environment
    }

    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
        Box::pin(async move {
            let (name, open) = (self.name.clone(), request.clone());
            // Before the provider is asked: a result that is faster than the answer must find it.
            blocking(&self.store, move |store| {
                store.write(|tx| tx.put_open_check(&name, &open))
            })
            .await?;
            let started: StartedBody = self
                .client
                .post(wire::CHECKS, &self.bearer, &StartBody::from(request))
                .await?;
            if !started.is_good() {
                return Err(ProviderError);
            }
            Ok(StartedCheck {
                provider: self.name.clone(),
                url: started.url,
                token: started.token,
            })
        })
    }

    fn result(&self, check: CheckRef) -> ProviderFuture<'_, Option<Check>> {
        Box::pin(async move {
            let answer: ResultAnswer = self
                .client
                .post(wire::RESULT, &self.bearer, &CheckBody::from(&check))
                .await?;
            let Some(result) = answer.result else {
                return Ok(None);
            };
            let said = result.into_check(&self.name, self.environment)?;
            let is_asked = (said.kind, &said.session, &said.nonce) == (check.kind, &check.session, &check.nonce);
            if is_asked { Ok(Some(said)) } else { Err(ProviderError) }
        })
    }
}

impl Eraser for HttpProvider {
    fn erase(&self, check: CheckRef) -> ProviderFuture<'_, ()> {
        Box::pin(async move {
            let _: Done = self
                .client
                .post(wire::DELETE, &self.bearer, &CheckBody::from(&check))
                .await?;
            Ok(())
        })
    }
}

/// Runs blocking database work for an asynchronous caller.
pub(super) async fn blocking<T: Send + 'static>(
    store: &Arc<Store>,
    work: impl FnOnce(&Store) -> Result<T, AuthorityError> + Send + 'static,
) -> Result<T, ProviderError> {
    let store = Arc::clone(store);
    tokio::task::spawn_blocking(move || work(&store))
        .await
        .map_err(|_| ProviderError)?
        .map_err(|_| ProviderError)
}
