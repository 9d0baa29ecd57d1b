//! When a failed attempt is repeated: connection errors, timeouts, cut connections, and the statuses that ask for it. Never
//! another 4xx, never a TLS error, never an answer that cannot be read.

use std::time::Duration;

use backon::ExponentialBuilder;
use permitcard_crypto::random;

use crate::{NetError, RetryOptions};

/// The longest wait that a server may ask for: one hour.
pub(crate) const MAX_RETRY_AFTER_S: u32 = 3600;

/// A period that is up to a fifth shorter or longer, by chance: phones that sync in the background at a fixed period would
/// all come at once after an update or the end of a failure.
pub fn spread(period: Duration) -> Duration {
    let fifth = u64::try_from(period.as_millis() / 5).unwrap_or(u64::MAX / 2);
    let chance = random::bytes().map(u64::from_ne_bytes).unwrap_or_default();
    let more = chance % (fifth.saturating_mul(2).saturating_add(1));
    (period - Duration::from_millis(fifth).min(period)).saturating_add(Duration::from_millis(more))
}

pub(crate) fn builder(options: &RetryOptions) -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(options.min_delay)
        .with_max_delay(options.max_delay)
        .with_max_times(options.attempts.saturating_sub(1))
        .with_jitter()
        // Without its std feature backon takes one and the same seed on every phone.
        .with_jitter_seed(random::bytes().map(u64::from_ne_bytes).unwrap_or_default())
}

/// The statuses after which the same request may succeed (RFC 9110, 15; RFC 6585, 4; RFC 8470, 5.2).
pub(crate) fn is_retry_status(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 502 | 503 | 504)
}

pub(crate) fn may_repeat(error: &NetError) -> bool {
    match error {
        NetError::Offline | NetError::Timeout | NetError::Interrupted => true,
        NetError::Server { status, .. } => is_retry_status(*status),
        NetError::Refused(refusal) => is_retry_status(refusal.status),
        _ => false,
    }
}

/// The pause before the next attempt: the planned one, or what the server asked for if that is longer. None when it would
/// end after the budget: the caller then learns the server's wish from the error.
pub(crate) fn pause(
    options: &RetryOptions,
    error: &NetError,
    planned: Option<Duration>,
    elapsed: Duration,
) -> Option<Duration> {
    let asked = Duration::from_secs(u64::from(error.retry_after_s().unwrap_or_default()));
    let pause = planned?.max(asked);
    (elapsed + pause <= options.budget).then_some(pause)
}

#[cfg(test)]
mod tests {
    use backon::BackoffBuilder;
    use permitcard_protocol::WireCode;

    use super::*;
    use crate::Refusal;

    fn refused(status: u16, retry_after_s: Option<u32>) -> NetError {
        NetError::Refused(Refusal {
            status,
            code: Some(WireCode::Internal),
            body: Vec::new(),
            retry_after_s,
            date_s: None,
        })
    }

    #[test]
    fn only_what_may_succeed_is_repeated() {
        for status in 300..600 {
            let expected = [408, 425, 429, 502, 503, 504].contains(&status);
            assert_eq!(
                may_repeat(&NetError::Server {
                    status,
                    retry_after_s: None
                }),
                expected,
                "{status}"
            );
            assert_eq!(may_repeat(&refused(status, None)), expected, "{status}");
        }
        for error in [NetError::Offline, NetError::Timeout, NetError::Interrupted] {
            assert!(may_repeat(&error), "{error:?}");
        }
        for error in [
            NetError::ConfigurationInvalid,
            NetError::RequestInvalid,
            NetError::TlsRefused,
            NetError::Interference,
            NetError::TooLarge,
            NetError::Unreadable,
            NetError::Keys(permitcard_platform::KeyError::Transient),
        ] {
            assert!(!may_repeat(&error), "{error:?}");
        }
    }

    #[test]
    fn pauses_grow_with_jitter_and_end() {
        let pauses: Vec<Duration> = builder(&RetryOptions::default()).build().collect();
        assert_eq!(pauses.len(), 3);
        for (pause, base_ms) in pauses.iter().zip([500, 1000, 2000]) {
            let base = Duration::from_millis(base_ms);
            assert!(*pause >= base && *pause <= 2 * base, "{pause:?}");
        }
        // Two phones do not come back together: each call draws its own jitter.
        let again: Vec<Duration> = builder(&RetryOptions::default()).build().collect();
        assert_ne!(pauses, again);
    }

    #[test]
    fn a_spread_period_is_within_a_fifth_and_never_the_same_for_all() {
        let day = Duration::from_secs(86_400);
        let drawn: Vec<Duration> = (0..200).map(|_| spread(day)).collect();
        for period in &drawn {
            assert!(*period >= day * 4 / 5 && *period <= day * 6 / 5, "{period:?}");
        }
        // Both halves, and hardly one twice.
        assert!(drawn.iter().any(|period| *period < day) && drawn.iter().any(|period| *period > day));
        assert!(drawn.iter().collect::<std::collections::BTreeSet<_>>().len() > 100);
        assert_eq!(spread(Duration::ZERO), Duration::ZERO);
        assert!(spread(Duration::MAX) >= Duration::MAX / 2);
    }

    #[test]
    fn the_servers_wish_is_obeyed_within_the_budget() {
        let options = RetryOptions::default();
        let planned = Some(Duration::from_secs(1));
        let pause = |asked, elapsed_s| pause(&options, &refused(503, asked), planned, Duration::from_secs(elapsed_s));
        assert_eq!(pause(None, 0), planned);
        assert_eq!(pause(Some(0), 0), planned);
        assert_eq!(pause(Some(20), 0), Some(Duration::from_secs(20)));
        assert_eq!(pause(Some(20), 40), Some(Duration::from_secs(20)));
        assert_eq!(pause(Some(20), 41), None);
        assert_eq!(pause(Some(3600), 0), None);
        assert_eq!(
            super::pause(&options, &refused(503, Some(1)), None, Duration::ZERO),
            None
        );
    }
}
