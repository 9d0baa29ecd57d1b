//! Why a command failed: a stable code, an exit code, and values for the sentence.

mod code;
mod convert;
mod exit;

use std::path::Path;

use permitcard_messages::Arg;
use permitcard_wallet::{InteractionType, NameAdviceView, PendingView, StepView};

pub use code::CliCode;
pub use convert::{not_passed, refused};
pub use exit::Exit;

/// Why a command failed. Carries no personal data: the values are counts, seconds and names of options.
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// The stable code; its sentence is in `messages`.
    pub code: &'static str,
    /// Values for the sentence.
    pub args: Vec<(&'static str, Arg<'static>)>,
    /// Of a command line that cannot be read: the names of the options that are wrong, unknown or missing.
    pub options: Box<[String]>,
    /// The other steps of a registration that are open now.
    pub ways: Box<[InteractionType]>,
    /// What is shown at a service window, where that is one of them.
    pub session_reference: Option<Box<str>>,
    /// Under which other name an authority may hold the person, where the name may be the reason.
    pub name_advice: Box<[NameAdviceView]>,
    /// When the authority was asked about the application, where it is still being decided.
    pub pending: Option<Box<PendingView>>,
}

impl Failure {
    /// A failure with a code of another crate.
    pub fn of(exit: Exit, code: &'static str) -> Self {
        Self {
            exit,
            code,
            args: Vec::new(),
            options: Box::default(),
            ways: Box::default(),
            session_reference: None,
            name_advice: Box::default(),
            pending: None,
        }
    }

    /// Adds the steps of a registration that are open beside the one that failed.
    #[must_use]
    pub fn other_ways(mut self, step: &StepView, failed: InteractionType) -> Self {
        self.ways = step.ways().into_iter().filter(|kind| *kind != failed).collect();
        self.session_reference = step.session_reference.clone().map(Into::into);
        self
    }

    /// Adds when the authority was asked about the application. The holder may ask at once, so that no wait is told.
    #[must_use]
    pub fn pending(mut self, pending: PendingView) -> Self {
        self.args.retain(|(name, _)| *name != "seconds");
        self.pending = Some(Box::new(pending));
        self
    }

    /// Adds a value for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg<'static>>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// Adds the name of a file or folder for the sentence.
    #[must_use]
    pub fn at(self, path: &Path) -> Self {
        self.with("path", path.display().to_string())
    }
}

impl From<CliCode> for Failure {
    fn from(code: CliCode) -> Self {
        Self::of(code.exit(), code.code())
    }
}

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Failure")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// What a command ends with.
pub type Outcome<T = Exit> = Result<T, Failure>;
