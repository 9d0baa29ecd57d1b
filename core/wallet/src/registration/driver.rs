//! The I/O around the machine. Every await is a place where the process may be killed or the future dropped.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::hash::sha256;
use permitcard_crypto::random;
use permitcard_net::{Body, NetError, Request, Response};
use permitcard_platform::KeyPurpose;
use permitcard_protocol::issuance::CONFIGURATION_SD_CWT;
use permitcard_protocol::oauth::{AuthorizationDetail, CLIENT_ID, OPENID_CREDENTIAL};
use permitcard_protocol::registration::{
    AuthorizationGranted, ChallengeRequest, INSUFFICIENT_AUTHORIZATION, InsufficientAuthorization, InteractionType,
    Tier,
};
use permitcard_protocol::{WireCode, endpoints};
use permitcard_vault::{ReadTx, VaultError, WriteTx};

use super::input;
use super::machine::{Event, State, Step};
use super::record;
use super::steps::view_of;
use super::view::{RegistrationView, StepAnswer};
use crate::base::core::{Core, Undelivered};
use crate::base::keys::DeviceKey;
use crate::base::outbox::{self, Kind};
use crate::error::{StateCode, WalletError};
use crate::issuance::{self, Grant};

/// Longest session reference, launch token and provider address that are kept.
const SESSION_LEN: usize = 1_024;
const LAUNCH_LEN: usize = 2_048;
/// Most consents of one step.
const CONSENTS: usize = 8;
/// Most other steps that are open at a time.
const ALLOWED: usize = 16;

/// Where the registration stands; none without one.
pub(crate) async fn view(core: &Core) -> Result<Option<RegistrationView>, WalletError> {
    let record = core.store.read(record::load).await?;
    if record.state == State::Idle {
        return Ok(None);
    }
    let now = core.now().await?.at;
    Ok(view_of(&record, now))
}

/// Starts a registration, or goes on with the start of one that has no reply yet.
pub(crate) async fn start(core: &Core, tier: Tier) -> Result<RegistrationView, WalletError> {
    let record = core.store.read(record::load).await?;
    match (&record.state, tier) {
        (State::Starting, _) if record.tier() == tier => {}
        (State::Finished, Tier::Permit) => return Err(StateCode::AlreadyRegistered.into()),
        (state, _) if state.is_running() => return Err(StateCode::RegistrationRunning.into()),
        (State::Finished, Tier::SocialSecurity) => enqueue_start(core, tier, None).await?,
        (_, Tier::SocialSecurity) => return Err(WalletError::NotRegistered),
        (_, Tier::Permit) => {
            // A process that was killed between making a key and storing it leaves one behind.
            let cancels = core.cancels();
            issuance::sweep(core, Vec::new()).await;
            let made = core.keys.create(KeyPurpose::Transport, 1).await?;
            let key = made.into_iter().next().ok_or(WalletError::Internal)?;
            let unused = key.clone();
            let begun = enqueue_start(core, tier, Some((key, cancels))).await;
            if begun.is_err() {
                drop_key(core, Some(unused)).await;
            }
            begun?;
        }
    }
    send(core).await
}

/// Stores the first request. `key` is a new key, with the count of cancels from before it was made; without one the key
/// of the card stays in use.
async fn enqueue_start(core: &Core, tier: Tier, key: Option<(DeviceKey, u64)>) -> Result<(), WalletError> {
    let code_verifier = URL_SAFE_NO_PAD.encode(random::bytes::<32>().map_err(|_| WalletError::Internal)?);
    let wanted = [AuthorizationDetail {
        kind: OPENID_CREDENTIAL.to_owned(),
        credential_configuration_id: CONFIGURATION_SD_CWT.to_owned(),
    }];
    let request = ChallengeRequest::Start {
        client_id: CLIENT_ID.to_owned(),
        code_challenge: URL_SAFE_NO_PAD.encode(sha256(code_verifier.as_bytes())),
        authorization_details: serde_json::to_string(&wanted).map_err(|_| WalletError::Internal)?,
        interaction_types_supported: InteractionType::ALL.to_vec(),
        tier,
    };
    let now = core.now().await?.at;
    let shared = core.clone();
    let (key, cancels) = match key {
        Some((key, cancels)) => (Some(key), cancels),
        None => (None, core.cancels()),
    };
    core.store
        .write(move |tx| {
            // This ends by itself when a cancel stops its caller, and may end after the cancel.
            if shared.cancels() != cancels {
                return Ok(Err(WalletError::Cancelled));
            }
            Ok(record::begin(tx, Event::Start { request }, key, code_verifier, now)?.map_err(WalletError::from))
        })
        .await
        .and_then(|begun| begun)
}

/// Stores an answer, sends it, and keeps the reply. While an older request has no reply, that one is sent instead.
pub(crate) async fn answer(core: &Core, answer: StepAnswer) -> Result<RegistrationView, WalletError> {
    let record = core.store.read(record::load).await?;
    if record.state.waits_for_reply() {
        return send(core).await;
    }
    let asked = match &record.state {
        State::AtStep(step) if step.is_open(answer.interaction_type()) => {
            step.reply.consents.clone().unwrap_or_default()
        }
        State::AtStep(_) | State::Granted { .. } => return Err(StateCode::StepMismatch.into()),
        _ => return Err(StateCode::NoRegistration.into()),
    };
    let answer = input::to_wire(answer, &asked)?;
    let now = core.now().await?.at;
    core.store
        .write(move |tx| record::advance(tx, Event::Answer { answer }, None, now))
        .await??;
    send(core).await
}

/// Sends a stored request again, if there is one.
pub(crate) async fn resume(core: &Core) -> Result<Option<RegistrationView>, WalletError> {
    let record = core.store.read(record::load).await?;
    if record.state.waits_for_reply() {
        send(core).await.map(Some)
    } else {
        view(core).await
    }
}

/// Forgets the registration, with its keys and what issuance has of it. One for tier 2 leaves the card, and tokens that came
/// already.
pub(crate) async fn cancel(core: &Core) -> Result<(), WalletError> {
    core.note_cancel();
    let now = core.now().await?.at;
    let dropped = core
        .store
        .write(move |tx| {
            let before = record::load(tx)?;
            let dropped = record::advance(tx, Event::Cancel, None, now)?;
            let mut keys = Vec::new();
            if before.state.is_running() {
                match before.tier() {
                    Tier::Permit => keys = issuance::forget(tx)?,
                    Tier::SocialSecurity => issuance::forget_grant(tx)?,
                }
            }
            Ok(dropped.map(|(_, key)| key.into_iter().chain(keys).collect::<Vec<_>>()))
        })
        .await??;
    for key in dropped {
        drop_key(core, Some(key)).await;
    }
    Ok(())
}

/// What a finished registration hands to issuance.
pub(crate) async fn grant(core: &Core) -> Result<Grant, WalletError> {
    let record = core.store.read(record::load).await?;
    match (record.state, record.key) {
        (State::Granted { code }, Some(key)) => Ok(Grant {
            code,
            code_verifier: record.code_verifier,
            key,
            again: record.tier_2,
        }),
        (State::Idle | State::Ended { .. }, _) => Err(StateCode::NoRegistration.into()),
        _ => Err(StateCode::NotReadyToFetch.into()),
    }
}

/// For the transaction that stores the request for tokens: whether the registration still waits with this code.
pub(crate) fn is_granted(tx: &ReadTx<'_>, code: &str) -> Result<bool, VaultError> {
    Ok(matches!(record::load(tx)?.state, State::Granted { code: held } if held == code))
}

/// For the transaction that stores the card. `false` if the registration is not waiting for it any more.
pub(crate) fn card_stored(tx: &mut WriteTx<'_>) -> Result<bool, VaultError> {
    Ok(record::advance(tx, Event::CardStored, None, 0)?.is_ok())
}

/// For the transaction that keeps why there will be no card. Gives the key that goes with the registration; none where
/// none waits for a card, or the key is that of a card.
pub(crate) fn grant_lost(tx: &mut WriteTx<'_>, code: WireCode) -> Result<Option<DeviceKey>, VaultError> {
    Ok(record::advance(tx, Event::GrantLost { code }, None, 0)?
        .ok()
        .and_then(|(_, key)| key))
}

/// Sends the waiting request and keeps the reply, in the transaction that takes the request out of the outbox.
async fn send(core: &Core) -> Result<RegistrationView, WalletError> {
    let (record, entry) = core
        .store
        .read(|tx| Ok((record::load(tx)?, outbox::find(tx, Kind::Registration)?)))
        .await?;
    let (Some(entry), Some(key)) = (entry, record.key) else {
        return Err(StateCode::NoRegistration.into());
    };
    let request = Request::post(
        endpoints::CHALLENGE,
        Body::Form(outbox::body(&entry)?),
        entry.op_id.clone(),
    )
    .dpop(core.dpop(&key, None).await?)
    .expects_steps();
    let delivered = core.deliver(&entry, &request).await;
    let now = core.now().await?.at;
    let refused_with = |code, retry_after| Event::Refused {
        code,
        retry_after,
        at: now,
    };
    let (event, refused) = match delivered {
        Ok(response) => (reply(&response, now)?, None),
        // Nothing was done, and whoever asked too often need not wait to go another way.
        Err(Undelivered::Later(WalletError::Network(failure)))
            if failure.code == WireCode::TooManyStarts.code() && record.state != State::Starting =>
        {
            (refused_with(Some(WireCode::TooManyStarts), failure.retry_after_s), None)
        }
        Err(Undelivered::Later(error)) => return Err(error),
        Err(Undelivered::Refused(refusal)) => (refused_with(refusal.code, refusal.retry_after_s), Some(refusal)),
    };
    let (record, dropped) = core
        .store
        .write(move |tx| record::advance(tx, event, Some(&entry.op_id), now))
        .await?
        // The holder cancelled while the reply was on its way.
        .map_err(|_| WalletError::Cancelled)?;
    drop_key(core, dropped).await;
    match refused {
        Some(refusal) => Err(WalletError::refused(&refusal)),
        None => view_of(&record, now).ok_or(WalletError::Internal),
    }
}

/// A key that cannot be deleted now is swept at the next start.
async fn drop_key(core: &Core, key: Option<DeviceKey>) {
    if let Some(key) = key {
        let _ = core.keys.delete(&key.key_id).await;
    }
}

fn reply(response: &Response, now: i64) -> Result<Event, NetError> {
    if response.status != 401 {
        let granted: AuthorizationGranted = response.json()?;
        let fits = (1..=SESSION_LEN).contains(&granted.authorization_code.len());
        return if fits {
            Ok(Event::Granted {
                code: granted.authorization_code,
            })
        } else {
            Err(NetError::Unreadable)
        };
    }
    let reply: InsufficientAuthorization = response.json()?;
    let launches_fit = reply.launches.len() <= InteractionType::ALL.len()
        && reply.launches.iter().all(|launch| {
            [&launch.provider, &launch.url, &launch.token]
                .iter()
                .all(|text| text.len() <= LAUNCH_LEN)
        });
    let fits = reply.error == INSUFFICIENT_AUTHORIZATION
        && (1..=SESSION_LEN).contains(&reply.auth_session.len())
        && reply
            .consents
            .as_ref()
            .is_none_or(|consents| consents.len() <= CONSENTS)
        && launches_fit
        && reply.interaction_types_allowed.len() <= ALLOWED
        && reply
            .session_reference
            .as_deref()
            .is_none_or(input::is_session_reference);
    if fits {
        Ok(Event::Stepped(Step {
            reply,
            received_at: now,
            refused: None,
        }))
    } else {
        Err(NetError::Unreadable)
    }
}

#[cfg(test)]
mod tests;
