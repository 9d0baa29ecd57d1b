use permitcard_credential::{
    permit,
    verdict::{self, Demands},
};

use super::{Group, Profile};

/// What a kind of verifier demands besides three good verdicts. It never changes a verdict; it says what is enough.
///
/// Ages are in seconds; none demands nothing beyond what the lists say of themselves.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Policy {
    /// The kind of verifier.
    pub profile: Profile,
    /// Its stable name, such as `service-window`; the word for it has the id `profile-` and this name.
    pub name: String,
    /// The audience that a code has to name, unless the verifier has one of its own.
    pub aud: String,
    /// The groups that have to be shown.
    pub groups: Vec<Group>,
    /// The verifier may ask for the portrait as well.
    pub portrait_on_request: bool,
    /// How old the trust list may be.
    pub trust_list_age_s: Option<i64>,
    /// How old the status list may be.
    pub status_list_age_s: Option<i64>,
    /// The code has to carry a known beacon value that is at most this old.
    pub beacon_age_s: Option<i64>,
    /// The verifier has to give a nonce, and the code has to carry it.
    pub nonce: bool,
    /// A status that the snapshot does not know is enough.
    pub unknown_status: bool,
    /// A permit whose change of employer is being decided is enough.
    pub employer_change: bool,
    /// A test card is enough in a sandbox. It has to be shown as such in any case.
    pub test_cards: bool,
}

impl From<permit::Profile> for Policy {
    fn from(profile: permit::Profile) -> Self {
        let policy = verdict::Policy::of(profile);
        let Demands {
            groups,
            trust_list_age_s,
            status_list_age_s,
            beacon_age_s,
            nonce,
            unknown_status,
            employer_change,
            test_cards,
        } = policy.demands();
        Self {
            profile: profile.into(),
            name: policy.name().to_owned(),
            aud: policy.aud().to_owned(),
            groups: groups.iter().map(|group| (*group).into()).collect(),
            portrait_on_request: profile.portrait_on_request(),
            trust_list_age_s,
            status_list_age_s,
            beacon_age_s,
            nonce,
            unknown_status,
            employer_change,
            test_cards,
        }
    }
}

/// Every policy, one for each profile. `permitcard policies` and `docs/credential.md` show the same.
#[uniffi::export]
pub fn policies() -> Vec<Policy> {
    permit::Profile::ALL.iter().map(|profile| (*profile).into()).collect()
}
