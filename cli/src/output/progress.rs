use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A spinner on standard error. It goes away when it is dropped.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// Starts with a text, or shows nothing.
    pub(super) fn start(text: Option<String>) -> Self {
        Self(text.map(|text| {
            let bar = ProgressBar::new_spinner().with_message(text);
            if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} {elapsed:.dim}") {
                bar.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "));
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        }))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
