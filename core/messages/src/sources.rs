//! The Fluent files, embedded.

use fluent_bundle::FluentResource;
use fluent_syntax::ast::Entry;

use crate::Language;

macro_rules! sources {
    ($language:literal) => {
        sources!(
            $language: "authority", "checking", "cli", "common", "consent", "device", "fields", "formats", "identity",
            "inspect", "issuance", "life", "network", "protocol", "registration", "services", "steps", "verdicts", "wallet"
        )
    };
    ($language:literal: $($name:literal),+) => {
        &[$(($name, include_str!(concat!("../texts/", $language, "/", $name, ".ftl")))),+]
    };
}

const ENGLISH: &[(&str, &str)] = sources!("en");
const CHINESE: &[(&str, &str)] = sources!("zh");

/// The name and the text of each file of a language.
pub(crate) fn of(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English => ENGLISH,
        Language::Chinese => CHINESE,
    }
}

/// Reads one file. What cannot be read is left out; a test reads every file without an error.
pub(crate) fn parse(source: &str) -> FluentResource {
    match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    }
}

/// The ids of a language's messages, in the order of the files.
pub(crate) fn ids(language: Language) -> Vec<String> {
    let mut ids = Vec::new();
    for (_, source) in of(language) {
        for entry in parse(source).entries() {
            if let Entry::Message(message) = entry {
                ids.push(message.id.name.to_owned());
            }
        }
    }
    ids
}
