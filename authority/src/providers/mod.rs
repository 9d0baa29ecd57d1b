//! Who checks a person: the register, the sender of one-time codes, the document check, the face check. Always outside
//! of the core, each behind a trait, each saying of which environment its results are.
//!
//! A phone never reports a result. The authority starts a check with a provider and gives the phone a launch token; the
//! provider tells the authority what it found ([`crate::store::CheckResult`]) and gives the phone only a receipt.

mod limited;
pub(crate) mod sandbox;

use std::{future::Future, pin::Pin, sync::Arc};

use permitcard_protocol::registration::IdentityClaim;

/// The answer of a provider, some time later.
pub(crate) type ProviderFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send + 'a>>;

/// The provider could not say anything. Never a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProviderError;

/// What results are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Environment {
    /// About real people.
    Live,
    /// Plumbing only.
    Test,
}

impl Environment {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }
}

/// What a check can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// Document forged, another face, not alive: the reason stays with the provider.
    Failed,
    /// The provider could not decide.
    Inconclusive,
    /// The provider was down. Never a pass.
    Unavailable,
}

impl Outcome {
    const ALL: [Self; 4] = [Self::Passed, Self::Failed, Self::Inconclusive, Self::Unavailable];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Inconclusive => "inconclusive",
            Self::Unavailable => "unavailable",
        }
    }

    /// An unknown word is no pass.
    pub(crate) fn from_name(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.name() == name)
            .unwrap_or(Self::Unavailable)
    }
}

/// A check to start.
#[derive(Clone)]
pub(crate) struct CheckRequest {
    /// Name of the step.
    pub(crate) kind: &'static str,
    /// The session's name for providers.
    pub(crate) session: String,
    /// The key that the session is bound to.
    pub(crate) jkt: String,
    /// Comes back with the result.
    pub(crate) nonce: String,
    /// Whose document or face is expected.
    pub(crate) permit_number: String,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

/// A started check.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StartedCheck {
    pub(crate) provider: String,
    /// Where the provider's kit connects to.
    pub(crate) url: String,
    /// For the provider's kit.
    pub(crate) token: String,
}

/// A code to send.
#[derive(Clone)]
pub(crate) struct CodeToSend {
    pub(crate) person: String,
    pub(crate) permit_number: String,
    pub(crate) contact: String,
    pub(crate) code: String,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

/// A person that the register found for a claim.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RegisterMatch {
    pub(crate) person: String,
    pub(crate) permit_number: String,
    /// From the register, never from the holder.
    pub(crate) contact: Option<String>,
}

/// The register of permits.
pub(crate) trait Register: Send + Sync {
    fn environment(&self) -> Environment;

    /// The one person with this name, number and passport whose permit has not ended; else `None`, without a reason.
    fn find(&self, claim: IdentityClaim, now: i64) -> ProviderFuture<'_, Option<RegisterMatch>>;
}

/// Sends codes.
pub(crate) trait CodeSender: Send + Sync {
    fn environment(&self) -> Environment;

    fn send(&self, code: CodeToSend) -> ProviderFuture<'_, ()>;
}

/// Checks documents, or faces.
pub(crate) trait Checker: Send + Sync {
    fn environment(&self) -> Environment;

    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck>;
}

/// All providers of an authority.
#[derive(Clone)]
pub(crate) struct Providers {
    pub(crate) register: Arc<dyn Register>,
    pub(crate) codes: Arc<dyn CodeSender>,
    pub(crate) documents: Arc<dyn Checker>,
    pub(crate) faces: Arc<dyn Checker>,
}

impl Providers {
    /// Every provider speaks about real people.
    pub(crate) fn are_live(&self) -> bool {
        [
            self.register.environment(),
            self.codes.environment(),
            self.documents.environment(),
            self.faces.environment(),
        ]
        .iter()
        .all(|environment| *environment == Environment::Live)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    struct Fake(Environment);

    impl Register for Fake {
        fn environment(&self) -> Environment {
            self.0
        }

        fn find(&self, _: IdentityClaim, _: i64) -> ProviderFuture<'_, Option<RegisterMatch>> {
            Box::pin(async { Err(ProviderError) })
        }
    }

    impl CodeSender for Fake {
        fn environment(&self) -> Environment {
            self.0
        }

        fn send(&self, _: CodeToSend) -> ProviderFuture<'_, ()> {
            Box::pin(async { Err(ProviderError) })
        }
    }

    impl Checker for Fake {
        fn environment(&self) -> Environment {
            self.0
        }

        fn start(&self, _: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
            Box::pin(async { Err(ProviderError) })
        }
    }

    #[test]
    fn one_test_provider_makes_everything_a_test() {
        let (live, test) = (Environment::Live, Environment::Test);
        let providers = |environments: [Environment; 4]| {
            let [register, codes, documents, faces] = environments;
            Providers {
                register: Arc::new(Fake(register)),
                codes: Arc::new(Fake(codes)),
                documents: Arc::new(Fake(documents)),
                faces: Arc::new(Fake(faces)),
            }
        };
        assert!(providers([live; 4]).are_live());
        assert!(providers([live; 4]).within(Duration::ZERO).are_live());
        for at in 0..4 {
            let mut environments = [live; 4];
            environments[at] = test;
            assert!(!providers(environments).are_live(), "{at}");
            let limited = providers(environments).within(Duration::ZERO);
            assert!(!limited.are_live(), "{at}");
        }
    }

    #[test]
    fn an_unknown_outcome_is_no_pass() {
        assert_eq!(Outcome::from_name("passed"), Outcome::Passed);
        for name in ["", "Passed", "pass", "ok"] {
            assert_eq!(Outcome::from_name(name), Outcome::Unavailable);
        }
    }
}
