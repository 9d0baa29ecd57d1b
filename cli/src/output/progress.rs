use std::{
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// What takes less than this needs no spinner; one that comes and goes at once only flickers.
const QUIET: Duration = Duration::from_millis(700);

/// A spinner on standard error, once something takes longer. It goes away when it is dropped.
pub struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Starts to wait, with the text that will be shown; without one nothing is ever shown.
    pub(super) fn start(text: Option<String>) -> Self {
        Self(text.map(|text| {
            let (end, ended) = mpsc::channel();
            let shown = thread::spawn(move || {
                if ended.recv_timeout(QUIET) == Err(RecvTimeoutError::Timeout) {
                    let bar = spinner(text);
                    // Ends with the sender.
                    let _ = ended.recv();
                    bar.finish_and_clear();
                }
            });
            (end, shown)
        }))
    }
}

fn spinner(text: String) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(text);
    if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} {elapsed:.dim}") {
        bar.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "));
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, shown)) = self.0.take() {
            drop(end);
            // The next line is printed only when the spinner is gone.
            let _ = shown.join();
        }
    }
}
