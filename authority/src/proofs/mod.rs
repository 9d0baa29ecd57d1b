//! What is tried on the whole authority, in this process: its real endpoints and its real database, with providers that
//! answer at once and a clock that stands still until a test moves it.

mod caps;
mod device;
mod enumeration;
mod guessing;
mod providers;
mod timing;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use permitcard_platform::{Clock, ClockError, ClockReading};

use crate::{AuthorityError, AuthorityOptions, Limits, admin::Admin, app::App, outgoing, server};
use device::Device;
pub(crate) use providers::Sent;

/// The time at which each of them starts: 2026-09-21T13:46:40Z.
const START: i64 = 1_790_000_000;

/// A clock that a test moves.
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(AtomicI64::new(START))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Result<ClockReading, ClockError> {
        Ok(ClockReading {
            wall_s: self.0.load(Ordering::SeqCst),
            boot_ms: 0,
            boot_id: String::new(),
        })
    }
}

/// An authority with its data, its clock, and everything that it sent.
pub(crate) struct House {
    pub(crate) app: Arc<App>,
    clock: Arc<TestClock>,
    pub(crate) admin: Admin,
    pub(crate) sent: Sent,
    pub(crate) limits: Limits,
    dir: tempfile::TempDir,
}

impl House {
    pub(crate) fn new(limits: Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::new());
        let sent = Sent::new(clock.clone());
        let app = open(&dir, &clock, &sent, limits);
        let admin = Admin::open(dir.path(), clock.clone()).unwrap();
        Self {
            app,
            clock,
            admin,
            sent,
            limits,
            dir,
        }
    }

    /// Another process takes over the same data.
    pub(crate) fn restart(&mut self) {
        self.app = open(&self.dir, &self.clock, &self.sent, self.limits);
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.0.load(Ordering::SeqCst)
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// What the job does after a reply.
    pub(crate) async fn send_messages(&self) {
        outgoing::send_due(&self.app).await;
    }

    fn device(&self, address: [u8; 4]) -> Device {
        Device::new(address.into())
    }
}

fn open(dir: &tempfile::TempDir, clock: &Arc<TestClock>, sent: &Sent, limits: Limits) -> Arc<App> {
    let mut port = None;
    loop {
        let options = AuthorityOptions {
            port,
            clock: clock.clone(),
            limits,
            reply_floor: Duration::ZERO,
            ..AuthorityOptions::new(dir.path())
        };
        let sent = sent.clone();
        match server::app_with(options, move |store, _| providers::at_hand(store, sent)) {
            // Nothing listens between two of them, so another program may have the port by now.
            Err(AuthorityError::PortTaken) => {
                let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
                port = Some(free.local_addr().unwrap().port());
            }
            opened => return opened.unwrap(),
        }
    }
}

/// A generator of numbers whose seed is printed, so that a run can be repeated (xorshift64*).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        println!("seed {seed}");
        Self(seed.max(1))
    }

    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}

/// The seed of this run: the variable's, or another one each time.
fn seed() -> u64 {
    std::env::var("PERMITCARD_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| u64::from_be_bytes(permitcard_crypto::random::bytes().unwrap()))
}
