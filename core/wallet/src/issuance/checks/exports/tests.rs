use permitcard_credential::mdoc::{self, MdocError};
use permitcard_credential::permit::{Category, Day, FileData, Person, Portrait, PortraitFormat, StatusRef};
use permitcard_credential::sdjwt;
use permitcard_credential::snapshot::{KeyState, Roots, TrustKey, TrustList};
use permitcard_crypto::ecdsa::{Curve, SigningKey};

use super::*;
use crate::issuance::checks;

const NOW: i64 = 1_800_000_000;
const ISS: &str = "sandbox.example";

/// An authority in memory. Each test changes one thing and expects one code, of both forms.
struct Authority {
    root: SigningKey,
    signer: SigningKey,
    /// Signs instead, if it is another one.
    signs: Option<SigningKey>,
    holder: Vec<SigningKey>,
    usage: Usage,
    state: KeyState,
    not_before: i64,
    held: Permit,
    issued: Permit,
    iat: i64,
    exp: i64,
    iss: &'static str,
    idx: fn(u64) -> u64,
}

fn permit() -> Permit {
    Permit {
        test: true,
        category: Category::B,
        valid_until: Day(21_500),
        restrictions: 1,
        person: Person {
            name: "GARCIA LOPEZ<<MARIA".into(),
            nationality: "ESP".into(),
        },
        portrait: Some(Portrait {
            bytes: vec![7; 300],
            format: PortraitFormat::WebP,
        }),
        employment: None,
        social_security: None,
        file: Some(FileData {
            birth_day: Day(7_000),
            passport: "XDB123456".into(),
            permit_number: "123456789012345678".into(),
            phone: None,
        }),
    }
}

/// The skeleton of a certificate for a key: enough to find the key, signed by nobody.
fn certificate(key: &PublicKey) -> Vec<u8> {
    let wrap = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], length.as_slice(), content].concat()
    };
    let spki =
        b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
    let nothing = wrap(0x30, &[]);
    let body = [
        wrap(0xa0, &[2, 1, 2]).as_slice(),
        &[2, 1, 7],
        &nothing,
        &nothing,
        &nothing,
        &nothing,
        spki,
        key.point(),
    ]
    .concat();
    wrap(0x30, &[wrap(0x30, &body).as_slice(), &nothing, &[3, 1, 0]].concat())
}

impl Authority {
    fn new() -> Self {
        let key = || SigningKey::generate(Curve::P256).unwrap();
        Self {
            root: SigningKey::generate(Curve::P384).unwrap(),
            signer: key(),
            signs: None,
            holder: (0..2).map(|_| key()).collect(),
            usage: Usage::DOCUMENT.and(Usage::TEST),
            state: KeyState::Active,
            not_before: NOW - 10 * Day::SECONDS,
            held: permit(),
            issued: permit(),
            iat: NOW,
            exp: NOW + 20 * Day::SECONDS,
            iss: ISS,
            idx: |number| number,
        }
    }

    fn snapshot(&self) -> Snapshot {
        let list = TrustList {
            uri: "https://sandbox.example/t".into(),
            issued_at: NOW - 100,
            expires_at: NOW + 100,
            ttl_s: 60,
            serial: 9,
            keys: vec![TrustKey {
                iss: ISS.into(),
                key: self.signer.public_key().clone(),
                not_before: self.not_before,
                expires_at: NOW + 1_000_000,
                usage: self.usage,
                state: self.state,
                compromised_at: None,
            }],
            status_lists: vec![],
            next_root: None,
        };
        let unsigned = list.build(self.root.public_key()).unwrap();
        let signature = self.root.sign(unsigned.to_sign()).unwrap();
        let bytes = unsigned.finish(&signature).unwrap();
        let roots = Roots::new(self.root.public_key().clone(), None);
        checks::snapshot(&bytes, &roots, NOW, None).unwrap()
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let key = self.signs.as_ref().unwrap_or(&self.signer);
        key.sign(message).unwrap().to_vec()
    }

    fn status(&self, number: u64) -> StatusRef {
        StatusRef {
            idx: (self.idx)(number),
            uri: "https://sandbox.example/s/1".into(),
        }
    }

    fn documents(&self) -> Result<Vec<Vec<u8>>, MdocError> {
        let certificate = certificate(self.signer.public_key());
        let each = self.holder.iter().zip(0u64..);
        each.map(|(holder, number)| {
            let unsigned = mdoc::issue(&mdoc::IssueInput {
                signed_at: self.iat,
                expires_at: self.exp,
                holder: holder.public_key(),
                status: self.status(number),
                permit: &self.issued,
                chain: &[&certificate],
            })?;
            let signature = self.sign(unsigned.to_sign());
            unsigned.finish(&signature)
        })
        .collect()
    }

    fn texts(&self) -> Vec<String> {
        let certificate = certificate(self.signer.public_key());
        let iss = format!("https://{}", self.iss);
        let each = self.holder.iter().zip(0u64..);
        each.map(|(holder, number)| {
            let unsigned = sdjwt::issue(&sdjwt::IssueInput {
                iss: &iss,
                iat: self.iat,
                exp: self.exp,
                holder: holder.public_key(),
                status: self.status(number),
                permit: &self.issued,
                chain: &[&certificate],
            })
            .unwrap();
            let signature = self.sign(unsigned.to_sign());
            unsigned.finish(&signature).unwrap()
        })
        .collect()
    }

    /// Runs a check over what both forms must agree with.
    fn expecting<T>(&self, now: i64, sandbox: bool, check: impl FnOnce(&Expectation<'_>) -> T) -> T {
        let snapshot = self.snapshot();
        let expected = Expected {
            now,
            sandbox,
            transport: self.root.public_key(),
            known_version: None,
        };
        check(&Expectation {
            permit: &self.held,
            iss: ISS,
            snapshot: &snapshot,
            expected: &expected,
        })
    }

    fn keys(&self) -> Vec<&PublicKey> {
        self.holder.iter().map(SigningKey::public_key).collect()
    }

    /// The answer of both checks, which is the same.
    fn both_at(&self, now: i64, sandbox: bool) -> Result<(), CheckCode> {
        let (documents, texts) = (self.documents().unwrap(), self.texts());
        self.expecting(now, sandbox, |expect| {
            let one = mdoc(&documents, &self.keys(), expect);
            assert_eq!(one, sd_jwt(&texts, &self.keys(), expect));
            one
        })
    }

    fn both(&self) -> Result<(), CheckCode> {
        self.both_at(NOW, true)
    }
}

#[test]
fn a_good_batch_passes() {
    assert_eq!(Authority::new().both(), Ok(()));
}

#[test]
fn one_rule_each() {
    type Bend = fn(&mut Authority);
    let cases: &[(&str, Bend, CheckCode)] = &[
        (
            "usage",
            |a| a.usage = Usage::CREDENTIAL.and(Usage::TEST),
            CheckCode::IssuerUnknown,
        ),
        (
            "compromised",
            |a| a.state = KeyState::Compromised,
            CheckCode::IssuerUnknown,
        ),
        (
            "before the key",
            |a| a.not_before = NOW + Day::SECONDS,
            CheckCode::IssuerUnknown,
        ),
        (
            "another signer",
            |a| a.signs = Some(SigningKey::generate(Curve::P256).unwrap()),
            CheckCode::SignatureInvalid,
        ),
        ("no test bit", |a| a.usage = Usage::DOCUMENT, CheckCode::TestMismatch),
        ("no test mark", |a| a.issued.test = false, CheckCode::TestMismatch),
        (
            "too long",
            |a| a.exp = Day::of_unix(NOW).start() + 31 * Day::SECONDS + 1,
            CheckCode::ValidityInvalid,
        ),
        ("over", |a| a.exp = NOW, CheckCode::ValidityInvalid),
        (
            "of tomorrow",
            |a| {
                a.iat = NOW + Day::SECONDS;
            },
            CheckCode::ValidityInvalid,
        ),
        (
            "beyond the permit",
            |a| {
                a.held.valid_until = Day(20_840);
                a.issued.valid_until = Day(20_900);
            },
            CheckCode::ValidityInvalid,
        ),
        (
            "another name",
            |a| a.issued.person.name = "GARCIA LOPEZ<<MARIO".into(),
            CheckCode::ContentMismatch,
        ),
        ("withheld", |a| a.issued.file = None, CheckCode::ContentMismatch),
        (
            "another portrait",
            |a| a.issued.portrait.as_mut().unwrap().bytes[0] ^= 1,
            CheckCode::ContentMismatch,
        ),
        ("one place twice", |a| a.idx = |_| 5, CheckCode::ContentMismatch),
    ];
    for (name, bend, code) in cases {
        let mut authority = Authority::new();
        bend(&mut authority);
        assert_eq!(authority.both(), Err(*code), "{name}");
    }
}

#[test]
fn a_wallet_for_real_cards_takes_no_test() {
    assert_eq!(Authority::new().both_at(NOW, false), Err(CheckCode::TestMismatch));
}

#[test]
fn each_copy_is_for_its_own_key() {
    let authority = Authority::new();
    let (mut documents, mut texts) = (authority.documents().unwrap(), authority.texts());
    documents.reverse();
    texts.reverse();
    authority.expecting(NOW, true, |expect| {
        let keys = authority.keys();
        assert_eq!(mdoc(&documents, &keys, expect), Err(CheckCode::KeyMismatch));
        assert_eq!(sd_jwt(&texts, &keys, expect), Err(CheckCode::KeyMismatch));
        assert_eq!(mdoc(&documents[..1], &keys, expect), Err(CheckCode::CountMismatch));
        assert_eq!(sd_jwt(&texts[..1], &keys, expect), Err(CheckCode::CountMismatch));
    });
}

#[test]
fn a_changed_element_is_refused() {
    let authority = Authority::new();
    let (mut documents, mut texts) = (authority.documents().unwrap(), authority.texts());
    // The element's value, outside of what is signed.
    let at = documents[0].windows(9).position(|w| w == b"XDB123456").unwrap();
    documents[0][at] ^= 1;
    // A disclosure of the second copy in the first one.
    let foreign = texts[1].split('~').nth(1).unwrap().to_owned();
    texts[0] = format!("{}{foreign}~", texts[0]);
    authority.expecting(NOW, true, |expect| {
        let keys = authority.keys();
        assert_eq!(mdoc(&documents, &keys, expect), Err(CheckCode::DisclosureMismatch));
        assert_eq!(sd_jwt(&texts, &keys, expect), Err(CheckCode::DisclosureMismatch));
        assert_eq!(mdoc(&[vec![], vec![]], &keys, expect), Err(CheckCode::Unreadable));
        let nothing = [String::new(), String::new()];
        assert_eq!(sd_jwt(&nothing, &keys, expect), Err(CheckCode::Unreadable));
    });
}

#[test]
fn an_sd_jwt_names_the_issuer_of_the_card() {
    let mut authority = Authority::new();
    authority.iss = "other.example";
    let texts = authority.texts();
    authority.expecting(NOW, true, |expect| {
        assert_eq!(
            sd_jwt(&texts, &authority.keys(), expect),
            Err(CheckCode::ContentMismatch)
        );
    });
}
