//! A clock that tests move.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use permitcard_platform::{Clock, ClockError, ClockReading, SystemClock};

/// The clock of this machine plus what the test added.
#[derive(Debug, Clone, Default)]
pub struct MovableClock(Arc<AtomicI64>);

impl MovableClock {
    /// Moves the clock forward.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Result<ClockReading, ClockError> {
        let mut reading = SystemClock.now()?;
        let added = self.0.load(Ordering::SeqCst);
        reading.wall_s += added;
        reading.boot_ms = reading.boot_ms.saturating_add_signed(1_000 * added);
        Ok(reading)
    }
}
