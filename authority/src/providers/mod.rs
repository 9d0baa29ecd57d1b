//! Who checks a person: the register, the sender of messages, the checks of document, face, bank card and SIM. Always
//! outside of the core, each behind a trait, each saying of which environment its results are.
//!
//! A phone never reports a result. The authority starts a check with a provider and gives the phone a launch token; the
//! provider gives the phone only a receipt, and tells the authority what it found: by a signed message
//! (`POST /webhooks/{provider}`), and whenever it is asked ([`Checker::result`]). Before a pass counts it is asked always.
//! `docs/providers.md` is the protocol. The sandbox's providers are a service of their own behind the same client.
//!
//! How a step uses it: [`Checker::start`] before the answer that opens the step; [`Checker::result`] when the receipt
//! arrives; then [`settle`] in the transaction that judges the answer.

mod check;
mod config;
mod environment;
mod evidence;
mod http;
mod limited;
mod message;
pub(crate) mod sandbox;
mod secret;
mod settle;
pub(crate) mod webhook;

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc};

use permitcard_protocol::registration::ClaimedNumber;

pub(crate) use check::{
    Check, CheckKind, CheckRef, CheckRequest, ClaimedDocument, DocumentFacts, Outcome, StartedCheck,
};
#[cfg(test)]
pub(crate) use config::Configured;
pub(crate) use config::{ProviderSetup, Role, SandboxService};
pub(crate) use environment::Environment;
pub(crate) use evidence::Evidence;
pub(crate) use http::HttpProvider;
pub(crate) use message::{MessageKind, MessageToSend};
pub(crate) use secret::WebhookSecret;
pub(crate) use settle::{Expected, Verdict, settle};
pub(crate) use webhook::{WebhookHeaders, endpoint as webhook_endpoint};

/// The answer of a provider, some time later.
pub(crate) type ProviderFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send + 'a>>;

/// The provider could not say anything: down, too slow, not understood. Never a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProviderError;

/// What the register holds about the person of a number. Deliberately without `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RegisterRecord {
    /// The person's id in the authority's database.
    pub(crate) person: String,
    /// The number of the work permit.
    pub(crate) permit_number: String,
    /// The name as the machine-readable zone has it.
    pub(crate) mrz_name: String,
    /// The passport's number.
    pub(crate) passport: String,
    /// The passport's issuing state.
    pub(crate) passport_issuer: String,
    /// `YYYY-MM-DD`.
    pub(crate) birth_date: String,
    /// From the register, never from the holder.
    pub(crate) contact: Option<String>,
    /// The permit is over or cancelled.
    pub(crate) ended: bool,
}

/// The register of permits.
pub(crate) trait Register: Send + Sync {
    /// What its answers are worth.
    fn environment(&self) -> Environment;

    /// The record of this number, also of a permit that has ended; `None` where there is none. Name and document are not
    /// compared here.
    fn find(&self, number: ClaimedNumber, now: i64) -> ProviderFuture<'_, Option<RegisterRecord>>;
}

/// Sends messages to contacts of the register.
pub(crate) trait Messenger: Send + Sync {
    /// What its deliveries are worth.
    fn environment(&self) -> Environment;

    /// Sends one message; a repeated one with the same id is sent once. `Err`: it could not be delivered.
    fn send(&self, message: MessageToSend) -> ProviderFuture<'_, ()>;
}

/// Carries out checks of one kind or of several.
pub(crate) trait Checker: Send + Sync {
    /// What its results are worth.
    fn environment(&self) -> Environment;

    /// Starts a check. What is open is remembered before the provider is asked, so that its result finds it. The same for
    /// every request, whoever it is about.
    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck>;

    /// What the provider says now: `None` while the check is not finished. A result for another check is an error.
    fn result(&self, check: CheckRef) -> ProviderFuture<'_, Option<Check>>;
}

/// Deletes what it keeps of checks that it carried out.
pub(crate) trait Eraser: Send + Sync {
    /// Deletes all that it keeps of one check. Also done where it keeps nothing of it.
    fn erase(&self, check: CheckRef) -> ProviderFuture<'_, ()>;
}

/// All providers of an authority.
#[derive(Clone)]
pub(crate) struct Providers {
    pub(crate) register: Arc<dyn Register>,
    pub(crate) messenger: Arc<dyn Messenger>,
    pub(crate) documents: Arc<dyn Checker>,
    pub(crate) faces: Arc<dyn Checker>,
    pub(crate) bank_cards: Arc<dyn Checker>,
    pub(crate) sims: Arc<dyn Checker>,
    /// Whose signed messages are taken, by name.
    pub(crate) senders: Arc<BTreeMap<String, Sender>>,
    /// Who is asked to delete a check, by name: whoever carried it out, whatever roles he has by now.
    pub(crate) erasers: Arc<BTreeMap<String, Arc<dyn Eraser>>>,
}

/// A provider whose signed messages are taken.
pub(crate) struct Sender {
    pub(crate) secret: WebhookSecret,
    pub(crate) environment: Environment,
}

impl Providers {
    /// The one that carries out checks of a kind.
    pub(crate) fn checker(&self, kind: CheckKind) -> &Arc<dyn Checker> {
        match kind {
            CheckKind::Document => &self.documents,
            CheckKind::Face => &self.faces,
            CheckKind::BankCard => &self.bank_cards,
            CheckKind::Sim => &self.sims,
        }
    }

    /// Every provider speaks about real people.
    pub(crate) fn are_live(&self) -> bool {
        [self.register.environment(), self.messenger.environment()]
            .into_iter()
            .chain(CheckKind::ALL.map(|kind| self.checker(kind).environment()))
            .all(|environment| environment == Environment::Live)
    }
}
