//! A host as the boundary sees one: an executor that knows no tokio, and a key store that does what a test wants.

use std::{
    future::Future,
    path::Path,
    pin::pin,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        mpsc::{self, Receiver, SyncSender},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use permitcard_ffi::{
    PermitCardError, Wallet,
    foreign::{
        Clock, ClockError, ClockReading, DeviceKeys, DevicePolicy, KeyError, KeyInfo, KeyLevel, KeyPurpose, KeySpec,
        PromptText, SignRequest,
    },
    types::{Environment, OpenOptions},
};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls as Kotlin and Swift do: from a thread of the host's, outside of any runtime.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Polls once, and drops the future: what a cancelled coroutine does.
pub fn poll_once_and_drop(future: impl Future) {
    assert!(pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

/// Nothing listens at its URL.
pub const CLIENT_FILE: &str = include_str!("../data/client.json");

pub fn options(dir: &Path, call_timeout_s: u32) -> OpenOptions {
    OpenOptions {
        dir: dir.to_str().unwrap().to_owned(),
        client_file: CLIENT_FILE.to_owned(),
        environment: Environment::Sandbox,
        call_timeout_s,
        sync_interval_s: 0,
        os_major: None,
    }
}

pub fn open(dir: &Path, keys: &Arc<Keys>) -> Result<Arc<Wallet>, PermitCardError> {
    block_on(Wallet::open(options(dir, 90), keys.clone(), Arc::new(FixedClock), None))
}

pub struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Result<ClockReading, ClockError> {
        Ok(ClockReading {
            wall_s: 1_790_000_000,
            boot_ms: 1_000,
            boot_id: "boot".to_owned(),
        })
    }
}

/// What a key store does before it answers to `create_many`.
pub enum Behaviour {
    Good,
    Fail(KeyError),
    Panic,
    /// Tells that it was reached, and waits for the gate.
    Wait(Arc<Gate>),
}

/// A door that one side waits at.
pub struct Gate {
    reached: SyncSender<()>,
    open: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    /// The gate, and what tells that somebody came to it.
    pub fn new() -> (Arc<Self>, Receiver<()>) {
        let (reached, came) = mpsc::sync_channel(64);
        (
            Arc::new(Self {
                reached,
                open: Mutex::new(false),
                changed: Condvar::new(),
            }),
            came,
        )
    }

    pub fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.changed.notify_all();
    }

    fn wait(&self) {
        // Nobody may listen any more.
        let _ = self.reached.send(());
        drop(
            self.changed
                .wait_while(self.open.lock().unwrap(), |open| !*open)
                .unwrap(),
        );
    }
}

/// A key store without cryptography: enough for a wallet that never reaches an authority. Notes the threads of its calls.
pub struct Keys {
    behaviour: Mutex<Behaviour>,
    threads: Mutex<Vec<(Option<String>, thread::ThreadId)>>,
}

impl Keys {
    pub fn new(behaviour: Behaviour) -> Arc<Self> {
        Arc::new(Self {
            behaviour: Mutex::new(behaviour),
            threads: Mutex::default(),
        })
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }

    pub fn threads(&self) -> Vec<(Option<String>, thread::ThreadId)> {
        self.threads.lock().unwrap().clone()
    }

    fn note_thread(&self) {
        let current = thread::current();
        self.threads
            .lock()
            .unwrap()
            .push((current.name().map(str::to_owned), current.id()));
    }
}

impl DeviceKeys for Keys {
    fn create_many(&self, spec: KeySpec, count: u32, _: Vec<u8>) -> Result<Vec<KeyInfo>, KeyError> {
        self.note_thread();
        let gate = match &*self.behaviour.lock().unwrap_or_else(PoisonError::into_inner) {
            Behaviour::Good => None,
            Behaviour::Fail(error) => return Err(*error),
            Behaviour::Panic => panic!("GARCIA LOPEZ<<MARIA"),
            Behaviour::Wait(gate) => Some(gate.clone()),
        };
        if let Some(gate) = gate {
            gate.wait();
        }
        let key = |number: u32| KeyInfo {
            key_id: format!("{:?}-{number}", spec.purpose),
            purpose: spec.purpose,
            public_key: if spec.purpose == KeyPurpose::Wrapping {
                Vec::new()
            } else {
                [vec![4], vec![7; 64]].concat()
            },
            level: KeyLevel::File,
            attestation: Vec::new(),
        };
        Ok((0..count).map(key).collect())
    }

    fn begin_session(&self, _: PromptText) -> Result<(), KeyError> {
        Ok(())
    }

    fn sign(&self, _: String, _: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.note_thread();
        Err(KeyError::Transient)
    }

    fn sign_many(&self, _: Vec<SignRequest>) -> Result<Vec<Vec<u8>>, KeyError> {
        Err(KeyError::Transient)
    }

    fn end_session(&self) -> Result<(), KeyError> {
        Ok(())
    }

    fn seal(&self, _: String, _: Vec<u8>, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.note_thread();
        Ok(plaintext)
    }

    fn open_sealed(&self, _: String, _: Vec<u8>, ciphertext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        Ok(ciphertext)
    }

    fn list(&self) -> Result<Vec<KeyInfo>, KeyError> {
        Ok(Vec::new())
    }

    fn delete(&self, _: String) -> Result<(), KeyError> {
        Ok(())
    }

    fn policy(&self) -> Result<DevicePolicy, KeyError> {
        Ok(DevicePolicy {
            screen_lock: true,
            level: KeyLevel::File,
        })
    }
}
