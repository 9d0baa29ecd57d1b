//! What may not run in production. Nothing is passed over: each part is named, and the process ends.

use std::{fmt, path::Path};

use crate::{
    AuthorityError,
    data_dir::{Keys, Layout},
    providers::{Environment, ProviderSetup, Role},
};

/// The variable that names the environment.
const VARIABLE: &str = "PERMITCARD_ENV";

/// A part of an authority that is good for tests only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProductionPart {
    /// The register is a test provider.
    Register,
    /// Messages go through a test provider.
    Messages,
    /// Documents are checked by a test provider.
    DocumentCheck,
    /// Faces are checked by a test provider.
    FaceCheck,
    /// Bank cards are checked by a test provider.
    BankCard,
    /// SIMs are checked by a test provider.
    Sim,
    /// The signing keys are plain files.
    SigningKeys,
    /// Key attestations of the sandbox's own test root are trusted.
    AttestationRoot,
    /// The secret of a provider is one that everybody knows.
    ProviderSecret,
}

impl ProductionPart {
    /// Every part.
    pub const ALL: [Self; 9] = [
        Self::Register,
        Self::Messages,
        Self::DocumentCheck,
        Self::FaceCheck,
        Self::BankCard,
        Self::Sim,
        Self::SigningKeys,
        Self::AttestationRoot,
        Self::ProviderSecret,
    ];

    /// The name of the part, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Messages => "messages",
            Self::DocumentCheck => "document-check",
            Self::FaceCheck => "face-check",
            Self::BankCard => "bank-card",
            Self::Sim => "sim",
            Self::SigningKeys => "signing-keys",
            Self::AttestationRoot => "attestation-root",
            Self::ProviderSecret => "provider-secret",
        }
    }

    /// What is wrong with it.
    pub fn about(self) -> &'static str {
        match self {
            Self::Register | Self::Messages | Self::DocumentCheck | Self::FaceCheck | Self::BankCard | Self::Sim => {
                "test provider"
            }
            Self::SigningKeys => "plain files",
            Self::AttestationRoot => "test root",
            Self::ProviderSecret => "default secret",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }

    fn of_role(role: Role) -> Self {
        match role {
            Role::Register => Self::Register,
            Role::Messages => Self::Messages,
            Role::DocumentCheck => Self::DocumentCheck,
            Role::FaceCheck => Self::FaceCheck,
            Role::BankCard => Self::BankCard,
            Role::Sim => Self::Sim,
        }
    }
}

/// Several parts, each at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProductionParts(u16);

impl ProductionParts {
    /// All of them.
    pub const ALL: Self = Self((1 << ProductionPart::ALL.len()) - 1);

    /// The parts, in a fixed order.
    pub fn iter(self) -> impl Iterator<Item = ProductionPart> {
        ProductionPart::ALL
            .into_iter()
            .filter(move |part| self.0 & part.bit() != 0)
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn add(&mut self, part: ProductionPart) {
        self.0 |= part.bit();
    }
}

impl fmt::Display for ProductionParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, part) in self.iter().enumerate() {
            let before = if number == 0 { "" } else { ", " };
            write!(f, "{before}{} ({})", part.name(), part.about())?;
        }
        Ok(())
    }
}

/// What does not depend on the data directory.
struct Build {
    keys_are_files: bool,
    trusts_test_root: bool,
}

/// This one. Keys in hardware, and roots without the sandbox's own, would say otherwise.
const THIS_BUILD: Build = Build {
    keys_are_files: Keys::ARE_FILES,
    trusts_test_root: true,
};

/// Refuses to start, and to work on a data directory, in production, where any part is good for tests only. Changes
/// nothing.
///
/// # Errors
/// [`AuthorityError::ProductionRefused`] with all of them; [`AuthorityError::ProvidersInvalid`] for a `providers.json` that
/// cannot be read.
pub(crate) fn refuse_if_set(data_dir: &Path) -> Result<(), AuthorityError> {
    refuse(std::env::var(VARIABLE).ok().as_deref(), data_dir)
}

fn refuse(environment: Option<&str>, data_dir: &Path) -> Result<(), AuthorityError> {
    if !environment.is_some_and(|name| name.trim().eq_ignore_ascii_case("production")) {
        return Ok(());
    }
    let parts = unfit(&ProviderSetup::load(&Layout::new(data_dir))?, &THIS_BUILD);
    if parts.is_empty() {
        Ok(())
    } else {
        Err(AuthorityError::ProductionRefused(parts))
    }
}

fn unfit(setup: &ProviderSetup, build: &Build) -> ProductionParts {
    let mut parts = ProductionParts::default();
    for role in Role::ALL {
        if setup.environment(role) == Environment::Test {
            parts.add(ProductionPart::of_role(role));
        }
    }
    if build.keys_are_files {
        parts.add(ProductionPart::SigningKeys);
    }
    if build.trusts_test_root {
        parts.add(ProductionPart::AttestationRoot);
    }
    if setup.0.iter().any(|one| one.secret.is_default()) {
        parts.add(ProductionPart::ProviderSecret);
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::providers::{Configured, WebhookSecret};

    const FIT: Build = Build {
        keys_are_files: false,
        trusts_test_root: false,
    };

    fn provider(roles: &[Role], environment: Environment) -> Configured {
        Configured {
            name: "acme".into(),
            roles: roles.iter().copied().collect::<BTreeSet<_>>(),
            url: "https://acme.example".into(),
            ca: String::new(),
            secret: WebhookSecret::generate().unwrap(),
            environment,
        }
    }

    fn live() -> ProviderSetup {
        ProviderSetup(vec![provider(&Role::ALL, Environment::Live)])
    }

    fn only(part: ProductionPart) -> ProductionParts {
        let mut parts = ProductionParts::default();
        parts.add(part);
        parts
    }

    #[test]
    fn an_authority_with_real_parts_may_run() {
        assert!(unfit(&live(), &FIT).is_empty());
    }

    #[test]
    fn each_test_provider_is_named() {
        for role in Role::ALL {
            let others: Vec<Role> = Role::ALL.into_iter().filter(|other| *other != role).collect();
            let configured = ProviderSetup(vec![
                provider(&others, Environment::Live),
                provider(&[role], Environment::Test),
            ]);
            let left_to_the_sandbox = ProviderSetup(vec![provider(&others, Environment::Live)]);
            let expected = only(ProductionPart::of_role(role));
            assert_eq!(unfit(&configured, &FIT), expected, "{role:?}");
            assert_eq!(unfit(&left_to_the_sandbox, &FIT), expected, "{role:?}");
        }
    }

    #[test]
    fn keys_in_files_are_named() {
        let build = Build {
            keys_are_files: true,
            ..FIT
        };
        assert_eq!(unfit(&live(), &build), only(ProductionPart::SigningKeys));
    }

    #[test]
    fn the_test_root_is_named() {
        let build = Build {
            trusts_test_root: true,
            ..FIT
        };
        assert_eq!(unfit(&live(), &build), only(ProductionPart::AttestationRoot));
    }

    #[test]
    fn a_default_secret_is_named() {
        let mut setup = live();
        let secret = "whsec_cGVybWl0Y2FyZCBleGFtcGxlIHNlY3JldCwgbm8gMSE=";
        setup.0[0].secret = WebhookSecret::from_text(secret).unwrap();
        assert_eq!(unfit(&setup, &FIT), only(ProductionPart::ProviderSecret));
    }

    #[test]
    fn production_in_any_spelling() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["production", "Production", " PRODUCTION "] {
            let refused = refuse(Some(name), dir.path());
            let Err(AuthorityError::ProductionRefused(parts)) = refused else {
                panic!("{refused:?}");
            };
            let text = "register (test provider), messages (test provider), document-check (test provider), face-check (test \
                        provider), bank-card (test provider), sim (test provider), signing-keys (plain files), \
                        attestation-root (test root)";
            assert_eq!(parts.to_string(), text);
        }
        for name in [None, Some(""), Some("test"), Some("productions")] {
            assert_eq!(refuse(name, dir.path()), Ok(()));
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_no_reason_to_run() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("providers.json"), "{").unwrap();
        let refused = refuse(Some("production"), dir.path());
        assert_eq!(refused, Err(AuthorityError::ProvidersInvalid));
    }

    #[test]
    fn parts_have_names_of_their_own() {
        let names: BTreeSet<_> = ProductionPart::ALL.iter().map(|part| part.name()).collect();
        assert_eq!(names.len(), ProductionPart::ALL.len());
        assert_eq!(ProductionParts::ALL.iter().count(), ProductionPart::ALL.len());
    }
}
