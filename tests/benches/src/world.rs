//! A small world: an authority, a phone, a card, a snapshot.

use permitcard_credential::{
    cose::Unsigned,
    permit::{
        Category, Credential, Day, Employment, FileData, IssueInput, Permit, Person, PresentInput, Profile,
        SocialSecurity, StatusRef, issue, present,
    },
    qr::text,
    snapshot::{KeyState, Snapshot, TrustKey, TrustList, Usage},
    status::{Status, StatusBits, StatusList, StatusToken},
    verdict::{Policy, VerdictError, Verdicts, VerifyInput, verify},
};
use permitcard_crypto::ecdsa::{Curve, PublicKey, SigningKey};

/// 2026-11-02T08:00:00Z.
pub const NOW: i64 = 1_793_606_400;
/// The issuer of the sandbox.
pub const ISS: &str = "sandbox.example";
/// The status list of the sandbox.
pub const URI: &str = "https://sandbox.example/s/1";
/// The place of the sample person in it.
pub const INDEX: u64 = 88_231;
/// A nonce of a reverse QR.
pub const NONCE: &[u8] = &[1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
/// A beacon value.
pub const BEACON: [u8; 8] = [7; 8];

/// The keys of everybody.
pub struct World {
    /// Signs trust lists.
    pub root: SigningKey,
    /// Signs credentials and printed permits.
    pub issuer: SigningKey,
    /// Signs status lists.
    pub status: SigningKey,
    /// The holder's.
    pub phone: SigningKey,
}

/// Signs with a key.
pub fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

/// A new P-256 key.
pub fn key() -> SigningKey {
    SigningKey::generate(Curve::P256).unwrap()
}

fn permit(test: bool, name: &str, employment: [&str; 4]) -> Permit {
    let [employer, employer_id, occupation, place] = employment.map(str::to_owned);
    Permit {
        test,
        category: Category::B,
        valid_until: Day(21_000),
        restrictions: 0,
        person: Person {
            name: name.to_owned(),
            nationality: "MEX".to_owned(),
        },
        portrait: None,
        employment: Some(Employment {
            employer,
            employer_id,
            occupation,
            place,
        }),
        social_security: Some(SocialSecurity {
            number: "MEX00000G123456780".to_owned(),
            insurance_record: "310115 active PMU".to_owned(),
        }),
        file: Some(FileData {
            birth_day: Day(7_441),
            passport: "G12345678".to_owned(),
            permit_number: "23B310115000421".to_owned(),
            phone: Some("+8613800000000".to_owned()),
        }),
    }
}

/// The sample person of design 11.
pub fn sample(test: bool) -> Permit {
    let employment = [
        "Shanghai Example Trading Co Ltd",
        "91310115MA1K3EXA0X",
        "Software engineer",
        "310115",
    ];
    permit(test, "GARCIA LOPEZ<<MARIA", employment)
}

/// The sample person with every text of the employer's profile at its limit.
pub fn at_limits() -> Permit {
    let [employer, id, occupation, place] = [72, 18, 36, 24].map(|length| "W".repeat(length));
    permit(true, &"W".repeat(39), [&employer, &id, &occupation, &place])
}

/// What an employer is shown.
pub fn employer(nonce: Option<&'static [u8]>, beacon: Option<[u8; 8]>) -> PresentInput<'static> {
    let profile = Profile::Employer;
    PresentInput {
        groups: profile.groups(),
        aud: profile.aud(),
        iat: NOW,
        exp: NOW + 60,
        nonce,
        beacon,
    }
}

/// An active key of the sandbox in a trust list.
pub fn trust_key(key: &PublicKey, usage: Usage) -> TrustKey {
    TrustKey {
        iss: ISS.to_owned(),
        key: key.clone(),
        not_before: NOW - 30 * Day::SECONDS,
        expires_at: NOW + 365 * Day::SECONDS,
        usage: usage.and(Usage::TEST),
        state: KeyState::Active,
        compromised_at: None,
    }
}

/// An employer's verification of `text` five seconds after the presentation, with a change of its input.
pub fn check_with<'a>(
    text: &'a str,
    snapshot: &'a Snapshot,
    change: impl FnOnce(&mut VerifyInput<'a>),
) -> Result<Verdicts, VerdictError> {
    const EMPLOYER: Policy = Policy::employer();
    let mut input = VerifyInput {
        text,
        snapshot,
        now: NOW + 5,
        policy: &EMPLOYER,
        aud: None,
        nonce: None,
        sandbox: true,
        seen_before: None,
    };
    change(&mut input);
    verify(&input)
}

impl World {
    /// New keys.
    pub fn new() -> Self {
        Self {
            root: SigningKey::generate(Curve::P384).unwrap(),
            issuer: key(),
            status: key(),
            phone: key(),
        }
    }

    /// What issuing takes, around a permit.
    pub fn issue_input<'a>(&'a self, permit: &'a Permit) -> IssueInput<'a> {
        IssueInput {
            iss: ISS,
            sub: "k3F9q-Zx",
            iat: NOW - 5 * Day::SECONDS,
            exp: NOW + 20 * Day::SECONDS,
            holder: self.phone.public_key(),
            status: StatusRef {
                idx: INDEX,
                uri: URI.to_owned(),
            },
            permit,
        }
    }

    /// A credential with all its disclosures.
    pub fn credential(&self, permit: &Permit) -> Vec<u8> {
        sign(
            issue(&self.issue_input(permit), self.issuer.public_key()).unwrap(),
            &self.issuer,
        )
    }

    /// The token of a presentation.
    pub fn token(&self, credential: &[u8], input: &PresentInput<'_>) -> Vec<u8> {
        sign(
            present(&Credential::parse(credential).unwrap(), input).unwrap(),
            &self.phone,
        )
    }

    /// The text of a presentation.
    pub fn text(&self, credential: &[u8], input: &PresentInput<'_>) -> String {
        text::encode(&self.token(credential, input))
    }

    /// A trust list of twenty keys, the used ones last.
    pub fn trust_list(&self) -> TrustList {
        let mut keys: Vec<TrustKey> = (2..20)
            .map(|_| trust_key(key().public_key(), Usage::CREDENTIAL))
            .collect();
        keys.push(trust_key(self.status.public_key(), Usage::STATUS));
        keys.push(trust_key(self.issuer.public_key(), Usage::CREDENTIAL));
        TrustList {
            uri: "https://sandbox.example/t".to_owned(),
            issued_at: NOW - 600,
            expires_at: NOW + 604_800,
            ttl_s: 21_600,
            serial: 5,
            keys,
            status_lists: Vec::new(),
            next_root: None,
        }
    }

    /// A status list of this many entries of two bits, one in fifty of them not valid.
    pub fn status_token(&self, entries: usize) -> StatusToken {
        let mut list = StatusList::new(StatusBits::Two, entries).unwrap();
        let mut random = 12_345u64;
        for index in 0..entries as u64 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            if (random >> 33).is_multiple_of(50) && index != INDEX {
                let status = if random >> 63 == 0 {
                    Status::Invalid
                } else {
                    Status::Suspended
                };
                list.set(index, status).unwrap();
            }
        }
        StatusToken {
            uri: URI.to_owned(),
            issued_at: NOW - 600,
            expires_at: NOW + 604_800,
            ttl_s: 21_600,
            aggregation_uri: None,
            list,
        }
    }

    /// The file of a trust list and a status list.
    pub fn snapshot_file(&self, trust: &TrustList, status: &StatusToken) -> Vec<u8> {
        let mut file = sign(trust.build(self.root.public_key()).unwrap(), &self.root);
        file.extend(sign(status.build(self.status.public_key()), &self.status));
        file
    }

    /// Reads a snapshot file.
    pub fn snapshot_of(&self, file: &[u8]) -> Snapshot {
        Snapshot::parse(file, self.root.public_key(), NOW).unwrap()
    }

    /// A snapshot of a usual size: twenty keys, a list of 2^17 entries.
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot_of(&self.snapshot_file(&self.trust_list(), &self.status_token(1 << 17)))
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}
