//! The name as the machine-readable zone of a passport has it.

mod advice;
mod chinese;
mod convert;
mod fit;
mod forms;
mod letters;

use std::fmt;

pub use advice::{NameAdvice, NameQuestion, name_advice};
pub use chinese::{ChineseName, chinese_beside};
pub use forms::NameForms;

use self::convert::Part;
use crate::{CountryCode, IdentityError, fold};

/// Characters of the name field of a passport (TD3, ICAO Doc 9303-4, 4.2.2).
pub const NAME_LEN: usize = 39;
/// The most characters that may be typed for surname or given names.
pub const NAME_INPUT: usize = 256;

/// A name field without trailing fillers: `GARCIA<LOPEZ<<MARIA`, or `SUHARTO` for a person with one name. At most
/// [`NAME_LEN`] characters of A–Z and `<`, no filler at either end, `<<` at most once. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MrzName(String);

impl MrzName {
    /// Takes a name field as it stands in a zone, a message or a register: A–Z and `<`, with or without fillers at the end.
    ///
    /// # Errors
    /// [`IdentityError::NameEmpty`] for fillers only, [`IdentityError::NameMalformed`] for anything else that is no name
    /// field.
    pub fn from_field(field: &str) -> Result<Self, IdentityError> {
        let name = field.trim_end_matches('<');
        let letters = name.bytes().all(|b| b.is_ascii_uppercase() || b == b'<');
        // Two fillers once; three, or two in a second place, belong to no name.
        let separators = name.matches("<<").count();
        if !letters || name.len() > NAME_LEN || name.starts_with('<') || name.contains("<<<") || separators > 1 {
            return Err(IdentityError::NameMalformed);
        }
        if name.is_empty() {
            return Err(IdentityError::NameEmpty);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The primary identifier; usually the surname.
    pub fn primary(&self) -> &str {
        self.0.split_once("<<").map_or(self.0.as_str(), |(primary, _)| primary)
    }

    /// The secondary identifier; usually the given names. Empty for a person with one name.
    pub fn secondary(&self) -> &str {
        self.0.split_once("<<").map_or("", |(_, secondary)| secondary)
    }

    /// A name of components, cut to the field.
    pub(crate) fn of_components(primary: &[&str], secondary: &[&str]) -> Self {
        Self(fit::fit(&primary.join("<"), &secondary.join("<")))
    }

    /// The 39 characters as they are printed, with fillers.
    pub fn field(&self) -> String {
        format!("{:<<NAME_LEN$}", self.0)
    }

    /// A letter in the last position means that the name may have been cut (ICAO Doc 9303-4, 4.2.3).
    pub fn is_possibly_truncated(&self) -> bool {
        self.0.len() == NAME_LEN
    }
}

impl fmt::Debug for MrzName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzName(..)")
    }
}

/// Which rule changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameRule {
    /// Full-width letters became plain ones.
    FullWidth,
    /// A letter became its Latin form: Ü is UE.
    Transliterated,
    /// The mark of a letter was left out: É is E.
    MarkLeftOut,
    /// A space, hyphen or comma became a filler.
    Separated,
    /// An apostrophe, stroke or full stop was left out.
    PunctuationLeftOut,
    /// There is only one name, so that nothing follows it.
    OneName,
    /// The name was cut to the 39 characters of a passport.
    Truncated,
}

impl NameRule {
    /// The stable code; also the id of the sentence that explains it, with the arguments `from` and `to`.
    pub fn code(self) -> &'static str {
        match self {
            Self::FullWidth => "identity.rule_full_width",
            Self::Transliterated => "identity.rule_transliterated",
            Self::MarkLeftOut => "identity.rule_mark_left_out",
            Self::Separated => "identity.rule_separated",
            Self::PunctuationLeftOut => "identity.rule_punctuation_left_out",
            Self::OneName => "identity.rule_one_name",
            Self::Truncated => "identity.rule_truncated",
        }
    }

    /// Every rule.
    pub const ALL: &'static [Self] = &[
        Self::FullWidth,
        Self::Transliterated,
        Self::MarkLeftOut,
        Self::Separated,
        Self::PunctuationLeftOut,
        Self::OneName,
        Self::Truncated,
    ];
}

/// One change, for "this is how your name will be sent, and why". `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct NameStep {
    /// The rule.
    pub rule: NameRule,
    /// What stood there: a letter or sign, or for [`NameRule::FullWidth`] and [`NameRule::Truncated`] the whole.
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

/// A name as it will be sent, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameForm {
    /// The name.
    pub name: MrzName,
    /// What was changed, in the order in which it was met, each change once.
    pub steps: Vec<NameStep>,
}

/// The machine-readable form of a typed name. Either part may be empty: a person with one name types it in either field.
///
/// # Errors
/// [`IdentityError`] of the names: nothing typed, too much typed, or a character without a Latin form.
pub fn mrz_name(surname: &str, given: &str) -> Result<NameForm, IdentityError> {
    mrz_name_for(surname, given, None)
}

/// As [`mrz_name`], as passports of a state have the letters of which ICAO Doc 9303-3, 6 A lets it choose the form: Ü is
/// UE in a German passport and U in a Spanish one. Without a state it is UE.
///
/// # Errors
/// As [`mrz_name`].
pub fn mrz_name_for(surname: &str, given: &str, issuer: Option<&CountryCode>) -> Result<NameForm, IdentityError> {
    let mut steps = Vec::new();
    let (primary, secondary) = typed_parts(surname, given, issuer, &mut steps)?;
    let (primary, secondary) = (primary.text, secondary.text);
    if secondary.is_empty() {
        convert::record(&mut steps, NameRule::OneName, &primary, &primary);
    }
    let fitted = fit::fit(&primary, &secondary);
    let full = if secondary.is_empty() {
        primary
    } else {
        format!("{primary}<<{secondary}")
    };
    if fitted != full {
        convert::record(&mut steps, NameRule::Truncated, &full, &fitted);
    }
    Ok(NameForm {
        name: MrzName(fitted),
        steps,
    })
}

/// Both parts of a typed name, the primary one never empty.
fn typed_parts(
    surname: &str,
    given: &str,
    issuer: Option<&CountryCode>,
    steps: &mut Vec<NameStep>,
) -> Result<(Part, Part), IdentityError> {
    let issuer = issuer.map(CountryCode::as_str);
    let surname = convert::part(surname, issuer, steps)?;
    let given = convert::part(given, issuer, steps)?;
    let (primary, secondary) = if surname.text.is_empty() {
        (given, Part::default())
    } else {
        (surname, given)
    };
    if primary.text.is_empty() {
        return Err(IdentityError::NameEmpty);
    }
    Ok((primary, secondary))
}

/// The machine-readable form of a name typed or pasted on one line: `GARCIA<LOPEZ<<MARIA`, the whole first line of a
/// passport (44 characters), `GARCIA LOPEZ, MARIA`, or a single name.
///
/// # Errors
/// As [`mrz_name`]; [`IdentityError::NameMalformed`] for a name with fillers that is no name field, and
/// [`IdentityError::NamePartsUnclear`] for several words without a comma.
pub fn mrz_name_typed(text: &str) -> Result<NameForm, IdentityError> {
    if text.chars().take(NAME_INPUT + 1).count() > NAME_INPUT {
        return Err(IdentityError::NameTooLong);
    }
    let text = text.trim();
    if text.chars().map(fold::full_width).any(|c| c == '<') {
        return pasted(text);
    }
    if let Some((surname, given)) = text.split_once([',', '，']) {
        return mrz_name(surname, given);
    }
    let form = mrz_name(text, "")?;
    if form.name.primary().contains('<') {
        Err(IdentityError::NamePartsUnclear)
    } else {
        Ok(form)
    }
}

/// Characters of a line of a passport's machine-readable zone.
const LINE_LEN: usize = 44;

/// A name field, or the line that it stands in: `P`, type, three letters of the issuer, 39 of the name.
fn pasted(text: &str) -> Result<NameForm, IdentityError> {
    let line: String = text
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .map(|c| fold::full_width(c).to_ascii_uppercase())
        .filter(|c| !c.is_whitespace() && !fold::is_invisible(*c))
        .collect();
    let field = match line.strip_prefix('P') {
        Some(rest) if line.len() == LINE_LEN => rest.get(4..).unwrap_or_default(),
        _ => &line,
    };
    Ok(NameForm {
        name: MrzName::from_field(field.trim_start_matches('<'))?,
        steps: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
