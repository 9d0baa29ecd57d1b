use serde::{Deserialize, Serialize};

/// What results are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Environment {
    /// About real people.
    Live,
    /// Plumbing only.
    Test,
}

impl Environment {
    /// The word on the wire, in configuration and in the evidence.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// The environment of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Live, Self::Test]
            .into_iter()
            .find(|environment| environment.name() == name)
    }
}
