//! The edges of the rules of design 4.4.

use super::world::{Card, ISS, NOW, World, check, check_with, key, rebound, trust_key};
use crate::{
    permit::Group,
    snapshot::{KeyState, Usage},
    verdict::{Outcome, Policy, VerdictCode},
};

#[test]
fn edges_of_time_are_inclusive() {
    let world = World::new();
    let snapshot = world.snapshot();
    let text = world.text(&Card::new());
    let holder = |seconds| {
        let verdicts = check_with(&text, &snapshot, |input| input.now = NOW + seconds).unwrap();
        (verdicts.holder.code, verdicts.holder.age_s)
    };
    assert_eq!(holder(-31).0, VerdictCode::PresentationFromFuture);
    assert_eq!(holder(-30), (VerdictCode::HolderGood, Some(0)));
    assert_eq!(holder(0), (VerdictCode::HolderGood, Some(0)));
    assert_eq!(holder(90), (VerdictCode::HolderGood, Some(90)));
    assert_eq!(holder(91), (VerdictCode::PresentationExpired, Some(91)));
}

#[test]
fn a_presentation_lives_for_one_to_sixty_seconds() {
    let world = World::new();
    let (credential, snapshot) = (world.credential(&Card::new()), world.snapshot());
    let holder = |life_s: i64| {
        let text = rebound(&credential, &world, |claims| {
            claims.exp = claims.iat.saturating_add(life_s)
        });
        check(&text, &snapshot).holder.code
    };
    assert_eq!([holder(1), holder(60)], [VerdictCode::HolderGood; 2]);
    for life_s in [i64::MIN, -1, 0, 61, i64::MAX] {
        assert_eq!(holder(life_s), VerdictCode::PresentationPeriodInvalid, "{life_s}");
    }
}

#[test]
fn a_presentation_stays_inside_of_its_credential() {
    let world = World::new();
    let snapshot = world.snapshot();
    let midnight = NOW - 43_200;
    let card = Card {
        iat: midnight,
        exp: midnight + 100,
        ..Card::new()
    };
    let credential = world.credential(&card);
    let holder = |iat: i64| {
        let text = rebound(&credential, &world, |claims| (claims.iat, claims.exp) = (iat, iat + 60));
        let verdicts = check_with(&text, &snapshot, |input| input.now = iat + 20).unwrap();
        verdicts.holder.code
    };
    assert_eq!(holder(midnight - 1), VerdictCode::PresentationOutsideCredential);
    assert_eq!(holder(midnight), VerdictCode::HolderGood);
    assert_eq!(holder(midnight + 40), VerdictCode::HolderGood);
    assert_eq!(holder(midnight + 41), VerdictCode::PresentationOutsideCredential);
}

#[test]
fn edges_of_the_credential_are_inclusive() {
    let world = World::new();
    let snapshot = world.snapshot();
    let card = Card {
        exp: NOW + 60,
        ..Card::new()
    };
    let text = world.text(&card);
    let issuer = |now| {
        check_with(&text, &snapshot, |input| input.now = now)
            .unwrap()
            .issuer
            .code
    };
    let midnight = NOW - 43_200;
    assert_eq!(issuer(midnight - 31), VerdictCode::CredentialFromFuture);
    assert_eq!(issuer(midnight - 30), VerdictCode::IssuerGood);
    assert_eq!(issuer(NOW + 90), VerdictCode::IssuerGood);
    assert_eq!(issuer(NOW + 91), VerdictCode::CredentialExpired);
}

#[test]
fn edges_of_trust_and_status_list_are_inclusive() {
    let world = World::new();
    let text = world.text(&Card::new());
    let snapshot = world.snapshot_of(|trust, list| {
        trust.expires_at = NOW;
        list.as_mut().unwrap().expires_at = NOW;
    });
    let codes = |now| {
        let verdicts = check_with(&text, &snapshot, |input| input.now = now).unwrap();
        (verdicts.issuer, verdicts.status)
    };
    let (issuer, status) = codes(NOW);
    assert_eq!(
        (issuer.code, status.code),
        (VerdictCode::IssuerGood, VerdictCode::StatusValid)
    );
    let (issuer, status) = codes(NOW + 1);
    assert_eq!(
        (issuer.code, issuer.outcome),
        (VerdictCode::TrustListExpired, Outcome::Unknown)
    );
    // The age is told also where the list does not count any more.
    assert_eq!(
        (status.code, status.outcome, status.age_s),
        (VerdictCode::StatusUnknown, Outcome::Unknown, Some(301))
    );
}

#[test]
fn hostile_times_do_not_overflow() {
    let world = World::new();
    let snapshot = world.snapshot();
    let text = world.text(&Card::new());
    for now in [i64::MIN, i64::MAX] {
        let verdicts = check_with(&text, &snapshot, |input| input.now = now).unwrap();
        assert_eq!(verdicts.holder.outcome, Outcome::Bad);
    }
}

#[test]
fn a_retired_key_verifies_what_it_signed_before() {
    let world = World::new();
    let text = world.text(&Card::new());
    let issuer = |not_before, expires_at| {
        let snapshot = world.snapshot_of(|trust, _| {
            trust.keys[0].state = KeyState::Retired;
            trust.keys[0].not_before = not_before;
            trust.keys[0].expires_at = expires_at;
        });
        check(&text, &snapshot).issuer.code
    };
    // The credential says the start of its day, midnight.
    let midnight = NOW - 43_200;
    assert_eq!(issuer(midnight - 86_400, midnight), VerdictCode::IssuerGood);
    assert_eq!(issuer(midnight - 86_400, midnight - 1), VerdictCode::KeyOutsidePeriod);
    assert_eq!(issuer(NOW, NOW + 1), VerdictCode::IssuerGood);
    assert_eq!(issuer(midnight + 86_400, NOW + 86_400), VerdictCode::KeyOutsidePeriod);
}

#[test]
fn an_audience_is_compared_exactly() {
    let world = World::new();
    let snapshot = world.snapshot();
    let holder = |made_for, asked: Option<&str>| {
        let text = world.text(&Card {
            aud: made_for,
            ..Card::new()
        });
        check_with(&text, &snapshot, |input| input.aud = asked)
            .unwrap()
            .holder
            .code
    };
    assert_eq!(holder("wp.emp", Some("wp.emp")), VerdictCode::HolderGood);
    assert_eq!(holder("acme.7", Some("acme.7")), VerdictCode::HolderGood);
    for (made_for, asked) in [
        ("wp.emp", Some("acme.7")),
        ("acme.7", None),
        ("wp.em", None),
        ("wp.emp2", None),
        ("WP.EMP", None),
    ] {
        assert_eq!(holder(made_for, asked), VerdictCode::AudienceWrong, "{made_for}");
    }
}

#[test]
fn a_nonce_counts_only_if_it_was_asked_for() {
    let world = World::new();
    let snapshot = world.snapshot();
    let holder = |given: Option<&'static [u8]>, asked: Option<&[u8]>| {
        let text = world.text(&Card {
            nonce: given,
            ..Card::new()
        });
        let verdicts = check_with(&text, &snapshot, |input| input.nonce = asked).unwrap();
        (verdicts.holder.code, verdicts.nonce_confirmed)
    };
    assert_eq!(
        holder(Some(b"482913"), Some(b"482913")),
        (VerdictCode::HolderGood, true)
    );
    assert_eq!(holder(Some(&[0; 8]), Some(&[0; 8])), (VerdictCode::HolderGood, true));
    assert_eq!(holder(Some(b"482913"), None), (VerdictCode::HolderGood, false));
    assert_eq!(holder(Some(&[0; 8]), Some(b"482913")), (VerdictCode::NonceWrong, false));
    assert_eq!(holder(None, Some(b"482913")), (VerdictCode::NonceMissing, false));
}

#[test]
fn the_replay_key_is_that_of_credential_and_time() {
    let world = World::new();
    let snapshot = world.snapshot();
    let card = Card::new();
    let credential = world.credential(&card);
    let text = |iat, groups| {
        let input = crate::permit::PresentInput {
            groups,
            aud: "wp.emp",
            iat,
            exp: iat + 60,
            nonce: None,
            beacon: None,
        };
        let parsed = crate::permit::Credential::parse(&credential).unwrap();
        let token = super::world::sign(crate::permit::present(&parsed, &input).unwrap(), &world.phone);
        crate::qr::text::encode(&token)
    };
    let key = |text: &str| check(text, &snapshot).replay_key;
    let first = text(NOW, &[Group::Person]);
    assert_eq!(key(&first), key(&first));
    // Signed again within the same second it is the same presentation, whatever it shows.
    assert_eq!(key(&first), key(&text(NOW, &[])));
    assert_ne!(key(&first), key(&text(NOW + 1, &[Group::Person])));
    assert_ne!(key(&first), key(&world.text(&card)));
}

#[test]
fn seen_before_is_told_with_the_time_and_hides_no_worse() {
    let world = World::new();
    let snapshot = world.snapshot();
    let text = world.text(&Card::new());
    let again = |now| {
        check_with(&text, &snapshot, |input| {
            input.now = now;
            input.seen_before = Some(NOW + 3);
        })
        .unwrap()
    };
    let verdicts = again(NOW + 8);
    assert_eq!(
        (verdicts.holder.code, verdicts.holder.outcome),
        (VerdictCode::SeenBefore, Outcome::Unknown)
    );
    assert_eq!(verdicts.seen_before, Some(NOW + 3));
    assert_eq!(again(NOW + 91).holder.code, VerdictCode::PresentationExpired);
}

#[test]
fn a_status_list_of_another_issuer_or_kind_says_nothing() {
    let world = World::new();
    let text = world.text(&Card::new());
    let status = |change: fn(&mut crate::snapshot::TrustKey)| {
        check(&text, &world.snapshot_of(|trust, _| change(&mut trust.keys[1])))
            .status
            .code
    };
    assert_eq!(status(|_| ()), VerdictCode::StatusValid);
    assert_eq!(
        status(|key| key.iss = "other.example".to_owned()),
        VerdictCode::StatusUnknown
    );
    assert_eq!(status(|key| key.usage = Usage::STATUS), VerdictCode::StatusUnknown);
    assert_eq!(
        status(|key| key.usage = Usage::CREDENTIAL.and(Usage::TEST)),
        VerdictCode::StatusUnknown
    );
    assert_eq!(
        status(|key| key.state = KeyState::Compromised),
        VerdictCode::StatusUnknown
    );
}

#[test]
fn real_cards_are_accepted_in_and_out_of_the_sandbox() {
    let world = World::new();
    let text = world.text(&Card {
        test: false,
        ..Card::new()
    });
    let snapshot = world.snapshot_of(|trust, _| {
        trust.keys[0].usage = Usage::CREDENTIAL;
        trust.keys[1].usage = Usage::STATUS;
    });
    for sandbox in [true, false] {
        let verdicts = check_with(&text, &snapshot, |input| input.sandbox = sandbox).unwrap();
        assert!(Policy::employer().satisfied(&verdicts));
        assert!(!verdicts.test);
    }
}

#[test]
fn at_most_four_candidates_are_tried() {
    // Five entries of one name, the true one last: names cannot be made to collide here, so the list repeats the key
    // of the issuer and the fifth entry alone may sign credentials.
    let world = World::new();
    let text = world.text(&Card::new());
    let issuer = |others| {
        let snapshot = world.snapshot_of(|trust, _| {
            let card = trust_key(world.issuer.public_key(), Usage::CARD);
            trust.keys.splice(0..0, vec![card; others]);
        });
        check(&text, &snapshot).issuer.code
    };
    assert_eq!(issuer(3), VerdictCode::IssuerGood);
    assert_eq!(issuer(4), VerdictCode::KeyUsageWrong);
}

#[test]
fn a_key_speaks_for_its_issuer_only() {
    // Another listed issuer signs a credential that names the first one.
    let world = World::new();
    let other = key();
    let snapshot = world.snapshot_of(|trust, _| {
        let mut entry = trust_key(other.public_key(), Usage::CREDENTIAL);
        entry.iss = "other.example".to_owned();
        trust.keys.push(entry);
    });
    let impostor = World {
        issuer: other,
        ..World::new()
    };
    let verdicts = check(&impostor.text(&Card::new()), &snapshot);
    assert_eq!(
        (verdicts.issuer.code, verdicts.iss.as_str()),
        (VerdictCode::IssuerUnlisted, ISS)
    );
    let own = Card {
        iss: "other.example",
        ..Card::new()
    };
    let verdicts = check(&impostor.text(&own), &snapshot);
    assert_eq!(verdicts.issuer.code, VerdictCode::IssuerGood);
    // Its status would have to come from its own list.
    assert_eq!(verdicts.status.code, VerdictCode::StatusUnknown);
}

#[test]
fn a_beacon_is_told_and_raises_no_verdict() {
    let world = World::new();
    let snapshot = world.snapshot_with_beacon([7; 8], NOW - 86_400);
    let with = |beacon| world.text(&Card { beacon, ..Card::new() });
    let told = |text: &str, now| {
        let verdicts = check_with(text, &snapshot, |input| input.now = now).unwrap();
        (verdicts.beacon_code(), verdicts.beacon_age_s, verdicts.holder.code)
    };
    let (known, unknown) = (with(Some([7; 8])), with(Some([8; 8])));
    let good = VerdictCode::HolderGood;
    assert_eq!(told(&known, NOW), (Some(VerdictCode::BeaconAge), Some(86_400), good));
    assert_eq!(
        told(&known, NOW + 5),
        (Some(VerdictCode::BeaconAge), Some(86_405), good)
    );
    assert_eq!(told(&unknown, NOW), (Some(VerdictCode::BeaconUnknown), None, good));
    assert_eq!(told(&with(None), NOW), (None, None, good));
    // A young beacon makes nothing good that is not: here a code that is over.
    let over = told(&known, NOW + 91);
    assert_eq!(
        over,
        (
            Some(VerdictCode::BeaconAge),
            Some(86_491),
            VerdictCode::PresentationExpired
        )
    );
}

/// Whoever takes the phone's signature away has the beacon to choose.
#[test]
fn a_beacon_that_no_proven_phone_signed_has_no_age() {
    let world = World::new();
    let snapshot = world.snapshot_with_beacon([7; 8], NOW - 100);
    let credential = world.credential(&Card::new());
    let thief = World {
        phone: key(),
        ..World::new()
    };
    let text = rebound(&credential, &thief, |claims| claims.private = Some((-65_538, &[7; 8])));
    let verdicts = check(&text, &snapshot);
    assert_eq!(verdicts.holder.code, VerdictCode::HolderSignatureInvalid);
    assert_eq!(
        (verdicts.beacon_code(), verdicts.beacon_age_s),
        (Some(VerdictCode::BeaconUnknown), None)
    );
    // Nor one around a credential of nobody.
    let text = thief.text(&Card {
        beacon: Some([7; 8]),
        ..Card::new()
    });
    let verdicts = check(&text, &snapshot);
    assert_eq!(verdicts.issuer.code, VerdictCode::IssuerUnlisted);
    assert_eq!(verdicts.beacon_age_s, None);
}

/// A thief of an issuer's key dates what he signs before the theft.
#[test]
fn a_backdated_credential_of_a_compromised_key_is_refused() {
    let world = World::new();
    let card = Card {
        iat: NOW - 20 * 86_400,
        ..Card::new()
    };
    let text = world.text(&card);
    let issuer = |state, compromised_at| {
        let snapshot = world.snapshot_of(|trust, _| {
            trust.keys[0].not_before = NOW - 30 * 86_400;
            trust.keys[0].state = state;
            trust.keys[0].compromised_at = compromised_at;
        });
        check(&text, &snapshot).issuer.code
    };
    assert_eq!(issuer(KeyState::Active, None), VerdictCode::IssuerGood);
    assert_eq!(issuer(KeyState::Retired, None), VerdictCode::IssuerGood);
    // The time of the theft is for display only.
    for at in [None, Some(NOW), Some(NOW - 25 * 86_400)] {
        assert_eq!(issuer(KeyState::Compromised, at), VerdictCode::KeyCompromised);
    }
}
