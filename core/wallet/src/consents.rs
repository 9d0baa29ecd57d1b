//! The holder's consents after registration: list and withdraw (PIPL 15, 47).

use permitcard_net::{Body, NetError, Request};
use permitcard_protocol::consents::{
    ConsentStatus, ConsentsResponse, WithdrawalEffect, WithdrawalRequest, WithdrawalResponse,
};
use permitcard_protocol::registration::ConsentKind;
use permitcard_protocol::{WireCode, endpoints, limits};
use permitcard_vault::{OutboxEntry, VaultError, WriteTx};

use crate::base::core::{Core, Undelivered};
use crate::base::keys::DeviceKey;
use crate::base::outbox::{self, Kind};
use crate::error::WalletError;
use crate::held::StoredEnd;
use crate::held::record::{self as held, StoredStatus};
use crate::issuance::{self, TokenRecord};
use crate::registration;

/// Most consents of one answer: there are few kinds, and one entry a kind.
const CONSENTS: usize = 16;

/// What a withdrawal did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    /// Which consent.
    pub kind: ConsentKind,
    /// When, seconds since 1970; none if there was nothing to withdraw.
    pub withdrawn_at: Option<i64>,
    /// What that means for the card, or for the registration where there is none. Its words are in `messages`, id
    /// [`WithdrawalEffect::message_id`].
    pub effect: WithdrawalEffect,
    /// How many records of checks the authority deleted, where it told.
    pub records_deleted: Option<u32>,
}

/// Asks the authority what it keeps of the holder's consents.
pub(crate) async fn list(core: &Core) -> Result<Vec<ConsentStatus>, WalletError> {
    let tokens = tokens(core).await?;
    let answer = match ask(core, &tokens).await {
        Err(WalletError::Refused(refusal)) if refusal.code == WireCode::TokenInvalid => {
            let tokens = issuance::refreshed(core, tokens).await?;
            ask(core, &tokens).await?
        }
        other => other?,
    };
    let fits = |status: &ConsentStatus| status.scope.len() <= limits::TEXT_FIELD;
    if answer.consents.len() <= CONSENTS && answer.consents.iter().all(fits) {
        Ok(answer.consents)
    } else {
        Err(NetError::Unreadable.into())
    }
}

async fn ask(core: &Core, tokens: &TokenRecord) -> Result<ConsentsResponse, WalletError> {
    let dpop = core.dpop(&tokens.key, Some(tokens.access_token.clone())).await?;
    let response = core.send(&Request::get(endpoints::CONSENTS).dpop(dpop)).await?;
    Ok(response.json()?)
}

async fn tokens(core: &Core) -> Result<TokenRecord, WalletError> {
    let tokens = core.store.read(issuance::tokens).await?;
    issuance::fresh(core, tokens.ok_or(WalletError::NotRegistered)?).await
}

/// Stores a withdrawal, sends it, and keeps what it means. One that waits is sent instead, if it is of the same kind.
pub(crate) async fn withdraw(core: &Core, kind: ConsentKind) -> Result<Withdrawal, WalletError> {
    if core.store.read(issuance::tokens).await?.is_none() {
        return Err(WalletError::NotRegistered);
    }
    // An older one is a wish of the holder as well.
    if let Some(entry) = waiting(core).await? {
        let done = send(core, entry).await?;
        if done.kind == kind {
            return Ok(done);
        }
    }
    let body = serde_json::to_string(&WithdrawalRequest { kind }).map_err(|_| WalletError::Internal)?;
    let now = core.now().await?.at;
    let entry = core
        .store
        .write(move |tx| outbox::enqueue_once(tx, Kind::Withdrawal, body, now))
        .await?;
    send(core, entry).await
}

/// Sends a withdrawal that has no answer yet, if there is one. A refusal takes it out, and is all that becomes of it.
pub(crate) async fn deliver(core: &Core) -> Result<(), WalletError> {
    let Some(entry) = waiting(core).await? else {
        return Ok(());
    };
    match send(core, entry).await {
        Ok(_) | Err(WalletError::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn waiting(core: &Core) -> Result<Option<OutboxEntry>, WalletError> {
    core.store.read(|tx| outbox::find(tx, Kind::Withdrawal)).await
}

async fn send(core: &Core, entry: OutboxEntry) -> Result<Withdrawal, WalletError> {
    let request: WithdrawalRequest = serde_json::from_str(&outbox::body(&entry)?).map_err(|_| WalletError::Internal)?;
    let done = match post(core, &entry).await {
        // The answer to the first one was lost, and its tokens ended with what it did.
        Err(WalletError::Refused(refusal)) if refusal.code == WireCode::ConsentWithdrawn => Withdrawal {
            kind: request.kind,
            withdrawn_at: Some(core.now().await?.at),
            effect: WithdrawalEffect::CardEnds,
            records_deleted: None,
        },
        Err(error @ WalletError::Refused(_)) => {
            core.store.write(move |tx| tx.delete_outbox(&entry.op_id)).await?;
            return Err(error);
        }
        other => other?,
    };
    let now = core.now().await?.at;
    let keys = core
        .store
        .write(move |tx| {
            if !tx.delete_outbox(&entry.op_id)? {
                // The holder cancelled the registration meanwhile, and with it what rested on its consents.
                return Ok(Vec::new());
            }
            registration::note_withdrawal(tx, request.kind, now)?;
            if !done.effect.ends_card() {
                return Ok(Vec::new());
            }
            let Some((_, mut state)) = held::card(tx)? else {
                return end_registration(tx);
            };
            // Not shown any more from here on; a status list that is older than this says nothing about it.
            state.status = StoredStatus::Revoked;
            state.end = Some(StoredEnd::ConsentWithdrawn);
            state.status_at = state.status_at.max(done.withdrawn_at).max(Some(entry.created));
            held::put_card_state(tx, &state)?;
            Ok(Vec::new())
        })
        .await?;
    for key in keys {
        // A key that stays is swept at the next start.
        let _ = core.keys.delete(&key.key_id).await;
    }
    Ok(done)
}

/// The application was still being decided: there will be no card, and the next registration can start. Gives the keys to
/// destroy.
fn end_registration(tx: &mut WriteTx<'_>) -> Result<Vec<DeviceKey>, VaultError> {
    let key = registration::grant_lost(tx, WireCode::ConsentWithdrawn)?;
    let mut keys = issuance::forget(tx)?;
    keys.extend(key);
    Ok(keys)
}

async fn post(core: &Core, entry: &OutboxEntry) -> Result<Withdrawal, WalletError> {
    let mut tokens = tokens(core).await?;
    let mut renewed = false;
    loop {
        let dpop = core.dpop(&tokens.key, Some(tokens.access_token.clone())).await?;
        let body = Body::Json(outbox::body(entry)?);
        let request = Request::post(endpoints::CONSENT_WITHDRAWAL, body, entry.op_id.clone()).dpop(dpop);
        match core.deliver(entry, &request).await {
            Ok(response) => {
                let answer: WithdrawalResponse = response.json()?;
                return Ok(Withdrawal {
                    kind: answer.kind,
                    withdrawn_at: answer.withdrawn_at,
                    effect: answer.effect,
                    records_deleted: Some(answer.records_deleted),
                });
            }
            Err(Undelivered::Refused(refusal)) if refusal.code == Some(WireCode::TokenInvalid) && !renewed => {
                renewed = true;
                tokens = issuance::refreshed(core, tokens).await?;
            }
            Err(Undelivered::Refused(refusal)) => return Err(WalletError::refused(&refusal)),
            Err(Undelivered::Later(error)) => return Err(error),
        }
    }
}
