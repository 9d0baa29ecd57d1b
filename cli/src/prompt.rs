//! Questions to a person at a terminal.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::{
    failure::{CliCode, Failure, Outcome},
    output::{Output, Tone},
};

/// The longest line that is read, in bytes.
const LONGEST: u64 = 4_096;

/// A person at a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    out: Output,
    missing: CliCode,
    option: &'static str,
}

impl Terminal {
    /// There is a person only where both questions and answers go through a terminal.
    /// If no answer comes, the command ends with `missing`, and `option` is what answers in the person's place.
    pub fn find(out: Output, missing: CliCode, option: &'static str) -> Option<Self> {
        (!out.is_json() && io::stdin().is_terminal() && io::stdout().is_terminal()).then_some(Self {
            out,
            missing,
            option,
        })
    }

    /// The same person, for a question that another option answers.
    #[must_use]
    pub fn instead_of(self, option: &'static str) -> Self {
        Self { option, ..self }
    }

    /// Asks the question with this id and reads one line.
    pub fn ask(&self, id: &str) -> Outcome<String> {
        let question = self.out.words().text(id, &[]);
        let mark = self.out.style().paint(Tone::Strong, "?");
        let mut out = io::stdout().lock();
        // A terminal that cannot be written to cannot be read either; the answer tells.
        let _ = write!(out, "    {mark} {question} ").and_then(|()| out.flush());
        let mut line = String::new();
        let read = io::Read::take(io::stdin().lock(), LONGEST).read_line(&mut line);
        match read {
            Ok(count) if count > 0 => Ok(line.trim().to_owned()),
            _ => Err(Failure::from(self.missing).with("option", self.option)),
        }
    }

    /// Asks until the answer is yes or no.
    pub fn yes_or_no(&self, id: &str) -> Outcome<bool> {
        loop {
            match self.ask(id)?.to_lowercase().as_str() {
                "y" | "yes" | "是" | "好" => return Ok(true),
                "n" | "no" | "否" | "不" => return Ok(false),
                _ => self.out.say(6, "cli-answer-yes-or-no", &[]),
            }
        }
    }
}
