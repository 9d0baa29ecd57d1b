//! A small world for the tests: an authority, a phone, a card, a snapshot.

use permitcard_crypto::ecdsa::{Curve, PublicKey, SigningKey};

use crate::{
    cose::{Unsigned, cbor::Limits},
    permit::{self, Category, Credential, Day, Employment, Group, IssueInput, Permit, Person, PresentInput, StatusRef},
    qr::text,
    sdcwt::{KbtClaims, SdCwt, bind},
    snapshot::{Beacon, BeaconList, KeyState, Snapshot, TrustKey, TrustList, Usage},
    status::{Status, StatusBits, StatusList, StatusToken},
    verdict::{Policy, VerdictError, Verdicts, VerifyInput, verify},
};

/// Midday, so that the day that a credential is rounded down to is not now.
pub const NOW: i64 = 20_718 * 86_400 + 43_200;
pub const ISS: &str = "sandbox.example";
pub const URI: &str = "https://sandbox.example/s/1";
pub const INDEX: u64 = 9;

pub struct World {
    pub root: SigningKey,
    pub issuer: SigningKey,
    pub status: SigningKey,
    pub phone: SigningKey,
}

/// What a test may change about the card and its presentation.
#[derive(Clone)]
pub struct Card {
    pub test: bool,
    pub iss: &'static str,
    pub iat: i64,
    pub exp: i64,
    pub index: u64,
    pub groups: &'static [Group],
    pub aud: &'static str,
    pub presented_at: i64,
    pub life_s: i64,
    pub nonce: Option<&'static [u8]>,
    pub beacon: Option<[u8; 8]>,
}

impl Card {
    pub fn new() -> Self {
        Self {
            test: true,
            iss: ISS,
            iat: NOW,
            exp: NOW + 30 * 86_400,
            index: INDEX,
            groups: Policy::employer().groups(),
            aud: Policy::employer().aud(),
            presented_at: NOW,
            life_s: 60,
            nonce: None,
            beacon: None,
        }
    }
}

pub fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

pub fn key() -> SigningKey {
    SigningKey::generate(Curve::P256).unwrap()
}

pub fn trust_key(key: &PublicKey, usage: Usage) -> TrustKey {
    TrustKey {
        iss: ISS.to_owned(),
        key: key.clone(),
        not_before: NOW - 3_600,
        expires_at: NOW + 365 * 86_400,
        usage: usage.and(Usage::TEST),
        state: KeyState::Active,
        compromised_at: None,
    }
}

impl World {
    pub fn new() -> Self {
        Self {
            root: SigningKey::generate(Curve::P384).unwrap(),
            issuer: key(),
            status: key(),
            phone: key(),
        }
    }

    /// The credential of a card, with all disclosures.
    pub fn credential(&self, card: &Card) -> Vec<u8> {
        let permit = Permit {
            test: card.test,
            category: Category::B,
            // A permit that ends on the day of `exp` may be over before it: days end in China first.
            valid_until: Day::of_unix(card.exp + Day::SECONDS),
            restrictions: 0,
            person: Person {
                name: "GARCIA<LOPEZ<<MARIA".to_owned(),
                nationality: "ESP".to_owned(),
            },
            portrait: None,
            employment: Some(Employment {
                employer: "Shanghai Example Trading Co Ltd".to_owned(),
                employer_id: "91310000MA1FL00001".to_owned(),
                occupation: "Software engineer".to_owned(),
                place: "310115".to_owned(),
            }),
            social_security: None,
            file: None,
        };
        let input = IssueInput {
            iss: card.iss,
            sub: "k3Xf90aQ",
            iat: card.iat,
            exp: card.exp,
            holder: self.phone.public_key(),
            status: StatusRef {
                idx: card.index,
                uri: URI.to_owned(),
            },
            permit: &permit,
        };
        sign(permit::issue(&input, self.issuer.public_key()).unwrap(), &self.issuer)
    }

    /// The token of a presentation.
    pub fn token(&self, card: &Card) -> Vec<u8> {
        let credential = self.credential(card);
        let input = PresentInput {
            groups: card.groups,
            aud: card.aud,
            iat: card.presented_at,
            exp: card.presented_at + card.life_s,
            nonce: card.nonce,
            beacon: card.beacon,
        };
        sign(
            permit::present(&Credential::parse(&credential).unwrap(), &input).unwrap(),
            &self.phone,
        )
    }

    /// The text of a presentation.
    pub fn text(&self, card: &Card) -> String {
        text::encode(&self.token(card))
    }

    pub fn trust(&self) -> TrustList {
        TrustList {
            uri: "https://sandbox.example/t".to_owned(),
            issued_at: NOW - 600,
            expires_at: NOW + 604_800,
            ttl_s: 21_600,
            serial: 7,
            keys: vec![
                trust_key(self.issuer.public_key(), Usage::CREDENTIAL),
                trust_key(self.status.public_key(), Usage::STATUS),
            ],
            status_lists: Vec::new(),
            next_root: None,
        }
    }

    pub fn list(&self) -> StatusToken {
        let list = StatusList::new(StatusBits::Two, 64).unwrap();
        StatusToken {
            uri: URI.to_owned(),
            issued_at: NOW - 300,
            expires_at: NOW + 604_800,
            ttl_s: 21_600,
            aggregation_uri: None,
            list,
        }
    }

    /// The snapshot after a change of its lists.
    pub fn snapshot_of(&self, change: impl FnOnce(&mut TrustList, &mut Option<StatusToken>)) -> Snapshot {
        let (mut trust, mut list) = (self.trust(), Some(self.list()));
        change(&mut trust, &mut list);
        let mut file = sign(trust.build(self.root.public_key()).unwrap(), &self.root);
        if let Some(list) = list {
            file.extend(sign(list.build(self.status.public_key()), &self.status));
        }
        Snapshot::parse(&file, self.root.public_key(), NOW).unwrap()
    }

    pub fn snapshot(&self) -> Snapshot {
        self.snapshot_of(|_, _| ())
    }

    /// The snapshot with one beacon value in it.
    pub fn snapshot_with_beacon(&self, value: [u8; 8], published_at: i64) -> Snapshot {
        let beacons = BeaconList {
            uri: "https://sandbox.example/b".to_owned(),
            issued_at: NOW,
            beacons: vec![Beacon { value, published_at }],
        };
        let file = [
            sign(self.trust().build(self.root.public_key()).unwrap(), &self.root),
            sign(beacons.build(self.status.public_key()).unwrap(), &self.status),
            sign(self.list().build(self.status.public_key()), &self.status),
        ];
        Snapshot::parse(&file.concat(), self.root.public_key(), NOW).unwrap()
    }

    pub fn snapshot_with(&self, status: Status) -> Snapshot {
        self.snapshot_of(|_, list| list.as_mut().unwrap().list.set(INDEX, status).unwrap())
    }
}

/// A verification with a change of its input.
pub fn check_with<'a>(
    text: &'a str,
    snapshot: &'a Snapshot,
    change: impl FnOnce(&mut VerifyInput<'a>),
) -> Result<Verdicts, VerdictError> {
    const EMPLOYER: Policy = Policy::employer();
    let mut input = VerifyInput {
        text,
        snapshot,
        now: NOW,
        policy: &EMPLOYER,
        aud: None,
        nonce: None,
        sandbox: true,
        seen_before: None,
    };
    change(&mut input);
    verify(&input)
}

pub fn check(text: &str, snapshot: &Snapshot) -> Verdicts {
    check_with(text, snapshot, |_| ()).unwrap()
}

/// A presentation of `credential` that no wallet would make: with any claims, signed by the phone of `world`.
pub fn rebound(credential: &[u8], world: &World, change: impl FnOnce(&mut KbtClaims<'_>)) -> String {
    let limits = Limits::new(credential.len());
    let parsed = SdCwt::parse(credential, &limits).unwrap();
    let chosen: Vec<&[u8]> = parsed
        .disclosures()
        .iter()
        .map(|disclosure| disclosure.encoded())
        .collect();
    let mut claims = KbtClaims {
        aud: "wp.emp",
        iat: NOW,
        exp: NOW + 60,
        nonce: None,
        private: None,
    };
    change(&mut claims);
    text::encode(&sign(bind(&parsed, &chosen, &claims), &world.phone))
}
