use std::{env, io, io::IsTerminal};

use anstyle::{AnsiColor, Style as Ansi};

/// The tone of a piece of text. Every tone is also told apart by words or by a mark, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// Important.
    Strong,
    /// Beside the point: ages, codes, paths.
    Quiet,
    /// Good.
    Good,
    /// Not known.
    Unsure,
    /// Bad.
    Bad,
    /// The TEST sign.
    Test,
}

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// For standard output.
    pub fn for_stdout(json: bool) -> Self {
        Self {
            colour: !json && io::stdout().is_terminal() && wanted(),
        }
    }

    /// For standard error.
    pub fn for_stderr() -> Self {
        Self {
            colour: io::stderr().is_terminal() && wanted(),
        }
    }

    /// `text` in a tone.
    pub fn paint(&self, tone: Tone, text: &str) -> String {
        if !self.colour || tone == Tone::Plain || text.is_empty() {
            return text.to_owned();
        }
        let style = match tone {
            Tone::Plain => Ansi::new(),
            Tone::Strong => Ansi::new().bold(),
            Tone::Quiet => Ansi::new().dimmed(),
            Tone::Good => AnsiColor::Green.on_default().bold(),
            Tone::Unsure => AnsiColor::Yellow.on_default().bold(),
            Tone::Bad => AnsiColor::Red.on_default().bold(),
            Tone::Test => AnsiColor::Black.on(AnsiColor::Yellow).bold(),
        };
        format!("{style}{text}{style:#}")
    }
}

/// `NO_COLOR` (no-color.org) and terminals that cannot.
fn wanted() -> bool {
    env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && env::var_os("TERM").is_none_or(|term| term != "dumb")
}
