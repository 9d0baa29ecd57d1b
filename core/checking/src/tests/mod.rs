mod fetch;
mod snapshots;
mod verification;
mod world;
