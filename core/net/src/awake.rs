//! Time that goes on while the phone sleeps. Tokio's timers and `Instant` stand still then, so that a call that began
//! before a sleep of an hour would wait for a dead socket with all of its limit left.

use std::time::{Duration, Instant, SystemTime};

/// How often the wall clock is looked at while a request is under way.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long something takes: by the clock that cannot jump, or by the wall clock where that one says longer.
pub(crate) struct Stopwatch {
    began: Instant,
    wall_began: SystemTime,
    wall: fn() -> SystemTime,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self::with(SystemTime::now)
    }

    fn with(wall: fn() -> SystemTime) -> Self {
        Self {
            began: Instant::now(),
            wall_began: wall(),
            wall,
        }
    }

    /// The time since the start. A wall clock that was put back counts for nothing, one that was put on counts: the worst
    /// of that is a call that ends early and is made again.
    pub(crate) fn elapsed(&self) -> Duration {
        let by_wall = (self.wall)().duration_since(self.wall_began).unwrap_or_default();
        self.began.elapsed().max(by_wall)
    }

    /// Returns once so much time is over, at most a second after the device woke up.
    pub(crate) async fn over(&self, limit: Duration) {
        loop {
            let left = limit.saturating_sub(self.elapsed());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LOOK_EVERY)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A wall clock that tests move; each test has one of its own.
    macro_rules! wall {
        ($name:ident, $clock:ident) => {
            static $name: AtomicU64 = AtomicU64::new(1_000_000);
            fn $clock() -> SystemTime {
                SystemTime::UNIX_EPOCH + Duration::from_secs($name.load(Ordering::SeqCst))
            }
        };
    }

    #[test]
    fn a_sleep_counts_and_a_clock_that_was_put_back_does_not() {
        wall!(WALL, clock);
        let watch = Stopwatch::with(clock);
        assert!(watch.elapsed() < Duration::from_secs(600));
        WALL.fetch_add(3_600, Ordering::SeqCst);
        assert_eq!(watch.elapsed(), Duration::from_secs(3_600));
        WALL.store(5, Ordering::SeqCst);
        assert!(watch.elapsed() < Duration::from_secs(600));
    }

    #[tokio::test]
    async fn whoever_waits_is_called_after_a_sleep() {
        wall!(WALL, clock);
        let watch = Stopwatch::with(clock);
        let limit = Duration::from_secs(3_600);
        let mut waiting = std::pin::pin!(watch.over(limit));
        tokio::select! {
            biased;
            () = &mut waiting => panic!("the hour is not over"),
            () = tokio::task::yield_now() => {}
        }
        // The timer that runs has a second left; the hour passed in the sleep.
        WALL.fetch_add(3_601, Ordering::SeqCst);
        waiting.await;
        watch.over(Duration::ZERO).await;
    }
}
