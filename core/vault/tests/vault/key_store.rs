//! What the host's key store may refuse. Nothing is ever wiped for it.

use std::sync::Mutex;

use permitcard_platform::{
    DeviceKeys, DevicePolicy, KeyError, KeyInfo, KeySpec, PromptText, SignRequest, file_keys::FileKeys,
};
use permitcard_vault::{OpenError, VaultError, open_with};

use crate::common::{Content, Home, fill};

/// A key store that gives one answer instead of doing what it is asked.
struct Refusing {
    real: FileKeys,
    answer: Mutex<Option<Result<Vec<u8>, KeyError>>>,
}

impl Refusing {
    fn instead(&self) -> Result<Option<Vec<u8>>, KeyError> {
        self.answer.lock().unwrap().clone().transpose()
    }
}

impl DeviceKeys for Refusing {
    fn create_many(&self, spec: KeySpec, count: u32, nonce: Vec<u8>) -> Result<Vec<KeyInfo>, KeyError> {
        self.real.create_many(spec, count, nonce)
    }
    fn begin_session(&self, prompt: PromptText) -> Result<(), KeyError> {
        self.real.begin_session(prompt)
    }
    fn sign(&self, key_id: String, message: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.real.sign(key_id, message)
    }
    fn sign_many(&self, requests: Vec<SignRequest>) -> Result<Vec<Vec<u8>>, KeyError> {
        self.real.sign_many(requests)
    }
    fn end_session(&self) -> Result<(), KeyError> {
        self.real.end_session()
    }
    fn seal(&self, key_id: String, aad: Vec<u8>, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        match self.instead()? {
            Some(bytes) => Ok(bytes),
            None => self.real.seal(key_id, aad, plaintext),
        }
    }
    fn open_sealed(&self, key_id: String, aad: Vec<u8>, ciphertext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        match self.instead()? {
            Some(bytes) => Ok(bytes),
            None => self.real.open_sealed(key_id, aad, ciphertext),
        }
    }
    fn list(&self) -> Result<Vec<KeyInfo>, KeyError> {
        self.real.list()
    }
    fn delete(&self, key_id: String) -> Result<(), KeyError> {
        self.real.delete(key_id)
    }
    fn policy(&self) -> Result<DevicePolicy, KeyError> {
        self.real.policy()
    }
}

#[test]
fn a_refusal_of_the_key_store_wipes_nothing() {
    let home = Home::new();
    let vault = home.open().unwrap();
    fill(&vault);
    let content = Content::of(&vault).unwrap();
    vault.close();
    let before = std::fs::read(home.file("")).unwrap();
    let keys = Refusing {
        real: home.keys(),
        answer: Mutex::new(None),
    };
    let open = |answer| {
        *keys.answer.lock().unwrap() = answer;
        open_with(&home.file(""), &keys)
    };
    for error in KeyError::ALL {
        assert_eq!(open(Some(Err(*error))).unwrap_err(), OpenError::Keys(*error));
        assert_eq!(std::fs::read(home.file("")).unwrap(), before);
    }
    // Wrong bytes instead of the master key, of the right and of a wrong length.
    for bytes in [vec![], vec![0; 32], vec![0; 33]] {
        assert_eq!(
            open(Some(Ok(bytes))).unwrap_err(),
            OpenError::Vault(VaultError::WrongKey)
        );
        assert_eq!(std::fs::read(home.file("")).unwrap(), before);
    }
    assert_eq!(keys.list().unwrap().len(), 1);
    assert_eq!(Content::of(&open(None).unwrap()).unwrap(), content);
}

#[test]
fn a_refused_first_run_leaves_no_key_and_can_be_repeated() {
    let home = Home::new();
    let keys = Refusing {
        real: home.keys(),
        answer: Mutex::new(None),
    };
    for error in KeyError::ALL {
        *keys.answer.lock().unwrap() = Some(Err(*error));
        assert_eq!(open_with(&home.file(""), &keys).unwrap_err(), OpenError::Keys(*error));
        assert!(keys.list().unwrap().is_empty());
    }
    *keys.answer.lock().unwrap() = None;
    open_with(&home.file(""), &keys).unwrap();
    assert_eq!(keys.list().unwrap().len(), 1);
}
