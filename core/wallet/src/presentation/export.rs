//! One export: the permit in a form for readers of other people, signed for one verifier or one session, and logged.

use permitcard_credential::mdoc::{self, IssuerSigned, MAX_TRANSCRIPT};
use permitcard_credential::permit::{Credential, Element, Group};
use permitcard_credential::sdjwt::{self, MAX_AUD, MAX_NONCE, SdJwt};
use permitcard_crypto::hash::sha256;
use permitcard_platform::{KeyError, PromptText};
use permitcard_vault::{ReadTx, VaultError};

use super::choose::{choose, mark_lost, mark_used};
use super::log;
use super::session::Shows;
use super::show::showable;
use super::view::{DisclosureEntry, ExportRequest, ExportTarget, ExportView};
use crate::base::core::{Core, note_time};
use crate::base::time::Moment;
use crate::error::{InputCode, StateCode, WalletError};
use crate::held::record::{self, CredentialRecord};
use crate::held::{ExportFormat, ExportRecord, FieldValue, export as held_export, shown_fields, stored_card};

/// Bytes of a transcript's hash that name its session in the log.
const SESSION_NAME: usize = 8;

/// What an export with these groups shows. Works offline, signs nothing.
pub(crate) async fn preview_export(core: &Core, groups: Vec<Group>) -> Result<Vec<FieldValue>, WalletError> {
    core.store
        .read(move |tx| {
            let Some((bytes, state)) = record::card(tx)? else {
                return Ok(None);
            };
            // Exports carry the texts of the card, which are not cut; the portrait is the small one of the credentials.
            let mut permit = stored_card(&bytes, &state)?.permit;
            let credentials = record::credentials(tx)?;
            let first = credentials.first().ok_or(VaultError::Corrupt)?;
            let shown = Credential::parse(&first.bytes)
                .and_then(|credential| credential.permit())
                .map_err(|_| VaultError::Corrupt)?;
            permit.portrait = shown.portrait;
            Ok(Some(shown_fields(&permit, &groups)))
        })
        .await?
        .ok_or(WalletError::NotRegistered)
}

/// Makes an export. A running show session ends.
pub(crate) async fn export(
    core: &Core,
    shows: &Shows,
    request: ExportRequest,
    prompt: PromptText,
) -> Result<ExportView, WalletError> {
    let target = Target::read(&request)?;
    shows.end_running(core)?;
    let first = plan(core, &target, None).await?;
    // From here on the key stays, whatever replaces its batch.
    let beginning = shows.begin(core, &first.credential.key.key_id).await?;
    core.keys.begin_session(prompt).await?;
    // A person takes time to authenticate, and a sync may run meanwhile.
    let result = signed(core, &target, &request.groups, &first).await;
    drop(beginning);
    // The key store ends its session by itself if it does not now.
    let _ = core.end_unshown_session().await;
    result
}

/// A request, checked.
struct Target {
    format: ExportFormat,
    /// What the log names.
    aud: String,
    for_whom: ExportTarget,
}

impl Target {
    fn read(request: &ExportRequest) -> Result<Self, InputCode> {
        let fits = |text: &str, limit| (1..=limit).contains(&text.len()) && !text.chars().any(char::is_control);
        let (format, aud) = match &request.target {
            ExportTarget::SdJwt { aud, nonce } => {
                if !fits(aud, MAX_AUD) || !fits(nonce, MAX_NONCE) {
                    return Err(InputCode::ExportInvalid);
                }
                (ExportFormat::SdJwt, aud.clone())
            }
            ExportTarget::Mdoc { session_transcript } => {
                if session_transcript.len() > MAX_TRANSCRIPT {
                    return Err(InputCode::ExportInvalid);
                }
                let name: String = sha256(session_transcript)
                    .iter()
                    .take(SESSION_NAME)
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                (ExportFormat::Mdoc, format!("mdoc:{name}"))
            }
        };
        Ok(Self {
            format,
            aud,
            for_whom: request.target.clone(),
        })
    }
}

/// The copy that an export could take now.
struct Planned {
    credential: CredentialRecord,
    export: ExportRecord,
    card_version: u64,
    moment: Moment,
    test: bool,
}

type Held = (record::CardState, Vec<(CredentialRecord, ExportRecord)>, i64);

fn held(tx: &ReadTx<'_>) -> Result<Option<Held>, VaultError> {
    let Some((bytes, state)) = record::card(tx)? else {
        return Ok(None);
    };
    let end = stored_card(&bytes, &state)?.permit.valid_until.ends_at();
    let mut copies = Vec::new();
    for credential in record::credentials(tx)? {
        if let Some(export) = held_export(tx, &credential.key.key_id)? {
            copies.push((credential, export));
        }
    }
    Ok(Some((state, copies, end)))
}

/// The copy of the key `wanted` if that is still good, else the least used one.
async fn plan(core: &Core, target: &Target, wanted: Option<&str>) -> Result<Planned, WalletError> {
    let reading = core.clock.read().await?;
    let moment = core.moment(&reading).await?;
    let (state, copies, end) = core.store.read(held).await?.ok_or(WalletError::NotRegistered)?;
    showable(&state)?;
    let copies: Vec<_> = copies.into_iter().filter(|(_, one)| one.has(target.format)).collect();
    if copies.is_empty() {
        return Err(StateCode::ExportMissing.into());
    }
    let credentials: Vec<CredentialRecord> = copies.iter().map(|(credential, _)| credential.clone()).collect();
    let reader = match target.format {
        ExportFormat::SdJwt => Some(target.aud.as_str()),
        // A session is one of a kind.
        ExportFormat::Mdoc => None,
    };
    let chosen = choose(&credentials, moment.at, wanted, reader)
        .filter(|_| moment.at <= end)
        .ok_or(StateCode::CardExpired)?;
    let export = copies.iter().find(|(one, _)| one.key == chosen.key);
    Ok(Planned {
        export: export.map(|(_, export)| export.clone()).ok_or(WalletError::Internal)?,
        credential: chosen.clone(),
        card_version: state.version,
        moment,
        test: state.test,
    })
}

async fn signed(core: &Core, target: &Target, groups: &[Group], first: &Planned) -> Result<ExportView, WalletError> {
    let planned = plan(core, target, Some(&first.credential.key.key_id)).await?;
    if planned.credential.key != first.credential.key {
        // The batch was renewed while the prompt was open; what would be signed now is not what was planned.
        return Err(StateCode::ShowSessionOver.into());
    }
    let elements = Element::shown(groups);
    let at = planned.moment.at;
    let bytes = match &target.for_whom {
        ExportTarget::SdJwt { aud, nonce } => {
            let text = planned.export.sd_jwt().ok_or(WalletError::Internal)?;
            let sd_jwt = SdJwt::parse(text).map_err(|_| VaultError::Corrupt)?;
            if at < sd_jwt.iat() {
                return Err(StateCode::TimeUnknown.into());
            }
            let input = sdjwt::PresentInput {
                elements: &elements,
                aud,
                nonce,
                iat: at,
            };
            let unsigned = sdjwt::present(&sd_jwt, &input).map_err(|_| StateCode::CardExpired)?;
            let signature = sign(core, &planned.credential, unsigned.to_sign()).await?;
            let text = unsigned.finish(&signature).map_err(|_| WalletError::Internal)?;
            text.into_bytes()
        }
        ExportTarget::Mdoc { session_transcript } => {
            let document = planned.export.mdoc()?.ok_or(WalletError::Internal)?;
            let document = IssuerSigned::parse(&document).map_err(|_| VaultError::Corrupt)?;
            let unsigned =
                mdoc::respond(&document, &elements, session_transcript).map_err(|_| InputCode::ExportInvalid)?;
            let signature = sign(core, &planned.credential, unsigned.to_sign()).await?;
            unsigned.finish(&signature).map_err(|_| WalletError::Internal)?
        }
    };
    keep(core, target, groups, planned, bytes).await
}

async fn sign(core: &Core, credential: &CredentialRecord, message: &[u8]) -> Result<Vec<u8>, WalletError> {
    let signed = core.keys.sign(&credential.key, message.to_vec()).await;
    if let Err(error @ (KeyError::NotFound | KeyError::Invalidated)) = signed {
        let key_id = credential.key.key_id.clone();
        core.store.write(move |tx| mark_lost(tx, &key_id, error)).await?;
    }
    Ok(signed?)
}

/// Logs the export before it is given out. The card is looked at in the transaction that logs it: a signature that was
/// made while a sync learnt of a revocation or a newer version is thrown away.
async fn keep(
    core: &Core,
    target: &Target,
    groups: &[Group],
    planned: Planned,
    bytes: Vec<u8>,
) -> Result<ExportView, WalletError> {
    let moment = planned.moment;
    let mut groups = groups.to_vec();
    groups.sort();
    groups.dedup();
    let entry = log::encode(&DisclosureEntry {
        at: moment.at,
        time_unsure: moment.unsure,
        aud: target.aud.clone(),
        profile: None,
        groups: groups.clone(),
        with_nonce: true,
        card_version: planned.card_version,
    })?;
    let reader = match target.format {
        ExportFormat::SdJwt => Some(target.aud.clone()),
        ExportFormat::Mdoc => None,
    };
    let (version, credential) = (planned.card_version, planned.credential);
    core.store
        .write(move |tx| {
            let state = record::card(tx)?.map(|(_, state)| state);
            let Some(state) = state.filter(|state| state.version == version) else {
                return Ok(Err(StateCode::ShowSessionOver));
            };
            if let Err(code) = showable(&state) {
                return Ok(Err(code));
            }
            tx.append_log(&entry)?;
            note_time(tx, moment)?;
            mark_used(tx, credential, reader, moment.at).map(Ok)
        })
        .await??;
    Ok(ExportView {
        format: target.format,
        aud: target.aud.clone(),
        groups,
        issued_at: moment.at,
        test: planned.test,
        bytes,
    })
}
