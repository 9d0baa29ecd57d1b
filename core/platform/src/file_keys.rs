//! A key store in a plain file, for the command line and tests only.
//!
//! It keeps private keys readable for everybody who can read the file, and asks nobody before it signs. Every key that
//! it makes says so: [`KeyLevel::File`].

mod maker;
mod stored;

use std::{
    fmt,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use permitcard_crypto::{CryptoError, Zeroizing, aead::AeadKey, random};

pub use self::maker::TestKeyMaker;
use self::stored::{Secret, StoredKey};
use crate::{
    Clock, ClockReading, DeviceKeys, DevicePolicy, KeyError, KeyInfo, KeyLevel, KeyPurpose, KeySpec, PromptText,
    SignRequest, SystemClock,
    file_lock::{FileLock, private_options},
};

/// Seconds that presentation keys sign after one [`begin_session`](DeviceKeys::begin_session).
pub const SESSION_S: u64 = 180;

const KEYS_FILE: &str = "file-keys.bin";
const NEW_FILE: &str = "file-keys.new";
const LOCK_FILE: &str = "file-keys.lock";
const LOCK_WAIT: Duration = Duration::from_secs(5);
const MOST_KEYS_AT_ONCE: u32 = 64;

/// A key store in a plain file; see the [module](self).
pub struct FileKeys {
    dir: PathBuf,
    clock: Arc<dyn Clock>,
    maker: Option<TestKeyMaker>,
    session: Mutex<Option<ClockReading>>,
}

impl FileKeys {
    /// Opens the key store in the folder `dir`, which is made where it is missing.
    ///
    /// # Errors
    /// [`KeyError::Unavailable`] when the folder cannot be made.
    pub fn open(dir: &Path) -> Result<Self, KeyError> {
        Self::open_with_clock(dir, Arc::new(SystemClock))
    }

    /// As [`open`](Self::open), with another clock for the end of a session.
    ///
    /// # Errors
    /// [`KeyError::Unavailable`] when the folder cannot be made.
    pub fn open_with_clock(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, KeyError> {
        let store = Self {
            dir: dir.to_owned(),
            clock,
            maker: None,
            session: Mutex::new(None),
        };
        store.make_dir().map_err(|_| KeyError::Unavailable)?;
        Ok(store)
    }

    /// Attests signing keys from now on, where a nonce is given, as what they are: software keys. A store without a maker gives no attestation.
    #[must_use]
    pub fn attested_by(mut self, maker: TestKeyMaker) -> Self {
        self.maker = Some(maker);
        self
    }

    fn make_dir(&self) -> std::io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.dir)
    }

    fn load(&self) -> Result<Vec<StoredKey>, KeyError> {
        match std::fs::read(self.dir.join(KEYS_FILE)) {
            Ok(bytes) => stored::decode(&Zeroizing::new(bytes)).ok_or(KeyError::Unexpected),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(store_error(&error)),
        }
    }

    fn find(&self, key_id: &str) -> Result<StoredKey, KeyError> {
        self.load()?
            .into_iter()
            .find(|key| key.id == key_id)
            .ok_or(KeyError::NotFound)
    }

    /// Changes the list of keys as one step: after a crash the file is the old or the new one.
    fn change(&self, change: impl FnOnce(&mut Vec<StoredKey>)) -> Result<(), KeyError> {
        self.make_dir().map_err(|error| store_error(&error))?;
        let lock = FileLock::acquire(&self.dir.join(LOCK_FILE), LOCK_WAIT).map_err(|error| store_error(&error))?;
        let mut keys = self.load()?;
        change(&mut keys);
        if keys.is_empty() {
            self.remove_files(lock)
        } else {
            self.replace_file(&stored::encode(&keys))
        }
        .map_err(|error| store_error(&error))
    }

    fn replace_file(&self, bytes: &[u8]) -> std::io::Result<()> {
        let new = self.dir.join(NEW_FILE);
        let written = private_options()
            .create(true)
            .truncate(true)
            .open(&new)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            })
            .and_then(|()| std::fs::rename(&new, self.dir.join(KEYS_FILE)))
            .and_then(|()| self.sync_dir());
        if written.is_err() {
            // A half-written file holds secrets; that it is gone matters more than why it could not be removed.
            let _ = std::fs::remove_file(&new);
        }
        written
    }

    /// The last key went: leave no file, so that erasing a wallet leaves nothing.
    fn remove_files(&self, lock: FileLock) -> std::io::Result<()> {
        for name in [KEYS_FILE, NEW_FILE] {
            match std::fs::remove_file(self.dir.join(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        self.sync_dir()?;
        lock.remove()
    }

    fn sync_dir(&self) -> std::io::Result<()> {
        #[cfg(unix)]
        std::fs::File::open(&self.dir)?.sync_all()?;
        Ok(())
    }

    fn check_session(&self) -> Result<(), KeyError> {
        let now = self.clock.now().map_err(|_| KeyError::Transient)?;
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        // Both clocks must agree, because either may stand still: boot time is not known on every machine.
        let runs = session.as_ref().is_some_and(|start| {
            start.boot_id == now.boot_id
                && now
                    .boot_ms
                    .checked_sub(start.boot_ms)
                    .is_some_and(|ms| ms < SESSION_S * 1000)
                && u64::try_from(now.wall_s.saturating_sub(start.wall_s)).is_ok_and(|s| s < SESSION_S)
        });
        if !runs {
            *session = None;
            return Err(KeyError::NeedsUser);
        }
        Ok(())
    }

    fn sign_with(&self, keys: &[StoredKey], request: &SignRequest) -> Result<Vec<u8>, KeyError> {
        let key = keys
            .iter()
            .find(|key| key.id == request.key_id)
            .ok_or(KeyError::NotFound)?;
        if key.purpose == KeyPurpose::Presentation {
            self.check_session()?;
        }
        match &key.secret {
            Secret::Signing(key) => key.sign_der(&request.message).map_err(crypto_error),
            Secret::Wrapping(_) => Err(KeyError::Unexpected),
        }
    }

    fn wrapping(&self, key_id: &str) -> Result<AeadKey, KeyError> {
        match &self.find(key_id)?.secret {
            Secret::Wrapping(bytes) => AeadKey::new(bytes).map_err(crypto_error),
            Secret::Signing(_) => Err(KeyError::Unexpected),
        }
    }
}

impl fmt::Debug for FileKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKeys")
    }
}

impl DeviceKeys for FileKeys {
    fn create_many(&self, spec: KeySpec, count: u32, attestation_nonce: Vec<u8>) -> Result<Vec<KeyInfo>, KeyError> {
        if !(1..=MOST_KEYS_AT_ONCE).contains(&count) {
            return Err(KeyError::Unexpected);
        }
        let new = (0..count)
            .map(|_| StoredKey::generate(spec.purpose).map_err(crypto_error))
            .collect::<Result<Vec<_>, _>>()?;
        let mut infos: Vec<KeyInfo> = new.iter().map(info).collect();
        if let Some(maker) = &self.maker
            && !attestation_nonce.is_empty()
        {
            for info in infos.iter_mut().filter(|info| !info.public_key.is_empty()) {
                info.attestation = maker.attest(&info.public_key, &attestation_nonce)?;
            }
        }
        self.change(|keys| keys.extend(new))?;
        Ok(infos)
    }

    fn begin_session(&self, _prompt: PromptText) -> Result<(), KeyError> {
        let now = self.clock.now().map_err(|_| KeyError::Transient)?;
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }

    fn sign(&self, key_id: String, message: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.sign_with(&self.load()?, &SignRequest { key_id, message })
    }

    fn sign_many(&self, requests: Vec<SignRequest>) -> Result<Vec<Vec<u8>>, KeyError> {
        let keys = self.load()?;
        requests.iter().map(|request| self.sign_with(&keys, request)).collect()
    }

    fn end_session(&self) -> Result<(), KeyError> {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    fn seal(&self, key_id: String, aad: Vec<u8>, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let plaintext = Zeroizing::new(plaintext);
        self.wrapping(&key_id)?.seal(&aad, &plaintext).map_err(crypto_error)
    }

    fn open_sealed(&self, key_id: String, aad: Vec<u8>, ciphertext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.wrapping(&key_id)?
            .open(&aad, &ciphertext)
            .map_err(|_| KeyError::Invalidated)
    }

    fn list(&self) -> Result<Vec<KeyInfo>, KeyError> {
        Ok(self.load()?.iter().map(info).collect())
    }

    fn delete(&self, key_id: String) -> Result<(), KeyError> {
        match self.find(&key_id) {
            Ok(_) => self.change(|keys| keys.retain(|key| key.id != key_id)),
            Err(KeyError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn policy(&self) -> Result<DevicePolicy, KeyError> {
        Ok(DevicePolicy {
            screen_lock: false,
            level: KeyLevel::File,
        })
    }
}

fn info(key: &StoredKey) -> KeyInfo {
    KeyInfo {
        key_id: key.id.clone(),
        purpose: key.purpose,
        public_key: match &key.secret {
            Secret::Signing(key) => key.public_key().point().to_vec(),
            Secret::Wrapping(_) => Vec::new(),
        },
        level: KeyLevel::File,
        attestation: Vec::new(),
    }
}

fn new_id() -> Result<String, CryptoError> {
    let bytes: [u8; 16] = random::bytes()?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn store_error(error: &std::io::Error) -> KeyError {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => KeyError::Unavailable,
        ErrorKind::WouldBlock => KeyError::Busy,
        _ => KeyError::Transient,
    }
}

fn crypto_error(error: CryptoError) -> KeyError {
    match error {
        CryptoError::RandomUnavailable => KeyError::Transient,
        _ => KeyError::Unexpected,
    }
}

#[cfg(test)]
mod tests;
