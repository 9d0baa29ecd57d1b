//! A check of a person at a provider: what is asked for, what is started, what comes back.

use permitcard_protocol::registration::ClaimedNumber;
use serde::{Deserialize, Serialize};

use super::Environment;

/// The checks that providers carry out. The names are those of the steps, on the wire and in the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum CheckKind {
    /// The travel document is genuine.
    #[serde(rename = "document-check")]
    Document,
    /// The face is alive and that of the document.
    #[serde(rename = "face-check")]
    Face,
    /// A bank of the mainland knows the holder by his real name.
    #[serde(rename = "bank-card")]
    BankCard,
    /// A carrier of the mainland knows the holder by his real name.
    #[serde(rename = "sim")]
    Sim,
}

impl CheckKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 4] = [Self::Document, Self::Face, Self::BankCard, Self::Sim];

    /// `document-check`, `face-check`, `bank-card` or `sim`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Document => "document-check",
            Self::Face => "face-check",
            Self::BankCard => "bank-card",
            Self::Sim => "sim",
        }
    }

    /// The kind of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What a check can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// Good.
    Passed,
    /// Document forged, another face, not alive, another name: the reason stays with the provider. Final.
    Failed,
    /// The provider could not decide.
    Inconclusive,
    /// The provider was down. Never a pass.
    Unavailable,
}

impl Outcome {
    /// The word on the wire and in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Inconclusive => "inconclusive",
            Self::Unavailable => "unavailable",
        }
    }
}

/// What a document says, as its provider read it. Kept only until the step is judged. Deliberately without `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentFacts {
    /// The document number, normalised.
    pub(crate) number: String,
    /// The issuing state, three letters of ICAO 9303-3, 5.
    pub(crate) issuer: String,
    /// `YYYY-MM-DD`.
    pub(crate) birth_date: String,
    /// The name as the machine-readable zone has it.
    pub(crate) mrz_name: String,
}

/// The document that the holder said to have. A provider may use it to tell a wrong document early; the sandbox, which
/// looks at nothing, says that it saw just this one. Deliberately without `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimedDocument {
    /// The document number.
    pub(crate) number: String,
    /// The issuing state.
    pub(crate) issuer: String,
    /// The name as the machine-readable zone has it.
    pub(crate) mrz_name: String,
}

/// A check to start. Deliberately without `Debug`.
#[derive(Clone)]
pub(crate) struct CheckRequest {
    /// What is to be checked.
    pub(crate) kind: CheckKind,
    /// The session's name for providers (`Session::reference`).
    pub(crate) session: String,
    /// RFC 7638 thumbprint of the key that the session is bound to.
    pub(crate) jkt: String,
    /// Names this one check; comes back with the result. At least 128 random bits ([`crate::token::random`]).
    pub(crate) nonce: String,
    /// The number as the holder claimed it, of either kind, known or not. Its last two digits choose what the sandbox says.
    pub(crate) number: ClaimedNumber,
    /// The claimed document.
    pub(crate) document: Option<ClaimedDocument>,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

/// A started check. Deliberately without `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StartedCheck {
    /// The provider's name.
    pub(crate) provider: String,
    /// Where the provider's kit connects to.
    pub(crate) url: String,
    /// For the provider's kit: single use, bound by the provider to session, key and nonce.
    pub(crate) token: String,
}

/// Names one check of one session. Deliberately without `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CheckRef {
    /// What is checked.
    pub(crate) kind: CheckKind,
    /// The session's name for providers.
    pub(crate) session: String,
    /// The nonce of [`CheckRequest`].
    pub(crate) nonce: String,
}

/// What a provider says about one check. Deliberately without `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Check {
    /// What was checked.
    pub(crate) kind: CheckKind,
    /// The session's name for providers.
    pub(crate) session: String,
    /// The key that the check was started for.
    pub(crate) jkt: String,
    /// The nonce that it was started with.
    pub(crate) nonce: String,
    /// What came out.
    pub(crate) outcome: Outcome,
    /// The provider's name.
    pub(crate) provider: String,
    /// How, in the provider's words.
    pub(crate) method: String,
    /// What the result is worth.
    pub(crate) environment: Environment,
    /// Seconds since 1970.
    pub(crate) performed_at: i64,
    /// Counts the provider's statements about this check from 1; a lower one is older.
    pub(crate) sequence: u32,
    /// SHA-256 of the receipt that the provider gave to the host that ran the check.
    pub(crate) receipt: [u8; 32],
    /// SHA-256 of the provider's evidence, which stays with the provider.
    pub(crate) evidence: [u8; 32],
    /// Of a document check that read the document.
    pub(crate) document: Option<DocumentFacts>,
}

#[cfg(test)]
mod tests {
    use permitcard_protocol::registration::InteractionType;

    use super::*;

    #[test]
    fn names_are_those_of_the_steps() {
        let of_steps: Vec<&str> = InteractionType::ALL
            .iter()
            .filter(|step| step.is_by_provider())
            .map(|step| step.name())
            .collect();
        assert_eq!(CheckKind::ALL.map(CheckKind::name).as_slice(), of_steps);
        for kind in CheckKind::ALL {
            assert_eq!(CheckKind::from_name(kind.name()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
        }
    }

    #[test]
    fn outcomes_have_one_word_and_an_unknown_word_is_none() {
        for outcome in [
            Outcome::Passed,
            Outcome::Failed,
            Outcome::Inconclusive,
            Outcome::Unavailable,
        ] {
            assert_eq!(
                serde_json::to_string(&outcome).unwrap(),
                format!("\"{}\"", outcome.name())
            );
        }
        for word in ["", "Passed", "pass", "ok"] {
            assert!(serde_json::from_value::<Outcome>(word.into()).is_err(), "{word}");
        }
    }
}
