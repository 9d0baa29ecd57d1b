//! Running `permitcard` as a person or a script would.

use std::{
    ffi::OsStr,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::binaries;

/// What a finished command left.
#[derive(Debug)]
pub struct Finished {
    /// The exit code.
    pub exit: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Finished {
    /// The JSON lines of standard output.
    pub fn events(&self) -> Vec<Value> {
        events(&self.stdout)
    }

    /// The first JSON line of this kind.
    pub fn event(&self, kind: &str) -> Value {
        let found = self.events().into_iter().find(|event| event["event"] == kind);
        found.unwrap_or_else(|| panic!("no event {kind} in {self:?}"))
    }

    /// Asserts that the command failed with this exit code and this stable code, in words for people to act on.
    pub fn assert_failed(&self, exit: i32, code: &str) {
        let error = self.event("error");
        assert_eq!((error["code"].as_str(), self.exit), (Some(code), exit), "{self:?}");
        assert_eq!(error["exit"], exit);
        assert!(
            error["text"]
                .as_str()
                .is_some_and(|text| !text.is_empty() && !text.starts_with('[')),
            "{error}"
        );
        assert!(
            error["next"].as_str().is_some_and(|text| !text.is_empty()),
            "no advice: {error}"
        );
    }

    /// Asserts that the command did what it was asked.
    pub fn assert_good(self) -> Self {
        assert_eq!(self.exit, 0, "{self:?}");
        self
    }
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        Self {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

/// The JSON lines in a text.
pub fn events(text: &str) -> Vec<Value> {
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// `permitcard` with these arguments, without a terminal and without a home of the user.
pub fn permitcard<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(binaries::permitcard());
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in [
        "PERMITCARD_HOME",
        "PERMITCARD_AUTHORITY_DATA",
        "PERMITCARD_ENV",
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
    ] {
        command.env_remove(name);
    }
    command
}

/// Runs `permitcard COMMAND… --home HOME --json` to its end.
pub fn at_home<S: AsRef<OsStr>>(home: &Path, args: impl IntoIterator<Item = S>) -> Finished {
    permitcard(args)
        .arg("--json")
        .arg("--home")
        .arg(home)
        .output()
        .expect("the program runs")
        .into()
}
