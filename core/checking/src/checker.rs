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
use permitcard_vault::{Table, Vault, VaultError, VaultFile, WriteTx};

use crate::{
    CheckingError, OpenRequest, ReaderRequest, TrustedTime, floor::SnapshotFloor, reader, replay, time::TimeFloor,
};

/// The vault file in the verifier's folder.
const FILE: &str = "verifier.db";
const TIME: &[u8] = b"time";
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
    /// A snapshot file to use in place of the stored one. It is not stored, and may be older.
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
    /// Why the verdicts are not enough for the policy; `None` if they are.
    pub unmet: Option<VerdictCode>,
    /// The time that was used.
    pub time: TrustedTime,
}

/// What is known about the snapshot in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotInfo {
    /// The serial of its trust list.
    pub serial: u64,
    /// When its trust list was issued, seconds since 1970.
    pub issued_at: i64,
    /// The last second in which its trust list counts.
    pub expires_at: i64,
    /// Seconds after which a newer one should be fetched.
    pub ttl_s: u64,
    /// Its status lists.
    pub status_lists: Vec<StatusListInfo>,
    /// Status lists in the file that do not count, because no listed key may have signed them.
    pub ignored: usize,
}

/// What is known about one status list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusListInfo {
    /// Its logical name.
    pub uri: String,
    /// When it was issued, seconds since 1970.
    pub issued_at: i64,
    /// The last second in which it counts.
    pub expires_at: i64,
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

struct State {
    snapshot: Option<Arc<Snapshot>>,
    time: TimeFloor,
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
        let (time, file) = vault.read(|tx| {
            let time = tx.get(Table::Setting, TIME)?;
            Ok((time, tx.get(Table::Trust, &record_key(b"snapshot", &root))?))
        })?;
        let time = decode_time(time)?;
        let now_s = time.time(&clock.now()?).now_s;
        // A stored snapshot that does not read any more is as good as none: fetching brings a new one.
        let snapshot = file
            .and_then(|file| Snapshot::parse(&file, &root, now_s).ok())
            .map(Arc::new);
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

    /// Takes in a snapshot file. Serial and times of its lists never go back.
    ///
    /// # Errors
    /// [`CheckingError::Snapshot`], [`CheckingError::SerialRolledBack`], [`CheckingError::ListRolledBack`],
    /// [`CheckingError::Vault`]. The snapshot before stays in use.
    pub fn snapshot_import(&self, file: &[u8]) -> Result<(), CheckingError> {
        let reading = self.clock.now()?;
        let mut state = self.state();
        let snapshot = Snapshot::parse(file, &self.root, state.time.time(&reading).now_s)?;
        // The floor is read inside of the transaction: another process may have raised it.
        let time = self.vault.write(|tx| self.store(tx, file, &snapshot, &reading))??;
        state.snapshot = Some(Arc::new(snapshot));
        state.time = time;
        Ok(())
    }

    fn store(
        &self,
        tx: &mut WriteTx<'_>,
        file: &[u8],
        snapshot: &Snapshot,
        reading: &ClockReading,
    ) -> Result<Result<TimeFloor, CheckingError>, VaultError> {
        let floor_key = record_key(b"floor", &self.root);
        let floor = match tx.get(Table::Trust, &floor_key)? {
            Some(record) => SnapshotFloor::decode(&record).map_err(|_| VaultError::Corrupt)?,
            None => SnapshotFloor::default(),
        };
        let floor = match floor.raise(snapshot) {
            Ok(floor) => floor,
            Err(error) => return Ok(Err(error)),
        };
        let mut time = decode_time(tx.get(Table::Setting, TIME)?)?;
        time.raise(snapshot.newest_time(), reading);
        tx.put(Table::Trust, &floor_key, &floor.encode())?;
        tx.put(Table::Trust, &record_key(b"snapshot", &self.root), file)?;
        tx.put(Table::Setting, TIME, &time.encode())?;
        Ok(Ok(time))
    }

    /// The stored snapshot file, to carry to a verifier without network.
    ///
    /// # Errors
    /// [`CheckingError::SnapshotMissing`], [`CheckingError::Vault`].
    pub fn snapshot_export(&self) -> Result<Vec<u8>, CheckingError> {
        let key = record_key(b"snapshot", &self.root);
        self.vault
            .read(|tx| tx.get(Table::Trust, &key))?
            .ok_or(CheckingError::SnapshotMissing)
    }

    /// What is known about the snapshot in use; `None` before the first one.
    pub fn snapshot_info(&self) -> Option<SnapshotInfo> {
        let snapshot = self.state().snapshot.clone()?;
        Some(SnapshotInfo {
            serial: snapshot.serial(),
            issued_at: snapshot.issued_at(),
            expires_at: snapshot.expires_at(),
            ttl_s: snapshot.trust_list().ttl_s,
            status_lists: snapshot
                .status_lists()
                .map(|list| StatusListInfo {
                    uri: list.uri.to_owned(),
                    issued_at: list.issued_at,
                    expires_at: list.expires_at,
                })
                .collect(),
            ignored: snapshot.ignored(),
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
    /// [`CheckingError::Snapshot`] for the file of the request, [`CheckingError::Vault`], [`CheckingError::Clock`].
    pub fn verify(&self, request: &VerifyRequest<'_>) -> Result<Checked, CheckingError> {
        let trusted = self.time()?;
        let time = request.at.map_or(trusted, |now_s| TrustedTime { now_s, sure: true });
        let snapshot = match request.snapshot {
            Some(file) => Arc::new(Snapshot::parse(file, &self.root, trusted.now_s)?),
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

    pub(crate) fn http(&self) -> &HttpClient {
        &self.http
    }

    pub(crate) fn root(&self) -> &PublicKey {
        &self.root
    }

    fn state(&self) -> MutexGuard<'_, State> {
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
fn record_key(kind: &[u8], root: &PublicKey) -> Vec<u8> {
    [kind, b"/", key_id(root).as_slice()].concat()
}

fn decode_time(record: Option<Vec<u8>>) -> Result<TimeFloor, VaultError> {
    match record {
        Some(record) => TimeFloor::decode(&record).map_err(|_| VaultError::Corrupt),
        None => Ok(TimeFloor::default()),
    }
}
