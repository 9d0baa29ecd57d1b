use std::{sync::Arc, time::Duration};

use permitcard_protocol::endpoints;
use reqwest::header::HeaderMap;

use super::{PROVIDER, Sandbox};
use crate::{
    AuthorityError,
    providers::{
        ProviderError, WebhookHeaders,
        http::{
            client::header,
            wire::{CHECK_UPDATED, Event, ResultBody},
        },
        webhook,
    },
    token,
};

/// The pauses before each attempt. The authority asks anyway before it counts a pass, so few suffice.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(5)];

/// Tells the authority a result. A message that was answered, with whatever, is not repeated.
pub(super) async fn deliver(sandbox: Arc<Sandbox>, result: ResultBody) {
    let event = Event {
        kind: CHECK_UPDATED.to_owned(),
        result,
    };
    let (Ok(body), Ok(id)) = (serde_json::to_vec(&event), token::random()) else {
        return;
    };
    for pause in PAUSES {
        tokio::time::sleep(pause).await;
        if attempt(&sandbox, &id, &body).await.is_ok() {
            return;
        }
    }
}

async fn attempt(sandbox: &Sandbox, id: &str, body: &[u8]) -> Result<(), ProviderError> {
    let now = sandbox.now().map_err(|_: AuthorityError| ProviderError)?;
    let signed = WebhookHeaders::sign(&sandbox.sender, id.to_owned(), now, body);
    let mut headers = HeaderMap::new();
    header(&mut headers, webhook::ID, &signed.id)?;
    header(&mut headers, webhook::TIMESTAMP, &signed.timestamp)?;
    header(&mut headers, webhook::SIGNATURE, &signed.signature)?;
    header(&mut headers, webhook::ENVIRONMENT, &signed.environment)?;
    let path = format!("{}/{PROVIDER}", endpoints::WEBHOOKS);
    let (status, _) = sandbox.webhooks.exchange(&path, headers, body.to_vec()).await?;
    if status.is_server_error() {
        Err(ProviderError)
    } else {
        Ok(())
    }
}
