//! One attempt to get a batch: it may stop at every await and goes on from what is stored.

use std::collections::HashSet;

use permitcard_credential::permit::VCT;
use permitcard_net::{NetError, Request};
use permitcard_platform::{KeyError, KeyPurpose, PromptText};
use permitcard_protocol::issuance::{
    CONFIGURATION_SD_CWT, CredentialRequest, FORMAT_SD_CWT, NotificationEvent, Proofs,
};
use permitcard_protocol::metadata::IssuerMetadata;
use permitcard_protocol::{WireCode, endpoints, limits};
use permitcard_vault::OutboxEntry;

use super::batch::{Batch, NOTIFICATION_ID_LEN, Undecided, received};
use super::client::Answer;
use super::proofs::{attested, proofs};
use super::record::{self, AttemptRecord, TokenRecord};
use super::{Grant, Hooks, client, exports, pending};
use crate::base::core::{Core, Undelivered};
use crate::base::keys::DeviceKey;
use crate::base::outbox::{self, Kind};
use crate::error::{CheckCode, WalletError};
use crate::held::clear_exports;
use crate::held::record as held;

/// Gets a batch and the card, checks all of it and stores it. Ends the key store's session that it began.
pub(crate) async fn fetch(
    core: &Core,
    grant: Option<&Grant>,
    prompt: Option<PromptText>,
    hooks: Hooks,
) -> Result<(), WalletError> {
    let result = fetched(core, grant, prompt, hooks).await;
    if let Err(WalletError::Refused(refusal)) = &result
        && is_final(refusal.code)
    {
        give_up(core, refusal.code, hooks).await?;
    }
    result
}

async fn fetched(
    core: &Core,
    grant: Option<&Grant>,
    prompt: Option<PromptText>,
    hooks: Hooks,
) -> Result<(), WalletError> {
    let tokens = client::tokens(core, grant, hooks).await?;
    let tokens = client::fresh(core, tokens).await?;
    let mut user = User::new(prompt);
    let result = attempts(core, tokens, &mut user, hooks).await;
    if result.is_ok() {
        // The card is stored. What is missing of its other forms comes with the next sync, and is worth no prompt of its
        // own: whoever was asked for the new keys is still there for these proofs.
        let _ = exports::renew(core, &mut User::new(None)).await;
    }
    user.end(core).await;
    result
}

/// Codes with which the authority says that this registration gives no card.
fn is_final(code: WireCode) -> bool {
    matches!(
        code,
        WireCode::ApplicationRefused
            | WireCode::PermitEnded
            | WireCode::PermitExpired
            | WireCode::DeviceReplaced
            | WireCode::ConsentWithdrawn
            | WireCode::GrantInvalid
    )
}

/// The permit may change between the credentials and the card, which then do not match: both are asked for once more
/// before anybody is suspected.
async fn attempts(core: &Core, tokens: TokenRecord, user: &mut User, hooks: Hooks) -> Result<(), WalletError> {
    match attempt(core, tokens, user, hooks).await {
        Err(WalletError::Distrusted(CheckCode::ContentMismatch)) => {}
        other => return other,
    }
    let tokens = core.store.read(record::tokens).await?.ok_or(WalletError::Cancelled)?;
    attempt(core, tokens, user, hooks).await
}

/// The one prompt of an attempt.
pub(super) struct User {
    prompt: Option<PromptText>,
    asked: bool,
}

impl User {
    pub(super) fn new(prompt: Option<PromptText>) -> Self {
        Self { prompt, asked: false }
    }

    /// Ends the key store's session if it was begun here.
    pub(super) async fn end(self, core: &Core) {
        if self.asked {
            // A session that stays ends by itself after 180 s.
            let _ = core.end_unshown_session().await;
        }
    }

    /// Somebody is at the phone: a prompt came with the call.
    fn is_here(&self) -> bool {
        self.asked || self.prompt.is_some()
    }

    pub(super) async fn ask(&mut self, core: &Core) -> Result<(), KeyError> {
        if let Some(prompt) = self.prompt.take() {
            core.keys.begin_session(prompt).await?;
            self.asked = true;
        }
        Ok(())
    }
}

async fn attempt(core: &Core, mut tokens: TokenRecord, user: &mut User, hooks: Hooks) -> Result<(), WalletError> {
    let (mut renewed_token, mut renewed_request) = (false, false);
    let (entry, keys, response) = loop {
        let (entry, attempt) = request(core, &tokens, user).await?;
        match client::credentials(core, &tokens, &entry).await {
            Ok(Answer::Issued(response)) => break (entry, attempt.keys, response),
            Ok(Answer::Promised(promise)) => {
                return Err(pending::wait(core, entry, attempt, promise, user.is_here()).await?);
            }
            Err(Undelivered::Later(error)) => return Err(error),
            Err(Undelivered::Refused(refusal)) => match refusal.code {
                Some(WireCode::TokenInvalid) if !renewed_token => {
                    renewed_token = true;
                    tokens = client::refreshed(core, tokens).await?;
                }
                // The nonce grew too old while the request waited.
                Some(WireCode::NonceInvalid) if !renewed_request => {
                    renewed_request = true;
                    if attempt.attestation.is_some() {
                        // What attests these keys was made for that nonce: they are of no more use.
                        abandon(core, attempt.keys, None).await?;
                    } else {
                        // The same keys prove themselves with a new one.
                        core.store.write(|tx| outbox::clear(tx, Kind::Credential)).await?;
                    }
                }
                // The authority does not know its promise any more, so it is asked anew.
                Some(WireCode::TransactionUnknown) if !renewed_request => {
                    renewed_request = true;
                    abandon(core, attempt.keys, None).await?;
                }
                _ => {
                    abandon(core, attempt.keys, None).await?;
                    return Err(WalletError::refused(&refusal));
                }
            },
        }
    };
    let mut batch = received(core, &tokens, &keys, &response).await;
    if matches!(&batch, Err(Undecided::Later(WalletError::Refused(refusal))) if refusal.code == WireCode::TokenInvalid)
        && !renewed_token
    {
        tokens = client::refreshed(core, tokens).await?;
        batch = received(core, &tokens, &keys, &response).await;
    }
    match batch {
        Ok(batch) => store(core, entry, batch, response.notification_id, hooks).await?,
        Err(Undecided::Later(error)) => return Err(error),
        Err(Undecided::Distrusted(code)) => {
            abandon(core, keys, Some(response.notification_id)).await?;
            // The authority hears of it now or with the next sync; the answer to the caller is the same.
            let _ = client::notify(core, &tokens).await;
            return Err(code.into());
        }
    }
    // The card is here; the notification waits in the outbox if it cannot go out now.
    let _ = client::notify(core, &tokens).await;
    Ok(())
}

/// The waiting request with what it is for; made now if there is none.
async fn request(
    core: &Core,
    tokens: &TokenRecord,
    user: &mut User,
) -> Result<(OutboxEntry, AttemptRecord), WalletError> {
    let (attempt, entry) = core
        .store
        .read(|tx| {
            let question = outbox::find(tx, Kind::Deferred)?;
            let entry = match question {
                Some(question) => Some(question),
                None => outbox::find(tx, Kind::Credential)?,
            };
            Ok((record::attempt(tx)?, entry))
        })
        .await?;
    let attempt = match (attempt, entry) {
        (Some(attempt), Some(entry)) => return Ok((entry, attempt)),
        (Some(attempt), None) if attempt.deferred.is_some() => {
            let entry = pending::question(core, &attempt, user.is_here()).await?;
            return Ok((entry, attempt));
        }
        (Some(attempt), None) => attempt,
        (None, _) => make_keys(core, tokens).await?,
    };
    // Keys with an attestation prove themselves with the nonce that they were made for.
    let nonce = match &attempt.attestation {
        Some(attestation) => attestation.nonce.clone(),
        None => client::nonce(core).await?,
    };
    user.ask(core).await?;
    let jwt = match proofs(core, &attempt.keys, nonce, attempt.attestation.as_ref()).await {
        Ok(jwt) => jwt,
        Err(WalletError::KeyStore(error @ (KeyError::NotFound | KeyError::Invalidated))) => {
            // Keys that are gone never sign: the next call makes others.
            abandon(core, attempt.keys, None).await?;
            return Err(error.into());
        }
        Err(error) => return Err(error),
    };
    let request = CredentialRequest::by_identifier(&tokens.credential_identifier, Proofs { jwt });
    let body = serde_json::to_string(&request).map_err(|_| WalletError::Internal)?;
    let now = core.now().await?.at;
    let expected = attempt.keys.clone();
    let entry = core
        .store
        .write(move |tx| {
            let attempt = record::attempt(tx)?;
            if attempt.is_none_or(|attempt| attempt.keys != expected) {
                return Ok(None);
            }
            let entry = outbox::entry(Kind::Credential, body, now)?;
            tx.put_outbox(&entry)?;
            Ok(Some(entry))
        })
        .await?
        .ok_or(WalletError::Cancelled)?;
    Ok((entry, attempt))
}

/// Makes keys for a nonce of the authority, so that it can be shown that they are new and where they live.
async fn make_keys(core: &Core, tokens: &TokenRecord) -> Result<AttemptRecord, WalletError> {
    sweep(core, vec![tokens.key.key_id.clone()]).await;
    let count = batch_size(core).await?;
    let nonce = client::nonce(core).await?;
    let challenge = nonce.clone().into_bytes();
    let made = core
        .keys
        .create_attested(KeyPurpose::Presentation, count, challenge)
        .await?;
    let attempt = attested(made, nonce);
    let kept = attempt.clone();
    core.store
        .write(move |tx| {
            // Without tokens the holder cancelled meanwhile; the keys are swept later.
            let wanted = record::tokens(tx)?.is_some();
            if wanted {
                record::put_attempt(tx, &kept)?;
            }
            Ok(wanted)
        })
        .await?
        .then_some(attempt)
        .ok_or(WalletError::Cancelled)
}

/// How many credentials to ask for: ten, or what the authority allows.
async fn batch_size(core: &Core) -> Result<usize, WalletError> {
    let metadata: IssuerMetadata = core.send(&Request::get(endpoints::ISSUER_METADATA)).await?.json()?;
    let offered = metadata
        .credential_configurations_supported
        .get(CONFIGURATION_SD_CWT)
        .is_some_and(|offered| offered.format == FORMAT_SD_CWT && offered.vct.as_deref() == Some(VCT));
    let allowed = usize::try_from(metadata.batch_credential_issuance.batch_size).unwrap_or(usize::MAX);
    if metadata.credential_issuer != core.url || !offered || allowed == 0 {
        return Err(NetError::Unreadable.into());
    }
    Ok(allowed.min(limits::BATCH_DEFAULT))
}

/// One transaction for everything; then the keys of the batch before are destroyed.
async fn store(
    core: &Core,
    entry: OutboxEntry,
    batch: Batch,
    notification_id: String,
    hooks: Hooks,
) -> Result<(), WalletError> {
    let now = core.now().await?.at;
    let old = core
        .store
        .write(move |tx| {
            if !tx.outbox()?.iter().any(|waiting| waiting.op_id == entry.op_id) || !(hooks.card_stored)(tx)? {
                return Ok(None);
            }
            let old = held::credentials(tx)?;
            held::put_card(tx, &batch.card_bytes, &batch.state)?;
            held::put_portrait(tx, &batch.portrait)?;
            held::replace_credentials(tx, &batch.credentials)?;
            clear_exports(tx)?;
            outbox::clear(tx, Kind::Export)?;
            record::end_attempt(tx)?;
            client::enqueue_notification(tx, &notification_id, NotificationEvent::CredentialAccepted, now)?;
            Ok(Some(old))
        })
        .await?
        .ok_or(WalletError::Cancelled)?;
    let shown = core.shown_key();
    for credential in old {
        if shown.as_ref() != Some(&credential.key.key_id) {
            // A key that stays is swept with the next batch.
            let _ = core.keys.delete(&credential.key.key_id).await;
        }
    }
    Ok(())
}

/// Ends an attempt for good: its record, its request, its keys. With a notification id the authority is told.
async fn abandon(core: &Core, keys: Vec<DeviceKey>, notification_id: Option<String>) -> Result<(), WalletError> {
    let now = core.now().await?.at;
    core.store
        .write(move |tx| {
            record::end_attempt(tx)?;
            match notification_id {
                Some(id) if id.len() <= NOTIFICATION_ID_LEN => {
                    client::enqueue_notification(tx, &id, NotificationEvent::CredentialFailure, now)
                }
                _ => Ok(()),
            }
        })
        .await?;
    for key in keys {
        // A key that stays is swept with the next batch.
        let _ = core.keys.delete(&key.key_id).await;
    }
    Ok(())
}

/// Nothing comes of the attempt any more, nor of the registration that waits for its card: nobody is to be told that it
/// waits, and another one can start. Without a card the tokens go as well; with one, they are the card's.
async fn give_up(core: &Core, code: WireCode, hooks: Hooks) -> Result<(), WalletError> {
    let keys = core
        .store
        .write(move |tx| {
            let attempt = record::attempt(tx)?;
            record::end_attempt(tx)?;
            let mut keys: Vec<DeviceKey> = attempt.into_iter().flat_map(|attempt| attempt.keys).collect();
            if let Some(key) = (hooks.grant_lost)(tx, code)? {
                super::forget(tx)?;
                keys.push(key);
            }
            Ok(keys)
        })
        .await?;
    for key in keys {
        // A key that stays is swept at the next start.
        let _ = core.keys.delete(&key.key_id).await;
    }
    Ok(())
}

/// Destroys signing keys that nothing stored knows: those of a process that was killed between making and storing them.
/// `keep` are further names to leave alone. Wrapping keys are never touched: another vault may be under one.
pub(crate) async fn sweep(core: &Core, keep: Vec<String>) {
    let known = core
        .store
        .read(|tx| {
            let mut known: HashSet<String> = HashSet::new();
            known.extend(record::tokens(tx)?.map(|tokens| tokens.key.key_id));
            known.extend(
                record::attempt(tx)?
                    .into_iter()
                    .flat_map(|a| a.keys)
                    .map(|key| key.key_id),
            );
            known.extend(
                held::credentials(tx)?
                    .into_iter()
                    .map(|credential| credential.key.key_id),
            );
            Ok(known)
        })
        .await;
    // Best effort: what cannot be seen or destroyed now is tried again with the next batch.
    let (Ok(mut known), Ok(listed)) = (known, core.keys.list().await) else {
        return;
    };
    known.extend(keep);
    known.extend(core.shown_key());
    for key in listed {
        if key.purpose != KeyPurpose::Wrapping && !known.contains(&key.key_id) {
            let _ = core.keys.delete(&key.key_id).await;
        }
    }
}
