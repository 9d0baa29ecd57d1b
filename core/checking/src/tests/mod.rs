mod fetch;
mod snapshots;
mod verification;
pub(crate) mod world;
