use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// The kinds of step (design 4.1). The names on the wire are `urn:permitcard:ia:` and the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum InteractionType {
    /// Consent, general or for face data.
    #[serde(rename = "urn:permitcard:ia:consent")]
    Consent,
    /// Name, permit number or social security number, travel document.
    #[serde(rename = "urn:permitcard:ia:identity-claim")]
    IdentityClaim,
    /// A code sent to the contact in the register.
    #[serde(rename = "urn:permitcard:ia:one-time-code")]
    OneTimeCode,
    /// A check of the travel document by a provider.
    #[serde(rename = "urn:permitcard:ia:document-check")]
    DocumentCheck,
    /// A check of the face by a provider.
    #[serde(rename = "urn:permitcard:ia:face-check")]
    FaceCheck,
    /// A code that a service window gave out: the way that needs no face and no Chinese SIM.
    #[serde(rename = "urn:permitcard:ia:in-person-code")]
    InPersonCode,
    /// Real name by a bank card of the mainland, at a provider; tier 2 only.
    #[serde(rename = "urn:permitcard:ia:bank-card")]
    BankCard,
    /// Real name by a SIM of the mainland, at a provider; tier 2 only.
    #[serde(rename = "urn:permitcard:ia:sim")]
    Sim,
    /// A kind that this version does not know; a newer authority may name one. It cannot be answered: another open step
    /// may be, else the app is to be updated.
    #[serde(rename = "urn:permitcard:ia:unknown", other)]
    Unknown,
}

impl InteractionType {
    /// All kinds that this version knows, in their usual order.
    pub const ALL: &'static [Self] = &[
        Self::Consent,
        Self::IdentityClaim,
        Self::OneTimeCode,
        Self::DocumentCheck,
        Self::FaceCheck,
        Self::InPersonCode,
        Self::BankCard,
        Self::Sim,
    ];

    /// The name on the wire.
    pub fn urn(self) -> &'static str {
        match self {
            Self::Consent => "urn:permitcard:ia:consent",
            Self::IdentityClaim => "urn:permitcard:ia:identity-claim",
            Self::OneTimeCode => "urn:permitcard:ia:one-time-code",
            Self::DocumentCheck => "urn:permitcard:ia:document-check",
            Self::FaceCheck => "urn:permitcard:ia:face-check",
            Self::InPersonCode => "urn:permitcard:ia:in-person-code",
            Self::BankCard => "urn:permitcard:ia:bank-card",
            Self::Sim => "urn:permitcard:ia:sim",
            Self::Unknown => "urn:permitcard:ia:unknown",
        }
    }

    /// The short name, for command lines and logs: `consent`, `identity-claim`, …
    pub fn name(self) -> &'static str {
        self.urn().strip_prefix("urn:permitcard:ia:").unwrap_or_default()
    }

    /// A provider carries the step out: it has a launch, and is answered with the provider's receipt.
    pub fn is_by_provider(self) -> bool {
        matches!(self, Self::DocumentCheck | Self::FaceCheck | Self::BankCard | Self::Sim)
    }

    /// The kind of that name on the wire, if it is one of ours.
    pub fn from_urn(urn: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.urn() == urn)
    }
}

impl fmt::Display for InteractionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reads a list of kinds and passes over those that this version does not know.
pub(crate) fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<InteractionType>, D::Error> {
    let mut kinds = Vec::<InteractionType>::deserialize(deserializer)?;
    kinds.retain(|kind| *kind != InteractionType::Unknown);
    Ok(kinds)
}
