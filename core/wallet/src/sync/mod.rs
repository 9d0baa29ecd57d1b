//! Sync (design 4.5): card versions, status, renewal, what changed.

mod flow;
mod pace;
mod report;

pub(crate) use flow::sync;
pub(crate) use pace::Pace;
pub use report::SyncReport;
