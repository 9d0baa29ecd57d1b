//! The evidence of steps that the authority judges by itself.

use permitcard_crypto::hash::sha256_of;

use super::{load::LoadedAnswer, policy::Step};
use crate::{
    AuthorityError,
    http::Call,
    providers::{Environment, Evidence, Outcome},
    store::Tx,
};

/// Who judged what the authority judges by itself, in the evidence.
pub(super) const AUTHORITY: &str = "authority";
/// Where a clerk looked, in the evidence.
pub(super) const SERVICE_WINDOW: &str = "service-window";

/// A step that the authority judged by itself.
pub(super) struct Own<'a> {
    pub(super) step: Step,
    pub(super) method: &'a str,
    pub(super) environment: Environment,
    pub(super) provider: &'a str,
    pub(super) clerk: Option<&'a str>,
}

/// Its evidence; the digest stands for no value of the person.
pub(super) fn own_evidence(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    of: &Own<'_>,
    outcome: Outcome,
) -> Result<(), AuthorityError> {
    let (step, reference) = (of.step.name(), &loaded.session.reference);
    tx.put_evidence(&Evidence {
        session: reference,
        step,
        outcome,
        provider: of.provider,
        method: of.method,
        environment: of.environment,
        performed_at: call.now,
        digest: sha256_of(&[reference.as_bytes(), step.as_bytes(), outcome.name().as_bytes()]),
        clerk: of.clerk,
    })
}
