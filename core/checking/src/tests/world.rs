//! An authority, a phone, and a verifier with a clock that the test turns.

use std::sync::{Arc, Mutex};

use permitcard_credential::{
    cose::{Jwk, Unsigned},
    permit::{
        self, Category, Credential, Day, Employment, Group, IssueInput, Permit, Person, PresentInput, Profile,
        StatusRef,
    },
    qr::text,
    snapshot::{Beacon, BeaconList, KeyState, RootChange, StatusPointer, TrustKey, TrustList, Usage},
    status::{Status, StatusBits, StatusList, StatusToken},
};
use permitcard_crypto::ecdsa::{Curve, PublicKey, SigningKey};
use permitcard_net::{NetOptions, RetryOptions};
use permitcard_platform::{Clock, ClockError, ClockReading, file_keys::FileKeys};
use permitcard_protocol::ClientFile;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use tempfile::TempDir;

use crate::{Checker, CheckingError};

pub const NOW: i64 = 20_718 * 86_400 + 43_200;
pub const ISS: &str = "sandbox.example";
pub const URI: &str = "https://sandbox.example/s/1";
/// The places of two cards in the status list.
pub const FIRST: u64 = 9;
pub const SECOND: u64 = 10;

/// A clock that stands until the test turns it.
pub struct TestClock(Mutex<ClockReading>);

impl TestClock {
    pub fn at(wall_s: i64) -> Arc<Self> {
        Arc::new(Self(Mutex::new(ClockReading {
            wall_s,
            boot_ms: 1_000,
            boot_id: "boot".to_owned(),
        })))
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        let mut reading = self.0.lock().unwrap();
        reading.wall_s += seconds;
        reading.boot_ms += u64::try_from(seconds).unwrap() * 1_000;
    }

    /// Sets the wall clock, as a user would.
    pub fn set(&self, wall_s: i64) {
        self.0.lock().unwrap().wall_s = wall_s;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Result<ClockReading, ClockError> {
        Ok(self.0.lock().unwrap().clone())
    }
}

pub struct Authority {
    pub root: SigningKey,
    pub issuer: SigningKey,
    pub status: SigningKey,
    pub phone: SigningKey,
    pub client: ClientFile,
}

fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

fn trust_key(key: &PublicKey, usage: Usage) -> TrustKey {
    TrustKey {
        iss: ISS.to_owned(),
        key: key.clone(),
        not_before: NOW - 90_000,
        expires_at: NOW + 365 * 86_400,
        usage: usage.and(Usage::TEST),
        state: KeyState::Active,
        compromised_at: None,
    }
}

/// What a snapshot file says; the tests vary it.
#[derive(Debug, Clone, Copy)]
pub struct Issue {
    pub serial: u64,
    pub trust_at: i64,
    pub status_at: i64,
    pub second: Status,
}

pub const ISSUE: Issue = Issue {
    serial: 7,
    trust_at: NOW - 600,
    status_at: NOW - 300,
    second: Status::Valid,
};

impl Authority {
    pub fn new() -> Self {
        let key = || SigningKey::generate(Curve::P256).unwrap();
        let root = SigningKey::generate(Curve::P384).unwrap();
        let ca_key = KeyPair::generate().unwrap();
        let mut ca = CertificateParams::new(Vec::new()).unwrap();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let client = ClientFile {
            url: "https://localhost:1".to_owned(),
            ca: ca.self_signed(&ca_key).unwrap().pem(),
            root_key: Jwk::from_public_key(root.public_key()),
        };
        Self {
            root,
            issuer: key(),
            status: key(),
            phone: key(),
            client,
        }
    }

    fn trust_list(&self, issue: Issue) -> TrustList {
        TrustList {
            uri: "https://sandbox.example/t".to_owned(),
            issued_at: issue.trust_at,
            expires_at: issue.trust_at + 604_800,
            ttl_s: 21_600,
            serial: issue.serial,
            keys: vec![
                trust_key(self.issuer.public_key(), Usage::CREDENTIAL),
                trust_key(self.status.public_key(), Usage::STATUS),
            ],
            status_lists: vec![StatusPointer {
                uri: URI.to_owned(),
                path: "/status/1".to_owned(),
            }],
            next_root: None,
        }
    }

    pub fn trust(&self, issue: Issue) -> Vec<u8> {
        let list = self.trust_list(issue);
        sign(list.build(self.root.public_key()).unwrap(), &self.root)
    }

    pub fn token(&self, issue: Issue) -> Vec<u8> {
        let mut list = StatusList::new(StatusBits::Two, 64).unwrap();
        list.set(SECOND, issue.second).unwrap();
        let (issued_at, expires_at) = (issue.status_at, issue.status_at + 604_800);
        let token = StatusToken {
            uri: URI.to_owned(),
            issued_at,
            expires_at,
            ttl_s: 21_600,
            aggregation_uri: None,
            list,
        };
        sign(token.build(self.status.public_key()), &self.status)
    }

    pub fn snapshot(&self, issue: Issue) -> Vec<u8> {
        [self.trust(issue), self.token(issue)].concat()
    }

    /// A snapshot with one beacon value, whose list is as old.
    pub fn snapshot_with_beacon(&self, issue: Issue, value: [u8; 8], published_at: i64) -> Vec<u8> {
        let list = BeaconList {
            uri: "https://sandbox.example/b".to_owned(),
            issued_at: published_at,
            beacons: vec![Beacon { value, published_at }],
        };
        let beacons = sign(list.build(self.status.public_key()).unwrap(), &self.status);
        [self.trust(issue), beacons, self.token(issue)].concat()
    }

    /// The list of `issue` under a new root, with the change that the old one signs in front.
    pub fn changed_root(&self, issue: Issue, old: &SigningKey, new: &SigningKey) -> [Vec<u8>; 2] {
        let change = RootChange {
            issued_at: issue.trust_at,
            new_root: new.public_key().clone(),
        };
        let list = self.trust_list(issue);
        [
            sign(change.build(old.public_key()), old),
            sign(list.build(new.public_key()).unwrap(), new),
        ]
    }

    /// What a phone shows at `iat`.
    pub fn text(&self, index: u64, iat: i64) -> String {
        self.text_with(index, iat, None)
    }

    /// What a phone with a beacon value shows at `iat`.
    pub fn text_with(&self, index: u64, iat: i64, beacon: Option<[u8; 8]>) -> String {
        let permit = Permit {
            test: true,
            category: Category::C,
            valid_until: Day::of_unix(NOW + 40 * 86_400),
            restrictions: 0,
            person: Person {
                name: "VAN<DER<BERG<<JAN".to_owned(),
                nationality: "NLD".to_owned(),
            },
            portrait: None,
            employment: Some(Employment {
                employer: "Shanghai Example Trading Co Ltd".to_owned(),
                employer_id: "91310000MA1FL00001".to_owned(),
                occupation: "Engineer".to_owned(),
                place: "310115".to_owned(),
            }),
            social_security: None,
            file: None,
        };
        let input = IssueInput {
            iss: ISS,
            sub: "k3Xf90aQ",
            iat: NOW,
            exp: NOW + 30 * 86_400,
            holder: self.phone.public_key(),
            status: StatusRef {
                idx: index,
                uri: URI.to_owned(),
            },
            permit: &permit,
        };
        let credential = sign(permit::issue(&input, self.issuer.public_key()).unwrap(), &self.issuer);
        let groups = [Group::Person, Group::Employment];
        let input = PresentInput {
            groups: &groups,
            aud: Profile::Employer.aud(),
            iat,
            exp: iat + 60,
            nonce: None,
            beacon,
        };
        let unsigned = permit::present(&Credential::parse(&credential).unwrap(), &input).unwrap();
        text::encode(&sign(unsigned, &self.phone))
    }
}

/// A verifier's folder.
pub struct Place {
    pub dir: TempDir,
    pub keys: FileKeys,
    pub clock: Arc<TestClock>,
}

impl Place {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let keys = FileKeys::open(&dir.path().join("keys")).unwrap();
        Self {
            dir,
            keys,
            clock: TestClock::at(NOW),
        }
    }

    pub fn open(&self, client: &ClientFile) -> Result<Checker, CheckingError> {
        let net = NetOptions {
            retry: RetryOptions {
                attempts: 1,
                ..RetryOptions::default()
            },
            ..NetOptions::default()
        };
        Checker::open_with(self.dir.path(), client, &self.keys, self.clock.clone(), true, net)
    }
}
