//! How often a sync really asks: an impatient finger on a button must not become a load for the authority.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use permitcard_platform::ClockReading;

use super::report::SyncReport;
use crate::error::{NetworkFailure, WalletError};

/// What the last sync of this wallet came to.
#[derive(Default)]
pub(crate) struct Pace(Mutex<Option<Last>>);

struct Last {
    began: ClockReading,
    /// How long this counts.
    counts: Duration,
    result: Result<SyncReport, NetworkFailure>,
}

impl Pace {
    /// The answer to a sync that comes too soon: the last report without what it did, or the authority's wish to wait with
    /// what is left of it. `None` if a sync may begin.
    pub(crate) fn too_soon(&self, now: &ClockReading, has_prompt: bool) -> Option<Result<SyncReport, WalletError>> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = last.as_ref()?;
        let left = last
            .counts
            .checked_sub(since(&last.began, now)?)
            .filter(|left| !left.is_zero())?;
        match &last.result {
            // The report asked for just this call.
            Ok(report) if report.needs_user && has_prompt => None,
            Ok(report) => Some(Ok(SyncReport {
                new_version: false,
                changes: Vec::new(),
                status_changed: false,
                renewed: false,
                delivered: 0,
                printed_renewed: false,
                application_decided: false,
                ..report.clone()
            })),
            Err(failure) => Some(Err(WalletError::Network(NetworkFailure {
                retry_after_s: u32::try_from(left.as_millis().div_ceil(1_000)).ok(),
                ..*failure
            }))),
        }
    }

    /// The holder did something that the last report knows nothing of: the next sync asks. The authority's wish stands.
    pub(crate) fn outdate(&self) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_some_and(|last| last.result.is_ok()) {
            *last = None;
        }
    }

    /// Notes what a sync came to that began at `began`. A phone without a network may try again at once.
    pub(crate) fn note(&self, began: ClockReading, interval: Duration, result: &Result<SyncReport, WalletError>) {
        let (counts, result) = match result {
            Ok(report) => (interval, Ok(report.clone())),
            Err(WalletError::Network(failure)) if !interval.is_zero() => {
                let asked = Duration::from_secs(u64::from(failure.retry_after_s.unwrap_or_default()));
                (asked, Err(*failure))
            }
            Err(_) => return,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Last { began, counts, result });
    }
}

/// The time from one reading to a later one, sleep included; by the wall clock where the clock since the start tells
/// nothing. `None` if it went backwards.
fn since(began: &ClockReading, now: &ClockReading) -> Option<Duration> {
    if !began.boot_id.is_empty() && began.boot_id == now.boot_id {
        return now.boot_ms.checked_sub(began.boot_ms).map(Duration::from_millis);
    }
    let seconds = now.wall_s.checked_sub(began.wall_s)?;
    u64::try_from(seconds).ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::StateCode;
    use crate::held::CardStatus;

    const INTERVAL: Duration = Duration::from_secs(15);

    fn at(boot_ms: u64) -> ClockReading {
        ClockReading {
            wall_s: 1_000,
            boot_ms,
            boot_id: "a".to_owned(),
        }
    }

    fn report() -> SyncReport {
        SyncReport {
            at: 1_000,
            card_version: 3,
            new_version: true,
            changes: Vec::new(),
            status: CardStatus::Valid,
            end: None,
            status_changed: true,
            renewed: true,
            needs_user: false,
            credentials_left: 9,
            delivered: 2,
            printed_renewed: true,
            application_decided: true,
            older_version_seen: false,
        }
    }

    fn after(result: Result<SyncReport, WalletError>) -> Pace {
        let pace = Pace::default();
        assert!(pace.too_soon(&at(0), false).is_none());
        pace.note(at(10_000), INTERVAL, &result);
        pace
    }

    #[test]
    fn for_fifteen_seconds_the_last_report_stands_without_what_it_did() {
        let pace = after(Ok(report()));
        for (boot_ms, too_soon) in [(10_000, true), (24_999, true), (25_000, false), (9_999, false)] {
            assert_eq!(pace.too_soon(&at(boot_ms), true).is_some(), too_soon, "{boot_ms}");
        }
        let again = pace.too_soon(&at(12_000), false).unwrap().unwrap();
        assert_eq!((again.at, again.card_version, again.credentials_left), (1_000, 3, 9));
        assert!(!again.new_version && !again.status_changed && !again.renewed && !again.printed_renewed);
        assert!(!again.application_decided);
        assert_eq!(again.delivered, 0);
    }

    #[test]
    fn what_asked_for_the_user_may_come_with_the_user_at_once() {
        let pace = after(Ok(SyncReport {
            needs_user: true,
            ..report()
        }));
        assert!(pace.too_soon(&at(10_001), false).is_some());
        assert!(pace.too_soon(&at(10_001), true).is_none());
    }

    #[test]
    fn the_authoritys_wish_counts_and_a_missing_network_does_not() {
        let failure = |code, retry_after_s| Err(WalletError::Network(NetworkFailure { code, retry_after_s }));
        let pace = after(failure("network.server", Some(40)));
        let left = pace.too_soon(&at(20_500), true).unwrap().unwrap_err();
        assert_eq!(Err::<SyncReport, _>(left), failure("network.server", Some(30)));
        assert!(pace.too_soon(&at(50_000), true).is_none());
        for error in [failure("network.offline", None), Err(StateCode::TimeUnknown.into())] {
            assert!(after(error).too_soon(&at(10_000), false).is_none());
        }
    }

    #[test]
    fn what_the_holder_did_since_makes_the_report_old_and_not_the_wish() {
        let pace = after(Ok(report()));
        pace.outdate();
        assert!(pace.too_soon(&at(10_001), false).is_none());
        let failure = NetworkFailure {
            code: "network.server",
            retry_after_s: Some(40),
        };
        let pace = after(Err(WalletError::Network(failure)));
        pace.outdate();
        assert!(pace.too_soon(&at(10_001), false).is_some());
    }

    #[test]
    fn after_a_restart_of_the_device_the_wall_clock_counts() {
        let pace = after(Ok(report()));
        let reading = |wall_s| ClockReading {
            wall_s,
            boot_ms: 5,
            boot_id: "b".to_owned(),
        };
        assert!(pace.too_soon(&reading(1_014), false).is_some());
        for wall_s in [1_015, 999, i64::MIN, i64::MAX] {
            assert!(pace.too_soon(&reading(wall_s), false).is_none(), "{wall_s}");
        }
    }

    #[test]
    fn without_an_interval_nothing_is_too_soon() {
        let pace = Pace::default();
        pace.note(at(0), Duration::ZERO, &Ok(report()));
        assert!(pace.too_soon(&at(0), false).is_none());
    }
}
