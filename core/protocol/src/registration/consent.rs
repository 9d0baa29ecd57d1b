use serde::{Deserialize, Serialize};

/// What a consent is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentKind {
    /// Registration as a whole; comes first, before any name is sent.
    General,
    /// Face data; separate, and stands before the face step.
    FaceData,
    /// Social security services (tier 2); comes first in that flow.
    SocialSecurity,
}

impl ConsentKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::General, Self::FaceData, Self::SocialSecurity];

    /// The name on the wire: `general`, `face-data`, `social-security`.
    pub fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::FaceData => "face-data",
            Self::SocialSecurity => "social-security",
        }
    }
}

/// A consent that the authority asks for. Its words are in `messages`, id `consent-KIND-VERSION`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRequest {
    /// What it is about.
    pub kind: ConsentKind,
    /// The version of its text.
    pub version: u32,
    /// What the data may be used for: one short machine-readable word, such as `registration`.
    pub scope: String,
}

/// The holder's answer to one consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentDecision {
    /// What it is about.
    pub kind: ConsentKind,
    /// The version that was shown.
    pub version: u32,
    /// The scope that was shown.
    pub scope: String,
    /// Given or refused.
    pub given: bool,
}
