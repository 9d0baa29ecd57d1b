use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use permitcard_platform::file_keys::{FileKeys, TestKeyMaker};
use permitcard_platform::{
    Clock, DeviceKeys, DevicePolicy, KeyError, KeyInfo, KeyLevel, KeyPurpose, KeySpec, PromptText, SignRequest,
};

use super::KillSwitch;

/// The calls of a key store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    Create(KeyPurpose),
    BeginSession,
    Sign,
    SignMany,
    EndSession,
    Seal,
    OpenSealed,
    List,
    Delete,
    DeleteWrapping,
}

/// What a call does in place of its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Refuses.
    Fail(KeyError),
    /// Throws, as a foreign implementation does that forgot an exception.
    Throw,
    /// Does its work, but much later than anybody waits.
    Hang(Duration),
    /// Does its work once the test lets it.
    Held,
    /// Answers bytes that are no answer.
    WrongBytes,
}

/// The file key store with a script in front.
pub struct ScriptedKeys {
    inner: FileKeys,
    script: Mutex<HashMap<Call, Behaviour>>,
    calls: Mutex<Vec<Call>>,
    returned: Mutex<Vec<Call>>,
    held: AtomicBool,
    claimed: Mutex<KeyLevel>,
    kill: Arc<KillSwitch>,
}

impl ScriptedKeys {
    pub fn open(dir: &Path, clock: Arc<dyn Clock>, kill: Arc<KillSwitch>) -> Self {
        Self {
            inner: FileKeys::open_with_clock(dir, clock).unwrap(),
            script: Mutex::default(),
            calls: Mutex::default(),
            returned: Mutex::default(),
            held: AtomicBool::new(true),
            claimed: Mutex::new(KeyLevel::File),
            kill,
        }
    }

    /// Its keys are attested from now on, as what they are.
    pub fn attested_by(self, maker: TestKeyMaker) -> Self {
        Self {
            inner: self.inner.attested_by(maker),
            ..self
        }
    }

    /// From now on this call behaves so.
    pub fn script(&self, call: Call, behaviour: Behaviour) {
        self.script.lock().unwrap().insert(call, behaviour);
    }

    pub fn heal(&self) {
        self.script.lock().unwrap().clear();
    }

    /// Lets calls go on that are held.
    pub fn release(&self) {
        self.held.store(false, Ordering::SeqCst);
    }

    /// Says from now on that its keys are of this level.
    pub fn claim(&self, level: KeyLevel) {
        *self.claimed.lock().unwrap() = level;
    }

    fn claimed(&self, mut keys: Vec<KeyInfo>) -> Vec<KeyInfo> {
        for key in &mut keys {
            key.level = *self.claimed.lock().unwrap();
        }
        keys
    }

    pub fn returned(&self, call: Call) -> usize {
        let returned = self.returned.lock().unwrap();
        returned.iter().filter(|made| **made == call).count()
    }

    pub fn count(&self, call: Call) -> usize {
        self.calls.lock().unwrap().iter().filter(|made| **made == call).count()
    }

    /// How many keys there are of a purpose.
    pub fn keys(&self, purpose: KeyPurpose) -> usize {
        self.inner
            .list()
            .unwrap()
            .iter()
            .filter(|key| key.purpose == purpose)
            .count()
    }

    fn play<T>(
        &self,
        call: Call,
        wrong: T,
        work: impl FnOnce(&FileKeys) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        self.calls.lock().unwrap().push(call);
        let behaviour = self.script.lock().unwrap().get(&call).copied();
        // A proof before a request is the same point as the request itself.
        let is_point = call != Call::Sign;
        if is_point {
            self.kill.blocking_point();
        }
        let answer = match behaviour {
            None => work(&self.inner),
            Some(Behaviour::Fail(error)) => Err(error),
            Some(Behaviour::Throw) => panic!("a foreign exception"),
            Some(Behaviour::Hang(time)) => {
                std::thread::sleep(time);
                work(&self.inner)
            }
            Some(Behaviour::Held) => {
                while self.held.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                work(&self.inner)
            }
            Some(Behaviour::WrongBytes) => Ok(wrong),
        };
        self.returned.lock().unwrap().push(call);
        // The process may die before it hears the answer, too.
        if is_point {
            self.kill.blocking_point();
        }
        answer
    }
}

impl DeviceKeys for ScriptedKeys {
    fn create_many(&self, spec: KeySpec, count: u32, nonce: Vec<u8>) -> Result<Vec<KeyInfo>, KeyError> {
        let made = self.play(Call::Create(spec.purpose), Vec::new(), |keys| {
            keys.create_many(spec, count, nonce)
        })?;
        Ok(self.claimed(made))
    }

    fn begin_session(&self, prompt: PromptText) -> Result<(), KeyError> {
        self.play(Call::BeginSession, (), |keys| keys.begin_session(prompt))
    }

    fn sign(&self, key_id: String, message: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.play(Call::Sign, vec![0x30, 6, 2, 1, 1, 2, 1, 1], |keys| {
            keys.sign(key_id, message)
        })
    }

    fn sign_many(&self, requests: Vec<SignRequest>) -> Result<Vec<Vec<u8>>, KeyError> {
        let wrong = vec![vec![0; 8]; requests.len()];
        self.play(Call::SignMany, wrong, |keys| keys.sign_many(requests))
    }

    fn end_session(&self) -> Result<(), KeyError> {
        self.play(Call::EndSession, (), |keys| keys.end_session())
    }

    fn seal(&self, key_id: String, aad: Vec<u8>, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.play(Call::Seal, vec![1; 60], |keys| keys.seal(key_id, aad, plaintext))
    }

    fn open_sealed(&self, key_id: String, aad: Vec<u8>, ciphertext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.play(Call::OpenSealed, vec![1; 32], |keys| {
            keys.open_sealed(key_id, aad, ciphertext)
        })
    }

    fn list(&self) -> Result<Vec<KeyInfo>, KeyError> {
        let listed = self.play(Call::List, Vec::new(), |keys| keys.list())?;
        Ok(self.claimed(listed))
    }

    fn delete(&self, key_id: String) -> Result<(), KeyError> {
        let wraps = |key: &KeyInfo| key.key_id == key_id && key.purpose == KeyPurpose::Wrapping;
        let call = if self.inner.list()?.iter().any(wraps) {
            Call::DeleteWrapping
        } else {
            Call::Delete
        };
        self.play(call, (), |keys| keys.delete(key_id))
    }

    fn policy(&self) -> Result<DevicePolicy, KeyError> {
        let level = *self.claimed.lock().unwrap();
        Ok(DevicePolicy {
            level,
            ..self.inner.policy()?
        })
    }
}
