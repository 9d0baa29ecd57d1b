//! Calls into the host: from a blocking thread, with a time limit, and never more than a host gives back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::base::task::{self, Died};

/// Calls that the host has not returned from. More than this many hang: do not feed it more threads.
pub(crate) const CALLS_AT_ONCE: u32 = 8;

/// Why a call has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoResult {
    /// Too many calls have not returned.
    Busy,
    /// It did not return in time.
    TimedOut,
    /// It ended in a panic, whose text is dropped.
    Died,
}

/// The way into one part of the host.
#[derive(Clone)]
pub(crate) struct Calls {
    limit: Duration,
    places: Arc<Semaphore>,
}

impl Calls {
    pub(crate) fn new(limit: Duration) -> Self {
        let places = usize::try_from(CALLS_AT_ONCE).unwrap_or(1);
        Self {
            limit,
            places: Arc::new(Semaphore::new(places)),
        }
    }

    /// Does a piece of work that may block.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoResult> {
        let free = tokio::time::timeout(self.limit, self.places.clone().acquire_owned()).await;
        let place = free.map_err(|_| NoResult::Busy)?.map_err(|_| NoResult::Busy)?;
        let task = task::spawn_blocking(move || {
            // A thread that the host never gives back keeps its place, also after the time limit.
            let _place = place;
            work()
        });
        match task.result_within(self.limit).await {
            None => Err(NoResult::TimedOut),
            Some(Err(Died)) => Err(NoResult::Died),
            Some(Ok(result)) => Ok(result),
        }
    }

    /// Waits until the host has returned from every call, also from those that nobody waits for any more.
    pub(crate) async fn all_returned(&self) -> Result<(), NoResult> {
        match tokio::time::timeout(self.limit, self.places.acquire_many(CALLS_AT_ONCE)).await {
            Ok(Ok(_all)) => Ok(()),
            _ => Err(NoResult::TimedOut),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[tokio::test]
    async fn a_call_that_nobody_waits_for_is_still_waited_for() {
        let calls = Calls::new(Duration::from_secs(60));
        let (begun, has_begun) = channel();
        let (release, released) = channel::<()>();
        let task = tokio::spawn({
            let calls = calls.clone();
            async move {
                let work = move || {
                    begun.send(()).unwrap();
                    released.recv().unwrap();
                };
                calls.run(work).await
            }
        });
        while has_begun.try_recv().is_err() {
            tokio::task::yield_now().await;
        }
        task.abort();
        let mut waiting = Box::pin(calls.all_returned());
        tokio::select! {
            biased;
            _ = &mut waiting => panic!("it did not wait"),
            () = tokio::task::yield_now() => {}
        }
        release.send(()).unwrap();
        assert_eq!(waiting.await, Ok(()));
        // All places are free again.
        assert_eq!(calls.run(|| 5).await, Ok(5));
    }

    #[tokio::test]
    async fn a_host_that_hangs_is_not_waited_for_forever() {
        let calls = Calls::new(Duration::from_millis(1));
        let (release, released) = channel::<()>();
        let hung = calls.run(move || {
            let _ = released.recv();
        });
        assert_eq!(hung.await, Err(NoResult::TimedOut));
        assert_eq!(calls.all_returned().await, Err(NoResult::TimedOut));
        drop(release);
    }
}
