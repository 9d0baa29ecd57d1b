//! One sync: deliver, status, version, renewal.

use permitcard_platform::PromptText;
use permitcard_protocol::WireCode;
use permitcard_vault::VaultError;

use super::report::SyncReport;
use crate::base::core::Core;
use crate::error::WalletError;
use crate::held::record::{self, CardState, StoredStatus};
use crate::held::{CardStatus, changes, stored_card};
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
        status_changed: false,
        renewed: false,
        needs_user: false,
        credentials_left: 0,
        delivered: 0,
        printed_renewed: false,
        older_version_seen: false,
    };
    match online(core, tokens, prompt.clone(), &mut report).await {
        // A revoked card takes its tokens with it; the status says why, which is all that there is to report.
        Err(WalletError::Refused(refusal)) if status == StoredStatus::Revoked && ended(refusal.code) => {}
        other => other?,
    }
    if report.status != CardStatus::Revoked {
        // Readers of other people can wait: whatever fails here is tried again with the next sync.
        let _ = issuance::renew_exports(core, prompt).await;
    }
    report.printed_renewed = printed(core, report.status).await?;
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
async fn printed(core: &Core, status: CardStatus) -> Result<bool, WalletError> {
    if status == CardStatus::Revoked {
        return Ok(false);
    }
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
        return Ok(());
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

/// Codes with which the authority says that nothing more is to be had.
fn ended(code: WireCode) -> bool {
    matches!(
        code,
        WireCode::GrantInvalid | WireCode::TokenInvalid | WireCode::PermitEnded
    )
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
