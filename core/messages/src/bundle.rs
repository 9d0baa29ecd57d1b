use std::{borrow::Cow, sync::OnceLock};

use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{Language, sources};

/// A value for a text's argument.
#[derive(Clone, PartialEq, Eq)]
pub enum Arg<'a> {
    /// Shown as it is.
    Text(Cow<'a, str>),
    /// A number, which may choose the plural form.
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}

/// What happened: the text of an id or of a code (`network.offline` and `network-offline` are the same). `None` without a text.
pub fn text(language: Language, id: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
    format(language, id, None, args)
}

/// What to do next: the attribute `.next` of the text. `None` without one.
pub fn next(language: Language, id: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
    format(language, id, Some("next"), args)
}

/// What to do next about several codes: each step once, in the order of the codes. Codes without a step give none.
pub fn next_steps<'a>(language: Language, codes: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut steps = Vec::new();
    for step in codes.into_iter().filter_map(|code| next(language, code, &[])) {
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    steps
}

/// The ids of all texts of a language, sorted.
pub fn ids(language: Language) -> Vec<String> {
    let mut ids = sources::ids(language);
    ids.sort_unstable();
    ids
}

fn format(language: Language, id: &str, attribute: Option<&str>, args: &[(&str, Arg<'_>)]) -> Option<String> {
    // A missing argument leaves its name in braces; a test shows each text with all of its arguments.
    render(language, id, attribute, args).map(|(text, _)| text)
}

/// The text, and what went wrong in it.
pub(crate) fn render(
    language: Language,
    id: &str,
    attribute: Option<&str>,
    args: &[(&str, Arg<'_>)],
) -> Option<(String, Vec<FluentError>)> {
    let bundle = bundle(language);
    let message = bundle.get_message(&id.replace('.', "-"))?;
    let pattern = match attribute {
        None => message.value()?,
        Some(name) => message.get_attribute(name)?.value(),
    };
    let mut values = FluentArgs::with_capacity(args.len());
    for (name, value) in args {
        values.set(
            *name,
            match value {
                Arg::Text(text) => FluentValue::from(text.as_ref()),
                Arg::Number(number) => FluentValue::from(*number),
            },
        );
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
    Some((text, errors))
}

type Bundle = FluentBundle<FluentResource>;

fn bundle(language: Language) -> &'static Bundle {
    static ENGLISH: OnceLock<Bundle> = OnceLock::new();
    static CHINESE: OnceLock<Bundle> = OnceLock::new();
    let cell = match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    };
    cell.get_or_init(|| {
        let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // The marks around arguments are for mixed directions; both languages run left to right, and terminals show them.
        bundle.set_use_isolating(false);
        for (_, source) in sources::of(language) {
            bundle.add_resource_overriding(sources::parse(source));
        }
        bundle
    })
}
