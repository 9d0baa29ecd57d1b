use std::fmt;

use permitcard_wallet as core;

use super::{CardStatus, FieldValue, Group, Profile};

/// For whom a code is made, and so what it shows.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum ShowTarget {
    /// A kind of verifier.
    Profile {
        /// Which.
        profile: Profile,
        /// With the small portrait: for hospital, police and service window.
        portrait: bool,
    },
    /// One verifier, by its reverse QR.
    Request {
        /// The scanned text, `WPR1:…`.
        text: String,
    },
}

// A request carries a nonce that is for this holder alone.
impl fmt::Debug for ShowTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShowTarget").finish_non_exhaustive()
    }
}

impl From<ShowTarget> for core::ShowTarget {
    fn from(target: ShowTarget) -> Self {
        match target {
            ShowTarget::Profile { profile, portrait } => Self::Profile {
                profile: profile.into(),
                portrait,
            },
            ShowTarget::Request { text } => Self::Request { text },
        }
    }
}

/// What is shown to whom, for the holder to look at before anything is signed. `Debug` shows no value.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DisclosureView {
    /// The profile; none if a verifier's request named groups of its own.
    pub profile: Option<Profile>,
    /// The audience that the code names: of a profile, such as `wp.emp`, or the name that a verifier gave itself. Nobody
    /// vouches for the latter.
    pub aud: String,
    /// A verifier asked for this by its reverse QR.
    pub by_request: bool,
    /// The groups that are shown, in the order of their labels.
    pub groups: Vec<Group>,
    /// Groups that were asked for and that the card does not have: nothing is shown for them.
    pub missing: Vec<Group>,
    /// Everything that the verifier will read: the always visible fields first.
    pub shown: Vec<FieldValue>,
    /// The card is a test card and says so to every verifier.
    pub test: bool,
}

impl From<core::DisclosureView> for DisclosureView {
    fn from(view: core::DisclosureView) -> Self {
        let core::DisclosureView {
            profile,
            aud,
            by_request,
            groups,
            missing,
            shown,
            test,
        } = view;
        Self {
            profile: profile.map(Into::into),
            aud,
            by_request,
            groups: groups.into_iter().map(Into::into).collect(),
            missing: missing.into_iter().map(Into::into).collect(),
            shown: shown.into_iter().map(Into::into).collect(),
            test,
        }
    }
}

/// A show session: from the opening of the screen to its closing, at most ten minutes. `Debug` shows no value.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ShowView {
    /// What is shown.
    pub disclosure: DisclosureView,
    /// When the session ends by itself, seconds since 1970 by the wallet's trusted time.
    pub ends_at: i64,
    /// The QR version that every code of this session has, so that the picture does not change its size.
    pub qr_version: u8,
    /// The code is too large for one picture: `PresentationView.frames` are shown in turn.
    pub framed: bool,
    /// No unused credential was left: a used one is shown again, and two verifiers who compare could notice. Sync soon.
    pub reused_credential: bool,
    /// Unused credentials left after this session.
    pub credentials_left: u32,
    /// The time rests on the phone's wall clock alone; a verifier may see another one.
    pub time_unsure: bool,
    /// What the authority last said about the card.
    pub status: CardStatus,
}

impl From<core::ShowView> for ShowView {
    fn from(view: core::ShowView) -> Self {
        let core::ShowView {
            disclosure,
            ends_at,
            qr_version,
            framed,
            reused_credential,
            credentials_left,
            time_unsure,
            status,
        } = view;
        Self {
            disclosure: disclosure.into(),
            ends_at,
            qr_version,
            framed,
            reused_credential,
            credentials_left,
            time_unsure,
            status: status.into(),
        }
    }
}

/// What a verifier gave, to prove that the code was made for it. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug)]
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

impl From<Nonce> for core::Nonce {
    fn from(nonce: Nonce) -> Self {
        match nonce {
            Nonce::Digits { digits } => Self::Digits { digits },
            Nonce::Bytes { bytes } => Self::Bytes { bytes },
        }
    }
}

/// What goes into one code of the running show session.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct PresentRequest {
    /// The verifier's nonce, if it gave one.
    #[uniffi(default = None)]
    pub nonce: Option<Nonce>,
}

impl From<PresentRequest> for core::PresentRequest {
    fn from(request: PresentRequest) -> Self {
        let PresentRequest { nonce } = request;
        Self {
            nonce: nonce.map(Into::into),
        }
    }
}

/// One signed code. `Debug` shows no text.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct PresentationView {
    /// The QR text, `WPC1:…`. Too large to draw where there are `frames`.
    pub text: String,
    /// The texts of several codes, `WPM1:…`, to be shown in turn, again and again, instead of `text`; empty where one code
    /// is enough.
    pub frames: Vec<String>,
    /// Milliseconds that each of the frames is shown.
    pub frame_ms: u64,
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

impl From<core::PresentationView> for PresentationView {
    fn from(view: core::PresentationView) -> Self {
        let core::PresentationView {
            text,
            frames,
            frame_ms,
            aud,
            issued_at,
            expires_at,
            refresh_at,
            qr_version,
            test,
        } = view;
        Self {
            text,
            frames,
            frame_ms,
            aud,
            issued_at,
            expires_at,
            refresh_at,
            qr_version,
            test,
        }
    }
}

/// One entry of the disclosure log: which groups went to which audience, and when. Never a value.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
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

impl From<core::DisclosureEntry> for DisclosureEntry {
    fn from(entry: core::DisclosureEntry) -> Self {
        let core::DisclosureEntry {
            at,
            time_unsure,
            aud,
            profile,
            groups,
            with_nonce,
            card_version,
        } = entry;
        Self {
            at,
            time_unsure,
            aud,
            profile: profile.map(Into::into),
            groups: groups.into_iter().map(Into::into).collect(),
            with_nonce,
            card_version,
        }
    }
}
