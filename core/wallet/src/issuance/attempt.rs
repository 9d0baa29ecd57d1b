//! One attempt to get a batch: it may stop at every await and goes on from what is stored.

use std::collections::HashSet;

use permitcard_credential::cose::{Jwk, jws};
use permitcard_credential::permit::VCT;
use permitcard_net::{NetError, Request};
use permitcard_platform::{KeyError, KeyPurpose, PromptText};
use permitcard_protocol::issuance::{
    CONFIGURATION_SD_CWT, CredentialRequest, FORMAT_SD_CWT, NotificationEvent, PROOF_TYP, ProofClaims, ProofHeader,
    Proofs,
};
use permitcard_protocol::metadata::IssuerMetadata;
use permitcard_protocol::{WireCode, endpoints, limits};
use permitcard_vault::OutboxEntry;

use super::batch::{Batch, NOTIFICATION_ID_LEN, Undecided, received};
use super::record::{self, AttemptRecord, TokenRecord};
use super::{Grant, Hooks, client, exports};
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

    pub(super) async fn ask(&mut self, core: &Core) -> Result<(), KeyError> {
        if let Some(prompt) = self.prompt.take() {
            core.keys.begin_session(prompt).await?;
            self.asked = true;
        }
        Ok(())
    }
}

async fn attempt(core: &Core, mut tokens: TokenRecord, user: &mut User, hooks: Hooks) -> Result<(), WalletError> {
    let (mut renewed_token, mut renewed_nonce) = (false, false);
    let (entry, keys, response) = loop {
        let (entry, keys) = request(core, &tokens, user).await?;
        match client::credentials(core, &tokens, &entry).await {
            Ok(response) => break (entry, keys, response),
            Err(Undelivered::Later(error)) => return Err(error),
            Err(Undelivered::Refused(refusal)) => match refusal.code {
                Some(WireCode::TokenInvalid) if !renewed_token => {
                    renewed_token = true;
                    tokens = client::refreshed(core, tokens).await?;
                }
                Some(WireCode::NonceInvalid) if !renewed_nonce => {
                    // The nonce grew too old while the request waited: the same keys prove themselves with a new one.
                    renewed_nonce = true;
                    core.store.write(|tx| outbox::clear(tx, Kind::Credential)).await?;
                }
                _ => {
                    abandon(core, keys, None).await?;
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

/// The waiting credential request with its keys; made now if there is none.
async fn request(
    core: &Core,
    tokens: &TokenRecord,
    user: &mut User,
) -> Result<(OutboxEntry, Vec<DeviceKey>), WalletError> {
    let (attempt, entry) = core
        .store
        .read(|tx| Ok((record::attempt(tx)?, outbox::find(tx, Kind::Credential)?)))
        .await?;
    let keys = match (attempt, entry) {
        (Some(attempt), Some(entry)) => return Ok((entry, attempt.keys)),
        (Some(attempt), None) => attempt.keys,
        (None, _) => make_keys(core, tokens).await?,
    };
    let nonce = client::nonce(core).await?;
    user.ask(core).await?;
    let jwt = match proofs(core, &keys, nonce).await {
        Ok(jwt) => jwt,
        Err(WalletError::KeyStore(error @ (KeyError::NotFound | KeyError::Invalidated))) => {
            // Keys that are gone never sign: the next call makes others.
            abandon(core, keys, None).await?;
            return Err(error.into());
        }
        Err(error) => return Err(error),
    };
    let request = CredentialRequest::by_identifier(&tokens.credential_identifier, Proofs { jwt });
    let body = serde_json::to_string(&request).map_err(|_| WalletError::Internal)?;
    let now = core.now().await?.at;
    let expected = keys.clone();
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
    Ok((entry, keys))
}

async fn make_keys(core: &Core, tokens: &TokenRecord) -> Result<Vec<DeviceKey>, WalletError> {
    sweep(core, vec![tokens.key.key_id.clone()]).await;
    let count = batch_size(core).await?;
    let keys = core.keys.create(KeyPurpose::Presentation, count).await?;
    let attempt = AttemptRecord { keys: keys.clone() };
    core.store
        .write(move |tx| {
            // Without tokens the holder cancelled meanwhile; the keys are swept later.
            let wanted = record::tokens(tx)?.is_some();
            if wanted {
                record::put_attempt(tx, &attempt)?;
            }
            Ok(wanted)
        })
        .await?
        .then_some(keys)
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

/// One proof for each key (OpenID4VCI 1.0, F.1).
pub(super) async fn proofs(core: &Core, keys: &[DeviceKey], nonce: String) -> Result<Vec<String>, WalletError> {
    let claims = ProofClaims {
        aud: core.url.clone(),
        iat: core.now().await?.at,
        nonce,
    };
    let claims = serde_json::to_string(&claims).map_err(|_| WalletError::Internal)?;
    let mut inputs = Vec::with_capacity(keys.len());
    for key in keys {
        let header = ProofHeader {
            typ: PROOF_TYP.to_owned(),
            alg: "ES256".to_owned(),
            jwk: Jwk::from_public_key(&key.public),
        };
        let header = serde_json::to_string(&header).map_err(|_| WalletError::Internal)?;
        inputs.push(jws::signing_input(&header, &claims));
    }
    let work: Vec<_> = keys
        .iter()
        .zip(&inputs)
        .map(|(key, input)| (key, input.clone().into_bytes()))
        .collect();
    let signatures = core.keys.sign_many(&work).await?;
    Ok(inputs
        .iter()
        .zip(&signatures)
        .map(|(input, signature)| jws::compact(input, signature))
        .collect())
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
