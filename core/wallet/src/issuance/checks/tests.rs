use permitcard_credential::permit::card as wire_card;
use permitcard_credential::permit::{
    Category, Employment, FileData, IssueInput, Person, Portrait, PortraitFormat, SocialSecurity, StatusRef, issue,
};
use permitcard_credential::snapshot::{KeyState, RootChange, TrustList};
use permitcard_crypto::ecdsa::{Curve, SigningKey};

use super::*;

const NOW: i64 = 1_800_000_000;
const ISS: &str = "sandbox.example";

/// An authority in memory. Each test changes one thing and expects one code.
struct Authority {
    root: SigningKey,
    issuer: SigningKey,
    transport: SigningKey,
    holder: Vec<(SigningKey, DeviceKey)>,
    usage: Usage,
    state: KeyState,
    /// The state of the same key under another issuer's name.
    elsewhere: KeyState,
    trust_expires: i64,
    card: Card,
    issued: Permit,
    issue_iat: i64,
    issue_exp: i64,
    iss: &'static str,
    same_sub: bool,
    same_index: bool,
}

fn permit() -> Permit {
    Permit {
        test: true,
        category: Category::B,
        valid_until: Day(21_500),
        restrictions: 1,
        person: Person {
            name: "GARCIA<LOPEZ<<MARIA".into(),
            nationality: "ESP".into(),
        },
        portrait: Some(Portrait {
            bytes: vec![7; 300],
            format: PortraitFormat::WebP,
        }),
        employment: Some(Employment {
            employer: "Shanghai Example Trading Co Ltd ".repeat(4),
            employer_id: "91310000MA1FL00000".into(),
            occupation: "Software engineer".into(),
            place: "310000".into(),
        }),
        social_security: Some(SocialSecurity {
            number: "ESP000000000000001".into(),
            insurance_record: "310000 active".into(),
        }),
        file: Some(FileData {
            birth_day: Day(7_000),
            passport: "XDB123456".into(),
            permit_number: "123456789012345678".into(),
            phone: Some("+8613800000000".into()),
        }),
    }
}

impl Authority {
    fn new() -> Self {
        let key = || SigningKey::generate(Curve::P256).unwrap();
        let transport = key();
        let holder = (0..3)
            .map(|number| {
                let signing = key();
                let public = signing.public_key().clone();
                (
                    signing,
                    DeviceKey {
                        key_id: format!("key-{number}"),
                        public,
                    },
                )
            })
            .collect();
        Self {
            root: SigningKey::generate(Curve::P384).unwrap(),
            issuer: key(),
            holder,
            usage: Usage::CREDENTIAL.and(Usage::CARD).and(Usage::TEST),
            state: KeyState::Active,
            elsewhere: KeyState::Active,
            trust_expires: NOW + 100,
            card: Card {
                iss: ISS.into(),
                version: 3,
                tier: 1,
                iat: NOW - 50,
                permit: permit(),
                portrait_hash: sha256(b"portrait"),
                portrait_format: PortraitFormat::WebP,
                holder: transport.public_key().clone(),
            },
            transport,
            issued: permit(),
            issue_iat: NOW,
            issue_exp: NOW + 20 * Day::SECONDS,
            iss: ISS,
            same_sub: false,
            same_index: false,
        }
    }

    fn entry(&self, iss: &str, state: KeyState) -> TrustKey {
        TrustKey {
            iss: iss.into(),
            key: self.issuer.public_key().clone(),
            not_before: NOW - 1_000,
            expires_at: NOW + 1_000_000,
            usage: self.usage,
            state,
            compromised_at: None,
        }
    }

    fn trust_list(&self) -> Vec<u8> {
        let list = TrustList {
            uri: "https://sandbox.example/t".into(),
            issued_at: NOW - 100,
            expires_at: self.trust_expires,
            ttl_s: 60,
            serial: 9,
            keys: vec![self.entry(ISS, self.state), self.entry("third.example", self.elsewhere)],
            status_lists: vec![],
            next_root: None,
        };
        let unsigned = list.build(self.root.public_key()).unwrap();
        let signature = self.root.sign(unsigned.to_sign()).unwrap();
        unsigned.finish(&signature).unwrap()
    }

    fn roots(&self) -> Roots {
        Roots::new(self.root.public_key().clone(), None)
    }

    fn card_bytes(&self) -> Vec<u8> {
        let unsigned = wire_card::build(&self.card, self.issuer.public_key()).unwrap();
        let signature = self.issuer.sign(unsigned.to_sign()).unwrap();
        unsigned.finish(&signature).unwrap()
    }

    fn credentials(&self) -> Vec<Vec<u8>> {
        let each = self.holder.iter().zip(0u64..);
        each.map(|((_, key), number)| {
            let sub = if self.same_sub {
                "same".to_owned()
            } else {
                format!("copy{number}")
            };
            let idx = if self.same_index { 5 } else { number };
            let input = IssueInput {
                iss: self.iss,
                sub: &sub,
                iat: self.issue_iat,
                exp: self.issue_exp,
                holder: &key.public,
                status: StatusRef {
                    idx,
                    uri: "https://sandbox.example/s/1".into(),
                },
                permit: &self.issued,
            };
            let unsigned = issue(&input, self.issuer.public_key()).unwrap();
            let signature = self.issuer.sign(unsigned.to_sign()).unwrap();
            unsigned.finish(&signature).unwrap()
        })
        .collect()
    }

    fn keys(&self) -> Vec<DeviceKey> {
        self.holder.iter().map(|(_, key)| key.clone()).collect()
    }

    /// All checks, as an attempt does them.
    fn check(&self) -> Result<(), CheckCode> {
        self.check_sent(&self.card_bytes(), &self.credentials(), true)
    }

    fn check_sent(&self, card_bytes: &[u8], credentials: &[Vec<u8>], sandbox: bool) -> Result<(), CheckCode> {
        let snapshot = snapshot(&self.trust_list(), &self.roots(), NOW, Some(9))?;
        let transport = self.transport.public_key();
        let expected = Expected {
            now: NOW,
            sandbox,
            transport,
            known_version: Some(3),
        };
        let (card, _) = card(card_bytes, &snapshot, &expected)?;
        let ends = batch(credentials, &self.keys(), &card, &snapshot, &expected)?;
        assert!(ends.iter().all(|end| *end == self.issue_exp));
        portrait(b"portrait", &card)
    }

    fn refused_with(change: impl FnOnce(&mut Self)) -> CheckCode {
        let mut authority = Self::new();
        change(&mut authority);
        authority.check().unwrap_err()
    }
}

#[test]
fn what_is_right_passes() {
    Authority::new().check().unwrap();
}

#[test]
fn trust_list_is_of_the_root_in_time_and_never_older() {
    let authority = Authority::new();
    let list = authority.trust_list();
    let root = &authority.roots();
    let check = |root, now, known| snapshot(&list, root, now, known).map(|_| ());
    assert_eq!(check(root, NOW, Some(9)), Ok(()));
    assert_eq!(check(root, NOW, None), Ok(()));
    assert_eq!(check(root, NOW, Some(10)), Err(CheckCode::OlderVersion));
    assert_eq!(check(root, NOW + 101, Some(9)), Err(CheckCode::TrustListInvalid));
    let other = &Authority::new().roots();
    assert_eq!(check(other, NOW, None), Err(CheckCode::TrustListInvalid));
    let refused = snapshot(b"no list", root, NOW, None).map(|_| ());
    assert_eq!(refused, Err(CheckCode::TrustListInvalid));
}

#[test]
fn a_replaced_root_signs_neither_a_list_nor_a_time() {
    let (mut authority, next) = (Authority::new(), Authority::new());
    let (given, new) = (authority.root.public_key().clone(), next.root.public_key().clone());
    let change = RootChange {
        issued_at: NOW - 100,
        new_root: new.clone(),
    };
    let unsigned = change.build(&given);
    let signature = authority.root.sign(unsigned.to_sign()).unwrap();
    let change = unsigned.finish(&signature).unwrap();
    let old_list = authority.trust_list();
    authority.root = next.root;
    let way = [change, authority.trust_list()].concat();

    let before = Roots::new(given.clone(), None);
    let after = Roots::new(given, Some(new));
    for roots in [&before, &after] {
        assert!(snapshot(&way, roots, NOW, Some(9)).is_ok());
        assert_eq!(signed_time(&way, roots), Some(NOW - 100));
    }
    assert_eq!(signed_time(&old_list, &before), Some(NOW - 100));
    assert_eq!(signed_time(&old_list, &after), None);
    let refused = snapshot(&old_list, &after, NOW, Some(9)).map(|_| ());
    assert_eq!(refused, Err(CheckCode::TrustListInvalid));
}

#[test]
fn keys_sign_only_what_their_bits_say() {
    let with = |usage| Authority::refused_with(|authority| authority.usage = usage);
    assert_eq!(with(Usage::CREDENTIAL.and(Usage::TEST)), CheckCode::IssuerUnknown);
    assert_eq!(with(Usage::CARD.and(Usage::TEST)), CheckCode::IssuerUnknown);
    assert_eq!(with(Usage::STATUS.and(Usage::TEST)), CheckCode::IssuerUnknown);
    // A test card of a key that is not marked as one of tests.
    assert_eq!(with(Usage::CREDENTIAL.and(Usage::CARD)), CheckCode::TestMismatch);
    let compromised = Authority::refused_with(|authority| authority.state = KeyState::Compromised);
    assert_eq!(compromised, CheckCode::IssuerUnknown);
    let elsewhere = Authority::refused_with(|authority| authority.elsewhere = KeyState::Compromised);
    assert_eq!(elsewhere, CheckCode::IssuerUnknown);
    let later = Authority::refused_with(|authority| authority.card.iat = NOW - 100_000);
    assert_eq!(later, CheckCode::IssuerUnknown);
}

#[test]
fn test_cards_are_for_sandboxes_alone() {
    let authority = Authority::new();
    let (card, credentials) = (authority.card_bytes(), authority.credentials());
    assert_eq!(
        authority.check_sent(&card, &credentials, false),
        Err(CheckCode::TestMismatch)
    );
    let real = Authority::refused_with(|authority| {
        authority.card.permit.test = false;
        authority.issued.test = false;
        authority.usage = Usage::CREDENTIAL.and(Usage::CARD);
    });
    assert_eq!(real, CheckCode::TestMismatch);
    // The card is one, a credential is none.
    let mixed = Authority::refused_with(|authority| authority.issued.test = false);
    assert_eq!(mixed, CheckCode::TestMismatch);
}

#[test]
fn bound_to_this_devices_keys_in_order() {
    let other = |authority: &mut Authority| {
        authority.card.holder = SigningKey::generate(Curve::P256).unwrap().public_key().clone();
    };
    assert_eq!(Authority::refused_with(other), CheckCode::KeyMismatch);
    let authority = Authority::new();
    let mut swapped = authority.credentials();
    swapped.swap(0, 1);
    assert_eq!(
        authority.check_sent(&authority.card_bytes(), &swapped, true),
        Err(CheckCode::KeyMismatch)
    );
    let mut fewer = authority.credentials();
    fewer.pop();
    assert_eq!(
        authority.check_sent(&authority.card_bytes(), &fewer, true),
        Err(CheckCode::CountMismatch)
    );
    assert_eq!(
        authority.check_sent(&authority.card_bytes(), &[], true),
        Err(CheckCode::CountMismatch)
    );
    let mut more = authority.credentials();
    more.push(more[0].clone());
    assert_eq!(
        authority.check_sent(&authority.card_bytes(), &more, true),
        Err(CheckCode::CountMismatch)
    );
}

#[test]
fn times_hold_for_card_credential_and_permit() {
    let after = |change: fn(&mut Authority)| Authority::refused_with(change);
    assert_eq!(after(|a| a.card.iat = NOW + SKEW_S + 1), CheckCode::ValidityInvalid);
    assert_eq!(
        after(|a| a.card.permit.valid_until = Day::of_unix(NOW - Day::SECONDS)),
        CheckCode::ValidityInvalid
    );
    // iat is rounded down to the day when issued, so that only a later day is in the future.
    assert_eq!(after(|a| a.issue_iat = NOW + Day::SECONDS), CheckCode::ValidityInvalid);
    let over = |a: &mut Authority| {
        a.issue_iat = NOW - 2 * Day::SECONDS;
        a.issue_exp = NOW;
    };
    // The key's period begins later than this time of issue, which is found first.
    assert_eq!(Authority::refused_with(over), CheckCode::IssuerUnknown);
    assert_eq!(
        after(|a| a.issue_exp = NOW + 32 * Day::SECONDS),
        CheckCode::ValidityInvalid
    );
}

#[test]
fn a_credential_that_is_over_is_refused() {
    let authority = Authority::new();
    let snapshot = snapshot(&authority.trust_list(), &authority.roots(), NOW, None).unwrap();
    let transport = authority.transport.public_key();
    let at = |now| {
        let expected = Expected {
            now,
            sandbox: true,
            transport,
            known_version: None,
        };
        let card = &authority.card;
        batch(&authority.credentials(), &authority.keys(), card, &snapshot, &expected).map(|_| ())
    };
    assert_eq!(at(authority.issue_exp - 1), Ok(()));
    assert_eq!(at(authority.issue_exp), Err(CheckCode::ValidityInvalid));
}

#[test]
fn a_card_lasts_to_the_end_of_its_permits_last_day_in_china() {
    let mut authority = Authority::new();
    authority.card.permit.valid_until = Day::of_unix(NOW);
    let snapshot = snapshot(&authority.trust_list(), &authority.roots(), NOW, None).unwrap();
    let transport = authority.transport.public_key();
    let at = |now| {
        let expected = Expected {
            now,
            sandbox: true,
            transport,
            known_version: None,
        };
        card(&authority.card_bytes(), &snapshot, &expected).map(|_| ())
    };
    // 15 January 2027: midnight in Shanghai is 16:00 UTC.
    assert_eq!(at(1_800_028_799), Ok(()));
    assert_eq!(at(1_800_028_800), Err(CheckCode::ValidityInvalid));
}

#[test]
fn an_older_card_is_refused_and_an_equal_one_is_not() {
    assert_eq!(
        Authority::refused_with(|authority| authority.card.version = 2),
        CheckCode::OlderVersion
    );
    let mut authority = Authority::new();
    authority.card.version = 4;
    authority.check().unwrap();
}

#[test]
fn copies_cannot_be_linked() {
    assert_eq!(
        Authority::refused_with(|authority| authority.same_sub = true),
        CheckCode::ContentMismatch
    );
    assert_eq!(
        Authority::refused_with(|authority| authority.same_index = true),
        CheckCode::ContentMismatch
    );
}

#[test]
fn credentials_say_what_the_card_says() {
    type Change = fn(&mut Permit);
    let changes: &[Change] = &[
        |p| p.category = Category::A,
        |p| p.valid_until = Day(21_499),
        |p| p.restrictions = 0,
        |p| p.person.name = "GARCIA<<MARIA".into(),
        |p| p.person.nationality = "FRA".into(),
        |p| p.employment = None,
        |p| p.employment.as_mut().unwrap().employer = "Another".into(),
        |p| p.employment.as_mut().unwrap().employer_id = "1".into(),
        |p| p.employment.as_mut().unwrap().occupation = "Cook".into(),
        |p| p.employment.as_mut().unwrap().place = "110000".into(),
        |p| p.social_security = None,
        |p| p.social_security.as_mut().unwrap().number = "1".into(),
        |p| p.social_security.as_mut().unwrap().insurance_record = "none".into(),
        |p| p.file = None,
        |p| p.file.as_mut().unwrap().birth_day = Day(7_001),
        |p| p.file.as_mut().unwrap().passport = "X".into(),
        |p| p.file.as_mut().unwrap().permit_number = "1".into(),
        |p| p.file.as_mut().unwrap().phone = None,
        |p| p.file.as_mut().unwrap().phone = Some("+1".into()),
    ];
    for (number, change) in changes.iter().enumerate() {
        let code = Authority::refused_with(|authority| change(&mut authority.issued));
        assert_eq!(code, CheckCode::ContentMismatch, "change {number}");
        // The other way round: the card differs.
        let mut authority = Authority::new();
        change(&mut authority.card.permit);
        let code = authority.check().unwrap_err();
        assert!(
            matches!(code, CheckCode::ContentMismatch | CheckCode::ValidityInvalid),
            "change {number} of the card"
        );
    }
    assert_eq!(
        Authority::refused_with(|authority| authority.iss = "other.example"),
        CheckCode::IssuerUnknown
    );
}

#[test]
fn another_portrait_is_refused() {
    let authority = Authority::new();
    assert_eq!(portrait(b"portrait", &authority.card), Ok(()));
    assert_eq!(
        portrait(b"portrait ", &authority.card),
        Err(CheckCode::PortraitMismatch)
    );
    assert_eq!(portrait(b"", &authority.card), Err(CheckCode::PortraitMismatch));
}

#[test]
fn no_changed_byte_passes() {
    let mut authority = Authority::new();
    authority.holder.truncate(1);
    let (card_bytes, credentials) = (authority.card_bytes(), authority.credentials());
    authority.check_sent(&card_bytes, &credentials, true).unwrap();
    for at in 0..card_bytes.len() {
        let mut changed = card_bytes.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(
            authority.check_sent(&changed, &credentials, true).is_err(),
            "card byte {at}"
        );
    }
    for at in 0..credentials[0].len() {
        let mut changed = credentials.clone();
        changed[0][at] ^= 1 << (at % 8);
        assert!(
            authority.check_sent(&card_bytes, &changed, true).is_err(),
            "credential byte {at}"
        );
    }
}

#[test]
fn a_missing_disclosure_is_refused() {
    let authority = Authority::new();
    let credentials = authority.credentials();
    let parsed = Credential::parse(&credentials[0]).unwrap();
    // A presentation discloses less than the credential: its SD-CWT alone is what a dishonest issuer might send.
    let input = permitcard_credential::permit::PresentInput {
        groups: &[permitcard_credential::permit::Group::Person],
        aud: "wp.emp",
        iat: NOW,
        exp: NOW + 60,
        nonce: None,
        beacon: None,
    };
    let unsigned = permitcard_credential::permit::present(&parsed, &input).unwrap();
    let signature = authority.holder[0].0.sign(unsigned.to_sign()).unwrap();
    let token = unsigned.finish(&signature).unwrap();
    // Protected header of the token: d2 84 59 hh ll, then the map {1: -9, 13: SD-CWT, 16: 294}.
    let start = 5 + 4;
    let end = 5 + usize::from(token[3]) * 256 + usize::from(token[4]) - 4;
    let mut short = credentials.clone();
    short[0] = token[start..end].to_vec();
    assert!(Credential::parse(&short[0]).is_ok(), "cut at the right place");
    let refused = authority.check_sent(&authority.card_bytes(), &short, true);
    assert_eq!(refused, Err(CheckCode::DisclosureMismatch));
}
