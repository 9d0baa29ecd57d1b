use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use permitcard_platform::{Clock, DeviceKeys};
use tokio::sync::{RwLock, Semaphore, watch};

use crate::base::core::Core;
use crate::base::files;
use crate::base::keys::Keys;
use crate::base::link::Link;
use crate::base::time::HostClock;
use crate::error::{CheckCode, WalletError};
use crate::held;
use crate::options::{Environment, OpenOptions};
use crate::presentation::Shows;
use crate::sync::Pace;

/// What all handles of one open wallet share.
pub(super) struct Inner {
    pub(super) core: Core,
    pub(super) environment: Environment,
    pub(super) dir: PathBuf,
    pub(super) wrapping_key: String,
    pub(super) shows: Shows,
    pub(super) pace: Pace,
    pub(super) sync_interval: Duration,
    /// One flow at a time, so that no request is made twice.
    turn: Semaphore,
    /// Moves on when running flows are to stop where they are, as if the process were killed.
    pub(super) halt: watch::Sender<u64>,
    pub(super) closing: AtomicBool,
    /// Held for reading by everything that runs; `true` once closed.
    pub(super) closed: Arc<RwLock<bool>>,
}

impl Inner {
    pub(super) async fn open(
        options: OpenOptions,
        keys: Arc<dyn DeviceKeys>,
        clock: Arc<dyn Clock>,
        link: Arc<dyn Link>,
    ) -> Result<Self, WalletError> {
        let sandbox = options.environment == Environment::Sandbox;
        let mut keys = Keys::new(keys, options.call_timeout);
        if !sandbox {
            keys = keys.without_file_keys().await?;
        }
        let clock = HostClock::new(clock, options.call_timeout);
        let (store, wrapping_key) = files::open(&options.dir, &keys).await?;
        let core = Core::new(keys, clock, store, link, &options.client, sandbox)?;
        if let Some((_, state)) = core.store.read(held::record::card).await?
            && state.test != sandbox
        {
            core.store.close().await;
            return Err(WalletError::Distrusted(CheckCode::TestMismatch));
        }
        Ok(Self {
            core,
            environment: options.environment,
            dir: options.dir,
            wrapping_key,
            shows: Shows::default(),
            pace: Pace::default(),
            sync_interval: options.sync_interval,
            turn: Semaphore::new(1),
            halt: watch::Sender::new(0),
            closing: AtomicBool::new(false),
            closed: Arc::new(RwLock::new(false)),
        })
    }

    pub(super) async fn has_turn<T>(
        &self,
        work: impl Future<Output = Result<T, WalletError>>,
    ) -> Result<T, WalletError> {
        let _turn = self.turn.acquire().await.map_err(|_| WalletError::Closed)?;
        work.await
    }
}
