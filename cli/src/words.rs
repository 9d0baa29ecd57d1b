//! The language of the output, and its sentences.

use permitcard_credential::verdict::VerdictCode;
use permitcard_messages::{Arg, Language};

use crate::args::LanguageName;

/// Sentences in one language.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    language: Language,
}

impl Words {
    /// The language that was asked for, else the one of the environment, else English.
    pub fn choose(asked: Option<LanguageName>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let language = match asked {
            Some(name) => name.language(),
            None => ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| variable(name).filter(|value| !value.is_empty()))
                .map_or(Language::English, |locale| Language::from_tag(&locale)),
        };
        Self { language }
    }

    /// The sentence with this id or code. An id without a sentence is shown as such, so that nothing is silently missing; a test
    /// demands a sentence for each id that this program uses.
    pub fn text(&self, id: &str, args: &[(&str, Arg<'_>)]) -> String {
        permitcard_messages::text(self.language, id, args).unwrap_or_else(|| format!("[{id}]"))
    }

    /// What to do next about a code, where there is something to do.
    pub fn next(&self, code: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        permitcard_messages::next(self.language, code, args)
    }

    /// What to do next about a code, and what its values say: tries left, seconds to wait.
    pub fn advice(&self, code: &str, args: &[(&str, Arg<'_>)]) -> Vec<String> {
        let has = |name: &str| args.iter().any(|(given, _)| *given == name);
        let mut advice: Vec<String> = self.next(code, args).into_iter().collect();
        advice.extend(has("tries").then(|| self.text("tries-left", args)));
        advice.extend(args.iter().find_map(|(name, value)| match value {
            Arg::Number(seconds) if *name == "seconds" => Some(self.wait(*seconds)),
            _ => None,
        }));
        advice
    }

    /// How long to wait before the next try, in the unit that people say, rounded up: whoever waits so long is not too early.
    fn wait(&self, seconds: i64) -> String {
        let unit = match seconds {
            s if s < 120 => return self.text("wait-seconds", &[("seconds", seconds.into())]),
            s if s < 120 * 60 => 60,
            _ => 3_600,
        };
        let time = self.age(seconds.saturating_add(unit - 1) / unit * unit);
        self.text("cli-wait", &[("time", time.into())])
    }

    /// What to do next about each of several verdicts, each step once.
    pub fn next_steps(&self, codes: &[VerdictCode]) -> Vec<String> {
        permitcard_messages::next_steps(self.language, codes.iter().map(|code| code.code()))
    }

    /// A number of seconds as people say it.
    pub fn age(&self, seconds: i64) -> String {
        let (id, count) = match seconds.max(0) {
            s if s < 120 => ("cli-seconds", s),
            s if s < 120 * 60 => ("cli-minutes", s / 60),
            s if s < 48 * 3_600 => ("cli-hours", s / 3_600),
            s => ("cli-days", s / 86_400),
        };
        self.text(id, &[("count", count.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &'static [(&'static str, &'static str)]) -> Language {
        let variable = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Words::choose(None, variable).language
    }

    #[test]
    fn a_wait_is_said_in_the_unit_of_people_and_never_too_short() {
        let words = Words::choose(Some(LanguageName::En), |_| None);
        for (seconds, said) in [
            (1_i64, "Wait one second before the next try."),
            (119, "Wait 119 seconds before the next try."),
            (120, "Wait 2 minutes before the next try."),
            (121, "Wait 3 minutes before the next try."),
            (3_600, "Wait 60 minutes before the next try."),
            (7_201, "Wait 3 hours before the next try."),
            (86_400, "Wait 24 hours before the next try."),
        ] {
            let advice = words.advice("issuance.pending", &[("seconds", seconds.into())]);
            assert_eq!(advice.last().map(String::as_str), Some(said), "{seconds}");
        }
    }

    #[test]
    fn language_comes_from_the_environment_in_posix_order() {
        assert_eq!(with(&[]), Language::English);
        assert_eq!(with(&[("LANG", "zh_CN.UTF-8")]), Language::Chinese);
        assert_eq!(with(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Language::English);
        assert_eq!(
            with(&[("LC_ALL", ""), ("LC_MESSAGES", "zh_TW"), ("LANG", "de_DE")]),
            Language::Chinese
        );
        let asked = Words::choose(Some(LanguageName::En), |_| Some("zh_CN".to_owned()));
        assert_eq!(asked.language, Language::English);
    }
}
