use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use permitcard_credential::{
    cose::key_id,
    permit::Profile,
    snapshot::Snapshot,
    verdict::{self, Outcome, Policy, VerdictCode, Verdicts, VerifyInput},
};
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_net::{HttpClient, NetOptions};
use permitcard_platform::{Clock, ClockReading, DeviceKeys};
use permitcard_protocol::ClientFile;
use permitcard_vault::{Table, Vault, VaultError, VaultFile};

use crate::{
    CheckingError, OpenRequest, ReaderRequest, TrustedTime, reader, replay, snapshots::stored_roots, time::TimeFloor,
};

/// The vault file in the verifier's folder.
const FILE: &str = "verifier.db";
pub(crate) const TIME: &[u8] = b"time";
/// Seconds between two looks for records that are over.
const PRUNE_EVERY_S: i64 = 60;

/// One verification to make.
#[derive(Clone, Copy)]
pub struct VerifyRequest<'a> {
    /// The scanned text, without the end of line that a scanner may add.
    pub text: &'a str,
    /// The token that came in several frames, from a [`Receiver`](permitcard_credential::qr::frames::Receiver); the text is
    /// not looked at then.
    pub token: Option<&'a [u8]>,
    /// The purpose.
    pub policy: Policy,
    /// The verifier's own audience, compared exactly; the policy's if `None`.
    pub aud: Option<&'a str>,
    /// The nonce that the verifier asked for: six digits as ASCII, or eight bytes.
    pub nonce: Option<&'a [u8]>,
    /// Another time than now, seconds since 1970. Such a verification neither asks nor fills the replay memory.
    pub at: Option<i64>,
    /// A snapshot file to use in place of the stored one. It is not stored. It may be older only together with
    /// [`at`](Self::at): what is known to be over does not come back by a file.
    pub snapshot: Option<&'a [u8]>,
    /// Asks and fills the replay memory.
    pub remember: bool,
}

impl<'a> VerifyRequest<'a> {
    /// A verification now, with the stored snapshot, the policy's audience and the replay memory.
    pub fn new(text: &'a str, policy: Policy) -> Self {
        Self {
            text,
            token: None,
            policy,
            aud: None,
            nonce: None,
            at: None,
            snapshot: None,
            remember: true,
        }
    }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The three verdicts, and what was shown.
    pub verdicts: Verdicts,
    /// Every reason why the verdicts are not enough for the policy, the weightiest first; empty if they are.
    pub unmet: Vec<VerdictCode>,
    /// The time that was used.
    pub time: TrustedTime,
}

/// The verifier. May be used from many threads.
pub struct Checker {
    vault: Vault,
    http: HttpClient,
    root: PublicKey,
    clock: Arc<dyn Clock>,
    sandbox: bool,
    state: Mutex<State>,
}

pub(crate) struct State {
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    pub(crate) time: TimeFloor,
    pruned_at: i64,
    closed: bool,
}

impl Checker {
    /// Opens the verifier in `dir`, which exists. Blocks as long as the key store does. With `sandbox` test cards are
    /// accepted, and said to be such.
    ///
    /// # Errors
    /// [`CheckingError::Vault`], [`CheckingError::Keys`], [`CheckingError::Clock`], [`CheckingError::Net`] or
    /// [`CheckingError::RootKeyInvalid`] for a client file that cannot be used.
    pub fn open(
        dir: &Path,
        client: &ClientFile,
        keys: &dyn DeviceKeys,
        clock: Arc<dyn Clock>,
        sandbox: bool,
    ) -> Result<Self, CheckingError> {
        Self::open_with(dir, client, keys, clock, sandbox, NetOptions::default())
    }

    /// As [`open`](Self::open), with other waiting times for the network.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(
        dir: &Path,
        client: &ClientFile,
        keys: &dyn DeviceKeys,
        clock: Arc<dyn Clock>,
        sandbox: bool,
        net: NetOptions,
    ) -> Result<Self, CheckingError> {
        let root = client.root_key.to_public_key()?;
        let http = HttpClient::new(client, net)?;
        let vault = permitcard_vault::open_with(&dir.join(FILE), keys)?;
        let (time, file, roots) = vault.read(|tx| {
            let time = tx.get(Table::Setting, TIME)?;
            let file = tx.get(Table::Trust, &record_key(b"snapshot", &root))?;
            Ok((time, file, stored_roots(tx, &root)?))
        })?;
        let time = decode_time(time)?;
        let now_s = time.time(&clock.now()?).now_s;
        // A stored snapshot that does not read any more is as good as none: fetching brings a new one.
        let snapshot = file.and_then(|file| roots.parse(&file, now_s).ok()).map(Arc::new);
        let state = Mutex::new(State {
            snapshot,
            time,
            pruned_at: i64::MIN,
            closed: false,
        });
        Ok(Self {
            vault,
            http,
            root,
            clock,
            sandbox,
            state,
        })
    }

    /// The time that verifications use now.
    ///
    /// # Errors
    /// [`CheckingError::Clock`].
    pub fn time(&self) -> Result<TrustedTime, CheckingError> {
        let reading = self.clock.now()?;
        Ok(self.state().time.time(&reading))
    }

    /// Verifies a presentation with no network.
    ///
    /// # Errors
    /// [`CheckingError::Verdict`] for a text that is no presentation, [`CheckingError::SnapshotMissing`],
    /// [`CheckingError::Snapshot`] and its kin for the file of the request, [`CheckingError::Vault`],
    /// [`CheckingError::Clock`].
    pub fn verify(&self, request: &VerifyRequest<'_>) -> Result<Checked, CheckingError> {
        let trusted = self.time()?;
        let time = request.at.map_or(trusted, |now_s| TrustedTime { now_s, sure: true });
        let snapshot = match request.snapshot {
            Some(file) => Arc::new(self.snapshot_read(file, trusted.now_s, request.at.is_none())?),
            None => self.current()?,
        };
        let input = VerifyInput {
            text: request.text,
            snapshot: &snapshot,
            now: time.now_s,
            policy: &request.policy,
            aud: request.aud,
            nonce: request.nonce,
            sandbox: self.sandbox,
            seen_before: None,
        };
        let verify = |input: &VerifyInput<'_>| match request.token {
            Some(token) => verdict::verify_token(token, input),
            None => verdict::verify(input),
        };
        let mut verdicts = verify(&input)?;
        // Only what would count is remembered, so that nobody fills the memory with forgeries.
        if request.remember
            && request.at.is_none()
            && verdicts.holder.outcome == Outcome::Good
            && let Some(seen) = self.seen_or_remember(&verdicts, time.now_s)?
        {
            let seen_before = Some(seen);
            verdicts = verify(&VerifyInput { seen_before, ..input })?;
        }
        let unmet = request.policy.unmet(&verdicts);
        Ok(Checked { verdicts, unmet, time })
    }

    /// Makes a request to show as a reverse QR: for what `profile` shows, to this verifier's own audience (at most 8
    /// bytes), with a new nonce. It is remembered for ten minutes, in place of the one before.
    ///
    /// # Errors
    /// [`CheckingError::AudienceInvalid`], [`CheckingError::PortraitNotAllowed`], [`CheckingError::Vault`],
    /// [`CheckingError::Clock`].
    pub fn make_request(&self, aud: &str, profile: Profile, portrait: bool) -> Result<ReaderRequest, CheckingError> {
        let request = reader::make(aud, profile, portrait, self.time()?.now_s)?;
        self.vault.write(|tx| reader::keep(tx, &request.open))?;
        Ok(request)
    }

    /// The request that waits for its answer: audience and nonce for a [`VerifyRequest`].
    ///
    /// # Errors
    /// [`CheckingError::Vault`], [`CheckingError::Clock`].
    pub fn open_request(&self) -> Result<Option<OpenRequest>, CheckingError> {
        let now_s = self.time()?.now_s;
        Ok(self.vault.read(|tx| reader::open(tx, now_s))?)
    }

    /// Forgets the request, once its answer was good: a nonce is for one answer.
    ///
    /// # Errors
    /// [`CheckingError::Vault`].
    pub fn forget_request(&self) -> Result<(), CheckingError> {
        Ok(self.vault.write(reader::forget)?)
    }

    fn current(&self) -> Result<Arc<Snapshot>, CheckingError> {
        let state = self.state();
        match &state.snapshot {
            _ if state.closed => Err(VaultError::Closed.into()),
            Some(snapshot) => Ok(snapshot.clone()),
            None => Err(CheckingError::SnapshotMissing),
        }
    }

    /// When the presentation was seen before; if never, remembers it. One transaction, so that of two copies shown at
    /// the same moment one is the second.
    fn seen_or_remember(&self, verdicts: &Verdicts, now_s: i64) -> Result<Option<i64>, CheckingError> {
        let prune = now_s >= self.state().pruned_at.saturating_add(PRUNE_EVERY_S);
        let seen = self.vault.write(|tx| {
            let seen = replay::seen(tx, &verdicts.replay_key)?;
            if seen.is_none() {
                replay::make_room(tx, now_s, replay::MOST)?;
                replay::remember(tx, verdicts, now_s)?;
            }
            if prune {
                replay::prune(tx, now_s)?;
            }
            Ok(seen)
        })?;
        if prune {
            self.state().pruned_at = now_s;
        }
        Ok(seen)
    }

    /// Whether test cards are accepted.
    pub fn sandbox(&self) -> bool {
        self.sandbox
    }

    /// Closes the vault and forgets the snapshot. Every later call that needs one of them gives [`VaultError::Closed`].
    pub fn close(&self) {
        self.vault.close();
        let mut state = self.state();
        state.snapshot = None;
        state.closed = true;
    }

    /// Removes the verifier in `dir`: the key that wraps its vault first, then the files. A verifier that is not there
    /// is no error. To be called when none is open on it.
    ///
    /// # Errors
    /// [`CheckingError::Keys`], [`CheckingError::Vault`].
    pub fn erase(dir: &Path, keys: &dyn DeviceKeys) -> Result<(), CheckingError> {
        let path = dir.join(FILE);
        if path.exists() {
            // A file that does not open names no key; it goes all the same.
            let wrapped = VaultFile::open(&path).and_then(|file| file.wrapped_key());
            if let Ok(Some(wrapped)) = wrapped {
                keys.delete(wrapped.key_id)?;
            }
        }
        Ok(Vault::delete_files(&path)?)
    }

    #[cfg(test)]
    pub(crate) fn replay_records(&self) -> usize {
        self.vault
            .read(|tx| tx.list(Table::Replay))
            .map_or(0, |records| records.len())
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    pub(crate) fn reading(&self) -> Result<ClockReading, CheckingError> {
        Ok(self.clock.now()?)
    }

    pub(crate) fn http(&self) -> &HttpClient {
        &self.http
    }

    pub(crate) fn root(&self) -> &PublicKey {
        &self.root
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Checker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checker")
            .field("sandbox", &self.sandbox)
            .finish_non_exhaustive()
    }
}

/// Records belong to a root key: another client file starts anew, and coming back finds the old floor.
pub(crate) fn record_key(kind: &[u8], root: &PublicKey) -> Vec<u8> {
    [kind, b"/", key_id(root).as_slice()].concat()
}

pub(crate) fn decode_time(record: Option<Vec<u8>>) -> Result<TimeFloor, VaultError> {
    match record {
        Some(record) => TimeFloor::decode(&record).map_err(|_| VaultError::Corrupt),
        None => Ok(TimeFloor::default()),
    }
}
