//! Which providers an authority has: `DATA/providers.json`. Without the file, and for roles that it does not name, it is the
//! sandbox.

use std::collections::{BTreeMap, BTreeSet};
use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    Checker, Environment, Eraser, HttpProvider, Messenger, Providers, Register, Sender, WebhookSecret,
    http::client::Client, sandbox,
};
use crate::{AuthorityError, data_dir::Layout, store::Store};

/// The version of `providers.json`.
const VERSION: u32 = 1;
/// The most providers.
const PROVIDERS: usize = 16;

/// What a provider does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    Register,
    Messages,
    DocumentCheck,
    FaceCheck,
    BankCard,
    Sim,
}

impl Role {
    /// Every role; each is filled by one provider.
    pub(crate) const ALL: [Self; 6] = [
        Self::Register,
        Self::Messages,
        Self::DocumentCheck,
        Self::FaceCheck,
        Self::BankCard,
        Self::Sim,
    ];
}

/// `providers.json`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u32,
    providers: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    roles: BTreeSet<Role>,
    url: String,
    ca_file: String,
    secret_file: String,
    environment: Environment,
}

/// One provider of the file. Deliberately without `Debug`.
pub(crate) struct Configured {
    pub(crate) name: String,
    pub(crate) roles: BTreeSet<Role>,
    pub(crate) url: String,
    /// PEM.
    pub(crate) ca: String,
    pub(crate) secret: WebhookSecret,
    pub(crate) environment: Environment,
}

/// All providers of the file.
#[derive(Default)]
pub(crate) struct ProviderSetup(pub(crate) Vec<Configured>);

/// Where the sandbox's service is, for the roles that fall to it.
pub(crate) struct SandboxService<'a> {
    /// `https://127.0.0.1:PORT`
    pub(crate) origin: &'a str,
    /// PEM.
    pub(crate) ca: &'a str,
    pub(crate) secret: WebhookSecret,
}

impl ProviderSetup {
    /// Reads the file, and the certificates and secrets that it names, relative to the data directory.
    ///
    /// # Errors
    /// [`AuthorityError::ProvidersInvalid`] for anything that is not as `docs/providers.md` says: nothing is passed over.
    pub(crate) fn load(layout: &Layout) -> Result<Self, AuthorityError> {
        let Some(text) = layout.read_text("providers.json")? else {
            return Ok(Self::default());
        };
        let version = serde_json::from_str::<serde_json::Value>(&text)
            .ok()
            .and_then(|json| json.get("version")?.as_u64())
            .ok_or(AuthorityError::ProvidersInvalid)?;
        if version > u64::from(VERSION) {
            return Err(AuthorityError::DataTooNew);
        }
        let file: File = serde_json::from_str(&text).map_err(|_| AuthorityError::ProvidersInvalid)?;
        let mut taken = BTreeSet::new();
        let mut names = BTreeSet::new();
        let mut setup = Self::default();
        if file.providers.len() > PROVIDERS {
            return Err(AuthorityError::ProvidersInvalid);
        }
        for entry in file.providers {
            let is_new = names.insert(entry.name.clone()) && entry.roles.iter().all(|role| taken.insert(*role));
            if !is_new || !is_name(&entry.name) || entry.roles.is_empty() {
                return Err(AuthorityError::ProvidersInvalid);
            }
            let read = |path: &str| {
                layout
                    .read_text(path)
                    .map_err(|_| AuthorityError::ProvidersInvalid)?
                    .ok_or(AuthorityError::ProvidersInvalid)
            };
            setup.0.push(Configured {
                ca: read(&entry.ca_file)?,
                secret: WebhookSecret::from_text(&read(&entry.secret_file)?).ok_or(AuthorityError::ProvidersInvalid)?,
                name: entry.name,
                roles: entry.roles,
                url: entry.url,
                environment: entry.environment,
            });
        }
        Ok(setup)
    }

    /// Whose environment a role has; the sandbox's where nobody else fills it.
    pub(crate) fn environment(&self, role: Role) -> Environment {
        self.filling(role).map_or(Environment::Test, |one| one.environment)
    }

    /// Some role falls to the sandbox.
    pub(crate) fn needs_sandbox(&self) -> bool {
        Role::ALL.iter().any(|role| self.filling(*role).is_none())
    }

    fn filling(&self, role: Role) -> Option<&Configured> {
        self.0.iter().find(|one| one.roles.contains(&role))
    }

    /// The providers themselves. `sandbox`: for the roles that nobody else fills.
    ///
    /// # Errors
    /// [`AuthorityError::ProvidersInvalid`] for a URL or certificates that cannot be used, or a role that nobody fills.
    pub(crate) fn connect(
        self,
        sandbox: Option<SandboxService<'_>>,
        store: &Arc<Store>,
        limit: Duration,
    ) -> Result<Providers, AuthorityError> {
        let mut all = self.0;
        if let Some(service) = sandbox {
            let taken: BTreeSet<Role> = all.iter().flat_map(|one| one.roles.iter().copied()).collect();
            all.push(Configured {
                name: sandbox::PROVIDER.to_owned(),
                roles: Role::ALL.into_iter().filter(|role| !taken.contains(role)).collect(),
                url: format!("{}{}", service.origin, sandbox::API),
                ca: service.ca.to_owned(),
                secret: service.secret,
                environment: Environment::Test,
            });
        }
        let mut filled: BTreeMap<Role, Arc<HttpProvider>> = BTreeMap::new();
        let mut senders = BTreeMap::new();
        let mut erasers = BTreeMap::new();
        for one in all {
            let provider = Arc::new(HttpProvider {
                name: one.name.clone(),
                environment: one.environment,
                client: Client::new(&one.url, &one.ca, limit)?,
                bearer: one.secret.bearer(),
                store: Arc::clone(store),
            });
            filled.extend(one.roles.into_iter().map(|role| (role, Arc::clone(&provider))));
            let sender = Sender {
                secret: one.secret,
                environment: one.environment,
            };
            erasers.insert(one.name.clone(), provider as Arc<dyn Eraser>);
            senders.insert(one.name, sender);
        }
        let of = |role: Role| filled.get(&role).cloned().ok_or(AuthorityError::ProvidersInvalid);
        let checker = |role| of(role).map(|one| one as Arc<dyn Checker>);
        Ok(Providers {
            register: of(Role::Register)? as Arc<dyn Register>,
            messenger: of(Role::Messages)? as Arc<dyn Messenger>,
            documents: checker(Role::DocumentCheck)?,
            faces: checker(Role::FaceCheck)?,
            bank_cards: checker(Role::BankCard)?,
            sims: checker(Role::Sim)?,
            senders: Arc::new(senders),
            erasers: Arc::new(erasers),
        })
    }
}

/// 1 to 32 small letters, digits and hyphens; not the sandbox's.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=32).contains(&name.len()) && name.bytes().all(is_plain) && name != sandbox::PROVIDER
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn load(file: &Value) -> Result<ProviderSetup, AuthorityError> {
        let dir = tempfile::tempdir().unwrap();
        let secret = WebhookSecret::generate().unwrap();
        std::fs::write(dir.path().join("acme.secret"), secret.to_text().as_str()).unwrap();
        std::fs::write(dir.path().join("short.secret"), "whsec_AAAA").unwrap();
        std::fs::write(dir.path().join("acme.pem"), "PEM").unwrap();
        std::fs::write(dir.path().join("providers.json"), file.to_string()).unwrap();
        ProviderSetup::load(&Layout::new(dir.path()))
    }

    fn acme() -> Value {
        json!({ "name": "acme", "roles": ["document-check", "face-check"], "url": "https://acme.example/v1",
                "ca_file": "acme.pem", "secret_file": "acme.secret", "environment": "live" })
    }

    #[test]
    fn what_the_file_does_not_name_is_the_sandboxs() {
        let setup = load(&json!({ "version": 1, "providers": [acme()] })).ok().unwrap();
        assert!(setup.needs_sandbox());
        for role in Role::ALL {
            let is_acmes = matches!(role, Role::DocumentCheck | Role::FaceCheck);
            assert_eq!(setup.environment(role) == Environment::Live, is_acmes, "{role:?}");
        }
        let dir = tempfile::tempdir().unwrap();
        let none = ProviderSetup::load(&Layout::new(dir.path())).ok().unwrap();
        assert!(none.needs_sandbox() && none.0.is_empty());
    }

    #[test]
    fn nothing_is_passed_over() {
        let changed = |key: &str, value: Value| {
            let mut entry = acme();
            entry[key] = value;
            json!({ "version": 1, "providers": [entry] })
        };
        let mut twice = acme();
        twice["name"] = json!("other");
        for (why, file) in [
            ("no version", json!({ "providers": [] })),
            ("another member", json!({ "version": 1, "providers": [], "more": 1 })),
            ("another member of one", changed("more", json!(1))),
            ("the sandbox's name", changed("name", json!("sandbox"))),
            ("a name for a path", changed("name", json!("../acme"))),
            ("no name", changed("name", json!(""))),
            ("no role", changed("roles", json!([]))),
            ("an unknown role", changed("roles", json!(["palm-check"]))),
            ("no certificates", changed("ca_file", json!("none.pem"))),
            ("no secret", changed("secret_file", json!("none"))),
            ("a short secret", changed("secret_file", json!("short.secret"))),
            ("an unknown environment", changed("environment", json!("staging"))),
            (
                "a role filled twice",
                json!({ "version": 1, "providers": [acme(), twice] }),
            ),
            (
                "a name taken twice",
                json!({ "version": 1, "providers": [acme(), acme()] }),
            ),
        ] {
            assert_eq!(load(&file).err(), Some(AuthorityError::ProvidersInvalid), "{why}");
        }
        let newer = json!({ "version": 2, "providers": [] });
        assert_eq!(load(&newer).err(), Some(AuthorityError::DataTooNew));
    }
}
