//! Sync (design 4.5): card versions, status, renewal, what changed.

mod flow;
mod report;

pub(crate) use flow::sync;
pub use report::SyncReport;
