use std::sync::Barrier;

use permitcard_credential::{
    permit::Profile,
    status::Status,
    verdict::{Outcome, Policy, VerdictCode, VerdictError},
};

use super::world::{Authority, FIRST, ISSUE, Issue, NOW, Place, SECOND};
use crate::{Checked, Checker, CheckingError, VerifyRequest, replay};

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
    assert_eq!(checked.unmet, []);
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
    assert_eq!(check(&checker, &text).unmet, []);
    place.clock.pass(20);
    let again = check(&checker, &text);
    assert_eq!(again.unmet, [VerdictCode::SeenBefore]);
    assert_eq!(again.verdicts.seen_before, Some(NOW));
    // A fresh code of the same card is another presentation.
    assert_eq!(check(&checker, &authority.text(FIRST, NOW + 20)).unmet, []);
    // The memory outlives the process.
    checker.close();
    let checker = place.open(&authority.client).unwrap();
    assert_eq!(check(&checker, &text).unmet, [VerdictCode::SeenBefore]);
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
            .filter(Vec::is_empty)
            .count()
    });
    assert_eq!(good, 1);
}

#[test]
fn only_what_would_count_is_remembered() {
    let (authority, place, checker) = ready();
    let text = authority.text(FIRST, NOW);
    let mut request = VerifyRequest::new(&text, Policy::of(Profile::Hotel));
    assert_eq!(checker.verify(&request).unwrap().unmet, [VerdictCode::AudienceWrong]);
    request.policy = Policy::employer();
    request.nonce = Some(b"482913");
    assert_eq!(checker.verify(&request).unwrap().unmet, [VerdictCode::NonceMissing]);
    // Neither is what only tries another time or asks for no memory.
    for (at, remember) in [(Some(NOW), true), (None, false)] {
        let trial = VerifyRequest {
            at,
            remember,
            ..VerifyRequest::new(&text, Policy::employer())
        };
        assert_eq!(checker.verify(&trial).unwrap().unmet, []);
    }
    assert_eq!(check(&checker, &text).unmet, []);
    let trial = VerifyRequest {
        at: Some(NOW),
        ..VerifyRequest::new(&text, Policy::employer())
    };
    assert_eq!(checker.verify(&trial).unwrap().unmet, []);
    place.clock.pass(1);
    assert_eq!(check(&checker, &text).unmet, [VerdictCode::SeenBefore]);
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
    assert_eq!(check(&checker, &text).unmet, [VerdictCode::PresentationExpired]);
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
    assert_eq!(at(90), []);
    assert_eq!(at(91), [VerdictCode::PresentationExpired]);
    assert_eq!(at(-31), [VerdictCode::PresentationFromFuture]);
}

#[test]
fn an_older_snapshot_file_counts_for_an_earlier_time_only() {
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
    assert_eq!(checker.verify(&request).unwrap().unmet, [VerdictCode::StatusRevoked]);
    // What is known to be revoked does not come back by a file.
    let with_first = VerifyRequest {
        snapshot: Some(&first),
        ..request
    };
    assert_eq!(checker.verify(&with_first), Err(CheckingError::SerialRolledBack));
    let earlier = VerifyRequest {
        at: Some(NOW),
        ..with_first
    };
    assert_eq!(checker.verify(&earlier).unwrap().unmet, []);
    // One that is not older is taken as it is.
    let same = authority.snapshot(revoked);
    let with_same = VerifyRequest {
        snapshot: Some(&same),
        ..request
    };
    assert_eq!(checker.verify(&with_same).unwrap().unmet, [VerdictCode::StatusRevoked]);
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
    assert_eq!(check(&checker, &text).unmet, [VerdictCode::PresentationExpired]);
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

#[test]
fn the_memory_is_bounded_and_keeps_what_was_seen_last() {
    let (authority, place, checker) = ready();
    let texts: Vec<_> = (0..5).map(|second| authority.text(FIRST, NOW + second)).collect();
    for text in &texts {
        assert_eq!(check(&checker, text).unmet, []);
        place.clock.pass(1);
    }
    assert_eq!(checker.replay_records(), 5);
    let room = |most| {
        checker
            .vault()
            .write(|tx| replay::make_room(tx, NOW + 5, most))
            .unwrap();
        checker.replay_records()
    };
    assert_eq!(room(6), 5);
    // One more than allowed after the next one: the first to be seen makes way.
    assert_eq!(room(5), 4);
    assert_eq!(check(&checker, &texts[4]).unmet, [VerdictCode::SeenBefore]);
    assert_eq!(check(&checker, &texts[0]).unmet, []);
    assert_eq!(room(2), 1);
    // What is over goes first, and nothing else if that is enough.
    place.clock.pass(400);
    let late = NOW + 405;
    check(&checker, &authority.text(FIRST, late));
    checker.vault().write(|tx| replay::make_room(tx, late, 2)).unwrap();
    assert_eq!(checker.replay_records(), 1);
    const { assert!(replay::MOST >= 10_000) }
}

/// Each rule of time, one second inside and one outside, by the verifier's own clock.
#[test]
fn edges_of_time_by_the_verifiers_clock() {
    use VerdictCode::{
        CredentialExpired, CredentialFromFuture, HolderGood, IssuerGood, PresentationExpired, PresentationFromFuture,
        StatusUnknown, StatusValid, TrustListExpired,
    };
    let day = NOW - NOW % 86_400;
    // When the lists are issued, so that they end where a rule ends.
    let at = |lists_at: i64, now: i64, shown_at: i64| {
        let (authority, place) = (Authority::new(), Place::new());
        let issue = Issue {
            trust_at: lists_at,
            status_at: lists_at,
            ..ISSUE
        };
        let checker = place.open(&authority.client).unwrap();
        place.clock.set(lists_at);
        checker.snapshot_import(&authority.snapshot(issue)).unwrap();
        place.clock.set(now);
        let verdicts = check(&checker, &authority.text(FIRST, shown_at)).verdicts;
        [verdicts.issuer.code, verdicts.holder.code, verdicts.status.code]
    };
    let early = day - 3_000;
    let good = [IssuerGood, HolderGood, StatusValid];
    // iat <= now + 30 s.
    assert_eq!(at(early, NOW - 30, NOW), good);
    assert_eq!(at(early, NOW - 31, NOW)[1], PresentationFromFuture);
    // now <= exp + 30 s; the code lives for 60 s.
    assert_eq!(at(early, NOW + 90, NOW), good);
    assert_eq!(at(early, NOW + 91, NOW)[1], PresentationExpired);
    // The credential begins with the day and ends after 30 days.
    assert_eq!(at(early, day - 30, day)[0], IssuerGood);
    assert_eq!(at(early, day - 31, day)[0], CredentialFromFuture);
    let end = NOW + 30 * 86_400;
    let fresh = end - 86_400;
    assert_eq!(at(fresh, end + 30, end - 60), good);
    assert_eq!(at(fresh, end + 31, end - 60)[0], CredentialExpired);
    // Trust list and status lists end after seven days, to the second.
    let over = NOW + 604_800;
    assert_eq!(at(NOW, over, over), good);
    assert_eq!(at(NOW, over + 1, over), [TrustListExpired, HolderGood, StatusUnknown]);
}

#[test]
fn a_beacon_is_told_by_the_stored_snapshot() {
    let (authority, _place, checker) = ready();
    let text = authority.text_with(FIRST, NOW, Some([7; 8]));
    let told = |checker: &Checker| {
        let request = VerifyRequest {
            remember: false,
            ..VerifyRequest::new(&text, Policy::employer())
        };
        let checked = checker.verify(&request).unwrap();
        assert_eq!(checked.verdicts.holder.code, VerdictCode::HolderGood);
        (checked.verdicts.beacon_code(), checked.verdicts.beacon_age_s)
    };
    assert_eq!(told(&checker), (Some(VerdictCode::BeaconUnknown), None));
    let file = authority.snapshot_with_beacon(ISSUE, [7; 8], NOW - 500);
    checker.snapshot_import(&file).unwrap();
    assert_eq!(told(&checker), (Some(VerdictCode::BeaconAge), Some(500)));
    // The list of beacon values does not go back either.
    let older = authority.snapshot_with_beacon(ISSUE, [8; 8], NOW - 501);
    assert_eq!(checker.snapshot_import(&older), Err(CheckingError::ListRolledBack));
}
