//! What a registration needs, as tables. Which steps there are, what stands before them, how often one may fail and which
//! of them together are enough are data; only what is inside of a step is code.

mod progress;
mod tier_1;
mod tier_2;

use permitcard_protocol::registration::{ConsentKind, ConsentRequest, InteractionType, Tier};
use serde::{Deserialize, Serialize};

pub(crate) use progress::{Claim, OpenLaunch, Progress};
pub(crate) use tier_1::TIER_1;
pub(crate) use tier_2::TIER_2;

/// The steps of a registration. Several of them are consents, which are one kind of step on the wire; one of them is
/// carried out by the authority itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Step {
    GeneralConsent,
    /// Passed once a claim is given. That proves nothing.
    IdentityClaim,
    OneTimeCode,
    DocumentCheck,
    /// The register's record is that of the claim and of the checked document.
    RegisterMatch,
    FaceConsent,
    FaceCheck,
    InPersonCode,
    SocialSecurityConsent,
    BankCard,
    Sim,
}

impl Step {
    /// The name in the evidence.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GeneralConsent => "general-consent",
            Self::IdentityClaim => "identity-claim",
            Self::OneTimeCode => "one-time-code",
            Self::DocumentCheck => "document-check",
            Self::RegisterMatch => "register-match",
            Self::FaceConsent => "face-consent",
            Self::FaceCheck => "face-check",
            Self::InPersonCode => "in-person-code",
            Self::SocialSecurityConsent => "social-security-consent",
            Self::BankCard => "bank-card",
            Self::Sim => "sim",
        }
    }
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
    /// The kind of step on the wire. `None`: the authority carries it out by itself.
    pub(crate) interaction: Option<InteractionType>,
    /// Steps that must be done before this one opens.
    pub(crate) after: &'static [Step],
    /// How often it may fail; for a code: how many codes are sent. `None`: it does not close.
    pub(crate) tries: Option<u32>,
    /// It says something about who the holder is, so it must not be older than the window.
    pub(crate) evidence: bool,
    pub(crate) consent: Option<ConsentRule>,
}

/// A step that counts as well, where it is possible for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WherePossible {
    pub(crate) step: Step,
    /// Only after this step is it known whether it is possible. Until then nothing depends on it, so that nobody learns
    /// anything by it.
    pub(crate) known_after: Step,
}

/// Steps that together are enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alternative {
    /// All of them.
    pub(crate) steps: &'static [Step],
    pub(crate) where_possible: Option<WherePossible>,
    /// All evidence lies within so many seconds.
    pub(crate) window_s: i64,
    /// How long a registration lives for which only this way is left.
    pub(crate) life_s: i64,
}

/// What a registration needs: one of the alternatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    /// In their usual order.
    pub(crate) steps: &'static [StepRule],
    pub(crate) alternatives: &'static [Alternative],
    /// A registration ends after so many seconds, unless a way is left that takes longer.
    pub(crate) session_life_s: i64,
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

impl StepRule {
    /// A provider carries it out: it needs a launch token.
    pub(crate) fn is_by_provider(&self) -> bool {
        self.interaction.is_some_and(InteractionType::is_by_provider)
    }
}

impl Alternative {
    fn uses(&self, step: Step) -> bool {
        self.steps.contains(&step) || self.where_possible.is_some_and(|extra| extra.step == step)
    }

    /// It can still be passed.
    fn is_live(&self, progress: &Progress) -> bool {
        let extra_is_lost = self.where_possible.is_some_and(|extra| {
            progress.closed.contains(&extra.step)
                && progress.passed.contains_key(&extra.known_after)
                && progress.is_needed(extra.step)
        });
        !extra_is_lost && self.steps.iter().all(|step| !progress.closed.contains(step))
    }

    fn is_satisfied(&self, progress: &Progress) -> bool {
        self.steps.iter().all(|step| progress.passed.contains_key(step))
            && self.where_possible.is_none_or(|extra| !progress.is_needed(extra.step))
    }
}

impl Policy {
    /// The policy of a tier.
    pub(crate) fn of(tier: Tier) -> &'static Self {
        match tier {
            Tier::Permit => &TIER_1,
            Tier::SocialSecurity => &TIER_2,
        }
    }

    pub(crate) fn rule(&self, step: Step) -> Option<&'static StepRule> {
        self.steps.iter().find(|rule| rule.step == step)
    }

    fn live(&self, progress: &Progress) -> impl Iterator<Item = &'static Alternative> {
        self.alternatives
            .iter()
            .filter(|alternative| alternative.is_live(progress))
    }

    /// No way leads to the end any more.
    pub(crate) fn is_lost(&self, progress: &Progress) -> bool {
        self.live(progress).next().is_none()
    }

    /// The steps that the holder can answer now, in their usual order: only such as a way needs that can still be passed.
    pub(crate) fn open(&self, progress: &Progress) -> Vec<&'static StepRule> {
        let live: Vec<&Alternative> = self.live(progress).collect();
        let is_open = |rule: &&StepRule| {
            rule.interaction.is_some()
                && !progress.is_done(rule.step)
                && !progress.closed.contains(&rule.step)
                && !self.is_capped(progress, rule.step)
                && rule.after.iter().all(|step| progress.is_done(*step))
                && live.iter().any(|alternative| alternative.uses(rule.step))
        };
        self.steps.iter().filter(is_open).collect()
    }

    /// The open step of a kind; the tables never open two of one kind.
    pub(crate) fn open_of_kind(&self, progress: &Progress, kind: InteractionType) -> Option<&'static StepRule> {
        self.open(progress)
            .into_iter()
            .find(|rule| rule.interaction == Some(kind))
    }

    pub(crate) fn is_open(&self, progress: &Progress, step: Step) -> bool {
        self.open(progress).iter().any(|rule| rule.step == step)
    }

    /// Closed for the permit for now, because somebody guessed too often.
    pub(crate) fn is_capped(&self, progress: &Progress, step: Step) -> bool {
        let extras = self
            .alternatives
            .iter()
            .filter_map(|alternative| alternative.where_possible);
        progress.capped.is_some() && extras.into_iter().any(|extra| extra.step == step)
    }

    /// Nothing more is needed.
    pub(crate) fn is_satisfied(&self, progress: &Progress) -> bool {
        self.alternatives
            .iter()
            .any(|alternative| alternative.is_satisfied(progress))
    }

    /// Closes what the client cannot do.
    pub(crate) fn close_unsupported(&self, progress: &mut Progress, supported: &[InteractionType]) {
        let steps = self.steps.iter().filter(|rule| {
            rule.interaction
                .is_some_and(|interaction| !supported.contains(&interaction))
        });
        progress.closed.extend(steps.map(|rule| rule.step));
    }

    /// The checks that an answer to `answered` may open and that have no launch yet.
    pub(crate) fn launches_needed(&self, progress: &Progress, answered: Step, now: i64) -> Vec<Step> {
        let mut after = progress.clone();
        after.pass(answered, now);
        if answered == Step::IdentityClaim {
            // Its check is of the document that the claim names.
            after.launches.remove(&Step::DocumentCheck);
        }
        if after.passed.contains_key(&Step::DocumentCheck) {
            after.pass(Step::RegisterMatch, now);
        }
        self.open(&after)
            .into_iter()
            .filter(|rule| rule.is_by_provider() && !after.launches.contains_key(&rule.step))
            .map(|rule| rule.step)
            .collect()
    }

    /// Tries left for a step; `None` where they are not counted.
    pub(crate) fn tries_left(&self, progress: &Progress, step: Step) -> Option<u32> {
        let allowed = self.rule(step)?.tries?;
        Some(allowed.saturating_sub(progress.tries.get(&step).copied().unwrap_or(0)))
    }

    /// Counts a failed try; false if it was the last one, and the step is closed now.
    pub(crate) fn count_try(&self, progress: &mut Progress, step: Step) -> bool {
        let tries = progress.tries.entry(step).or_insert(0);
        *tries = tries.saturating_add(1);
        let left = self.tries_left(progress, step) != Some(0);
        if !left {
            progress.close(step);
        }
        left
    }

    /// Forgets what was proven on a way whose oldest evidence is older than its window: the holder proves it again.
    /// Consents stay. True if something was forgotten.
    pub(crate) fn forget_stale(&self, progress: &mut Progress, now: i64) -> bool {
        let mut forgotten = false;
        for alternative in self.alternatives {
            let of_this = || self.steps.iter().filter(|rule| alternative.uses(rule.step));
            let evidence = of_this().filter(|rule| rule.evidence);
            let oldest = evidence.filter_map(|rule| progress.passed.get(&rule.step)).min();
            if oldest.is_none_or(|at| now.saturating_sub(*at) <= alternative.window_s) {
                continue;
            }
            forgotten = true;
            for rule in of_this().filter(|rule| rule.consent.is_none()) {
                progress.undo(rule.step);
            }
            progress.claim = None;
            progress.document = None;
            progress.person = None;
        }
        forgotten
    }

    /// The last second of a registration, where a way is left that takes longer than a usual one. `None`: it ends as usual.
    pub(crate) fn prolonged_until(&self, progress: &mut Progress, now: i64) -> Option<i64> {
        let ways = self.live(progress).filter(|alternative| {
            // A consent that was refused may still be given, but it need not be.
            alternative.steps.iter().all(|step| !progress.refused.contains(step))
        });
        let life = ways.map(|alternative| alternative.life_s).min()?;
        if life <= self.session_life_s {
            return None;
        }
        let since = *progress.slow_since.get_or_insert(now);
        Some(since.saturating_add(life))
    }
}

#[cfg(test)]
mod machine;
#[cfg(test)]
mod tests;
