use std::{
    io::Write,
    time::{Duration, Instant},
};

/// One line a request, if wanted: method, route template, status, milliseconds. Nothing that a caller chose.
pub(super) struct Line {
    method: &'static str,
    template: &'static str,
    started: Instant,
}

impl Line {
    pub(super) fn begin(method: &'static str, template: &'static str) -> Self {
        Self {
            method,
            template,
            started: Instant::now(),
        }
    }

    pub(super) fn end(&self, status: u16) {
        // A log that cannot be written stops nothing.
        let _ = writeln!(std::io::stderr(), "{}", self.text(status, self.started.elapsed()));
    }

    fn text(&self, status: u16, took: Duration) -> String {
        format!("{} {} {status} {}ms", self.method, self.template, took.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_template_only() {
        let line = Line::begin("GET", "/status/{list}");
        assert_eq!(line.text(200, Duration::from_millis(12)), "GET /status/{list} 200 12ms");
    }
}
