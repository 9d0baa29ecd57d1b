use std::sync::Arc;

use permitcard_platform as core;

/// The clocks of the device, read together.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ClockReading {
    /// Wall clock: seconds since 1970-01-01T00:00:00Z, as the user may have set it.
    pub wall_s: i64,
    /// Milliseconds since the device was started, sleep included.
    pub boot_ms: u64,
    /// Names the current run of the device since its start; another value after a restart. Empty if unknown.
    pub boot_id: String,
}

/// Why no time could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum ClockError {
    /// The host gave no time.
    #[error("the host gave no time")]
    Unavailable,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for ClockError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}

/// The host's clocks. One call reads all of them, so that they belong together.
#[uniffi::export(foreign)]
pub trait Clock: Send + Sync {
    /// Reads the clocks now. Returns at once, from any thread.
    ///
    /// # Errors
    /// [`ClockError::Unavailable`] when the host has no time.
    fn now(&self) -> Result<ClockReading, ClockError>;
}

/// A host's [`Clock`] as the core wants it.
pub(crate) struct ClockBridge(pub(crate) Arc<dyn Clock>);

impl core::Clock for ClockBridge {
    fn now(&self) -> Result<core::ClockReading, core::ClockError> {
        match self.0.now() {
            Ok(ClockReading {
                wall_s,
                boot_ms,
                boot_id,
            }) => Ok(core::ClockReading {
                wall_s,
                boot_ms,
                boot_id,
            }),
            Err(ClockError::Unavailable) => Err(core::ClockError::Unavailable),
        }
    }
}
