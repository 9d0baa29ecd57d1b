use std::fmt;

use permitcard_checking as checking;
use permitcard_credential::verdict;

use super::{Disclosed, Document, Nonce, Profile};

/// One verification to make. `Debug` shows no text.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct VerifyRequest {
    /// The scanned text, without the end of line that a scanner may add.
    pub text: String,
    /// What the code is needed for: says which groups must be shown, and which audience the code must name.
    pub policy: Profile,
    /// The verifier's own audience, compared exactly; the policy's if none.
    #[uniffi(default = None)]
    pub aud: Option<String>,
    /// The nonce that the verifier asked for.
    #[uniffi(default = None)]
    pub nonce: Option<Nonce>,
    /// Another time than now, seconds since 1970. Such a verification neither asks nor fills the replay memory.
    #[uniffi(default = None)]
    pub at: Option<i64>,
    /// A snapshot file to use in place of the stored one. It is not stored, and may be older.
    #[uniffi(default = None)]
    pub snapshot: Option<Vec<u8>>,
    /// Asks and fills the replay memory, so that a code that was seen before says so.
    #[uniffi(default = true)]
    pub remember: bool,
    /// What a `FrameReceiver` gave. The text is not looked at then.
    #[uniffi(default = None)]
    pub token: Option<Vec<u8>>,
}

impl fmt::Debug for VerifyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyRequest")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Checked {
    /// The three verdicts, and what was shown.
    pub verdicts: Verdicts,
    /// Every reason why the verdicts are not enough for the policy, as stable codes, the weightiest first; empty if they
    /// are. `next_steps` says what to do.
    pub unmet: Vec<String>,
    /// The time that was used.
    pub time: TrustedTime,
}

impl From<checking::Checked> for Checked {
    fn from(checked: checking::Checked) -> Self {
        let checking::Checked { verdicts, unmet, time } = checked;
        Self {
            verdicts: verdicts.into(),
            unmet: unmet.iter().map(|code| code.code().to_owned()).collect(),
            time: time.into(),
        }
    }
}

/// The time that a verification uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TrustedTime {
    /// Seconds since 1970.
    pub now_s: i64,
    /// Whether it was checked against a signed time since the device was started. If not, the user should look at the
    /// device's clock.
    pub sure: bool,
}

impl From<checking::TrustedTime> for TrustedTime {
    fn from(time: checking::TrustedTime) -> Self {
        let checking::TrustedTime { now_s, sure } = time;
        Self { now_s, sure }
    }
}

/// How one verdict ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Outcome {
    /// Proven.
    Good,
    /// Neither proven nor refuted with what the verifier has.
    Unknown,
    /// Refuted.
    Bad,
}

impl From<verdict::Outcome> for Outcome {
    fn from(outcome: verdict::Outcome) -> Self {
        match outcome {
            verdict::Outcome::Good => Self::Good,
            verdict::Outcome::Unknown => Self::Unknown,
            verdict::Outcome::Bad => Self::Bad,
        }
    }
}

/// One of the three verdicts.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Verdict {
    /// How it ends.
    pub outcome: Outcome,
    /// The stable code that says why.
    pub code: String,
    /// How old the evidence is, in seconds: the trust list, the presentation, the status list. None without evidence.
    pub age_s: Option<i64>,
}

impl From<verdict::Verdict> for Verdict {
    fn from(verdict: verdict::Verdict) -> Self {
        let verdict::Verdict { outcome, code, age_s } = verdict;
        Self {
            outcome: outcome.into(),
            code: code.code().to_owned(),
            age_s,
        }
    }
}

/// Three verdicts, and what was shown; never one boolean. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Verdicts {
    /// Whether a listed issuer made the credential.
    pub issuer: Verdict,
    /// Whether the phone that the credential was issued to made this presentation now, for this verifier. It does not
    /// say that the person in front of it is the holder: compare the passport or the portrait.
    pub holder: Verdict,
    /// Whether the credential is still good.
    pub status: Verdict,
    /// What was shown. Only if a listed key signed it and every disclosure belongs to it; read it with the verdicts.
    pub disclosed: Option<Disclosed>,
    /// What a printed permit says, under the same conditions; none for a live code. It is a document only: the holder is
    /// never proven by it. Its person and portrait are in `disclosed` as well.
    pub document: Option<Document>,
    /// Says of itself that it is a test, or a test key signed it. Every screen has to say so.
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
    /// The stable code about the presentation's beacon, where it has one.
    pub beacon_code: Option<String>,
    /// Seconds since the beacon value was published: the presentation was made after that. None if it is not known.
    pub beacon_age_s: Option<i64>,
    /// When this verifier saw the presentation before, seconds since 1970.
    pub seen_before: Option<i64>,
}

impl fmt::Debug for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verdicts")
            .field("issuer", &self.issuer)
            .field("holder", &self.holder)
            .field("status", &self.status)
            .field("test", &self.test)
            .finish_non_exhaustive()
    }
}

impl From<verdict::Verdicts> for Verdicts {
    fn from(verdicts: verdict::Verdicts) -> Self {
        let beacon_code = verdicts.beacon_code().map(|code| code.code().to_owned());
        let verdict::Verdicts {
            issuer,
            holder,
            status,
            disclosed,
            document,
            test,
            iss,
            aud,
            presented_at,
            expires_at,
            nonce_confirmed,
            beacon: _,
            beacon_age_s,
            seen_before,
            // The verifier's own replay memory uses it; an app has no use for it.
            replay_key: _,
        } = verdicts;
        Self {
            issuer: issuer.into(),
            holder: holder.into(),
            status: status.into(),
            disclosed: disclosed.map(Into::into),
            document: document.map(Into::into),
            test,
            iss,
            aud,
            presented_at,
            expires_at,
            nonce_confirmed,
            beacon_code,
            beacon_age_s,
            seen_before,
        }
    }
}
