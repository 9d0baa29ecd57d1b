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
};
use permitcard_protocol::{WireCode, endpoints};
use permitcard_vault::{ReadTx, VaultError, WriteTx};

use super::input;
use super::machine::{Event, State, Step};
use super::record::{self, Record};
use super::view::{RegistrationView, StepAnswer, StepView};
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
pub(crate) async fn start(core: &Core) -> Result<RegistrationView, WalletError> {
    let record = core.store.read(record::load).await?;
    match record.state {
        State::Starting => {}
        State::Finished => return Err(StateCode::AlreadyRegistered.into()),
        state if state.is_running() => return Err(StateCode::RegistrationRunning.into()),
        _ => enqueue_start(core).await?,
    }
    send(core).await
}

async fn enqueue_start(core: &Core) -> Result<(), WalletError> {
    let cancels = core.cancels();
    // A process that was killed between making a key and storing it leaves one behind.
    issuance::sweep(core, Vec::new()).await;
    let made = core.keys.create(KeyPurpose::Transport, 1).await?;
    let key = made.into_iter().next().ok_or(WalletError::Internal)?;
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
    };
    let now = core.now().await?.at;
    let (unused, shared) = (key.clone(), core.clone());
    let begun = core
        .store
        .write(move |tx| {
            // This ends by itself when a cancel stops its caller, and may end after the cancel.
            if shared.cancels() != cancels {
                return Ok(Err(WalletError::Cancelled));
            }
            Ok(record::begin(tx, Event::Start { request }, key, code_verifier, now)?.map_err(WalletError::from))
        })
        .await
        .and_then(|begun| begun);
    if begun.is_err() {
        drop_key(core, Some(unused)).await;
    }
    begun
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

/// Forgets the registration, with its keys and what issuance has of it.
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
                keys = issuance::forget(tx)?;
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

/// For the transaction that keeps the token endpoint's refusal of the code.
pub(crate) fn code_refused(tx: &mut WriteTx<'_>, code: WireCode) -> Result<Option<DeviceKey>, VaultError> {
    Ok(record::advance(tx, Event::CodeRefused { code }, None, 0)?
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
    let (event, refused) = match core.deliver(&entry, &request).await {
        Ok(response) => (reply(&response, core.now().await?.at)?, None),
        Err(Undelivered::Later(error)) => return Err(error),
        Err(Undelivered::Refused(refusal)) => (Event::Refused { code: refusal.code }, Some(refusal)),
    };
    let now = core.now().await?.at;
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
    let launch_fits = reply.launch.as_ref().is_none_or(|launch| {
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
        && launch_fits;
    if fits {
        Ok(Event::Stepped(Step {
            reply,
            received_at: now,
        }))
    } else {
        Err(NetError::Unreadable)
    }
}

/// The view of a record; none for no registration.
fn view_of(record: &Record, now: i64) -> Option<RegistrationView> {
    Some(match &record.state {
        State::Idle => return None,
        State::Starting => RegistrationView::Starting,
        State::AtStep(step) => RegistrationView::Step(step_view(step, now, false)),
        State::Answering { step, .. } => RegistrationView::Step(step_view(step, now, true)),
        State::Granted { .. } => RegistrationView::ReadyToFetch,
        State::Ended { code } => RegistrationView::Ended { code: *code },
        State::Finished => RegistrationView::Finished,
    })
}

fn step_view(step: &Step, now: i64, unanswered: bool) -> StepView {
    let reply = &step.reply;
    let passed = now.saturating_sub(step.received_at).clamp(0, i64::from(u32::MAX));
    let passed = u32::try_from(passed).unwrap_or_default();
    let left = |seconds: u32| seconds.saturating_sub(passed);
    let mut one_time_code = reply.one_time_code.clone();
    if let Some(code) = &mut one_time_code {
        code.expires_in = left(code.expires_in);
        code.resend_after = left(code.resend_after);
    }
    StepView {
        required: reply.interaction_type_required,
        allowed: reply.interaction_types_allowed.clone(),
        failed: reply.code,
        tries_left: reply.tries_left,
        retry_after_s: reply.retry_after.map(left).filter(|seconds| *seconds > 0),
        consents: reply.consents.clone().unwrap_or_default(),
        one_time_code,
        launch: reply.launch.clone(),
        unanswered,
    }
}

#[cfg(test)]
mod tests;
