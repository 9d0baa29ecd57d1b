//! The terminal's window.

use std::io;

use terminal_size::{Height, Width};

/// Columns and lines of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowSize {
    /// Characters of a line.
    pub columns: u16,
    /// Lines.
    pub lines: u16,
}

/// The window of standard output, if that is a terminal.
pub fn size() -> Option<WindowSize> {
    let (Width(columns), Height(lines)) = terminal_size::terminal_size_of(io::stdout())?;
    Some(WindowSize { columns, lines })
}
