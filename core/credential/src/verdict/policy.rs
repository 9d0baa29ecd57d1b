use super::{Outcome, VerdictCode, Verdicts};
use crate::permit::{Group, Profile};

const DAY_S: i64 = 86_400;

/// What a purpose demands, as data. All three verdicts have to be good as well, but for the two exceptions named here.
///
/// Ages are in seconds and inclusive; `None` demands nothing beyond what the lists say of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demands {
    /// The groups that have to be disclosed.
    pub groups: &'static [Group],
    /// How old the trust list may be: it tells which keys were stolen.
    pub trust_list_age_s: Option<i64>,
    /// How old the status list may be: it tells which cards were revoked.
    pub status_list_age_s: Option<i64>,
    /// The presentation has to carry a known beacon value at most this old: it was made after that.
    pub beacon_age_s: Option<i64>,
    /// The verifier has to ask for a nonce and get it: the presentation was made for this very check.
    pub nonce: bool,
    /// A status that the snapshot does not know ([`VerdictCode::StatusUnknown`]) is enough. One that it knows to be bad
    /// never is.
    pub unknown_status: bool,
    /// A permit whose change of employer is being decided ([`VerdictCode::StatusEmployerChangePending`]) is enough.
    pub employer_change: bool,
    /// A test card is enough for a verifier that was opened for the sandbox. It is shown as such in any case, and every
    /// other verifier refuses it before this is asked.
    pub test_cards: bool,
}

impl Demands {
    /// What a kind of verifier demands by default. The reasons stand in `docs/adr/0008-policies-as-data.md`.
    pub const fn of(profile: Profile) -> Self {
        let strict = Self {
            groups: profile.groups(),
            trust_list_age_s: Some(DAY_S),
            status_list_age_s: Some(DAY_S),
            beacon_age_s: None,
            nonce: true,
            unknown_status: false,
            employer_change: false,
            test_cards: true,
        };
        match profile {
            Profile::Bank => strict,
            // Neither is about the employer.
            Profile::Police | Profile::ServiceWindow => Self {
                employer_change: true,
                ..strict
            },
            Profile::Employer => Self {
                trust_list_age_s: Some(7 * DAY_S),
                nonce: false,
                ..strict
            },
            // Nobody stands at a gate to ask for a number; the beacon bounds how long before a code was made.
            Profile::Gate => Self {
                trust_list_age_s: Some(7 * DAY_S),
                beacon_age_s: Some(7 * DAY_S),
                nonce: false,
                employer_change: true,
                ..strict
            },
            // Neither decides on the permit, and nobody is turned away from a bed for want of a network.
            Profile::Hospital | Profile::Hotel => Self {
                trust_list_age_s: Some(30 * DAY_S),
                status_list_age_s: None,
                nonce: false,
                unknown_status: true,
                employer_change: true,
                ..strict
            },
        }
    }
}

/// What is enough for a purpose: the audience that a presentation has to name, and [`Demands`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    profile: Profile,
    demands: Demands,
}

impl Policy {
    /// The policy of a kind of verifier.
    pub const fn of(profile: Profile) -> Self {
        Self {
            profile,
            demands: Demands::of(profile),
        }
    }

    /// What an employer needs: person and employment.
    pub const fn employer() -> Self {
        Self::of(Profile::Employer)
    }

    /// The policy of a profile's name, for instance `employer`.
    pub fn from_name(name: &str) -> Option<Self> {
        Profile::from_name(name).map(Self::of)
    }

    /// The same kind of verifier with demands of its own.
    #[must_use]
    pub const fn demanding(self, demands: Demands) -> Self {
        Self { demands, ..self }
    }

    /// The kind of verifier.
    pub const fn profile(self) -> Profile {
        self.profile
    }

    /// What is demanded.
    pub const fn demands(self) -> Demands {
        self.demands
    }

    /// The name.
    pub const fn name(self) -> &'static str {
        self.profile.name()
    }

    /// The audience that a presentation has to name, unless the verifier has one of its own.
    pub const fn aud(self) -> &'static str {
        self.profile.aud()
    }

    /// The groups that have to be disclosed.
    pub const fn groups(self) -> &'static [Group] {
        self.demands.groups
    }

    /// Every reason why the verdicts are not enough, each once: what is refuted, then what is unknown, then what the
    /// policy demands beyond the verdicts. Empty if they are enough.
    ///
    /// What only follows from an issuer that is not proven is not said again.
    pub fn unmet(self, verdicts: &Verdicts) -> Vec<VerdictCode> {
        let mut reasons = Vec::new();
        let three = [verdicts.issuer, verdicts.holder, verdicts.status];
        for outcome in [Outcome::Bad, Outcome::Unknown] {
            let ended = three.iter().filter(|verdict| verdict.outcome == outcome);
            reasons.extend(ended.map(|verdict| verdict.code).filter(|code| !self.excuses(*code)));
        }
        if verdicts.issuer.outcome == Outcome::Bad && verdicts.disclosed.is_none() {
            let follows = [VerdictCode::HolderUnproven, VerdictCode::StatusUnproven];
            reasons.retain(|code| !follows.contains(code));
            return reasons;
        }
        self.beyond_verdicts(verdicts, |code| {
            if !reasons.contains(&code) {
                reasons.push(code);
            }
        });
        reasons
    }

    /// Whether the verdicts are enough.
    pub fn satisfied(self, verdicts: &Verdicts) -> bool {
        self.unmet(verdicts).is_empty()
    }

    fn excuses(self, code: VerdictCode) -> bool {
        match code {
            VerdictCode::StatusUnknown => self.demands.unknown_status,
            VerdictCode::StatusEmployerChangePending => self.demands.employer_change,
            _ => false,
        }
    }

    fn beyond_verdicts(self, verdicts: &Verdicts, mut say: impl FnMut(VerdictCode)) {
        let demands = self.demands;
        let older = |age_s: Option<i64>, limit_s: Option<i64>| matches!((age_s, limit_s), (Some(age), Some(limit)) if age > limit);
        // A list that is over says so itself.
        if verdicts.issuer.code != VerdictCode::TrustListExpired
            && older(verdicts.issuer.age_s, demands.trust_list_age_s)
        {
            say(VerdictCode::TrustListStale);
        }
        if verdicts.status.code != VerdictCode::StatusUnknown && older(verdicts.status.age_s, demands.status_list_age_s)
        {
            say(VerdictCode::StatusListStale);
        }
        // A presentation that is bad by itself proves no time, and paper carries neither.
        let live = verdicts.document.is_none() && verdicts.holder.outcome != Outcome::Bad;
        if live && demands.nonce && !verdicts.nonce_confirmed {
            say(VerdictCode::NonceNotAsked);
        }
        if live && demands.beacon_age_s.is_some() {
            match verdicts.beacon_code() {
                None => say(VerdictCode::BeaconMissing),
                Some(VerdictCode::BeaconAge) if older(verdicts.beacon_age_s, demands.beacon_age_s) => {
                    say(VerdictCode::BeaconStale);
                }
                Some(VerdictCode::BeaconAge) => {}
                Some(_) => say(VerdictCode::BeaconUnknown),
            }
        }
        let shown = |needed: &Group| verdicts.groups().any(|group| group == *needed);
        if !demands.groups.iter().all(shown) {
            say(VerdictCode::GroupMissing);
        }
        if verdicts.test && !demands.test_cards {
            say(VerdictCode::TestRefused);
        }
    }
}
