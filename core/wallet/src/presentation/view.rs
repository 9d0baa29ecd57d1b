use std::fmt;

use permitcard_credential::permit::{Group, Profile};

use crate::held::CardStatus;
use crate::held::FieldValue;

/// What a profile shows, for the holder to look at before anything is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureView {
    /// The profile.
    pub profile: Profile,
    /// The audience that the code names, such as `wp.emp`.
    pub aud: String,
    /// The groups that are shown.
    pub groups: Vec<Group>,
    /// Everything that the verifier will read: the always visible fields first.
    pub shown: Vec<FieldValue>,
    /// The card is a test card and says so to every verifier.
    pub test: bool,
}

/// A show session: from the opening of the screen to its closing, at most ten minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowView {
    /// What is shown.
    pub disclosure: DisclosureView,
    /// When the session ends by itself, seconds since 1970 by the wallet's trusted time.
    pub ends_at: i64,
    /// The QR version that every code of this session has, so that the picture does not change its size.
    pub qr_version: u8,
    /// No unused credential was left: a used one is shown again, and two verifiers who compare could notice. Sync soon.
    pub reused_credential: bool,
    /// Unused credentials left after this session.
    pub credentials_left: u32,
    /// The time rests on the phone's wall clock alone; a verifier may see another one.
    pub time_unsure: bool,
    /// What the authority last said about the card.
    pub status: CardStatus,
}

/// What a verifier gave, to prove that the code was made for it.
#[derive(Clone, PartialEq, Eq)]
pub enum Nonce {
    /// Six digits that the verifier shows and the holder types.
    Digits {
        /// Six ASCII digits.
        digits: String,
    },
    /// Eight bytes out of a reverse QR.
    Bytes {
        /// Exactly eight.
        bytes: Vec<u8>,
    },
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce { .. }")
    }
}

/// What goes into one code of the running show session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PresentRequest {
    /// The verifier's nonce, if it gave one.
    pub nonce: Option<Nonce>,
}

/// One signed code. `Debug` shows no text.
#[derive(Clone, PartialEq, Eq)]
pub struct PresentationView {
    /// The QR text, `WPC1:…`.
    pub text: String,
    /// The audience that it names.
    pub aud: String,
    /// When it was signed, seconds since 1970.
    pub issued_at: i64,
    /// When it ends: 60 s later.
    pub expires_at: i64,
    /// When to ask for the next one: 25 s after the signature.
    pub refresh_at: i64,
    /// The least QR version to draw it with; the same for all codes of a session.
    pub qr_version: u8,
    /// The card is a test card.
    pub test: bool,
}

impl fmt::Debug for PresentationView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresentationView")
            .field("aud", &self.aud)
            .field("issued_at", &self.issued_at)
            .field("qr_version", &self.qr_version)
            .field("test", &self.test)
            .finish_non_exhaustive()
    }
}

/// One entry of the disclosure log: which groups went to which audience, and when. Never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureEntry {
    /// When it was signed, seconds since 1970.
    pub at: i64,
    /// The time rested on the wall clock alone.
    pub time_unsure: bool,
    /// The audience.
    pub aud: String,
    /// The profile, if the audience is one of ours.
    pub profile: Option<Profile>,
    /// The groups that were shown.
    pub groups: Vec<Group>,
    /// The verifier had given a nonce.
    pub with_nonce: bool,
    /// The version of the card.
    pub card_version: u64,
}
