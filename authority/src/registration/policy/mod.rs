//! What a registration needs, as a table. The order of steps, what may be skipped and how often one may fail are data;
//! only what is inside of a step is code.

mod tier_1;

use std::collections::{BTreeMap, BTreeSet};

use permitcard_protocol::{
    limits,
    registration::{ConsentKind, ConsentRequest, InteractionType},
};
use serde::{Deserialize, Serialize};

pub(crate) use tier_1::TIER_1;

/// The steps of a registration. Two of them are consents, which are one kind of step on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Step {
    GeneralConsent,
    IdentityClaim,
    OneTimeCode,
    DocumentCheck,
    FaceConsent,
    FaceCheck,
}

impl Step {
    /// The name in the evidence.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GeneralConsent => "general-consent",
            Self::IdentityClaim => "identity-claim",
            Self::OneTimeCode => "one-time-code",
            Self::DocumentCheck => "document-check",
            Self::FaceConsent => "face-consent",
            Self::FaceCheck => "face-check",
        }
    }
}

/// When a step is passed over. It then counts as not passed, and nothing waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SkipWhen {
    Never,
    /// The register has no contact of the person.
    NoContact,
}

/// A consent that a step asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ConsentRule {
    pub(crate) kind: ConsentKind,
    pub(crate) version: u32,
    pub(crate) scope: &'static str,
    /// A refusal ends the registration; otherwise the holder may still change his mind.
    pub(crate) refusal_ends: bool,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StepRule {
    pub(crate) step: Step,
    pub(crate) interaction: InteractionType,
    /// Steps that must be passed or skipped before this one opens.
    pub(crate) after: &'static [Step],
    pub(crate) skip_when: SkipWhen,
    /// How often it may fail; for a code: how many codes are sent. `None`: it cannot fail.
    pub(crate) tries: Option<u32>,
    /// It says something about who the holder is, so it must not be older than the window.
    pub(crate) evidence: bool,
    /// A provider carries it out: it needs a launch token.
    pub(crate) by_provider: bool,
    pub(crate) consent: Option<ConsentRule>,
}

/// What a registration needs. All its steps are needed, unless skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    /// In their usual order.
    pub(crate) steps: &'static [StepRule],
    /// All evidence lies within so many seconds.
    pub(crate) window_s: i64,
    /// A registration ends after so many seconds, finished or not.
    pub(crate) session_life_s: i64,
}

/// A launch that the host was given for a provider's check.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenLaunch {
    /// Ties the provider's result to this check.
    pub(crate) nonce: String,
    pub(crate) provider: String,
    pub(crate) url: String,
    pub(crate) token: String,
}

/// How far a registration is.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// When a step was passed, seconds since 1970.
    pub(crate) passed: BTreeMap<Step, i64>,
    pub(crate) skipped: BTreeSet<Step>,
    /// Used tries.
    pub(crate) tries: BTreeMap<Step, u32>,
    /// Open checks.
    pub(crate) launches: BTreeMap<Step, OpenLaunch>,
    /// The person of the register, once the claim was confirmed.
    pub(crate) person: Option<String>,
}

impl Progress {
    fn is_done(&self, step: Step) -> bool {
        self.passed.contains_key(&step) || self.skipped.contains(&step)
    }

    /// Marks a step as passed.
    pub(crate) fn pass(&mut self, step: Step, now: i64) {
        self.passed.insert(step, now);
        self.launches.remove(&step);
    }
}

impl Policy {
    pub(crate) fn rule(&self, step: Step) -> Option<&'static StepRule> {
        self.steps.iter().find(|rule| rule.step == step)
    }

    /// The steps that are open now, in their usual order.
    pub(crate) fn open(&self, progress: &Progress) -> Vec<&'static StepRule> {
        let is_open =
            |rule: &&StepRule| !progress.is_done(rule.step) && rule.after.iter().all(|step| progress.is_done(*step));
        self.steps.iter().filter(is_open).collect()
    }

    /// The open step of a kind; the table never opens two of one kind.
    pub(crate) fn open_of_kind(&self, progress: &Progress, kind: InteractionType) -> Option<&'static StepRule> {
        self.open(progress).into_iter().find(|rule| rule.interaction == kind)
    }

    /// Nothing more is needed.
    pub(crate) fn is_satisfied(&self, progress: &Progress) -> bool {
        self.steps.iter().all(|rule| progress.is_done(rule.step))
    }

    /// Skips what the register's record of the person lets skip.
    pub(crate) fn skip(&self, progress: &mut Progress, has_contact: bool) {
        for rule in self.steps {
            if rule.skip_when == SkipWhen::NoContact && !has_contact {
                progress.skipped.insert(rule.step);
            }
        }
    }

    /// The check for which an answer to `answered` may need a fresh launch: a check is launched anew for each answer,
    /// and a check that opens by the answer is launched for the first time.
    pub(crate) fn launch_needed(&self, progress: &Progress, answered: Step, now: i64) -> Option<Step> {
        if self.rule(answered)?.by_provider {
            return Some(answered);
        }
        let mut after = progress.clone();
        after.pass(answered, now);
        self.open(&after)
            .into_iter()
            .find(|rule| rule.by_provider && !progress.launches.contains_key(&rule.step))
            .map(|rule| rule.step)
    }

    /// Tries left for a step; `None` where they are not counted.
    pub(crate) fn tries_left(&self, progress: &Progress, step: Step) -> Option<u32> {
        let allowed = self.rule(step)?.tries?;
        Some(allowed.saturating_sub(progress.tries.get(&step).copied().unwrap_or(0)))
    }

    /// Counts a failed try; false if it was the last one.
    pub(crate) fn count_try(&self, progress: &mut Progress, step: Step) -> bool {
        *progress.tries.entry(step).or_insert(0) += 1;
        self.tries_left(progress, step) != Some(0)
    }

    /// The oldest evidence is older than the window.
    pub(crate) fn evidence_is_stale(&self, progress: &Progress, now: i64) -> bool {
        let evidence = self.steps.iter().filter(|rule| rule.evidence);
        let oldest = evidence.filter_map(|rule| progress.passed.get(&rule.step)).min();
        oldest.is_some_and(|at| now - at > self.window_s)
    }
}

impl ConsentRule {
    pub(crate) fn request(&self) -> ConsentRequest {
        ConsentRequest {
            kind: self.kind,
            version: self.version,
            scope: self.scope.to_owned(),
        }
    }
}

// One code's guesses are counted with the code; the two limits are different things that happen to be equal.
const _: () = assert!(limits::CODE_TRIES == 5);

#[cfg(test)]
mod tests;
