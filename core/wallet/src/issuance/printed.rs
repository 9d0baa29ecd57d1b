//! Getting the printed permit (design 4.3): a credential of its own, kept beside the card.

use permitcard_credential::printed::Printed;
use permitcard_protocol::WireCode;
use permitcard_vault::VaultError;

use super::checks::{self, Expected};
use super::record::TokenRecord;
use super::{client, trust};
use crate::base::core::Core;
use crate::error::{CheckCode, WalletError};
use crate::held::{PrintedRecord, printed, put_printed, record as held, stored_card};

/// Renewed when it counts no longer than this: 30 days, so that what is printed today is of use for a while.
const RENEW_S: i64 = 30 * 86_400;

/// Gets the printed permit if there is none, or an old one, or `anew` is set; tells whether it got one. Everything is
/// checked before it is kept.
pub(crate) async fn renew_printed(core: &Core, tokens: &TokenRecord, anew: bool) -> Result<bool, WalletError> {
    let now = core.now().await?.at;
    let (card, kept) = core
        .store
        .read(|tx| {
            let Some((bytes, state)) = held::card(tx)? else {
                return Ok((None, None));
            };
            Ok((Some((stored_card(&bytes, &state)?, state)), printed(tx)?))
        })
        .await?;
    let (card, state) = card.ok_or(WalletError::NotRegistered)?;
    let is_fresh = |kept: &PrintedRecord| {
        let lives_on =
            kept.expires_at > now.saturating_add(RENEW_S) || kept.expires_at >= card.permit.valid_until.ends_at();
        kept.card_version == state.version && lives_on
    };
    if !anew && kept.as_ref().is_some_and(is_fresh) {
        return Ok(false);
    }
    // The authority prints the newest version; the holder fetches that one first.
    if state.newest_version > state.version {
        return Ok(false);
    }
    let (_, snapshot) = trust::list(core).await?;
    let plain = client::printed(core, tokens, false).await?;
    let portrait = match client::printed(core, tokens, true).await {
        Err(WalletError::Refused(refusal)) if refusal.code == WireCode::NotFound => None,
        other => Some(other?),
    };
    let expected = Expected {
        now: core.now().await?.at,
        sandbox: core.sandbox,
        transport: &tokens.key.public,
        known_version: None,
    };
    let mut ends = checks::printed(&plain, &card, &snapshot, &expected)?;
    if let Some(bytes) = &portrait {
        ends = ends.min(checks::printed(bytes, &card, &snapshot, &expected)?);
        let shows = Printed::parse(bytes).map_err(|_| CheckCode::Unreadable)?;
        if shows.document().portrait.is_none() {
            return Err(CheckCode::ContentMismatch.into());
        }
    }
    let record = PrintedRecord::new(card.version, &plain, portrait.as_deref(), ends);
    core.store
        .write(move |tx| {
            let version = held::card(tx)?.map(|(_, state)| state.version);
            // Another version came meanwhile: this one is of no use, and the next sync gets the right one.
            if version == Some(record.card_version) {
                put_printed(tx, &record)?;
            }
            Ok::<_, VaultError>(version == Some(record.card_version))
        })
        .await
}
