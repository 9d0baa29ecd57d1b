use permitcard_crypto::ecdsa::{Curve, PublicKey, der_to_fixed};

use super::*;

/// A clock that the test moves.
struct TestClock(Mutex<ClockReading>);

impl TestClock {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(ClockReading {
            wall_s: 1_000,
            boot_ms: 5_000,
            boot_id: "first".into(),
        })))
    }

    fn change(&self, change: impl FnOnce(&mut ClockReading)) {
        change(&mut self.0.lock().unwrap());
    }
}

impl Clock for TestClock {
    fn now(&self) -> Result<ClockReading, crate::ClockError> {
        Ok(self.0.lock().unwrap().clone())
    }
}

fn spec(purpose: KeyPurpose) -> KeySpec {
    KeySpec { purpose }
}

fn prompt() -> PromptText {
    PromptText {
        title: "t".into(),
        reason: "r".into(),
    }
}

fn one(store: &FileKeys, purpose: KeyPurpose) -> KeyInfo {
    store.create_many(spec(purpose), 1, vec![]).unwrap().remove(0)
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn signatures_are_der_and_verify_under_the_public_key_that_was_given() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileKeys::open(dir.path()).unwrap();
    let key = one(&store, KeyPurpose::Transport);
    let public = PublicKey::from_point(Curve::P256, &key.public_key).unwrap();
    let der = store.sign(key.key_id.clone(), b"message".to_vec()).unwrap();
    public
        .verify(b"message", &der_to_fixed(Curve::P256, &der).unwrap())
        .unwrap();
    let again = FileKeys::open(dir.path()).unwrap();
    let der = again.sign(key.key_id, b"other".to_vec()).unwrap();
    public
        .verify(b"other", &der_to_fixed(Curve::P256, &der).unwrap())
        .unwrap();
}

#[test]
fn presentation_keys_sign_for_180_seconds_after_the_session_began() {
    let dir = tempfile::tempdir().unwrap();
    let clock = TestClock::new();
    let store = FileKeys::open_with_clock(dir.path(), clock.clone()).unwrap();
    let key = one(&store, KeyPurpose::Presentation).key_id;
    let sign = || store.sign(key.clone(), b"m".to_vec()).map(|_| ());
    assert_eq!(sign(), Err(KeyError::NeedsUser));
    store.begin_session(prompt()).unwrap();
    assert_eq!(sign(), Ok(()));
    clock.change(|now| {
        now.boot_ms += 179_999;
        now.wall_s += 179;
    });
    assert_eq!(sign(), Ok(()));
    clock.change(|now| now.boot_ms += 1);
    assert_eq!(sign(), Err(KeyError::NeedsUser));
    // An ended session does not come back when the clock does.
    clock.change(|now| now.boot_ms -= 1);
    assert_eq!(sign(), Err(KeyError::NeedsUser));
}

#[test]
fn a_session_ends_with_the_wall_clock_a_restart_a_clock_set_back_and_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    let clock = TestClock::new();
    let store = FileKeys::open_with_clock(dir.path(), clock.clone()).unwrap();
    let key = one(&store, KeyPurpose::Presentation).key_id;
    let changes: [fn(&mut ClockReading); 4] = [
        |now| now.wall_s += 180,
        |now| now.wall_s -= 1,
        |now| now.boot_ms -= 1,
        |now| now.boot_id = "second".into(),
    ];
    for change in changes {
        store.begin_session(prompt()).unwrap();
        store.sign(key.clone(), vec![]).unwrap();
        clock.change(change);
        assert_eq!(store.sign(key.clone(), vec![]), Err(KeyError::NeedsUser));
    }
    store.begin_session(prompt()).unwrap();
    store.end_session().unwrap();
    assert_eq!(store.sign(key, vec![]), Err(KeyError::NeedsUser));
    store.end_session().unwrap();
}

#[test]
fn sign_many_keeps_the_order_and_gives_all_or_none() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileKeys::open(dir.path()).unwrap();
    let keys = store.create_many(spec(KeyPurpose::Presentation), 3, vec![]).unwrap();
    let requests: Vec<_> = keys
        .iter()
        .map(|key| SignRequest {
            key_id: key.key_id.clone(),
            message: key.key_id.clone().into_bytes(),
        })
        .collect();
    assert_eq!(store.sign_many(requests.clone()), Err(KeyError::NeedsUser));
    store.begin_session(prompt()).unwrap();
    let signatures = store.sign_many(requests.clone()).unwrap();
    assert_eq!(signatures.len(), 3);
    for (key, der) in keys.iter().zip(signatures) {
        PublicKey::from_point(Curve::P256, &key.public_key)
            .unwrap()
            .verify(key.key_id.as_bytes(), &der_to_fixed(Curve::P256, &der).unwrap())
            .unwrap();
    }
    let mut with_unknown = requests;
    with_unknown[2].key_id = "unknown".into();
    assert_eq!(store.sign_many(with_unknown), Err(KeyError::NotFound));
}

#[test]
fn sealed_bytes_open_only_with_the_same_key_and_context() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileKeys::open(dir.path()).unwrap();
    let (a, b) = (one(&store, KeyPurpose::Wrapping), one(&store, KeyPurpose::Wrapping));
    assert!(a.public_key.is_empty());
    let sealed = store
        .seal(a.key_id.clone(), b"aad".to_vec(), b"secret".to_vec())
        .unwrap();
    let open = |id: &KeyInfo, aad: &[u8], text: &[u8]| store.open_sealed(id.key_id.clone(), aad.into(), text.into());
    assert_eq!(open(&a, b"aad", &sealed).unwrap(), b"secret");
    assert_eq!(open(&a, b"other", &sealed), Err(KeyError::Invalidated));
    assert_eq!(open(&b, b"aad", &sealed), Err(KeyError::Invalidated));
    assert_eq!(open(&a, b"aad", &sealed[1..]), Err(KeyError::Invalidated));
}

#[test]
fn a_key_does_only_what_it_was_made_for() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileKeys::open(dir.path()).unwrap();
    let wrapping = one(&store, KeyPurpose::Wrapping).key_id;
    let transport = one(&store, KeyPurpose::Transport).key_id;
    assert_eq!(store.sign(wrapping, vec![]), Err(KeyError::Unexpected));
    assert_eq!(store.seal(transport, vec![], vec![]), Err(KeyError::Unexpected));
}

#[test]
fn two_stores_know_nothing_of_each_other() {
    let (one_dir, other_dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = FileKeys::open(one_dir.path()).unwrap();
    let other = FileKeys::open(other_dir.path()).unwrap();
    let key = one(&store, KeyPurpose::Wrapping).key_id;
    let sealed = store.seal(key.clone(), vec![], b"secret".to_vec()).unwrap();
    assert_eq!(
        other.open_sealed(key.clone(), vec![], sealed.clone()),
        Err(KeyError::NotFound)
    );
    other.delete(key.clone()).unwrap();
    assert!(other.list().unwrap().is_empty());
    assert_eq!(store.open_sealed(key, vec![], sealed).unwrap(), b"secret");
}

#[test]
fn list_and_delete_and_nothing_left_after_the_last_key() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileKeys::open(dir.path()).unwrap();
    let made = store
        .create_many(spec(KeyPurpose::Transport), 2, b"nonce".to_vec())
        .unwrap();
    assert_eq!(store.list().unwrap(), made);
    store.delete(made[0].key_id.clone()).unwrap();
    assert_eq!(store.list().unwrap(), made[1..]);
    assert_eq!(store.sign(made[0].key_id.clone(), vec![]), Err(KeyError::NotFound));
    store.delete(made[0].key_id.clone()).unwrap();
    store.delete(made[1].key_id.clone()).unwrap();
    assert_eq!(files(dir.path()), Vec::<String>::new());
    store.delete(made[1].key_id.clone()).unwrap();
    assert_eq!(files(dir.path()), Vec::<String>::new());
    std::fs::remove_dir(dir.path()).unwrap();
    assert_eq!(store.list().unwrap(), vec![]);
    one(&store, KeyPurpose::Transport);
    assert_eq!(store.list().unwrap().len(), 1);
}

#[test]
fn create_many_leaves_no_key_behind_when_it_fails() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileKeys::open(dir.path()).unwrap();
    for count in [0, 65, u32::MAX] {
        assert_eq!(
            store.create_many(spec(KeyPurpose::Transport), count, vec![]),
            Err(KeyError::Unexpected)
        );
    }
    assert_eq!(store.list().unwrap(), vec![]);
    // A folder where the new file would be written: the write fails after the keys were made.
    let before = one(&store, KeyPurpose::Transport);
    std::fs::create_dir(dir.path().join(NEW_FILE)).unwrap();
    assert_eq!(
        store.create_many(spec(KeyPurpose::Presentation), 10, vec![]),
        Err(KeyError::Transient)
    );
    assert_eq!(store.list().unwrap(), vec![before]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let store = FileKeys::open(&dir.path().join("keys")).unwrap();
    one(&store, KeyPurpose::Transport);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir.path().join("keys")), 0o700);
    let names = files(&dir.path().join("keys"));
    assert!(names.contains(&KEYS_FILE.to_owned()));
    for name in names {
        assert_eq!(mode(&dir.path().join("keys").join(&name)), 0o600, "{name}");
    }
}

#[test]
fn a_damaged_file_is_an_error_and_stays() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileKeys::open(dir.path()).unwrap();
    one(&store, KeyPurpose::Wrapping);
    one(&store, KeyPurpose::Transport);
    let path = dir.path().join(KEYS_FILE);
    let whole = std::fs::read(&path).unwrap();
    for cut in 0..whole.len() {
        std::fs::write(&path, &whole[..cut]).unwrap();
        assert_eq!(store.list(), Err(KeyError::Unexpected), "cut at {cut}");
        assert_eq!(
            store.create_many(spec(KeyPurpose::Wrapping), 1, vec![]),
            Err(KeyError::Unexpected)
        );
        assert_eq!(std::fs::read(&path).unwrap(), whole[..cut]);
    }
}

#[test]
fn many_threads_lose_no_key() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = FileKeys::open(dir.path()).unwrap();
                for _ in 0..5 {
                    one(&store, KeyPurpose::Wrapping);
                }
            });
        }
    });
    assert_eq!(FileKeys::open(dir.path()).unwrap().list().unwrap().len(), 20);
}

#[test]
fn frozen_bytes_of_the_key_file() {
    let key = StoredKey {
        id: "ab".into(),
        purpose: KeyPurpose::Wrapping,
        secret: Secret::Wrapping(Zeroizing::new([7; 32])),
    };
    let mut expected = b"permitcard file keys 1, not for phones\n\x00\x01\x02ab\x01\x00\x20".to_vec();
    expected.extend([7; 32]);
    assert_eq!(*stored::encode(&[key]), expected);
    assert!(matches!(&stored::decode(&expected).unwrap()[0].secret, Secret::Wrapping(bytes) if **bytes == [7; 32]));
}

#[test]
fn debug_shows_nothing() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(format!("{:?}", FileKeys::open(dir.path()).unwrap()), "FileKeys");
}
