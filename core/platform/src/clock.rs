use std::time::{SystemTime, UNIX_EPOCH};

/// The clocks of the device, read together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockReading {
    /// Wall clock: seconds since 1970-01-01T00:00:00Z, as the user may have set it.
    pub wall_s: i64,
    /// Milliseconds since the device was started, sleep included.
    pub boot_ms: u64,
    /// Names the current run of the device since its start; another value after a restart. Empty if unknown.
    pub boot_id: String,
}

/// Why no time could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClockError {
    /// The host gave no time.
    #[error("the host gave no time")]
    Unavailable,
}

impl ClockError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "clock.unavailable",
        }
    }

    /// Every code of this enum.
    pub const ALL: &'static [Self] = &[Self::Unavailable];
}

/// The host's clocks. One call reads all of them, so that they belong together.
pub trait Clock: Send + Sync {
    /// Reads the clocks now.
    ///
    /// # Errors
    /// [`ClockError::Unavailable`] when the host gives no time.
    fn now(&self) -> Result<ClockReading, ClockError>;
}

/// The clocks of a Linux, macOS or Windows machine, for command line, authority and tests.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Result<ClockReading, ClockError> {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| ClockError::Unavailable)?;
        // Linux only; elsewhere the boot identifier stays empty, which the core treats as "unsure".
        let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let boot_ms = std::fs::read_to_string("/proc/uptime")
            .ok()
            .and_then(|text| text.split_whitespace().next().and_then(|s| s.parse::<f64>().ok()))
            .map(|s| (s * 1000.0) as u64)
            .unwrap_or_default();
        Ok(ClockReading {
            wall_s: i64::try_from(wall.as_secs()).map_err(|_| ClockError::Unavailable)?,
            boot_ms,
            boot_id: boot_id.trim().to_owned(),
        })
    }
}
