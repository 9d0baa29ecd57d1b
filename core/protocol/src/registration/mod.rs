//! Registration and real-name verification: what travels through the authorization challenge endpoint.

mod answer;
mod consent;
mod interaction;
mod reply;
mod request;
mod sandbox;
#[cfg(test)]
mod tests;

pub use answer::{
    ClaimedNumber, IdentityClaim, InPersonCodeAnswer, OneTimeCodeAnswer, ReceiptAnswer, StepAnswer, TravelDocument,
};
pub use consent::{ConsentDecision, ConsentKind, ConsentRequest};
pub use interaction::InteractionType;
pub(crate) use interaction::known;
pub use reply::{AuthorizationGranted, CodeOnItsWay, INSUFFICIENT_AUTHORIZATION, InsufficientAuthorization, Launch};
pub use request::{ChallengeRequest, Tier};
pub use sandbox::{SandboxCheckRequest, SandboxCheckResponse};
