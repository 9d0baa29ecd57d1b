//! An authority in a temporary directory, a clock that tests set, and a client of our own making.

mod client;
mod holder;
mod issuing;
mod walk;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use permitcard_authority::{
    Authority, AuthorityOptions, Limits, RunningAuthority,
    admin::{Admin, Mail, PermitEvent, PersonView},
};
use permitcard_platform::{Clock, ClockError, ClockReading};

pub use client::{Answer, Client, Proof, sign};
pub use holder::{Holder, Step, VERIFIER, claim, run_check, start_request, start_request_for};

/// The time at which every test starts: 2026-09-21T13:46:40Z.
pub const START: i64 = 1_790_000_000;

/// Whoever waits so long waits for nothing. No outcome depends on it.
const NO_HANG: Duration = Duration::from_secs(120);

/// Waits for what a job of the authority does after the reply.
#[track_caller]
pub fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < NO_HANG, "not within reason: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

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
        Self::prepared(|_, _| {}).await
    }

    /// With files in the data directory, or other options, before the first start.
    pub async fn prepared(prepare: impl FnOnce(&Path, &mut AuthorityOptions)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let mut options = options(dir.path(), &clock);
        prepare(dir.path(), &mut options);
        let running = Authority::start(options).await.unwrap();
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

    /// The newest code that a person was sent. Messages leave after the reply, so this waits until none is kept back.
    pub fn code(&self, person: &str) -> String {
        self.codes(person).into_iter().next().expect("a code was sent")
    }

    /// A code that a clerk gives out for a registration, as it is typed in.
    pub fn window_code(&self, person: &str, session: &str) -> String {
        let made = self.admin.window_code(person, session, "clerk-7").unwrap();
        made.code.replace('-', "")
    }

    pub fn codes_sent(&self, person: &str) -> usize {
        self.codes(person).len()
    }

    /// The codes that a person was sent, newest first.
    fn codes(&self, person: &str) -> Vec<String> {
        self.messages(person)
            .into_iter()
            .filter(|mail| mail.kind == "one-time-code")
            .map(|mail| mail.code)
            .collect()
    }

    /// All messages that a person was sent, newest first.
    pub fn messages(&self, person: &str) -> Vec<Mail> {
        let database = rusqlite::Connection::open(self.dir.path().join("authority.db")).unwrap();
        let waiting = || -> u32 {
            // A notice that failed is put off; joao is whom nothing can be delivered to. Whatever was taken twice, before and
            // after a restart, is still on its way.
            let count = "SELECT count(*) FROM outgoing
                         WHERE attempts = 0 OR kind = 'one-time-code' OR coalesce(person, '') <> 'joao'";
            database.query_row(count, [], |row| row.get(0)).unwrap()
        };
        wait_until("a message is sent", || waiting() == 0);
        self.admin.mailbox(Some(person)).unwrap()
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
        // All tests come from one address, and one test starts more often than a holder does.
        limits: Limits {
            starts_per_hour: u32::MAX,
            starts_per_hour_in_all: u32::MAX,
            codes_per_day: u32::MAX,
            ..Limits::default()
        },
        ..AuthorityOptions::new(dir)
    }
}
