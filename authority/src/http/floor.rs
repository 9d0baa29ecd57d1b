//! The time that an answer takes at least, so that it does not tell what was done for it: for a permit that the register
//! knows, for one that nobody has, for a step that a cap closed.

use std::time::Duration;

use tokio::time::Instant;

use crate::token;

/// An answer is held for the floor, give or take at most the floor divided by this.
const JITTER: u32 = 5;

/// The end of the floor of one answer.
pub(super) struct Floor(Option<Instant>);

impl Floor {
    /// Begins now. Zero: the answer is not held.
    pub(super) fn begin(floor: Duration) -> Self {
        if floor.is_zero() {
            return Self(None);
        }
        Self(Some(Instant::now() + held(floor)))
    }

    /// Returns at the floor's end, at once if that is over.
    pub(super) async fn wait(self) {
        if let Some(end) = self.0 {
            tokio::time::sleep_until(end).await;
        }
    }
}

/// The floor with its jitter, from the system's random numbers: a jitter that can be foretold can be subtracted.
fn held(floor: Duration) -> Duration {
    let jitter = u32::try_from((floor / JITTER).as_micros()).unwrap_or(u32::MAX / 2);
    let span = jitter.saturating_mul(2).saturating_add(1);
    // Without random numbers nothing else works either; the answer is then held the longest.
    let offset = token::below(span).unwrap_or(span);
    floor - floor / JITTER + Duration::from_micros(u64::from(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_floor_give_or_take_a_fifth() {
        let floor = Duration::from_millis(250);
        let all: Vec<Duration> = (0..1000).map(|_| held(floor)).collect();
        let (least, most) = (all.iter().min().unwrap(), all.iter().max().unwrap());
        assert!(
            *least >= Duration::from_millis(200) && *most <= Duration::from_millis(300),
            "{least:?} {most:?}"
        );
        assert!(
            *most - *least > Duration::from_millis(50),
            "no jitter: {least:?} {most:?}"
        );
        assert!(held(Duration::from_micros(1)) <= Duration::from_micros(2));
    }

    #[tokio::test(start_paused = true)]
    async fn work_counts_into_it() {
        let start = Instant::now();
        let floor = Floor::begin(Duration::from_millis(250));
        tokio::time::sleep(Duration::from_millis(150)).await;
        floor.wait().await;
        assert!(
            (200..=301).contains(&start.elapsed().as_millis()),
            "{:?}",
            start.elapsed()
        );

        let start = Instant::now();
        let floor = Floor::begin(Duration::from_millis(250));
        tokio::time::sleep(Duration::from_secs(1)).await;
        floor.wait().await;
        assert!(
            (1000..1010).contains(&start.elapsed().as_millis()),
            "{:?}",
            start.elapsed()
        );

        let start = Instant::now();
        Floor::begin(Duration::ZERO).wait().await;
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}
