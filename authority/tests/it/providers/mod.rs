//! Providers over real HTTPS: a stand-in for a real one, the sandbox's own service, and what happens when they fail or lie.

pub mod fake;
mod outages;
mod sandbox;
mod webhooks;
