use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use permitcard_authority::admin::{Admin, PermitEvent};
use permitcard_authority::{Authority, AuthorityOptions, RunningAuthority};
use permitcard_platform::KeyPurpose;
use permitcard_protocol::ClientFile;
use permitcard_wallet::{Environment, OpenOptions, Wallet, WalletError};
use tempfile::TempDir;

use super::clock::START;
use super::{KillSwitch, ManualClock, ScriptedKeys, TestLink};

/// An authority with its own clock and folder.
pub struct World {
    pub authority: RunningAuthority,
    pub admin: Admin,
    pub clock: Arc<ManualClock>,
    pub folder: TempDir,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// An authority with other options.
    pub async fn with(change: impl FnOnce(&mut AuthorityOptions)) -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let data = folder.path().join("authority");
        let mut options = AuthorityOptions::new(data.clone());
        options.clock = clock.clone();
        // All phones of a test have one address.
        options.limits.starts_per_hour = u32::MAX;
        options.limits.codes_per_day = u32::MAX;
        change(&mut options);
        let authority = Authority::start(options).await.unwrap();
        let admin = Admin::open(&data, clock.clone()).unwrap();
        Self {
            authority,
            admin,
            clock,
            folder,
        }
    }

    /// A phone with nothing on it. Its clock is never quite right.
    pub fn new_phone(&self, name: &str) -> PhoneParts {
        let dir = self.folder.path().join(name);
        let clock = Arc::new(ManualClock::at(self.clock.wall() + 7));
        PhoneParts {
            clock,
            dir,
            client: self.authority.client_file().clone(),
            kill: Arc::new(KillSwitch::never()),
        }
    }

    /// A phone with an open wallet.
    pub async fn phone(&self, name: &str) -> Phone {
        self.new_phone(name).open().await
    }

    /// Lets time pass here and on a phone.
    pub fn forward(&self, phone: &Phone, seconds: i64) {
        self.clock.forward(seconds);
        phone.clock.forward(seconds);
    }

    pub fn event(&self, event: PermitEvent, person: &str) {
        self.admin.event(event, person).unwrap();
    }
}

/// What a phone is made of.
#[derive(Clone)]
pub struct PhoneParts {
    pub clock: Arc<ManualClock>,
    pub dir: PathBuf,
    pub client: ClientFile,
    pub kill: Arc<KillSwitch>,
}

impl PhoneParts {
    pub fn options(&self) -> OpenOptions {
        let mut options = OpenOptions::new(self.dir.join("wallet"), self.client.clone(), Environment::Sandbox);
        options.call_timeout = Duration::from_secs(20);
        options.sync_interval = Duration::ZERO;
        options
    }

    pub fn keys(&self) -> Arc<ScriptedKeys> {
        Arc::new(ScriptedKeys::open(
            &self.dir.join("keys"),
            self.clock.clone(),
            self.kill.clone(),
        ))
    }

    pub fn link(&self) -> Arc<TestLink> {
        Arc::new(TestLink::new(&self.client, self.kill.clone()))
    }

    pub async fn open(&self) -> Phone {
        self.try_open(self.options(), self.keys()).await.unwrap()
    }

    pub async fn open_with(&self, link: Arc<TestLink>) -> Phone {
        self.open_all(self.options(), self.keys(), link).await.unwrap()
    }

    pub async fn try_open(&self, options: OpenOptions, keys: Arc<ScriptedKeys>) -> Result<Phone, WalletError> {
        self.open_all(options, keys, self.link()).await
    }

    async fn open_all(
        &self,
        options: OpenOptions,
        keys: Arc<ScriptedKeys>,
        link: Arc<TestLink>,
    ) -> Result<Phone, WalletError> {
        let wallet = Wallet::open_over(options, keys.clone(), self.clock.clone(), link.clone()).await?;
        Ok(Phone {
            wallet,
            keys,
            link,
            clock: self.clock.clone(),
            parts: self.clone(),
        })
    }

    /// Every file below the wallet's folder.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.dir.join("wallet")];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(folder) else {
                continue;
            };
            for entry in entries {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path)
                } else {
                    files.push(path)
                }
            }
        }
        files
    }
}

/// A phone with an open wallet.
pub struct Phone {
    pub wallet: Wallet,
    pub keys: Arc<ScriptedKeys>,
    pub link: Arc<TestLink>,
    pub clock: Arc<ManualClock>,
    pub parts: PhoneParts,
}

impl Phone {
    /// Presentation, transport and wrapping keys.
    pub fn key_counts(&self) -> (usize, usize, usize) {
        let count = |purpose| self.keys.keys(purpose);
        (
            count(KeyPurpose::Presentation),
            count(KeyPurpose::Transport),
            count(KeyPurpose::Wrapping),
        )
    }

    /// Closes the wallet and opens it again, as after a restart of the app.
    pub async fn reopen(self) -> Self {
        self.wallet.close().await;
        self.parts.open().await
    }
}
