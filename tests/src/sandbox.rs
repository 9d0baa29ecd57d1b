//! An authority of its own for a test.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use permitcard_authority::{
    Authority, AuthorityOptions, RunningAuthority,
    admin::{Admin, PersonView},
};
use permitcard_protocol::ClientFile;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::clock::MovableClock;

/// Whoever waits so long for a message waits for nothing. No outcome depends on it.
const NO_HANG: Duration = Duration::from_secs(120);

/// A running authority in a folder of its own. Both are gone when it is dropped.
pub struct Sandbox {
    /// Where its data is.
    pub data: PathBuf,
    /// Its clock.
    pub clock: MovableClock,
    /// The operator's access.
    pub admin: Admin,
    running: Option<RunningAuthority>,
    runtime: Runtime,
    dir: TempDir,
}

impl Sandbox {
    /// Starts one.
    pub fn start() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let data = dir.path().join("authority");
        let clock = MovableClock::default();
        let runtime = Runtime::new().expect("a runtime");
        let running = Some(serve(&runtime, &data, &clock));
        let admin = Admin::open(&data, Arc::new(clock.clone())).expect("its database opens");
        Self {
            data,
            clock,
            admin,
            running,
            runtime,
            dir,
        }
    }

    /// Starts again after [`stop`](Self::stop), at the same address.
    pub fn restart(&mut self) {
        self.stop();
        self.running = Some(serve(&self.runtime, &self.data, &self.clock));
    }

    /// A folder for a wallet or a verifier; gone with the sandbox.
    pub fn home(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Stops accepting and shuts down.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }

    /// The file that clients take.
    pub fn client_path(&self) -> PathBuf {
        self.data.join("client.json")
    }

    /// What stands in it.
    pub fn client(&self) -> ClientFile {
        ClientFile::parse(&std::fs::read(self.client_path()).expect("client.json")).expect("a client file")
    }

    /// For calls of asynchronous libraries.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// The person with this short name.
    pub fn person(&self, id: &str) -> PersonView {
        let people = self.admin.people().expect("people");
        people
            .into_iter()
            .find(|person| person.id == id)
            .unwrap_or_else(|| panic!("nobody is called {id}"))
    }

    /// The newest code that was sent to a person. Messages leave after the authority's answer, so this waits until none is
    /// kept back.
    pub fn code(&self, id: &str) -> String {
        let database = rusqlite::Connection::open(self.data.join("authority.db")).expect("the database");
        let waiting = || -> u32 {
            let count = "SELECT count(*) FROM outgoing WHERE kind = 'one-time-code'";
            database.query_row(count, [], |row| row.get(0)).expect("a count")
        };
        let begun = Instant::now();
        while waiting() > 0 {
            assert!(begun.elapsed() < NO_HANG, "a code is not sent");
            std::thread::sleep(Duration::from_millis(5));
        }
        let mails = self.admin.mailbox(Some(id)).expect("the mailbox");
        let code = mails.into_iter().find(|mail| mail.kind == "one-time-code");
        code.expect("a code was sent").code
    }
}

fn serve(runtime: &Runtime, data: &Path, clock: &MovableClock) -> RunningAuthority {
    let mut options = AuthorityOptions::new(data);
    options.clock = Arc::new(clock.clone());
    runtime
        .block_on(Authority::start(options))
        .expect("the authority starts")
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop();
    }
}
