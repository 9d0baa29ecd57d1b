use std::collections::{BTreeMap, BTreeSet};

use permitcard_protocol::registration::{IdentityClaim, Tier};
use serde::{Deserialize, Serialize};

use super::{Policy, Step};
use crate::providers::DocumentFacts;

/// A launch that the host was given for a provider's check.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenLaunch {
    /// Ties the provider's result to this check.
    pub(crate) nonce: String,
    pub(crate) provider: String,
    pub(crate) url: String,
    pub(crate) token: String,
}

/// What the holder claimed. Deliberately without `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) claim: IdentityClaim,
    /// The person of the register, if the claim is right or a document proved it. Nobody is told before a document check
    /// passed.
    pub(crate) matched: Option<String>,
}

/// How far a registration is. Kept as JSON with the session. Deliberately without `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// 1 or 2.
    tier: u8,
    /// When a step was passed, seconds since 1970; for a provider's check: when it was performed.
    pub(crate) passed: BTreeMap<Step, i64>,
    /// Steps that are not possible for the person: they count as not passed, and nothing waits for them.
    pub(crate) lifted: BTreeSet<Step>,
    /// Steps whose tries are used up, or that the client cannot do.
    pub(crate) closed: BTreeSet<Step>,
    /// Consents that were refused; they may still be given.
    pub(crate) refused: BTreeSet<Step>,
    /// Used tries.
    pub(crate) tries: BTreeMap<Step, u32>,
    /// Open checks.
    pub(crate) launches: BTreeMap<Step, OpenLaunch>,
    pub(crate) claim: Option<Claim>,
    /// What a document says that was checked, while a name that fits is still to be claimed.
    pub(crate) document: Option<DocumentFacts>,
    /// The person of the register, once it is proven who the holder is.
    pub(crate) person: Option<String>,
    /// The registration that a card of tier 1 rests on, of which tier 2 is asked for.
    pub(crate) basis: Option<String>,
    /// Since when only a way is left that takes long.
    pub(crate) slow_since: Option<i64>,
    /// Seconds until codes for the permit are taken again; set anew from the counters with each answer.
    #[serde(skip)]
    pub(crate) capped: Option<u32>,
}

impl Progress {
    /// The beginning.
    pub(crate) fn new(tier: Tier) -> Self {
        Self {
            tier: tier.number(),
            ..Self::default()
        }
    }

    pub(crate) fn tier(&self) -> Tier {
        if self.tier == Tier::SocialSecurity.number() {
            Tier::SocialSecurity
        } else {
            Tier::Permit
        }
    }

    /// The policy that the registration follows.
    pub(crate) fn policy(&self) -> &'static Policy {
        Policy::of(self.tier())
    }

    pub(super) fn is_done(&self, step: Step) -> bool {
        self.passed.contains_key(&step) || self.lifted.contains(&step)
    }

    /// For a step that counts where it is possible: it is, and it is not passed.
    pub(super) fn is_needed(&self, step: Step) -> bool {
        !self.is_done(step) && self.capped.is_none()
    }

    /// Marks a step as passed.
    pub(crate) fn pass(&mut self, step: Step, at: i64) {
        self.passed.insert(step, at);
        self.refused.remove(&step);
        self.launches.remove(&step);
    }

    pub(super) fn close(&mut self, step: Step) {
        self.closed.insert(step);
        self.launches.remove(&step);
    }

    pub(super) fn undo(&mut self, step: Step) {
        self.passed.remove(&step);
        self.lifted.remove(&step);
        self.launches.remove(&step);
    }

    /// Takes in a claim. Says nothing about whether it is right. A code for a claim of another number, or of another
    /// person, is of no use any more: true if there may be one.
    pub(crate) fn claimed(&mut self, claim: Claim, now: i64) -> bool {
        // To a claim that was not right nothing was sent.
        let another = self
            .claim
            .as_ref()
            .is_none_or(|before| before.claim.number != claim.claim.number || before.matched != claim.matched);
        if another {
            self.undo(Step::OneTimeCode);
        }
        // A check of a document that another claim named.
        self.launches.remove(&Step::DocumentCheck);
        self.claim = Some(claim);
        self.pass(Step::IdentityClaim, now);
        another
    }

    /// The register's record is that of the claim and of the document.
    pub(crate) fn confirmed(&mut self, person: String, has_contact: bool, now: i64) {
        if let Some(claim) = &mut self.claim {
            // Whatever name was claimed: codes are sent, and guesses are counted, for this person from now on.
            claim.matched = Some(person.clone());
        }
        self.person = Some(person);
        self.document = None;
        self.pass(Step::RegisterMatch, now);
        if !has_contact {
            self.lifted.insert(Step::OneTimeCode);
        }
    }

    /// The document is that of the register's person, the name is not: another name may be claimed.
    pub(crate) fn name_differed(&mut self, document: DocumentFacts) {
        self.document = Some(document);
        self.undo(Step::IdentityClaim);
    }

    /// The record is not that of the claim and of the document: claim and document have to be given again.
    pub(crate) fn not_confirmed(&mut self) {
        self.document = None;
        self.claim = None;
        for step in [Step::IdentityClaim, Step::OneTimeCode, Step::DocumentCheck] {
            self.undo(step);
        }
    }
}
