use std::fmt;

use permitcard_wallet as core;

/// Which number the holder names. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum NumberInput {
    /// The number of the work permit, as typed.
    WorkPermit {
        /// As typed.
        number: String,
    },
    /// The social security number, as typed.
    SocialSecurity {
        /// As typed.
        number: String,
    },
}

impl fmt::Debug for NumberInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NumberInput { .. }")
    }
}

impl From<NumberInput> for core::NumberInput {
    fn from(number: NumberInput) -> Self {
        match number {
            NumberInput::WorkPermit { number } => Self::WorkPermit { number },
            NumberInput::SocialSecurity { number } => Self::SocialSecurity { number },
        }
    }
}

/// Who the holder says to be, as typed. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct IdentityInput {
    /// Surname as in the passport, any script that transliterates; empty for people with one name only.
    pub surname: String,
    /// Given names as in the passport; empty if there are none.
    pub given_names: String,
    /// One of the two numbers.
    pub number: NumberInput,
    /// The passport's number.
    pub passport_number: String,
    /// The passport's issuing state, three letters (ICAO 9303-3, 5).
    pub passport_issuer: String,
}

impl fmt::Debug for IdentityInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityInput { .. }")
    }
}

impl From<IdentityInput> for core::IdentityInput {
    fn from(identity: IdentityInput) -> Self {
        let IdentityInput {
            surname,
            given_names,
            number,
            passport_number,
            passport_issuer,
        } = identity;
        Self {
            surname,
            given_names,
            number: number.into(),
            passport_number,
            passport_issuer,
        }
    }
}

/// How an identity will be sent, for the holder to look at before it goes. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct IdentityPreview {
    /// The name as the machine-readable zone has it: `GARCIA<LOPEZ<<MARIA`, at most 39 characters.
    pub name: String,
    /// What was changed to get there, in order.
    pub steps: Vec<NameStep>,
    /// The permit or social security number, normalised.
    pub number: String,
    /// The passport's number, normalised.
    pub passport_number: String,
    /// The passport's issuing state, as passports write it: `ESP`, `D`.
    pub passport_issuer: String,
    /// Stable codes for what looks unusual; a warning never stops anybody.
    pub warnings: Vec<String>,
    /// Under which other name an authority may hold this person, and what to ask the employer; the most telling first.
    pub name_advice: Vec<NameAdvice>,
}

impl fmt::Debug for IdentityPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityPreview")
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

impl From<core::IdentityPreview> for IdentityPreview {
    fn from(preview: core::IdentityPreview) -> Self {
        let core::IdentityPreview {
            name,
            steps,
            number,
            passport_number,
            passport_issuer,
            warnings,
            name_advice,
        } = preview;
        Self {
            name,
            steps: steps.into_iter().map(Into::into).collect(),
            number,
            passport_number,
            passport_issuer,
            warnings: warnings.into_iter().map(|warning| warning.code().to_owned()).collect(),
            name_advice: name_advice.into_iter().map(Into::into).collect(),
        }
    }
}

/// One change of a name, for "this is how your name will be sent, and why". `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct NameStep {
    /// The rule's stable code; its sentence takes the arguments `from` and `to`.
    pub rule: String,
    /// What stood there: a letter or sign, or the whole name.
    pub from: String,
    /// What stands there now; empty if it was left out.
    pub to: String,
}

impl fmt::Debug for NameStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameStep")
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}

impl From<core::NameStep> for NameStep {
    fn from(step: core::NameStep) -> Self {
        let core::NameStep { rule, from, to } = step;
        Self {
            rule: rule.code().to_owned(),
            from,
            to,
        }
    }
}

/// A question about a name, and the names that an authority may hold if the answer is yes. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct NameAdvice {
    /// The stable code of what an authority may hold; what to do next is the question to the employer.
    pub question: String,
    /// Names as the machine-readable zone has them, at most four; none where they cannot be told from the passport.
    pub held_as: Vec<String>,
}

impl fmt::Debug for NameAdvice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameAdvice")
            .field("question", &self.question)
            .finish_non_exhaustive()
    }
}

impl From<core::NameAdviceView> for NameAdvice {
    fn from(advice: core::NameAdviceView) -> Self {
        let core::NameAdviceView { question, held_as } = advice;
        Self {
            question: question.code().to_owned(),
            held_as,
        }
    }
}
