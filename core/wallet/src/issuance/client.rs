//! The requests of issuance (OpenID4VCI 1.0).

use permitcard_net::{Body, NetError, Request, Response};
use permitcard_protocol::issuance::{
    CONFIGURATION_MDOC, CONFIGURATION_SD_CWT, CONFIGURATION_SD_JWT, CredentialRequest, CredentialResponse,
    DeferredResponse, NonceResponse, NotificationEvent, NotificationRequest,
};
use permitcard_protocol::oauth::{OPENID_CREDENTIAL, TokenRequest, TokenResponse};
use permitcard_protocol::{WireCode, endpoints, limits};
use permitcard_vault::{OutboxEntry, ReadTx, VaultError, WriteTx};

use super::record::{self, ExportIdentifier, TokenRecord};
use super::{Grant, Hooks};
use crate::base::core::{Core, Undelivered};
use crate::base::outbox::{self, Kind};
use crate::error::WalletError;
use crate::held::ExportFormat;

/// Longest token, nonce or name that is kept.
const TOKEN_LEN: usize = 2_048;
/// The status of a promise (RFC 9110, 15.3.3).
const ACCEPTED: u16 = 202;
/// An access token with less life than this is renewed before it is used.
const TOKEN_MARGIN_S: i64 = 30;

/// The tokens; got with the authorization code if they are not here.
pub(super) async fn tokens(core: &Core, grant: Option<&Grant>, hooks: Hooks) -> Result<TokenRecord, WalletError> {
    let came_for = grant
        .filter(|grant| grant.again)
        .map(|grant| TokenRecord::code_name(&grant.code));
    if let Some(tokens) = core.store.read(record::tokens).await?
        && came_for
            .as_ref()
            .is_none_or(|code| tokens.came_for.as_ref() == Some(code))
    {
        return Ok(tokens);
    }
    let grant = grant.ok_or(WalletError::NotRegistered)?;
    let request = TokenRequest::AuthorizationCode {
        code: grant.code.clone(),
        code_verifier: grant.code_verifier.clone(),
    };
    let (code, body) = (grant.code.clone(), request.to_form());
    let still_wanted = move |tx: &ReadTx<'_>| (hooks.is_granted)(tx, &code);
    let entry = stored(core, Kind::Token, body, still_wanted).await?;
    let request = Request::post(endpoints::TOKEN, Body::Form(outbox::body(&entry)?), entry.op_id.clone())
        .dpop(core.dpop(&grant.key, None).await?);
    match core.deliver(&entry, &request).await {
        Err(Undelivered::Later(error)) => Err(error),
        Err(Undelivered::Refused(refusal)) => {
            let code = refusal.code.unwrap_or(WireCode::GrantInvalid);
            let key = core
                .store
                .write(move |tx| {
                    tx.delete_outbox(&entry.op_id)?;
                    (hooks.grant_lost)(tx, code)
                })
                .await?;
            if let Some(key) = key {
                // A key that stays is swept at the next start.
                let _ = core.keys.delete(&key.key_id).await;
            }
            Err(WalletError::refused(&refusal))
        }
        Ok(response) => {
            let response: TokenResponse = response.json()?;
            // A replayed answer counts from the first time, which is not earlier than the request.
            let expires_at = entry.created.saturating_add(i64::from(response.expires_in));
            let tokens = TokenRecord {
                credential_identifier: identifier(&response, CONFIGURATION_SD_CWT).ok_or(NetError::Unreadable)?,
                exports: exports(&response),
                refresh_token: response
                    .refresh_token
                    .clone()
                    .filter(|t| fits(t))
                    .ok_or(NetError::Unreadable)?,
                access_token: access_token(response)?,
                expires_at,
                key: grant.key.clone(),
                came_for,
            };
            keep_tokens(core, entry, tokens).await
        }
    }
}

/// The tokens with an access token that still lives.
pub(crate) async fn fresh(core: &Core, mut tokens: TokenRecord) -> Result<TokenRecord, WalletError> {
    // The replayed answer to a refresh that waited for long brings a token that is over already; the next one does not.
    for _ in 0..2 {
        if core.now().await?.at.saturating_add(TOKEN_MARGIN_S) < tokens.expires_at {
            break;
        }
        tokens = refreshed(core, tokens).await?;
    }
    Ok(tokens)
}

/// The tokens with a new access token. The refresh token stays: it does not rotate.
pub(crate) async fn refreshed(core: &Core, tokens: TokenRecord) -> Result<TokenRecord, WalletError> {
    let request = TokenRequest::RefreshToken {
        refresh_token: tokens.refresh_token.clone(),
    };
    let expected = tokens.clone();
    let still_wanted = move |tx: &ReadTx<'_>| Ok(record::tokens(tx)?.is_some_and(|held| held.same_grant(&expected)));
    let entry = stored(core, Kind::Refresh, request.to_form(), still_wanted).await?;
    let request = Request::post(endpoints::TOKEN, Body::Form(outbox::body(&entry)?), entry.op_id.clone())
        .dpop(core.dpop(&tokens.key, None).await?);
    match core.deliver(&entry, &request).await {
        Err(Undelivered::Later(error)) => Err(error),
        Err(Undelivered::Refused(refusal)) => {
            core.store.write(move |tx| tx.delete_outbox(&entry.op_id)).await?;
            Err(WalletError::refused(&refusal))
        }
        Ok(response) => {
            let response: TokenResponse = response.json()?;
            let expires_at = entry.created.saturating_add(i64::from(response.expires_in));
            let tokens = TokenRecord {
                // An authority that learnt another form since the registration says so here.
                exports: exports(&response),
                access_token: access_token(response)?,
                expires_at,
                ..tokens
            };
            keep_tokens(core, entry, tokens).await
        }
    }
}

/// The waiting request of a kind; stored now if there is none. Whether it is still wanted is asked in the transaction:
/// that one ends by itself when a cancel stops its caller, and may end after the cancel.
async fn stored(
    core: &Core,
    kind: Kind,
    body: String,
    still_wanted: impl FnOnce(&ReadTx<'_>) -> Result<bool, VaultError> + Send + 'static,
) -> Result<OutboxEntry, WalletError> {
    let now = core.now().await?.at;
    core.store
        .write(move |tx| {
            if still_wanted(tx)? {
                outbox::enqueue_once(tx, kind, body, now).map(Some)
            } else {
                Ok(None)
            }
        })
        .await?
        .ok_or(WalletError::Cancelled)
}

async fn keep_tokens(core: &Core, entry: OutboxEntry, tokens: TokenRecord) -> Result<TokenRecord, WalletError> {
    let kept = tokens.clone();
    let was_waiting = core
        .store
        .write(move |tx| {
            let was_waiting = tx.delete_outbox(&entry.op_id)?;
            if was_waiting {
                if record::tokens(tx)?.is_some_and(|held| !held.same_grant(&kept)) {
                    // What was asked for in the name of the earlier registration is not worth an answer any more.
                    record::end_attempt(tx)?;
                    outbox::clear(tx, Kind::Export)?;
                    outbox::clear(tx, Kind::Refresh)?;
                }
                record::put_tokens(tx, &kept)?;
            }
            Ok(was_waiting)
        })
        .await?;
    if was_waiting {
        Ok(tokens)
    } else {
        Err(WalletError::Cancelled)
    }
}

fn access_token(response: TokenResponse) -> Result<String, NetError> {
    let is_dpop = response.token_type.eq_ignore_ascii_case("DPoP");
    if is_dpop && fits(&response.access_token) {
        Ok(response.access_token)
    } else {
        Err(NetError::Unreadable)
    }
}

/// What to name for the other forms, as far as they are granted.
fn exports(response: &TokenResponse) -> Vec<ExportIdentifier> {
    [
        (ExportFormat::Mdoc, CONFIGURATION_MDOC),
        (ExportFormat::SdJwt, CONFIGURATION_SD_JWT),
    ]
    .into_iter()
    .filter_map(|(format, configuration)| Some(ExportIdentifier::new(format, &identifier(response, configuration)?)))
    .collect()
}

fn identifier(response: &TokenResponse, configuration: &str) -> Option<String> {
    let granted = response
        .authorization_details
        .iter()
        .find(|detail| detail.kind == OPENID_CREDENTIAL && detail.credential_configuration_id == configuration)?;
    granted
        .credential_identifiers
        .first()
        .filter(|name| fits(name))
        .cloned()
}

fn fits(text: &str) -> bool {
    (1..=TOKEN_LEN).contains(&text.len())
}

/// A nonce for proofs.
pub(super) async fn nonce(core: &Core) -> Result<String, WalletError> {
    let response = core
        .send(&Request::post_harmless(endpoints::NONCE, Body::Empty))
        .await?;
    let nonce: NonceResponse = response.json()?;
    if fits(&nonce.c_nonce) {
        Ok(nonce.c_nonce)
    } else {
        Err(NetError::Unreadable.into())
    }
}

/// What the authority answers to a request for credentials.
pub(super) enum Answer {
    Issued(CredentialResponse),
    /// Nothing is decided yet.
    Promised(DeferredResponse),
}

/// Sends a stored credential request, or the stored question what became of one.
pub(super) async fn credentials(core: &Core, tokens: &TokenRecord, entry: &OutboxEntry) -> Result<Answer, Undelivered> {
    let path = if outbox::is(entry, Kind::Deferred) {
        endpoints::DEFERRED
    } else {
        endpoints::CREDENTIAL
    };
    let body = outbox::body(entry).map_err(Undelivered::Later)?;
    let dpop = core
        .dpop(&tokens.key, Some(tokens.access_token.clone()))
        .await
        .map_err(Undelivered::Later)?;
    let request = Request::post(path, Body::Json(body), entry.op_id.clone()).dpop(dpop);
    let response = core.deliver(entry, &request).await?;
    let answer = if response.status == ACCEPTED {
        response.json().map(Answer::Promised)
    } else {
        response.json().map(Answer::Issued)
    };
    answer.map_err(|error| Undelivered::Later(error.into()))
}

/// Asks for another form of the permit. `number` is the idempotency key.
pub(super) async fn export(
    core: &Core,
    tokens: &TokenRecord,
    request: &CredentialRequest,
    number: String,
) -> Result<CredentialResponse, NetError> {
    let body = serde_json::to_string(request).map_err(|_| NetError::Unreadable)?;
    // Without a time there is no proof; the next sync has one.
    let dpop = core.dpop(&tokens.key, Some(tokens.access_token.clone())).await;
    let dpop = dpop.map_err(|_| NetError::Unreadable)?;
    let request = Request::post(endpoints::CREDENTIAL, Body::Json(body), number)
        .dpop(dpop)
        .limit(limits::LARGE_RESPONSE_BODY);
    core.send(&request).await?.json()
}

/// Gets the signed card.
pub(super) async fn card(core: &Core, tokens: &TokenRecord) -> Result<Vec<u8>, WalletError> {
    get(
        core,
        tokens,
        endpoints::CARD,
        endpoints::MEDIA_CWT,
        limits::RESPONSE_BODY,
    )
    .await
}

/// Gets the portrait.
pub(super) async fn portrait(core: &Core, tokens: &TokenRecord, media: &'static str) -> Result<Vec<u8>, WalletError> {
    get(core, tokens, endpoints::PORTRAIT, media, limits::LARGE_RESPONSE_BODY).await
}

/// Gets the printed permit, with or without the portrait.
pub(super) async fn printed(core: &Core, tokens: &TokenRecord, portrait: bool) -> Result<Vec<u8>, WalletError> {
    let path = if portrait {
        endpoints::PRINTED_PORTRAIT
    } else {
        endpoints::PRINTED
    };
    get(core, tokens, path, endpoints::MEDIA_CWT, limits::RESPONSE_BODY).await
}

async fn get(
    core: &Core,
    tokens: &TokenRecord,
    path: &'static str,
    media: &'static str,
    limit: usize,
) -> Result<Vec<u8>, WalletError> {
    let dpop = core.dpop(&tokens.key, Some(tokens.access_token.clone())).await?;
    let response: Response = core
        .send(&Request::get(path).dpop(dpop).accept(media).limit(limit))
        .await?;
    Ok(response.body)
}

/// Puts a notification into the outbox, for the transaction that decides about the credentials.
pub(super) fn enqueue_notification(
    tx: &mut WriteTx<'_>,
    notification_id: &str,
    event: NotificationEvent,
    now: i64,
) -> Result<(), VaultError> {
    let request = NotificationRequest {
        notification_id: notification_id.to_owned(),
        event,
    };
    let body = serde_json::to_string(&request).map_err(|_| VaultError::TooLarge)?;
    tx.put_outbox(&outbox::entry(Kind::Notification, body, now)?)
}

/// Delivers waiting notifications; tells how many. One that the authority does not know any more is dropped.
pub(crate) async fn notify(core: &Core, tokens: &TokenRecord) -> Result<u32, WalletError> {
    let mut delivered = 0;
    while let Some(entry) = core.store.read(|tx| outbox::find(tx, Kind::Notification)).await? {
        let dpop = core.dpop(&tokens.key, Some(tokens.access_token.clone())).await?;
        let body = Body::Json(outbox::body(&entry)?);
        let request = Request::post(endpoints::NOTIFICATION, body, entry.op_id.clone()).dpop(dpop);
        match core.deliver(&entry, &request).await {
            Ok(_) => delivered += 1,
            Err(Undelivered::Refused(refusal)) if refusal.code == Some(WireCode::TokenInvalid) => {
                return Err(WalletError::refused(&refusal));
            }
            Err(Undelivered::Refused(_)) => {}
            Err(Undelivered::Later(error)) => return Err(error),
        }
        core.store.write(move |tx| tx.delete_outbox(&entry.op_id)).await?;
    }
    Ok(delivered)
}
