use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ConsentDecision, InteractionType};
use crate::FormError;

/// Which number the holder names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimedNumber {
    /// The number of the work permit, normalised.
    PermitNumber(String),
    /// The social security number, normalised.
    SocialSecurityNumber(String),
}

/// The travel document that the holder names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelDocument {
    /// The document number, normalised.
    pub number: String,
    /// The issuing state, three letters of ICAO 9303-3, 5.
    pub issuer: String,
}

/// Who the holder says to be. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityClaim {
    /// The name as the machine-readable zone has it (`GARCIA<LOPEZ<<MARIA`), at most 39 characters, no trailing filler.
    pub name: String,
    /// One of the two numbers.
    pub number: ClaimedNumber,
    /// The passport.
    pub document: TravelDocument,
}

impl fmt::Debug for IdentityClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityClaim { .. }")
    }
}

/// The answer to the step with a code. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OneTimeCodeAnswer {
    /// The digits that arrived.
    Code(String),
    /// Please send another one; possible 30 s after the last.
    Resend(bool),
}

impl fmt::Debug for OneTimeCodeAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCodeAnswer { .. }")
    }
}

/// The answer to a step that a provider carried out: never a result, only the provider's receipt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptAnswer {
    /// The single-use receipt that the provider gave this host, base64url.
    pub receipt: String,
}

impl fmt::Debug for ReceiptAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptAnswer { .. }")
    }
}

/// The answer with a code of a service window. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InPersonCodeAnswer {
    /// Ten characters of Crockford's base32 in upper case, without hyphens.
    pub code: String,
}

impl fmt::Debug for InPersonCodeAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InPersonCodeAnswer { .. }")
    }
}

/// The answer to one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepAnswer {
    /// To `consent`.
    Consent(Vec<ConsentDecision>),
    /// To `identity-claim`.
    IdentityClaim(IdentityClaim),
    /// To `one-time-code`.
    OneTimeCode(OneTimeCodeAnswer),
    /// To `document-check`.
    DocumentCheck(ReceiptAnswer),
    /// To `face-check`.
    FaceCheck(ReceiptAnswer),
    /// To `in-person-code`.
    InPersonCode(InPersonCodeAnswer),
    /// To `bank-card`. The number of the bank card goes to the provider only.
    BankCard(ReceiptAnswer),
    /// To `sim`. The number of the SIM goes to the provider only.
    Sim(ReceiptAnswer),
}

impl StepAnswer {
    /// The kind of step that this answers.
    pub fn interaction_type(&self) -> InteractionType {
        match self {
            Self::Consent(_) => InteractionType::Consent,
            Self::IdentityClaim(_) => InteractionType::IdentityClaim,
            Self::OneTimeCode(_) => InteractionType::OneTimeCode,
            Self::DocumentCheck(_) => InteractionType::DocumentCheck,
            Self::FaceCheck(_) => InteractionType::FaceCheck,
            Self::InPersonCode(_) => InteractionType::InPersonCode,
            Self::BankCard(_) => InteractionType::BankCard,
            Self::Sim(_) => InteractionType::Sim,
        }
    }

    /// The JSON of the form field `interaction_data`.
    pub fn to_json(&self) -> String {
        let json = match self {
            Self::Consent(decisions) => serde_json::to_string(decisions),
            Self::IdentityClaim(claim) => serde_json::to_string(claim),
            Self::OneTimeCode(answer) => serde_json::to_string(answer),
            Self::InPersonCode(answer) => serde_json::to_string(answer),
            Self::DocumentCheck(answer) | Self::FaceCheck(answer) | Self::BankCard(answer) | Self::Sim(answer) => {
                serde_json::to_string(answer)
            }
        };
        // Structs of strings and numbers always serialise.
        json.unwrap_or_default()
    }

    /// Reads the JSON of `interaction_data` for a kind of step.
    ///
    /// # Errors
    /// [`FormError::Invalid`] when it is not the expected JSON.
    pub fn from_json(kind: InteractionType, json: &str) -> Result<Self, FormError> {
        let answer = match kind {
            InteractionType::Consent => serde_json::from_str(json).map(Self::Consent),
            InteractionType::IdentityClaim => serde_json::from_str(json).map(Self::IdentityClaim),
            InteractionType::OneTimeCode => serde_json::from_str(json).map(Self::OneTimeCode),
            InteractionType::DocumentCheck => serde_json::from_str(json).map(Self::DocumentCheck),
            InteractionType::FaceCheck => serde_json::from_str(json).map(Self::FaceCheck),
            InteractionType::InPersonCode => serde_json::from_str(json).map(Self::InPersonCode),
            InteractionType::BankCard => serde_json::from_str(json).map(Self::BankCard),
            InteractionType::Sim => serde_json::from_str(json).map(Self::Sim),
            InteractionType::Unknown => return Err(FormError::Invalid("interaction_type")),
        };
        answer.map_err(|_| FormError::Invalid("interaction_data"))
    }
}
