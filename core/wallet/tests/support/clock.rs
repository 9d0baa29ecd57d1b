use std::sync::Mutex;

use permitcard_platform::{Clock, ClockError, ClockReading};

/// The second at which tests begin.
pub const START: i64 = 1_800_000_000;

/// Clocks that move when the test says so; phone and authority each have their own.
pub struct ManualClock(Mutex<Option<ClockReading>>);

impl ManualClock {
    pub fn at(wall_s: i64) -> Self {
        Self(Mutex::new(Some(ClockReading {
            wall_s,
            boot_ms: 1_000_000,
            boot_id: "first".into(),
        })))
    }

    pub fn wall(&self) -> i64 {
        self.now().unwrap().wall_s
    }

    pub fn forward(&self, seconds: i64) {
        self.change(|reading| {
            reading.wall_s += seconds;
            reading.boot_ms += u64::try_from(seconds).unwrap() * 1_000;
        });
    }

    pub fn change(&self, change: impl FnOnce(&mut ClockReading)) {
        change(self.0.lock().unwrap().as_mut().unwrap());
    }

    pub fn restart(&self, boot_id: &str) {
        self.change(|reading| {
            reading.boot_id = boot_id.into();
            reading.boot_ms = 5_000;
        });
    }

    pub fn stop(&self) {
        *self.0.lock().unwrap() = None;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Result<ClockReading, ClockError> {
        self.0.lock().unwrap().clone().ok_or(ClockError::Unavailable)
    }
}
