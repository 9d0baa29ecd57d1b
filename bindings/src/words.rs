use std::collections::HashMap;

use permitcard_messages::{self as messages, Arg};

/// The languages with a full set of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl From<Language> for messages::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::English,
            Language::Chinese => Self::Chinese,
        }
    }
}

/// What a person reads about a code.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Explanation {
    /// What happened, or the word for a field.
    pub text: String,
    /// What to do next, where there is something to do.
    pub next: Option<String>,
}

/// The sentence for a stable code, for instance of an error, a verdict or a failed step; also the word for a field
/// (`field-employer`) and other texts by their id. `arguments` fill the places of a text that has some; a whole number
/// chooses the plural form. None for an id without a text.
#[uniffi::export(default(arguments))]
pub fn explain(code: String, language: Language, arguments: HashMap<String, String>) -> Option<Explanation> {
    let language = language.into();
    let arguments: Vec<(&str, Arg<'_>)> = arguments
        .iter()
        .map(|(name, value)| {
            (
                name.as_str(),
                value.parse::<i64>().map_or_else(|_| value.into(), Arg::Number),
            )
        })
        .collect();
    let text = messages::text(language, &code, &arguments)?;
    Some(Explanation {
        text,
        next: messages::next(language, &code, &arguments),
    })
}

/// The best language for a tag or locale, such as `zh-Hans-CN` or `en_GB`. English for any that has no texts.
#[uniffi::export]
pub fn language_for(tag: String) -> Language {
    match messages::Language::from_tag(&tag) {
        messages::Language::Chinese => Language::Chinese,
        _ => Language::English,
    }
}

/// What to do next about several codes, such as `unmet` of `Checked`: each step once, in the order of the codes.
#[uniffi::export]
pub fn next_steps(codes: Vec<String>, language: Language) -> Vec<String> {
    messages::next_steps(language.into(), codes.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_find_their_language() {
        assert_eq!(language_for("zh-Hans-CN".to_owned()), Language::Chinese);
        assert_eq!(language_for("en_GB".to_owned()), Language::English);
        assert_eq!(language_for("xx".to_owned()), Language::English);
    }

    #[test]
    fn a_step_is_named_once() {
        let steps = |codes: &[&str]| {
            let codes = codes.iter().map(|code| (*code).to_owned()).collect();
            next_steps(codes, Language::English)
        };
        assert_eq!(
            steps(&[
                "verdict.trust_list_stale",
                "verdict.status_list_stale",
                "verdict.seen_before",
                "x"
            ]),
            [
                "Fetch a new snapshot with a network, then scan again.",
                "Ask the holder to show a fresh code and scan it again."
            ]
        );
        assert_eq!(steps(&["verdict.issuer_good"]), [""; 0]);
    }

    #[test]
    fn an_unknown_id_has_no_text() {
        assert_eq!(
            explain("no.such_code".to_owned(), Language::English, HashMap::new()),
            None
        );
    }
}
