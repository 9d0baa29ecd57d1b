use super::{Outcome, VerdictCode};
use crate::{
    permit::{Disclosed, Group},
    printed::Document,
};

/// One of the three verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// How it ends.
    pub outcome: Outcome,
    /// Why.
    pub code: VerdictCode,
    /// How old the evidence is, in seconds: the trust list, the presentation, the status list. `None` without evidence.
    pub age_s: Option<i64>,
}

impl Verdict {
    pub(super) fn new(code: VerdictCode, age_s: Option<i64>) -> Self {
        // The clocks may differ by half a minute; nothing is younger than now.
        Self {
            outcome: code.outcome(),
            code,
            age_s: age_s.map(|age| age.max(0)),
        }
    }
}

/// What a verification found. Three verdicts, and what was shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Verdicts {
    /// Whether a listed issuer made the credential.
    pub issuer: Verdict,
    /// Whether the phone that the credential was issued to made this presentation now, for this verifier.
    pub holder: Verdict,
    /// Whether the credential is still good.
    pub status: Verdict,
    /// What was shown. Only if a listed key signed it and every disclosure belongs to it; read it with the verdicts.
    pub disclosed: Option<Disclosed>,
    /// What a printed permit says, under the same conditions; `None` for a live presentation. Its portrait and person are
    /// in [`disclosed`](Self::disclosed) as well. [`presented_at`](Self::presented_at) is then its day of issue, and
    /// [`aud`](Self::aud) is empty.
    pub document: Option<Document>,
    /// The credential or its key says that it is a test. Every screen has to say so.
    pub test: bool,
    /// The issuer that the credential names; proven only by the issuer's verdict.
    pub iss: String,
    /// For whom the presentation was made.
    pub aud: String,
    /// When the presentation was made, seconds since 1970, by the phone's clock.
    pub presented_at: i64,
    /// Until when the presentation holds, seconds since 1970.
    pub expires_at: i64,
    /// The verifier asked for a nonce and got it.
    pub nonce_confirmed: bool,
    /// The beacon value of the presentation. See [`beacon_code`](Self::beacon_code).
    pub beacon: Option<[u8; 8]>,
    /// Seconds since the issuer published that value: the presentation was made after that. `None` if the snapshot does
    /// not know it, or the phone's signature is not proven.
    pub beacon_age_s: Option<i64>,
    /// When this verifier saw the presentation before, seconds since 1970.
    pub seen_before: Option<i64>,
    /// The same for every copy of this presentation: SHA-256 of the issuer's signature and the time of presentation.
    pub replay_key: [u8; 32],
}

impl Verdicts {
    /// What the beacon value says: [`VerdictCode::BeaconAge`] with [`beacon_age_s`](Self::beacon_age_s), or
    /// [`VerdictCode::BeaconUnknown`]; `None` for a presentation without one. Neither changes a verdict.
    pub fn beacon_code(&self) -> Option<VerdictCode> {
        self.beacon.map(|_| match self.beacon_age_s {
            Some(_) => VerdictCode::BeaconAge,
            None => VerdictCode::BeaconUnknown,
        })
    }

    /// The groups that were shown, in the order of their labels.
    pub fn groups(&self) -> impl Iterator<Item = Group> {
        Group::ALL.into_iter().filter(|group| {
            self.disclosed
                .as_ref()
                .is_some_and(|disclosed| shows(disclosed, *group))
        })
    }
}

fn shows(disclosed: &Disclosed, group: Group) -> bool {
    match group {
        Group::Person => disclosed.person.is_some(),
        Group::Portrait => disclosed.portrait.is_some(),
        Group::Employment => disclosed.employment.is_some(),
        Group::SocialSecurity => disclosed.social_security.is_some(),
        Group::File => disclosed.file.is_some(),
    }
}

// What was disclosed is personal.
impl std::fmt::Debug for Verdicts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verdicts")
            .field("issuer", &self.issuer)
            .field("holder", &self.holder)
            .field("status", &self.status)
            .field("test", &self.test)
            .finish_non_exhaustive()
    }
}
