use std::fmt;

use permitcard_credential::permit::{Group, Profile};

use crate::held::{CardStatus, ExportFormat, FieldValue};

/// For whom a code is made, and so what it shows.
#[derive(Clone, PartialEq, Eq)]
pub enum ShowTarget {
    /// A kind of verifier.
    Profile {
        /// Which.
        profile: Profile,
        /// With the small portrait: for profiles that may ask for it ([`Profile::portrait_on_request`]).
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
        match self {
            Self::Profile { profile, portrait } => f
                .debug_struct("Profile")
                .field("profile", profile)
                .field("portrait", portrait)
                .finish(),
            Self::Request { .. } => f.write_str("Request { .. }"),
        }
    }
}

/// What is shown to whom, for the holder to look at before anything is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// A show session: from the opening of the screen to its closing, at most ten minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowView {
    /// What is shown.
    pub disclosure: DisclosureView,
    /// When the session ends by itself, seconds since 1970 by the wallet's trusted time.
    pub ends_at: i64,
    /// The QR version that every code of this session has, so that the picture does not change its size.
    pub qr_version: u8,
    /// The code is too large for one picture: [`PresentationView::frames`] are shown in turn.
    pub framed: bool,
    /// No unused credential was left: a used one is shown again, and two verifiers who compare could notice. Sync soon.
    /// Not set where the same verifier asks again by its own audience: it gets the same credential on purpose.
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
    /// The QR text, `WPC1:…`. Too large to draw where there are [`frames`](Self::frames).
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

/// For whom an export is: what its signature is bound to.
#[derive(Clone, PartialEq, Eq)]
pub enum ExportTarget {
    /// An SD-JWT VC with a key binding JWT (`dc+sd-jwt`).
    SdJwt {
        /// The verifier's identifier, 1 to 255 bytes.
        aud: String,
        /// The verifier's nonce, 1 to 255 bytes.
        nonce: String,
    },
    /// A `DeviceResponse` of ISO/IEC 18013-5.
    Mdoc {
        /// The CBOR `SessionTranscript`, an array of three items, at most 16 KiB.
        session_transcript: Vec<u8>,
    },
}

impl fmt::Debug for ExportTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SdJwt { .. } => "SdJwt { .. }",
            Self::Mdoc { .. } => "Mdoc { .. }",
        })
    }
}

/// What to export, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRequest {
    /// For whom.
    pub target: ExportTarget,
    /// The groups to disclose; one that the card does not have is left out.
    pub groups: Vec<Group>,
}

/// One export. `Debug` shows no bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct ExportView {
    /// Its form.
    pub format: ExportFormat,
    /// What the disclosure log names: the audience, or `mdoc:` and the first 8 bytes of SHA-256 over the transcript.
    pub aud: String,
    /// The groups that are disclosed.
    pub groups: Vec<Group>,
    /// When it was signed, seconds since 1970.
    pub issued_at: i64,
    /// The card is a test card.
    pub test: bool,
    /// The export: CBOR `DeviceResponse`, or the ASCII text of SD-JWT and key binding JWT.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for ExportView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportView")
            .field("format", &self.format)
            .field("test", &self.test)
            .finish_non_exhaustive()
    }
}
