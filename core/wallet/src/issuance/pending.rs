//! An application that is still being decided (OpenID4VCI 1.0, 9): the keys are made and proven, the authority has promised
//! an answer, and is asked again when it said so. All of it is stored, so that it survives months and restarts.

use permitcard_net::NetError;
use permitcard_protocol::issuance::{DeferredRequest, DeferredResponse};
use permitcard_protocol::{WireCode, limits};
use permitcard_vault::{OutboxEntry, ReadTx, VaultError};

use super::record::{self, AttemptRecord, DeferredRecord};
use crate::base::core::Core;
use crate::base::outbox::{self, Kind};
use crate::error::{Refusal, WalletError};

/// Seconds that must pass before a holder who wants to know asks again. OpenID4VCI 1.0, 8.3 lets a wallet ask before the
/// interval is over (SHOULD): a message may have told the holder that it is decided.
const HOLDER_WAIT_S: i64 = 60;

/// An application that is still being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingView {
    /// When the authority last said so, seconds since 1970.
    pub asked_at: i64,
    /// When it wants to be asked again, seconds since 1970. A sync without a prompt asks nobody before that.
    pub ask_again_at: i64,
    /// From when on a call with a prompt asks all the same, seconds since 1970: a minute after the last time.
    pub holder_may_ask_at: i64,
}

/// The promise that the wallet waits for.
pub(crate) fn deferred(tx: &ReadTx<'_>) -> Result<Option<DeferredRecord>, VaultError> {
    Ok(record::attempt(tx)?.and_then(|attempt| attempt.deferred))
}

/// The application that the wallet waits for, from the store alone.
pub(crate) async fn pending(core: &Core) -> Result<Option<PendingView>, WalletError> {
    Ok(core.store.read(deferred).await?.map(|deferred| PendingView {
        asked_at: deferred.asked_at,
        ask_again_at: deferred.ask_again_at,
        holder_may_ask_at: due(&deferred, true),
    }))
}

/// The question what became of it, stored; or the answer of before, if it is too early to ask. `by_holder`: somebody is at
/// the phone and wants to know.
pub(super) async fn question(
    core: &Core,
    attempt: &AttemptRecord,
    by_holder: bool,
) -> Result<OutboxEntry, WalletError> {
    let deferred = attempt.deferred.clone().ok_or(WalletError::Internal)?;
    let now = core.now().await?.at;
    if let Some(wait) = wait_s(&deferred, now, by_holder) {
        return Err(not_yet(wait));
    }
    let request = DeferredRequest {
        transaction_id: deferred.transaction_id,
    };
    let body = serde_json::to_string(&request).map_err(|_| WalletError::Internal)?;
    let expected = attempt.clone();
    core.store
        .write(move |tx| {
            if record::attempt(tx)?.is_none_or(|attempt| attempt != expected) {
                return Ok(None);
            }
            outbox::enqueue_once(tx, Kind::Deferred, body, now).map(Some)
        })
        .await?
        .ok_or(WalletError::Cancelled)
}

/// Keeps a promise in place of the request that brought it; gives what the caller is told. `by_holder` as for [`question`].
pub(super) async fn wait(
    core: &Core,
    entry: OutboxEntry,
    attempt: AttemptRecord,
    promise: DeferredResponse,
    by_holder: bool,
) -> Result<WalletError, WalletError> {
    let transaction_id = match &attempt.deferred {
        // It names the one transaction as long as there is one.
        Some(known) if known.transaction_id == promise.transaction_id => promise.transaction_id,
        None if (1..=limits::TEXT_FIELD).contains(&promise.transaction_id.len()) => promise.transaction_id,
        _ => return Err(NetError::Unreadable.into()),
    };
    let interval = promise.interval.clamp(1, limits::LONGEST_INTERVAL_S);
    let now = core.now().await?.at;
    let deferred = DeferredRecord {
        transaction_id,
        asked_at: now,
        ask_again_at: now.saturating_add(i64::from(interval)),
    };
    let left = wait_s(&deferred, now, by_holder).unwrap_or(interval);
    let kept = AttemptRecord {
        deferred: Some(deferred),
        ..attempt.clone()
    };
    let was_waiting = core
        .store
        .write(move |tx| {
            let was_waiting = tx.delete_outbox(&entry.op_id)? && record::attempt(tx)?.as_ref() == Some(&attempt);
            if was_waiting {
                record::put_attempt(tx, &kept)?;
            }
            Ok(was_waiting)
        })
        .await?;
    if was_waiting {
        Ok(not_yet(left))
    } else {
        Err(WalletError::Cancelled)
    }
}

/// From when on it is asked: when the authority wishes, for a holder at the phone after a minute.
fn due(deferred: &DeferredRecord, by_holder: bool) -> i64 {
    if by_holder {
        let soon = deferred.asked_at.saturating_add(HOLDER_WAIT_S);
        soon.min(deferred.ask_again_at)
    } else {
        deferred.ask_again_at
    }
}

/// Seconds until this caller's next call asks; none if it is asked now. A clock that was set back does not keep a holder from
/// his card.
fn wait_s(deferred: &DeferredRecord, now: i64, by_holder: bool) -> Option<u32> {
    let latest = u32::try_from(deferred.ask_again_at.saturating_sub(now)).ok()?;
    let jumped = now < deferred.asked_at || latest > limits::LONGEST_INTERVAL_S;
    let wait = u32::try_from(due(deferred, by_holder).saturating_sub(now)).ok()?;
    (wait > 0 && !jumped).then_some(wait)
}

fn not_yet(wait: u32) -> WalletError {
    WalletError::Refused(Refusal {
        code: WireCode::IssuancePending,
        retry_after_s: Some(wait),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_asks_when_the_authority_said_so_and_not_years_later() {
        let deferred = DeferredRecord {
            transaction_id: "t".into(),
            asked_at: 1_000,
            ask_again_at: 4_600,
        };
        for (now, wait) in [
            (1_000, Some(3_600)),
            (4_599, Some(1)),
            (4_600, None),
            (9_000, None),
            (999, None),
            (i64::MIN, None),
            (i64::MAX, None),
        ] {
            assert_eq!(wait_s(&deferred, now, false), wait, "{now}");
        }
    }

    #[test]
    fn a_holder_at_the_phone_waits_a_minute_at_most() {
        let mut deferred = DeferredRecord {
            transaction_id: "t".into(),
            asked_at: 1_000,
            ask_again_at: 4_600,
        };
        for (now, wait) in [(1_000, Some(60)), (1_059, Some(1)), (1_060, None), (999, None)] {
            assert_eq!(wait_s(&deferred, now, true), wait, "{now}");
        }
        // An authority that wants to be asked sooner is.
        deferred.ask_again_at = 1_001;
        assert_eq!(
            (wait_s(&deferred, 1_000, true), wait_s(&deferred, 1_001, true)),
            (Some(1), None)
        );
    }
}
