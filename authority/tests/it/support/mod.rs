//! An authority in a temporary directory, a clock that tests set, and a client of our own making.

mod client;
mod holder;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use permitcard_authority::{
    Authority, AuthorityOptions, RunningAuthority,
    admin::{Admin, PermitEvent, PersonView},
};
use permitcard_platform::{Clock, ClockError, ClockReading};

pub use client::{Answer, Client, Proof, sign};
pub use holder::{Holder, Step, VERIFIER, claim, run_check, start_request};

/// The time at which every test starts: 2026-09-21T13:46:40Z.
pub const START: i64 = 1_790_000_000;

/// A clock that stands still until a test moves it.
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn now_s(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Result<ClockReading, ClockError> {
        Ok(ClockReading {
            wall_s: self.now_s(),
            boot_ms: 0,
            boot_id: String::new(),
        })
    }
}

/// A running authority and what is around it.
pub struct World {
    pub running: RunningAuthority,
    pub clock: Arc<TestClock>,
    pub admin: Arc<Admin>,
    dir: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let running = Authority::start(options(dir.path(), &clock)).await.unwrap();
        let admin = Arc::new(Admin::open(dir.path(), clock.clone()).unwrap());
        Self {
            running,
            clock,
            admin,
            dir,
        }
    }

    /// Stops the authority and starts another one on the same data.
    pub async fn restart(self) -> Self {
        let Self {
            running,
            clock,
            admin,
            dir,
        } = self;
        running.shutdown().await;
        let running = Authority::start(options(dir.path(), &clock)).await.unwrap();
        Self {
            running,
            clock,
            admin,
            dir,
        }
    }

    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    pub fn client(&self) -> Client {
        Client::new(self.running.client_file())
    }

    pub fn holder(&self) -> Holder {
        Holder::new(self.client())
    }

    pub fn person(&self, id: &str) -> PersonView {
        self.admin.person(id).unwrap()
    }

    /// The newest code that was sent to a person.
    pub fn code(&self, person: &str) -> String {
        self.admin.mailbox(Some(person)).unwrap().first().unwrap().code.clone()
    }

    pub fn codes_sent(&self, person: &str) -> usize {
        self.admin.mailbox(Some(person)).unwrap().len()
    }

    pub fn event(&self, event: PermitEvent, person: &str) {
        self.admin.event(event, person).unwrap();
    }

    /// Goes through every step for a person; returns the holder with tokens.
    pub async fn register(&self, person: &str) -> Holder {
        let mut holder = self.holder();
        holder.pass_until_granted(self, person).await;
        holder.fetch_tokens().await;
        holder
    }
}

pub fn options(dir: &Path, clock: &Arc<TestClock>) -> AuthorityOptions {
    AuthorityOptions {
        clock: clock.clone(),
        ..AuthorityOptions::new(dir)
    }
}
