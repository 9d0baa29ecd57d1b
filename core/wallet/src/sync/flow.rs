//! One sync: deliver, status, version, renewal.

use permitcard_platform::PromptText;
use permitcard_protocol::WireCode;
use permitcard_vault::VaultError;

use super::report::SyncReport;
use crate::base::core::Core;
use crate::error::WalletError;
use crate::held::record::{self, CardState, StoredStatus};
use crate::held::{CardEnd, CardStatus, StoredEnd, changes, end, stored_card};
use crate::issuance::{self, Hooks, TokenRecord};

/// Renew when so many unused credentials are left.
const RENEW_AT: u32 = 3;
/// Renew when credentials live no longer than this: ten days.
const RENEW_S: i64 = 10 * 86_400;

/// Syncs with the authority.
pub(crate) async fn sync(core: &Core, prompt: Option<PromptText>) -> Result<SyncReport, WalletError> {
    let tokens = core
        .store
        .read(issuance::tokens)
        .await?
        .ok_or(WalletError::NotRegistered)?;
    let before = card_state(core).await?.ok_or(WalletError::NotRegistered)?;
    // Status lists need no token: a holder whose tokens ended with the card learns why.
    let status = learn_status(core).await?;
    let mut report = SyncReport {
        at: core.now().await?.at,
        card_version: before.version,
        new_version: false,
        changes: Vec::new(),
        status: status.into(),
        end: None,
        status_changed: false,
        renewed: false,
        needs_user: false,
        credentials_left: 0,
        delivered: 0,
        printed_renewed: false,
        application_decided: false,
        older_version_seen: false,
    };
    match online(core, tokens, prompt.clone(), &mut report).await {
        Ok(()) => note_end(core, None).await?,
        Err(WalletError::Refused(refusal)) => match StoredEnd::of(refusal.code) {
            // That the card has ended is what there is to report.
            Some(end) => note_end(core, Some(end)).await?,
            // A card that is over takes its tokens with it; that is as much as there is to say.
            None if tokens_ended(refusal.code) && ended(core).await?.is_some() => {}
            None => return Err(WalletError::Refused(refusal)),
        },
        Err(error) => return Err(error),
    }
    report.end = ended(core).await?;
    if report.end.is_none() {
        // Readers of other people can wait: whatever fails here is tried again with the next sync.
        let _ = issuance::renew_exports(core, prompt).await;
    }
    report.printed_renewed = match report.end {
        None => printed(core).await?,
        Some(_) => false,
    };
    report.status_changed = report.status != before.status.into();
    report.at = core.now().await?.at;
    let now = report.at;
    report.credentials_left = core
        .store
        .read(move |tx| Ok(record::unused(&record::credentials(tx)?, now)))
        .await?;
    Ok(report)
}

/// Renews the printed permit. What is printed can wait: only an answer that is not trusted is worth an error.
async fn printed(core: &Core) -> Result<bool, WalletError> {
    let Some(tokens) = core.store.read(issuance::tokens).await? else {
        return Ok(false);
    };
    let renewed = match issuance::fresh(core, tokens).await {
        Ok(tokens) => issuance::renew_printed(core, &tokens, false).await,
        Err(error) => Err(error),
    };
    match renewed {
        Err(error @ WalletError::Distrusted(_)) => Err(error),
        other => Ok(other.unwrap_or(false)),
    }
}

async fn card_state(core: &Core) -> Result<Option<CardState>, WalletError> {
    Ok(core.store.read(record::card).await?.map(|(_, state)| state))
}

/// Keeps why the authority gives out nothing more: from here on the card is not shown. `None`: it does give out.
async fn note_end(core: &Core, end: Option<StoredEnd>) -> Result<(), WalletError> {
    core.store.write(move |tx| record::put_end(tx, end)).await
}

/// Why the card has ended, if it has.
async fn ended(core: &Core) -> Result<Option<CardEnd>, WalletError> {
    let now = core.now().await?.at;
    core.store
        .read(move |tx| {
            let (bytes, state) = record::card(tx)?.ok_or(VaultError::Corrupt)?;
            let permit_end = stored_card(&bytes, &state)?.permit.valid_until.ends_at();
            Ok(end(&state, permit_end, now))
        })
        .await
}

/// Asks the status lists and stores the answer; without one the stored answer stays.
async fn learn_status(core: &Core) -> Result<StoredStatus, WalletError> {
    let answer = issuance::statuses(core).await?;
    core.store
        .write(move |tx| {
            let (_, mut state) = record::card(tx)?.ok_or(VaultError::Corrupt)?;
            if let Some(answer) = answer
                && state.status_at.is_none_or(|known| answer.issued_at >= known)
            {
                state.status = answer.worst;
                state.status_at = Some(answer.issued_at);
                record::put_card_state(tx, &state)?;
            }
            Ok(state.status)
        })
        .await
}

/// What needs a token.
async fn online(
    core: &Core,
    tokens: TokenRecord,
    prompt: Option<PromptText>,
    report: &mut SyncReport,
) -> Result<(), WalletError> {
    let mut tokens = match report.status {
        // Asked first, so that nobody makes keys and asks the user for a permit that has ended.
        CardStatus::Revoked => issuance::refreshed(core, tokens).await?,
        _ => issuance::fresh(core, tokens).await?,
    };
    let delivered = match issuance::notify(core, &tokens).await {
        Err(WalletError::Refused(refusal)) if refusal.code == WireCode::TokenInvalid => {
            tokens = issuance::refreshed(core, tokens).await?;
            issuance::notify(core, &tokens).await?
        }
        other => other?,
    };
    report.delivered = delivered;
    let now_at_authority = match issuance::card_now(core, &tokens).await {
        Err(WalletError::Refused(refusal)) if refusal.code == WireCode::TokenInvalid => {
            tokens = issuance::refreshed(core, tokens).await?;
            issuance::card_now(core, &tokens).await?
        }
        other => other?,
    };
    let (newest, _, _) = now_at_authority;
    let (bytes, before) = core.store.read(record::card).await?.ok_or(WalletError::NotRegistered)?;
    if newest.version < before.version {
        report.older_version_seen = true;
        return count_older(core).await;
    }
    let version = newest.version;
    core.store
        .write(move |tx| {
            let (_, mut state) = record::card(tx)?.ok_or(VaultError::Corrupt)?;
            if version > state.newest_version {
                state.newest_version = version;
                record::put_card_state(tx, &state)?;
            }
            Ok(())
        })
        .await?;
    // The copies of an older version may be invalid because of the newer one, so that a newer one is always fetched.
    let on_hold = matches!(report.status, CardStatus::Suspended | CardStatus::Revoked);
    if version == before.version && (on_hold || !runs_out(core).await?) {
        return Ok(());
    }
    match issuance::fetch(core, None, prompt, Hooks::NONE).await {
        Ok(()) => {}
        Err(WalletError::NeedsUser) => {
            report.needs_user = true;
            return Ok(());
        }
        Err(error) => return Err(error),
    }
    report.renewed = true;
    let (new_bytes, after) = core.store.read(record::card).await?.ok_or(WalletError::NotRegistered)?;
    report.card_version = after.version;
    report.new_version = after.version > before.version;
    if report.new_version {
        report.changes = changes(&stored_card(&bytes, &before)?, &stored_card(&new_bytes, &after)?);
        // The new copies have places of their own in the status lists.
        report.status = learn_status(core).await?.into();
    }
    Ok(())
}

/// Counts an older version that came, and takes nothing else of it.
async fn count_older(core: &Core) -> Result<(), WalletError> {
    core.store
        .write(|tx| {
            let (_, mut state) = record::card(tx)?.ok_or(VaultError::Corrupt)?;
            state.older_seen = state.older_seen.saturating_add(1);
            record::put_card_state(tx, &state)
        })
        .await
}

/// Codes with which the authority says that the tokens are over, and not why.
fn tokens_ended(code: WireCode) -> bool {
    matches!(code, WireCode::GrantInvalid | WireCode::TokenInvalid)
}

/// Whether the batch runs out: few unused credentials, or the end is near.
async fn runs_out(core: &Core) -> Result<bool, WalletError> {
    let now = core.now().await?.at;
    core.store
        .read(move |tx| {
            let credentials = record::credentials(tx)?;
            let ends = credentials
                .iter()
                .map(|credential| credential.expires_at)
                .min()
                .unwrap_or(now);
            Ok(record::unused(&credentials, now) <= RENEW_AT || ends <= now.saturating_add(RENEW_S))
        })
        .await
}
