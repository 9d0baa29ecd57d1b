use std::sync::Barrier;

use permitcard_credential::{
    permit::Profile,
    status::Status,
    verdict::{Outcome, Policy, VerdictCode, VerdictError},
};

use super::world::{Authority, FIRST, ISSUE, Issue, NOW, Place, SECOND};
use crate::{Checked, Checker, CheckingError, VerifyRequest};

fn ready() -> (Authority, Place, Checker) {
    let (authority, place) = (Authority::new(), Place::new());
    let checker = place.open(&authority.client).unwrap();
    checker.snapshot_import(&authority.snapshot(ISSUE)).unwrap();
    (authority, place, checker)
}

fn check(checker: &Checker, text: &str) -> Checked {
    checker.verify(&VerifyRequest::new(text, Policy::employer())).unwrap()
}

#[test]
fn a_good_presentation_is_enough_for_the_policy() {
    let (authority, _place, checker) = ready();
    let checked = check(&checker, &authority.text(FIRST, NOW));
    assert_eq!(checked.unmet, None);
    assert!(checked.verdicts.test && checked.verdicts.disclosed.is_some());
    assert_eq!(checked.time.now_s, NOW);
}

#[test]
fn without_a_snapshot_or_a_presentation_there_are_no_verdicts() {
    let (authority, place) = (Authority::new(), Place::new());
    let checker = place.open(&authority.client).unwrap();
    let text = authority.text(FIRST, NOW);
    let request = VerifyRequest::new(&text, Policy::employer());
    assert_eq!(checker.verify(&request), Err(CheckingError::SnapshotMissing));
    checker.snapshot_import(&authority.snapshot(ISSUE)).unwrap();
    let foreign = VerifyRequest::new("https://example.com", Policy::employer());
    assert_eq!(
        checker.verify(&foreign),
        Err(CheckingError::Verdict(VerdictError::TextForeign))
    );
}

#[test]
fn the_second_time_it_was_seen_before() {
    let (authority, place, checker) = ready();
    let text = authority.text(FIRST, NOW);
    assert_eq!(check(&checker, &text).unmet, None);
    place.clock.pass(20);
    let again = check(&checker, &text);
    assert_eq!(again.unmet, Some(VerdictCode::SeenBefore));
    assert_eq!(again.verdicts.seen_before, Some(NOW));
    // A fresh code of the same card is another presentation.
    assert_eq!(check(&checker, &authority.text(FIRST, NOW + 20)).unmet, None);
    // The memory outlives the process.
    checker.close();
    let checker = place.open(&authority.client).unwrap();
    assert_eq!(check(&checker, &text).unmet, Some(VerdictCode::SeenBefore));
}

#[test]
fn of_two_copies_at_the_same_moment_one_is_the_second() {
    let (authority, _place, checker) = ready();
    let text = authority.text(FIRST, NOW);
    let barrier = Barrier::new(4);
    let good = std::thread::scope(|scope| {
        let shown: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    check(&checker, &text).unmet
                })
            })
            .collect();
        shown
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .filter(Option::is_none)
            .count()
    });
    assert_eq!(good, 1);
}

#[test]
fn only_what_would_count_is_remembered() {
    let (authority, place, checker) = ready();
    let text = authority.text(FIRST, NOW);
    let mut request = VerifyRequest::new(&text, Policy::of(Profile::Hotel));
    assert_eq!(
        checker.verify(&request).unwrap().unmet,
        Some(VerdictCode::AudienceWrong)
    );
    request.policy = Policy::employer();
    request.nonce = Some(b"482913");
    assert_eq!(checker.verify(&request).unwrap().unmet, Some(VerdictCode::NonceMissing));
    // Neither is what only tries another time or asks for no memory.
    for (at, remember) in [(Some(NOW), true), (None, false)] {
        let trial = VerifyRequest {
            at,
            remember,
            ..VerifyRequest::new(&text, Policy::employer())
        };
        assert_eq!(checker.verify(&trial).unwrap().unmet, None);
    }
    assert_eq!(check(&checker, &text).unmet, None);
    let trial = VerifyRequest {
        at: Some(NOW),
        ..VerifyRequest::new(&text, Policy::employer())
    };
    assert_eq!(checker.verify(&trial).unwrap().unmet, None);
    place.clock.pass(1);
    assert_eq!(check(&checker, &text).unmet, Some(VerdictCode::SeenBefore));
}

#[test]
fn the_memory_is_pruned_when_nothing_can_come_back() {
    let (authority, place, checker) = ready();
    let records = |checker: &Checker| checker.replay_records();
    let text = authority.text(FIRST, NOW);
    check(&checker, &text);
    // Ninety seconds after the last one could be shown, it still stands; five minutes after its end it is gone.
    place.clock.pass(180);
    check(&checker, &authority.text(FIRST, NOW + 180));
    assert_eq!(records(&checker), 2);
    place.clock.pass(181);
    check(&checker, &authority.text(FIRST, NOW + 361));
    assert_eq!(records(&checker), 2);
    assert_eq!(check(&checker, &text).unmet, Some(VerdictCode::PresentationExpired));
}

#[test]
fn another_time_may_be_asked_for() {
    let (authority, _place, checker) = ready();
    let text = authority.text(FIRST, NOW);
    let at = |seconds| {
        let request = VerifyRequest {
            at: Some(NOW + seconds),
            ..VerifyRequest::new(&text, Policy::employer())
        };
        checker.verify(&request).unwrap().unmet
    };
    assert_eq!(at(90), None);
    assert_eq!(at(91), Some(VerdictCode::PresentationExpired));
    assert_eq!(at(-31), Some(VerdictCode::PresentationFromFuture));
}

#[test]
fn an_older_snapshot_file_still_accepts_what_the_stored_one_refuses() {
    let (authority, _place, checker) = ready();
    let first = authority.snapshot(ISSUE);
    let revoked = Issue {
        serial: 8,
        trust_at: NOW,
        status_at: NOW,
        second: Status::Invalid,
    };
    checker.snapshot_import(&authority.snapshot(revoked)).unwrap();
    let text = authority.text(SECOND, NOW);
    let request = VerifyRequest {
        remember: false,
        ..VerifyRequest::new(&text, Policy::employer())
    };
    assert_eq!(
        checker.verify(&request).unwrap().unmet,
        Some(VerdictCode::StatusRevoked)
    );
    let with_first = VerifyRequest {
        snapshot: Some(&first),
        ..request
    };
    assert_eq!(checker.verify(&with_first).unwrap().unmet, None);
    // It was not stored.
    assert_eq!(checker.snapshot_info().unwrap().serial, 8);
    let foreign = Authority::new().snapshot(ISSUE);
    let with_foreign = VerifyRequest {
        snapshot: Some(&foreign),
        ..request
    };
    assert_eq!(
        checker.verify(&with_foreign).unwrap_err().code(),
        "snapshot.root_signature_invalid"
    );
}

#[test]
fn a_clock_set_back_revives_nothing() {
    let (authority, place, checker) = ready();
    let text = authority.text(FIRST, NOW - 400);
    // The newest list is from 300 s ago: time stands no earlier than that, and the code ended 10 s before.
    place.clock.set(NOW - 400);
    assert_eq!(check(&checker, &text).unmet, Some(VerdictCode::PresentationExpired));
}

#[test]
fn a_verifier_outside_of_the_sandbox_refuses_test_cards() {
    let (authority, place) = (Authority::new(), Place::new());
    let clock = place.clock.clone();
    let checker = Checker::open(place.dir.path(), &authority.client, &place.keys, clock, false).unwrap();
    assert!(!checker.sandbox());
    checker.snapshot_import(&authority.snapshot(ISSUE)).unwrap();
    let checked = check(&checker, &authority.text(FIRST, NOW));
    assert_eq!(checked.verdicts.issuer.code, VerdictCode::TestRefused);
    assert_eq!(checked.verdicts.issuer.outcome, Outcome::Bad);
    assert!(checked.verdicts.test);
}
