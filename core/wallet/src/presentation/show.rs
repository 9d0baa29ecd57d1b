//! The show session, and one code of it.

use permitcard_credential::permit::{Credential, PRESENTATION_LIFE_S, PermitError, PresentInput, present};
use permitcard_credential::qr::{frames, text};
use permitcard_crypto::random;
use permitcard_platform::{KeyError, PromptText};
use permitcard_vault::{ReadTx, VaultError};

use super::choose::{choose, mark_lost, mark_used};
use super::log;
use super::session::{SESSION_S, Session, Shows};
use super::size::code_size;
use super::target::Target;
use super::view::{DisclosureEntry, DisclosureView, Nonce, PresentRequest, PresentationView, ShowTarget, ShowView};
use crate::base::core::{Core, note_time};
use crate::base::time::Moment;
use crate::error::{InputCode, StateCode, WalletError};
use crate::held::record::{self, CardState, CredentialRecord, StoredStatus};
use crate::held::{newest_beacon, shown_fields, stored_card};

/// A code is signed anew after this time, so that a slow scanner still finishes with the one before.
const REFRESH_S: i64 = 25;
/// Bytes of the longer nonce: every code of a session gets the size of one with it.
pub(super) const NONCE_LEN: usize = 8;
/// What a target is shown.
pub(crate) async fn preview(core: &Core, target: &ShowTarget) -> Result<DisclosureView, WalletError> {
    let target = Target::read(target)?;
    core.store
        .read(move |tx| {
            let Some((_, state)) = record::card(tx)? else {
                return Ok(None);
            };
            let credentials = record::credentials(tx)?;
            let first = credentials.first().ok_or(VaultError::Corrupt)?;
            disclosure(&target, &state, &first.bytes).map(Some)
        })
        .await?
        .ok_or(WalletError::NotRegistered)
}

/// Exactly what is signed: read from a credential, where long texts are cut, and not from the card.
fn disclosure(target: &Target, state: &CardState, credential: &[u8]) -> Result<DisclosureView, VaultError> {
    let credential = Credential::parse(credential).map_err(|_| VaultError::Corrupt)?;
    let permit = credential.permit().map_err(|_| VaultError::Corrupt)?;
    let (groups, missing) = target.split(&permit);
    Ok(DisclosureView {
        profile: target.profile,
        aud: target.aud.clone(),
        by_request: target.by_request(),
        shown: shown_fields(&permit, &groups),
        groups,
        missing,
        test: state.test,
    })
}

/// Most times that a session is planned anew because a batch was renewed meanwhile.
const PLANS: u8 = 4;

/// Begins a session; one that still runs is over. Card and credential are looked at before the prompt and again after
/// it, for a person takes time and a sync may run meanwhile.
pub(crate) async fn begin(
    core: &Core,
    shows: &Shows,
    target: &ShowTarget,
    prompt: PromptText,
) -> Result<ShowView, WalletError> {
    let target = Target::read(target)?;
    shows.end_running(core)?;
    let (mut session, _) = plan(core, &target, None).await?;
    // From here on the key stays, whatever replaces its batch.
    let beginning = shows.begin(core, session.key_id()).await?;
    core.keys.begin_session(prompt).await?;
    for _ in 0..PLANS {
        let (again, view) = match plan(core, &target, Some(session.key_id())).await {
            Ok(planned) => planned,
            Err(error) => {
                drop(beginning);
                let _ = core.end_unshown_session().await;
                return Err(error);
            }
        };
        if again.key_id() == session.key_id() {
            return if beginning.finish(again) {
                Ok(view)
            } else {
                // The screen was closed while the prompt was open.
                let _ = core.end_unshown_session().await;
                Err(WalletError::Cancelled)
            };
        }
        beginning.take_key(again.key_id());
        session = again;
    }
    drop(beginning);
    let _ = core.end_unshown_session().await;
    Err(StateCode::ShowSessionOver.into())
}

/// A session that could begin now, with the credential of the key `wanted` if that is still good.
async fn plan(core: &Core, target: &Target, wanted: Option<&str>) -> Result<(Session, ShowView), WalletError> {
    let reading = core.clock.read().await?;
    let moment = core.moment(&reading).await?;
    let (state, credentials, permit_end) = core.store.read(held).await?.ok_or(WalletError::NotRegistered)?;
    showable(&state)?;
    let reader = target.by_request().then_some(target.aud.as_str());
    let chosen = choose(&credentials, moment.at, wanted, reader)
        .filter(|_| moment.at <= permit_end)
        .ok_or(StateCode::CardExpired)?;
    let parsed = Credential::parse(&chosen.bytes).map_err(|_| VaultError::Corrupt)?;
    if moment.at < parsed.iat() {
        // A clock before the day of issue: no verifier would take a code with this time.
        return Err(StateCode::TimeUnknown.into());
    }
    let disclosure = disclosure(target, &state, &chosen.bytes)?;
    let size = code_size(&parsed, &disclosure.groups, &target.aud, moment.at)?;
    let session = Session {
        target: target.clone(),
        groups: disclosure.groups.clone(),
        credential: chosen.clone(),
        card_version: state.version,
        suspended: state.status == StoredStatus::Suspended,
        begun_boot_ms: reading.boot_ms,
        boot_id: reading.boot_id,
        ends_at: moment.at.saturating_add(SESSION_S),
        qr_version: size.version,
        framed: size.framed,
    };
    let left = record::unused(&credentials, moment.at);
    let view = ShowView {
        disclosure,
        ends_at: session.ends_at,
        qr_version: session.qr_version,
        framed: session.framed,
        reused_credential: chosen.uses > 0 && (reader.is_none() || chosen.reader.as_deref() != reader),
        credentials_left: left.saturating_sub(u32::from(chosen.is_unused(moment.at))),
        time_unsure: moment.unsure,
        status: state.status.into(),
    };
    Ok((session, view))
}

/// Whether the card may be shown at all.
pub(super) fn showable(state: &CardState) -> Result<(), StateCode> {
    if state.end.is_some() {
        return Err(StateCode::CardRevoked);
    }
    // Before the status: the copies of an older version may be revoked because of the newer one, which a sync fetches.
    if state.is_superseded() {
        return Err(StateCode::CardSuperseded);
    }
    if state.status == StoredStatus::Revoked {
        return Err(StateCode::CardRevoked);
    }
    Ok(())
}

/// Whether a session may go on: not with a card that is revoked, nor with an old version of it. A version that came
/// meanwhile, and a suspension that the holder was not told of, are seen by beginning another session.
fn goes_on(session: &Session, state: Option<&CardState>) -> Result<(), StateCode> {
    let state = state.ok_or(StateCode::NoShowSession)?;
    showable(state)?;
    let newly_suspended = state.status == StoredStatus::Suspended && !session.suspended;
    if state.version != session.card_version || newly_suspended {
        return Err(StateCode::ShowSessionOver);
    }
    Ok(())
}

/// Card state, credentials, and the permit's last second.
fn held(tx: &ReadTx<'_>) -> Result<Option<(CardState, Vec<CredentialRecord>, i64)>, VaultError> {
    let Some((bytes, state)) = record::card(tx)? else {
        return Ok(None);
    };
    let card = stored_card(&bytes, &state)?;
    let end = card.permit.valid_until.ends_at();
    Ok(Some((state, record::credentials(tx)?, end)))
}

/// The user authenticates once more, for the same credential: device keys sign for a shorter time than a session lasts.
pub(crate) async fn resume(core: &Core, shows: &Shows, prompt: PromptText) -> Result<(), WalletError> {
    running(core, shows).await?;
    core.keys.begin_session(prompt).await?;
    Ok(())
}

/// The running session and the time now; ends one that is too old, or whose card is not to be shown any more.
async fn running(core: &Core, shows: &Shows) -> Result<(Session, Moment), WalletError> {
    let session = shows.get().ok_or(StateCode::NoShowSession)?;
    let reading = core.clock.read().await?;
    let moment = core.moment(&reading).await?;
    let state = core.store.read(record::card).await?.map(|(_, state)| state);
    // Either clock ends it: one may stand still, the other may be set.
    let run_ms = reading.boot_ms.saturating_sub(session.begun_boot_ms);
    let run_out = reading.boot_id != session.boot_id || run_ms > SESSION_S.unsigned_abs().saturating_mul(1_000);
    let allowed = if run_out || moment.at > session.ends_at {
        Err(StateCode::ShowSessionOver)
    } else {
        goes_on(&session, state.as_ref())
    };
    match allowed {
        Ok(()) => Ok((session, moment)),
        Err(code) => Err(over(core, shows, &session, code).await),
    }
}

/// Ends a session that must not go on.
async fn over(core: &Core, shows: &Shows, session: &Session, code: StateCode) -> WalletError {
    if shows.is_current(session) {
        shows.end(core);
        // The key store ends its session by itself if it does not now.
        let _ = core.end_unshown_session().await;
    }
    code.into()
}

/// Signs one code. It is in the log before it is given out. The card is looked at in the transaction that logs it: a
/// signature that was made while a sync learnt of a revocation or a newer version is thrown away.
pub(crate) async fn sign(core: &Core, shows: &Shows, request: PresentRequest) -> Result<PresentationView, WalletError> {
    let typed = request.nonce.as_ref().map(nonce_bytes).transpose()?;
    let (session, moment) = running(core, shows).await?;
    let nonce = match (typed, session.target.nonce) {
        (Some(_), Some(_)) => return Err(InputCode::NonceInvalid.into()),
        (typed, asked) => typed.or(asked.map(|nonce| nonce.to_vec())),
    };
    let credential = Credential::parse(&session.credential.bytes).map_err(|_| VaultError::Corrupt)?;
    let expires_at = moment.at.saturating_add(PRESENTATION_LIFE_S);
    let (iss, test) = (credential.iss().to_owned(), credential.test());
    // The newest one that is here: it shows that the code was made after that was published.
    let beacon = core.store.read(move |tx| newest_beacon(tx, &iss, test)).await?;
    let input = PresentInput {
        groups: &session.groups,
        aud: &session.target.aud,
        iat: moment.at,
        exp: expires_at,
        nonce: nonce.as_deref(),
        beacon,
    };
    let unsigned = present(&credential, &input).map_err(permit_error)?;
    let signed = core
        .keys
        .sign(&session.credential.key, unsigned.to_sign().to_vec())
        .await;
    if let Err(error @ (KeyError::NotFound | KeyError::Invalidated)) = signed {
        let key_id = session.credential.key.key_id.clone();
        core.store.write(move |tx| mark_lost(tx, &key_id, error)).await?;
        return Err(error.into());
    }
    let token = unsigned.finish(&signed?).map_err(|_| WalletError::Internal)?;
    let entry = log::encode(&DisclosureEntry {
        at: moment.at,
        time_unsure: moment.unsure,
        aud: session.target.aud.clone(),
        profile: session.target.profile,
        groups: session.groups.clone(),
        with_nonce: nonce.is_some(),
        card_version: session.card_version,
    })?;
    if !shows.is_current(&session) {
        return Err(StateCode::NoShowSession.into());
    }
    let shown = session.clone();
    let allowed = core
        .store
        .write(move |tx| {
            let state = record::card(tx)?.map(|(_, state)| state);
            if let Err(code) = goes_on(&shown, state.as_ref()) {
                return Ok(Err(code));
            }
            tx.append_log(&entry)?;
            note_time(tx, moment)?;
            let reader = shown.target.by_request().then_some(shown.target.aud);
            mark_used(tx, shown.credential, reader, moment.at).map(Ok)
        })
        .await?;
    if let Err(code) = allowed {
        return Err(over(core, shows, &session, code).await);
    }
    let frames = if session.framed {
        let id = random::bytes::<4>().map_err(|_| WalletError::Internal)?;
        frames::encode(&token, u32::from_be_bytes(id), frames::PART).map_err(|_| WalletError::Internal)?
    } else {
        Vec::new()
    };
    Ok(PresentationView {
        text: text::encode(&token),
        frames,
        frame_ms: frames::SHOW_MS,
        aud: session.target.aud,
        issued_at: moment.at,
        expires_at,
        refresh_at: moment.at.saturating_add(REFRESH_S),
        qr_version: session.qr_version,
        test,
    })
}

fn nonce_bytes(nonce: &Nonce) -> Result<Vec<u8>, WalletError> {
    let bytes = match nonce {
        Nonce::Digits { digits } if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.clone().into_bytes()
        }
        Nonce::Bytes { bytes } if bytes.len() == NONCE_LEN => bytes.clone(),
        _ => return Err(InputCode::NonceInvalid.into()),
    };
    Ok(bytes)
}

pub(super) fn permit_error(error: PermitError) -> WalletError {
    match error {
        PermitError::NonceInvalid => InputCode::NonceInvalid.into(),
        PermitError::PeriodInvalid => StateCode::CardExpired.into(),
        _ => WalletError::Internal,
    }
}

/// Ends the session, also one whose prompt is still open.
pub(crate) async fn end(core: &Core, shows: &Shows) -> Result<(), WalletError> {
    if shows.end(core) {
        core.end_unshown_session().await?;
    }
    Ok(())
}

/// All entries of the disclosure log, oldest first.
pub(crate) async fn entries(core: &Core) -> Result<Vec<DisclosureEntry>, WalletError> {
    core.store
        .read(|tx| tx.read_log()?.iter().map(|entry| log::decode(entry)).collect())
        .await
}
