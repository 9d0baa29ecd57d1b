//! What a command prints: words for people, or JSON lines for programs. Never both.

mod paragraph;
mod progress;
mod style;
pub mod window;

use std::io::{self, IsTerminal, Write};

use permitcard_messages::Arg;
use permitcard_wallet::{InteractionType, PendingView};
use serde_json::{Map, Value, json};

pub use self::{
    paragraph::{columns, pad, wrap},
    progress::Progress,
    style::{Style, Tone},
};
use crate::{failure::Failure, time, view, words::Words};

/// Where a command prints to.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
    words: Words,
    style: Style,
    width: usize,
}

impl Output {
    /// For this process: colours only in a terminal that wants them, lines as wide as the window but not wider than is
    /// good to read.
    pub fn new(json: bool, words: Words) -> Self {
        /// More characters in a line make it hard to find the next one.
        const WIDEST: usize = 92;
        let width = window::size().map_or(WIDEST, |size| usize::from(size.columns).clamp(40, WIDEST));
        Self {
            json,
            words,
            style: Style::for_stdout(json),
            width,
        }
    }

    /// Programs read this output.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// The sentences.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The colours.
    pub fn style(&self) -> &Style {
        &self.style
    }

    /// The width of a line, in columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// A line for people, as it is.
    pub fn line(&self, line: &str) {
        if !self.json {
            write(line);
        }
    }

    /// A paragraph for people: the sentence with this id, wrapped, each line behind `indent` spaces.
    pub fn say(&self, indent: usize, id: &str, args: &[(&str, Arg<'_>)]) {
        self.paragraph(indent, Tone::Plain, &self.words.text(id, args));
    }

    /// A paragraph for people in a tone of voice.
    pub fn paragraph(&self, indent: usize, tone: Tone, text: &str) {
        for line in wrap(text, self.width.saturating_sub(indent)) {
            self.line(&format!("{:indent$}{}", "", self.style.paint(tone, &line)));
        }
    }

    /// The sign that everything about a test card carries, as a band that no theme hides.
    pub fn test_sign(&self, indent: usize) {
        let sign = format!(" TEST  {} ", self.words.text("test-card", &[]));
        self.paragraph(indent, Tone::Test, &sign);
    }

    /// Names and values, one pair a line, values below each other.
    pub fn rows(&self, indent: usize, rows: &[(String, String)]) {
        let widest = rows.iter().map(|(name, _)| columns(name)).max().unwrap_or_default();
        for (name, value) in rows {
            for (index, line) in wrap(value, self.width.saturating_sub(indent + widest + 2))
                .iter()
                .enumerate()
            {
                let name = pad(if index == 0 { name } else { "" }, widest);
                self.line(&format!(
                    "{:indent$}{}  {line}",
                    "",
                    self.style.paint(Tone::Quiet, &name)
                ));
            }
        }
    }

    /// A line of JSON for programs.
    pub fn event(&self, event: &str, fields: Value) {
        if self.json {
            let mut object = Map::new();
            object.insert("event".to_owned(), Value::String(event.to_owned()));
            if let Value::Object(fields) = fields {
                object.extend(fields);
            }
            write(&Value::Object(object).to_string());
        }
    }

    /// A line of JSON as it is, for a command whose whole answer is one object.
    pub fn json(&self, object: &impl serde::Serialize) {
        // Every map of ours has text keys, and no other failure is possible while writing to a text.
        if self.json
            && let Ok(line) = serde_json::to_string(object)
        {
            write(&line);
        }
    }

    /// The end of a command that failed: code, what happened, what to do next.
    pub fn failure(&self, failure: &Failure) {
        let what = self.words.text(failure.code, &failure.args);
        let advice = self.words.advice(failure.code, &failure.args);
        if self.json {
            let next = (!advice.is_empty()).then(|| advice.join(" "));
            let mut error = Map::new();
            error.insert("code".to_owned(), failure.code.into());
            error.insert("exit".to_owned(), failure.exit.code().into());
            error.insert("text".to_owned(), what.into());
            error.insert("next".to_owned(), next.into());
            if !failure.options.is_empty() {
                error.insert("options".to_owned(), json!(failure.options));
            }
            if !failure.ways.is_empty() {
                let ways: Vec<&str> = failure.ways.iter().map(|way| way.name()).collect();
                error.insert("other_ways".to_owned(), json!(ways));
                error.insert("session_reference".to_owned(), json!(failure.session_reference));
            }
            if !failure.name_advice.is_empty() {
                let advice = view::name::advice_to_json(&failure.name_advice, &self.words);
                error.insert("name_advice".to_owned(), advice);
            }
            if let Some(pending) = &failure.pending {
                error.insert("asked_at".to_owned(), time::rfc3339(pending.asked_at).into());
                error.insert("ask_again_at".to_owned(), time::rfc3339(pending.ask_again_at).into());
            }
            self.event("error", Value::Object(error));
            return;
        }
        let style = Style::for_stderr();
        let mut text = String::new();
        for (index, line) in wrap(&what, self.width.saturating_sub(2)).iter().enumerate() {
            let mark = if index == 0 {
                style.paint(Tone::Bad, "✘")
            } else {
                " ".to_owned()
            };
            text.push_str(&format!("{mark} {}\n", style.paint(Tone::Strong, line)));
        }
        for line in advice
            .into_iter()
            .chain(failure.pending.iter().map(|pending| self.pending(pending)))
            .chain(self.about_name(failure))
            .chain(self.ways(failure))
            .flat_map(|advice| wrap(&advice, self.width.saturating_sub(2)))
        {
            text.push_str(&format!("  {line}\n"));
        }
        text.push_str(&format!("  {}\n", style.paint(Tone::Quiet, failure.code)));
        // Standard error may be closed; there is nobody left to tell.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// When the authority was asked about an application, and will be again.
    fn pending(&self, pending: &PendingView) -> String {
        let args = [
            ("asked", time::local(pending.asked_at).into()),
            ("again", time::local(pending.ask_again_at).into()),
        ];
        self.words.text("cli-pending-asked", &args)
    }

    /// Under which other name an authority may hold the person, and what to ask the employer.
    fn about_name(&self, failure: &Failure) -> Vec<String> {
        if failure.name_advice.is_empty() {
            return Vec::new();
        }
        let mut lines = vec![self.words.text("cli-about-name", &[])];
        for advice in &failure.name_advice {
            let code = advice.question.code();
            lines.push(format!("· {}", self.words.text(code, &[])));
            lines.extend(advice.held_as.iter().cloned());
            lines.extend(self.words.next(code, &[]));
        }
        lines.push(self.words.text("cli-about-name-more", &[]));
        lines
    }

    /// The other ways that are open after a failure, and what to show at a service window.
    fn ways(&self, failure: &Failure) -> Vec<String> {
        if failure.ways.is_empty() {
            return Vec::new();
        }
        let title = |way: &InteractionType| format!("· {}", self.words.text(&format!("step-{}", way.name()), &[]));
        let mut lines = vec![self.words.text("cli-other-ways", &[])];
        lines.extend(failure.ways.iter().map(title));
        let window = failure.ways.contains(&InteractionType::InPersonCode);
        if let Some(reference) = failure.session_reference.as_deref().filter(|_| window) {
            lines.push(self.words.text("cli-window-how", &[("reference", reference.into())]));
        }
        lines
    }

    /// Shows that something is under way, once it takes longer than a moment.
    pub fn progress(&self, id: &str) -> Progress {
        let shown = !self.json && io::stderr().is_terminal();
        Progress::start(shown.then(|| self.words.text(id, &[])))
    }
}

/// One whole line at a time: a reader of JSON lines acts on each. A reader that went away ends nothing but the reading.
fn write(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use permitcard_messages::Language;

    use super::*;
    use crate::failure::CliCode;

    /// The values with which this program fails with a code.
    fn values(code: CliCode) -> Vec<(&'static str, Arg<'static>)> {
        match code {
            CliCode::FolderUnusable
            | CliCode::FileUnreadable
            | CliCode::FileUnwritable
            | CliCode::SnapshotUnreadable
            | CliCode::KeyUnreadable
            | CliCode::DemoFolderNotEmpty => vec![("path", "/file".into())],
            CliCode::FileTooLarge => vec![("limit", 1_u32.into())],
            CliCode::FramesMissing => vec![("have", 1_u32.into()), ("need", 5_u32.into())],
            CliCode::AnswerMissing => vec![("option", "--code".into())],
            _ => Vec::new(),
        }
    }

    #[test]
    fn no_error_shows_the_name_of_a_value() {
        for language in Language::ALL {
            for code in CliCode::ALL {
                let values = values(*code);
                for text in [
                    permitcard_messages::text(*language, code.code(), &values),
                    permitcard_messages::next(*language, code.code(), &values),
                ] {
                    let text = text.unwrap();
                    assert!(!text.contains("{$") && !text.contains("{ $"), "{}: {text}", code.code());
                }
            }
        }
    }
}
