//! Every code is reached, and by its own reason only.

use std::collections::BTreeSet;

use super::world::{Card, INDEX, NOW, World, check, check_with, key, rebound, sign, trust_key};
use crate::{
    cose::{Sign1, Typ, Unsigned, cbor::Limits},
    permit::{Group, Presentation},
    qr::text,
    sdcwt::{KbtClaims, SdCwt, bind},
    snapshot::{KeyState, MAX_CANDIDATES, Snapshot, TrustKey, Usage},
    status::{Status, StatusBits, StatusList},
    verdict::{Outcome, Policy, VerdictCode, Verdicts},
};

/// The codes of the three verdicts.
fn three(verdicts: &Verdicts) -> [VerdictCode; 3] {
    [verdicts.issuer.code, verdicts.holder.code, verdicts.status.code]
}

const GOOD: [VerdictCode; 3] = [
    VerdictCode::IssuerGood,
    VerdictCode::HolderGood,
    VerdictCode::StatusValid,
];

/// What is left when no listed key is known to have signed.
fn unproven(issuer: VerdictCode) -> [VerdictCode; 3] {
    [issuer, VerdictCode::HolderUnproven, VerdictCode::StatusUnproven]
}

fn with_issuer_key(world: &World, change: impl FnOnce(&mut TrustKey)) -> Snapshot {
    world.snapshot_of(|trust, _| change(&mut trust.keys[0]))
}

#[test]
fn a_good_presentation_is_good() {
    let world = World::new();
    let (card, snapshot) = (Card::new(), world.snapshot());
    let verdicts = check(&world.text(&card), &snapshot);
    assert_eq!(three(&verdicts), GOOD);
    assert_eq!(
        [verdicts.issuer.age_s, verdicts.holder.age_s, verdicts.status.age_s],
        [Some(600), Some(0), Some(300)]
    );
    assert!(Policy::employer().satisfied(&verdicts));
    assert!(verdicts.test);
    let disclosed = verdicts.disclosed.as_ref().unwrap();
    assert_eq!(disclosed.person.as_ref().unwrap().name, "GARCIA<LOPEZ<<MARIA");
    assert_eq!(disclosed.employment.as_ref().unwrap().occupation, "Software engineer");
    assert_eq!(
        verdicts.groups().collect::<Vec<_>>(),
        [Group::Person, Group::Employment]
    );
    assert_eq!(
        (verdicts.iss.as_str(), verdicts.aud.as_str()),
        ("sandbox.example", "wp.emp")
    );
    assert_eq!((verdicts.presented_at, verdicts.expires_at), (NOW, NOW + 60));
    assert!(!format!("{verdicts:?}").contains("GARCIA"));
}

#[test]
fn every_code_is_reached() {
    let world = World::new();
    let snapshot = world.snapshot();
    let good = Card::new();
    let text = world.text(&good);
    let mut reached = BTreeSet::new();
    let mut expect = |name: &str, verdicts: &Verdicts, codes: [VerdictCode; 3]| {
        assert_eq!(three(verdicts), codes, "{name}");
        for (verdict, code) in [verdicts.issuer, verdicts.holder, verdicts.status].iter().zip(codes) {
            assert_eq!(verdict.outcome, code.outcome(), "{name}");
            reached.insert(code.code());
        }
        let enough = codes == GOOD;
        assert_eq!(Policy::employer().satisfied(verdicts), enough, "{name}");
    };
    let [issuer_good, holder_good, status_valid] = GOOD;
    expect("good", &check(&text, &snapshot), GOOD);

    // The issuer.
    let issuer = |code| [code, holder_good, status_valid];
    let foreign = with_issuer_key(&world, |entry| entry.iss = "other.example".to_owned());
    expect(
        "another issuer",
        &check(&text, &foreign),
        unproven(VerdictCode::IssuerUnlisted),
    );
    let other = world.snapshot_of(|trust, _| trust.keys[0].key = key().public_key().clone());
    expect(
        "another key",
        &check(&text, &other),
        unproven(VerdictCode::IssuerUnlisted),
    );
    let forged = forged(&world, &good);
    expect(
        "forged",
        &check(&forged, &snapshot),
        unproven(VerdictCode::IssuerSignatureInvalid),
    );
    let stolen = with_issuer_key(&world, |entry| entry.state = KeyState::Compromised);
    expect("stolen", &check(&text, &stolen), unproven(VerdictCode::KeyCompromised));
    let usage = with_issuer_key(&world, |entry| {
        entry.usage = Usage::CARD.and(Usage::STATUS).and(Usage::TEST)
    });
    expect("usage", &check(&text, &usage), unproven(VerdictCode::KeyUsageWrong));
    let early = with_issuer_key(&world, |entry| entry.not_before = NOW + 86_400);
    expect(
        "before its key",
        &check(&text, &early),
        unproven(VerdictCode::KeyOutsidePeriod),
    );
    let strict = check_with(&text, &snapshot, |input| input.sandbox = false).unwrap();
    expect("not the sandbox", &strict, unproven(VerdictCode::TestRefused));
    let real = with_issuer_key(&world, |entry| entry.usage = Usage::CREDENTIAL);
    expect(
        "test card of a real key",
        &check(&text, &real),
        unproven(VerdictCode::TestMismatch),
    );
    let untested = world.text(&Card {
        test: false,
        ..good.clone()
    });
    expect(
        "real card of a test key",
        &check(&untested, &snapshot),
        unproven(VerdictCode::TestMismatch),
    );
    assert!(check(&untested, &snapshot).test);
    let late = Card {
        exp: NOW + 60,
        ..good.clone()
    };
    let over = check_with(&world.text(&late), &snapshot, |input| input.now = NOW + 91).unwrap();
    expect(
        "over",
        &over,
        [
            VerdictCode::CredentialExpired,
            VerdictCode::PresentationExpired,
            status_valid,
        ],
    );
    let tomorrow = Card {
        iat: NOW + 86_400,
        presented_at: NOW + 86_400,
        ..good.clone()
    };
    let early = [
        VerdictCode::CredentialFromFuture,
        VerdictCode::PresentationFromFuture,
        status_valid,
    ];
    expect("tomorrow", &check(&world.text(&tomorrow), &snapshot), early);
    expect(
        "swapped",
        &check(&swapped(&world), &snapshot),
        issuer(VerdictCode::DisclosureInvalid),
    );
    let old = world.snapshot_of(|trust, _| trust.expires_at = NOW - 1);
    expect(
        "old trust list",
        &check(&text, &old),
        issuer(VerdictCode::TrustListExpired),
    );

    // The holder.
    let holder = |code| [issuer_good, code, status_valid];
    let lent = World {
        phone: key(),
        ..clone(&world)
    };
    let lent = rebound(&world.credential(&good), &lent, |_| ());
    expect(
        "another phone",
        &check(&lent, &snapshot),
        holder(VerdictCode::HolderSignatureInvalid),
    );
    let later = |seconds| check_with(&text, &snapshot, |input| input.now = NOW + seconds).unwrap();
    expect("91 s later", &later(91), holder(VerdictCode::PresentationExpired));
    expect("31 s early", &later(-31), holder(VerdictCode::PresentationFromFuture));
    let own = |change: fn(&mut KbtClaims<'_>)| rebound(&world.credential(&good), &world, change);
    let long = own(|claims| claims.exp = claims.iat + 61);
    expect(
        "61 s",
        &check(&long, &snapshot),
        holder(VerdictCode::PresentationPeriodInvalid),
    );
    let short = Card {
        exp: NOW + 50,
        ..good.clone()
    };
    let beyond = rebound(&world.credential(&short), &world, |_| ());
    expect(
        "beyond",
        &check(&beyond, &snapshot),
        holder(VerdictCode::PresentationOutsideCredential),
    );
    let hotel = world.text(&Card {
        aud: "wp.hot",
        ..good.clone()
    });
    expect(
        "audience",
        &check(&hotel, &snapshot),
        holder(VerdictCode::AudienceWrong),
    );
    let asked = |text| check_with(text, &snapshot, |input| input.nonce = Some(b"482913")).unwrap();
    expect("no nonce", &asked(&text), holder(VerdictCode::NonceMissing));
    let wrong = world.text(&Card {
        nonce: Some(b"482914"),
        ..good.clone()
    });
    expect("wrong nonce", &asked(&wrong), holder(VerdictCode::NonceWrong));
    let again = check_with(&text, &snapshot, |input| input.seen_before = Some(NOW - 5)).unwrap();
    expect("again", &again, holder(VerdictCode::SeenBefore));

    // The status.
    let status = |code| [issuer_good, holder_good, code];
    let with = |value| check(&text, &world.snapshot_with(value));
    let with_bits = |bits, value| {
        let snapshot = world.snapshot_of(|_, token| {
            let mut list = StatusList::new(bits, 64).unwrap();
            list.set(INDEX, value).unwrap();
            token.as_mut().unwrap().list = list;
        });
        check(&text, &snapshot)
    };
    expect("revoked", &with(Status::Invalid), status(VerdictCode::StatusRevoked));
    expect(
        "suspended",
        &with(Status::Suspended),
        status(VerdictCode::StatusSuspended),
    );
    expect(
        "employer change",
        &with(Status::EMPLOYER_CHANGE_PENDING),
        status(VerdictCode::StatusEmployerChangePending),
    );
    expect(
        "other",
        &with_bits(StatusBits::Four, Status::Application(4)),
        status(VerdictCode::StatusOther),
    );
    let outside = world.text(&Card {
        index: 64,
        ..good.clone()
    });
    expect(
        "outside",
        &check(&outside, &snapshot),
        status(VerdictCode::StatusOutside),
    );
    let without = world.snapshot_of(|_, list| *list = None);
    expect("no list", &check(&text, &without), status(VerdictCode::StatusUnknown));
    let old = world.snapshot_of(|_, list| list.as_mut().unwrap().expires_at = NOW - 1);
    expect("old list", &check(&text, &old), status(VerdictCode::StatusUnknown));

    // What no verdict says by itself.
    let beacon = check(
        &world.text(&Card {
            beacon: Some([7; 8]),
            ..good.clone()
        }),
        &snapshot,
    );
    assert_eq!(three(&beacon), GOOD);
    assert_eq!(
        (beacon.beacon, check(&text, &snapshot).beacon_code()),
        (Some([7; 8]), None)
    );
    reached.insert(beacon.beacon_code().unwrap().code());
    let known = check(
        &world.text(&Card {
            beacon: Some([7; 8]),
            ..good.clone()
        }),
        &world.snapshot_with_beacon([7; 8], NOW - 100),
    );
    assert_eq!(three(&known), GOOD);
    assert_eq!(known.beacon_age_s, Some(100));
    reached.insert(known.beacon_code().unwrap().code());
    let person = check(
        &world.text(&Card {
            groups: &[Group::Person],
            ..good
        }),
        &snapshot,
    );
    assert_eq!(three(&person), GOOD);
    assert_eq!(Policy::employer().unmet(&person), [VerdictCode::GroupMissing]);
    reached.extend(super::policies::said_by_policies_only().map(|code| code.code()));
    let print = check(&super::printed::text(&world, true), &snapshot);
    reached.insert(print.holder.code.code());

    let all: BTreeSet<_> = VerdictCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(all.len(), VerdictCode::ALL.len());
    assert_eq!(reached, all);
}

fn clone(world: &World) -> World {
    use permitcard_crypto::ecdsa::{Curve, SigningKey};
    let copy = |key: &SigningKey| SigningKey::from_pkcs8(key.public_key().curve(), &key.to_pkcs8()).unwrap();
    assert_eq!(world.root.public_key().curve(), Curve::P384);
    World {
        root: copy(&world.root),
        issuer: copy(&world.issuer),
        status: copy(&world.status),
        phone: copy(&world.phone),
    }
}

/// The same card, but signed by a stranger who names the listed key.
fn forged(world: &World, card: &Card) -> String {
    let stranger = key();
    let bytes = world.credential(card);
    let limits = Limits::new(bytes.len());
    let parsed = SdCwt::parse(&bytes, &limits).unwrap();
    let disclosures: Vec<&[u8]> = parsed
        .disclosures()
        .iter()
        .map(|disclosure| disclosure.encoded())
        .collect();
    let envelope = parsed.sign1();
    let header = crate::sdcwt::unprotected(&disclosures);
    let unsigned = Unsigned::new(envelope.algorithm(), envelope.protected(), &header, envelope.payload());
    rebound(&sign(unsigned, &stranger), world, |_| ())
}

/// A presentation with a disclosure of another credential of the same person.
fn swapped(world: &World) -> String {
    let (one, two) = (world.credential(&Card::new()), world.credential(&Card::new()));
    let limits = Limits::new(one.len().max(two.len()));
    let (one, two) = (
        SdCwt::parse(&one, &limits).unwrap(),
        SdCwt::parse(&two, &limits).unwrap(),
    );
    let chosen: Vec<&[u8]> = two
        .disclosures()
        .iter()
        .map(|disclosure| disclosure.encoded())
        .collect();
    let claims = KbtClaims {
        aud: "wp.emp",
        iat: NOW,
        exp: NOW + 60,
        nonce: None,
        private: None,
    };
    text::encode(&sign(bind(&one, &chosen, &claims), &world.phone))
}

#[test]
fn what_is_not_proven_shows_no_claims() {
    let world = World::new();
    let snapshot = world.snapshot();
    let verdicts = check(&forged(&world, &Card::new()), &snapshot);
    assert!(verdicts.disclosed.is_none() && !verdicts.nonce_confirmed);
    assert_eq!([verdicts.holder.age_s, verdicts.status.age_s], [None, None]);
    assert_eq!(verdicts.issuer.outcome, Outcome::Bad);
    let swapped = check(&swapped(&world), &snapshot);
    assert!(swapped.disclosed.is_none());
    // A card that is over still shows whose it was.
    let text = world.text(&Card {
        exp: NOW + 60,
        ..Card::new()
    });
    let over = check_with(&text, &snapshot, |input| input.now = NOW + 1_000).unwrap();
    assert!(over.disclosed.is_some());
}

#[test]
fn foreign_texts_give_no_verdicts() {
    let world = World::new();
    let snapshot = world.snapshot();
    let text = world.text(&Card::new());
    let error = |text: &str| check_with(text, &snapshot, |_| ()).map(drop).unwrap_err().code();
    assert_eq!(error("https://example.com"), "verdict.text_foreign");
    assert_eq!(error(&format!("{text}!")), "verdict.text_damaged");
    assert_eq!(error(&format!("WPC1:{}", "A".repeat(1_996))), "verdict.text_too_long");
    assert_eq!(error("WPC1:"), "verdict.presentation_malformed");
    let card = world.token(&Card::new());
    for end in 0..card.len() {
        assert_eq!(
            error(&text::encode(&card[..end])),
            "verdict.presentation_malformed",
            "cut at {end}"
        );
    }
    let parsed = Presentation::parse(&card).unwrap();
    let envelope = parsed.credential().sd_cwt().sign1();
    let bare = Unsigned::with_typ(envelope.algorithm(), None, Typ::Number(293), envelope.payload());
    assert_eq!(
        error(&text::encode(&sign(bare, &world.issuer))),
        "verdict.presentation_malformed"
    );
}

#[test]
fn no_changed_bit_leaves_issuer_and_holder_good() {
    let world = World::new();
    let snapshot = world.snapshot();
    let token = world.token(&Card::new());
    assert!(Sign1::parse(&token, &Limits::new(4_096)).is_ok());
    let mut verdicts = 0;
    for bit in 0..8 * token.len() {
        let mut changed = token.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        if let Ok(found) = check_with(&text::encode(&changed), &snapshot, |_| ()) {
            let both = found.issuer.outcome == Outcome::Good && found.holder.outcome == Outcome::Good;
            assert!(!both, "bit {bit}");
            verdicts += 1;
        }
    }
    assert!(verdicts > 100, "{verdicts}");
}

#[test]
fn a_second_entry_of_a_stolen_key_helps_nobody() {
    let world = World::new();
    let text = world.text(&Card::new());
    let snapshot = world.snapshot_of(|trust, _| {
        let mut stolen = trust_key(world.issuer.public_key(), Usage::CREDENTIAL);
        stolen.state = KeyState::Compromised;
        trust.keys.push(stolen);
    });
    assert_eq!(check(&text, &snapshot).issuer.code, VerdictCode::KeyCompromised);
    // The thief has it for every issuer that it is listed for, and behind however many entries.
    let snapshot = world.snapshot_of(|trust, _| {
        let entry = trust_key(world.issuer.public_key(), Usage::CREDENTIAL);
        trust.keys.extend(std::iter::repeat_n(entry.clone(), MAX_CANDIDATES));
        trust.keys.push(TrustKey {
            iss: "other.example".to_owned(),
            state: KeyState::Compromised,
            ..entry
        });
    });
    assert_eq!(check(&text, &snapshot).issuer.code, VerdictCode::KeyCompromised);
    // Two entries with different uses are one key with both.
    let snapshot = world.snapshot_of(|trust, _| {
        trust.keys.insert(0, trust_key(world.issuer.public_key(), Usage::CARD));
    });
    assert_eq!(check(&text, &snapshot).issuer.code, VerdictCode::IssuerGood);
}
