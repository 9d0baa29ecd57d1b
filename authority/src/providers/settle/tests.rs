use permitcard_crypto::hash::sha256;
use permitcard_protocol::registration::ClaimedNumber;

use super::*;
use crate::{
    providers::{CheckRequest, DocumentFacts, Environment},
    store::{Noted, Store},
};

const NOW: i64 = 1_700_000_000;
const RECEIPT: &str = "the-receipt";

struct World {
    store: Store,
    _dir: tempfile::TempDir,
}

impl World {
    /// With one open document check.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("db")).unwrap();
        let world = Self { store, _dir: dir };
        world.open("nonce");
        world
    }

    fn open(&self, nonce: &str) {
        let request = CheckRequest {
            kind: CheckKind::Document,
            session: "session".into(),
            jkt: "jkt".into(),
            nonce: nonce.into(),
            number: ClaimedNumber::PermitNumber("01".into()),
            document: None,
            now: NOW,
        };
        self.store.write(|tx| tx.put_open_check("acme", &request)).unwrap();
    }

    fn note(&self, check: &Check) -> Noted {
        self.store.write(|tx| tx.note_check(check, NOW + 60)).unwrap()
    }

    fn settle(&self, receipt: &str, pulled: Result<Option<Check>, ProviderError>) -> &'static str {
        self.settle_as(&expected(), receipt, pulled)
    }

    fn settle_as(
        &self,
        expected: &Expected<'_>,
        receipt: &str,
        pulled: Result<Option<Check>, ProviderError>,
    ) -> &'static str {
        let verdict = self
            .store
            .write(|tx| settle(tx, expected, receipt, &pulled, NOW + 60))
            .unwrap();
        match verdict {
            Verdict::Passed(_) => "passed",
            Verdict::Failed => "failed",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Unavailable => "unavailable",
            Verdict::NotNow => "not now",
            Verdict::ReceiptRefused => "receipt refused",
        }
    }

    fn evidence(&self) -> Vec<String> {
        self.store
            .read(|tx| {
                let mut statement =
                    tx.0.prepare("SELECT step || ' ' || outcome FROM evidence ORDER BY id")?;
                let rows = statement.query_map([], |row| row.get(0))?;
                Ok::<_, AuthorityError>(rows.collect::<Result<_, _>>()?)
            })
            .unwrap()
    }
}

fn expected() -> Expected<'static> {
    Expected {
        kind: CheckKind::Document,
        session: "session",
        jkt: "jkt",
        nonce: "nonce",
    }
}

fn said(outcome: Outcome, sequence: u32) -> Check {
    Check {
        kind: CheckKind::Document,
        session: "session".into(),
        jkt: "jkt".into(),
        nonce: "nonce".into(),
        outcome,
        provider: "acme".into(),
        method: "method".into(),
        environment: Environment::Test,
        performed_at: NOW + 30,
        sequence,
        receipt: sha256(RECEIPT.as_bytes()),
        evidence: [1; 32],
        document: Some(DocumentFacts {
            number: "X".into(),
            issuer: "ESP".into(),
            birth_date: "1990-05-17".into(),
            mrz_name: "A".into(),
        }),
    }
}

#[test]
fn a_pass_counts_once_and_only_with_its_receipt() {
    let world = World::new();
    let pass = said(Outcome::Passed, 1);
    assert_eq!(world.settle("another", Ok(Some(pass.clone()))), "receipt refused");
    assert_eq!(world.settle("", Ok(Some(pass.clone()))), "receipt refused");
    assert_eq!(world.settle(RECEIPT, Ok(Some(pass.clone()))), "passed");
    assert_eq!(world.settle(RECEIPT, Ok(Some(pass))), "receipt refused");
    assert_eq!(world.evidence(), ["document-check passed"]);
}

#[test]
fn a_message_alone_passes_nothing() {
    let world = World::new();
    assert_eq!(world.note(&said(Outcome::Passed, 1)), Noted::Kept);
    // The provider is down, or knows of nothing: the same receipt may be tried again.
    assert_eq!(world.settle(RECEIPT, Err(ProviderError)), "not now");
    assert_eq!(world.settle(RECEIPT, Ok(None)), "not now");
    assert_eq!(world.evidence(), [""; 0]);
    assert_eq!(world.settle(RECEIPT, Ok(Some(said(Outcome::Passed, 1)))), "passed");
}

#[test]
fn without_any_word_a_receipt_is_none_or_cannot_be_judged() {
    let world = World::new();
    assert_eq!(world.settle(RECEIPT, Err(ProviderError)), "not now");
    assert_eq!(world.settle(RECEIPT, Ok(None)), "receipt refused");
}

#[test]
fn whatever_was_said_is_what_comes_out() {
    for (outcome, verdict) in [
        (Outcome::Failed, "failed"),
        (Outcome::Inconclusive, "inconclusive"),
        (Outcome::Unavailable, "unavailable"),
    ] {
        // By the provider when asked, and by a message while it cannot be asked.
        let world = World::new();
        assert_eq!(world.settle(RECEIPT, Ok(Some(said(outcome, 1)))), verdict);
        let world = World::new();
        world.note(&said(outcome, 1));
        assert_eq!(world.settle(RECEIPT, Err(ProviderError)), verdict);
        assert_eq!(world.evidence(), [format!("document-check {verdict}")]);
    }
}

#[test]
fn session_key_kind_and_nonce_must_be_those_of_the_step() {
    let pass = || Ok(Some(said(Outcome::Passed, 1)));
    type Change = fn(&mut Expected<'static>);
    let changes: [Change; 4] = [
        |expected| expected.kind = CheckKind::Face,
        |expected| expected.session = "other",
        |expected| expected.jkt = "other",
        |expected| expected.nonce = "other",
    ];
    for (number, change) in changes.iter().enumerate() {
        let world = World::new();
        let mut other = expected();
        change(&mut other);
        assert_eq!(world.settle_as(&other, RECEIPT, pass()), "receipt refused", "{number}");
        assert_eq!(world.evidence(), [""; 0]);
    }
}

#[test]
fn a_statement_about_another_check_is_none() {
    type Change = fn(&mut Check);
    let changes: [Change; 9] = [
        |check| check.kind = CheckKind::BankCard,
        |check| check.session = "other".into(),
        |check| check.jkt = "other".into(),
        |check| check.nonce = "other".into(),
        |check| check.provider = "other".into(),
        // Before it was started, or in the future.
        |check| check.performed_at = NOW - 301,
        |check| check.performed_at = NOW + 60 + 301,
        |check| check.performed_at = i64::MAX,
        |check| check.performed_at = i64::MIN,
    ];
    for (number, change) in changes.iter().enumerate() {
        let world = World::new();
        let mut other = said(Outcome::Passed, 1);
        change(&mut other);
        assert_eq!(world.note(&other), Noted::Foreign, "{number}");
        assert_eq!(world.settle(RECEIPT, Ok(Some(other))), "not now", "{number}");
    }
}

#[test]
fn facts_come_with_document_checks_only_and_are_forgotten() {
    let world = World::new();
    let verdict = world
        .store
        .write(|tx| settle(tx, &expected(), RECEIPT, &Ok(Some(said(Outcome::Passed, 1))), NOW));
    let Ok(Verdict::Passed(check)) = verdict else {
        panic!("not passed");
    };
    assert!(check.document.is_some());
    let kept = world.store.read(|tx| tx.check("nonce")).unwrap().unwrap();
    assert!(kept.document.is_none());
    // Of a face there are none.
    let request = CheckRequest {
        kind: CheckKind::Face,
        session: "session".into(),
        jkt: "jkt".into(),
        nonce: "face".into(),
        number: ClaimedNumber::PermitNumber("01".into()),
        document: None,
        now: NOW,
    };
    world.store.write(|tx| tx.put_open_check("acme", &request)).unwrap();
    let face = |document| Check {
        kind: CheckKind::Face,
        nonce: "face".into(),
        document,
        ..said(Outcome::Passed, 1)
    };
    assert_eq!(world.note(&face(said(Outcome::Passed, 1).document)), Noted::Foreign);
    assert_eq!(world.note(&face(None)), Noted::Kept);
}

#[test]
fn a_clock_that_is_ahead_makes_no_evidence_younger() {
    let world = World::new();
    let check = Check {
        performed_at: NOW + 60 + 300,
        ..said(Outcome::Passed, 1)
    };
    assert_eq!(world.note(&check), Noted::Kept);
    let kept = world.store.read(|tx| tx.check("nonce")).unwrap().unwrap();
    assert_eq!(kept.performed_at, NOW + 60);
    // Said again it is still known.
    assert_eq!(world.note(&check), Noted::Known);
}

#[test]
fn order_is_that_of_the_provider() {
    let world = World::new();
    assert_eq!(world.note(&said(Outcome::Inconclusive, 2)), Noted::Kept);
    assert_eq!(world.note(&said(Outcome::Inconclusive, 2)), Noted::Known);
    // What was said before, or at the same time with another word.
    assert_eq!(world.note(&said(Outcome::Passed, 1)), Noted::Older);
    assert_eq!(world.note(&said(Outcome::Passed, 2)), Noted::Older);
    // A review later on.
    assert_eq!(world.note(&said(Outcome::Passed, 3)), Noted::Kept);
    // Another receipt is of another check.
    let mut other = said(Outcome::Passed, 4);
    other.receipt = sha256(b"other");
    assert_eq!(world.note(&other), Noted::Foreign);
    // A failure counts even if it was said before.
    assert_eq!(world.note(&said(Outcome::Failed, 1)), Noted::Kept);
    assert_eq!(world.note(&said(Outcome::Passed, 9)), Noted::AfterFailure);
    assert_eq!(world.settle(RECEIPT, Ok(Some(said(Outcome::Passed, 9)))), "failed");
    assert_eq!(world.note(&said(Outcome::Passed, 10)), Noted::AfterFailure);
}

#[test]
fn after_the_judgement_nothing_changes() {
    let world = World::new();
    assert_eq!(world.settle(RECEIPT, Ok(Some(said(Outcome::Passed, 1)))), "passed");
    assert_eq!(world.note(&said(Outcome::Passed, 1)), Noted::Known);
    assert_eq!(world.note(&said(Outcome::Failed, 2)), Noted::Late);
    assert_eq!(world.note(&said(Outcome::Passed, 2)), Noted::Late);
}

/// Every order of up to three statements, by messages and by the last question: a pass only where the provider says so when
/// asked and nobody ever said that the check failed.
#[test]
fn no_order_of_statements_lifts_a_failure_or_passes_without_the_provider() {
    let outcomes = [
        Outcome::Passed,
        Outcome::Failed,
        Outcome::Inconclusive,
        Outcome::Unavailable,
    ];
    let statements: Vec<Option<Check>> = outcomes
        .iter()
        .flat_map(|outcome| [1, 2].map(|sequence| Some(said(*outcome, sequence))))
        .chain([None])
        .collect();
    let dir = tempfile::tempdir().unwrap();
    let world = World {
        store: Store::open(&dir.path().join("db")).unwrap(),
        _dir: dir,
    };
    let mut passed = 0;
    // One transaction that is undone: 9 * 9 * 9 worlds in one database.
    let undone: Result<(), AuthorityError> = world.store.write(|tx| {
        for (number, (first, second, pulled)) in statements
            .iter()
            .flat_map(|first| statements.iter().map(move |second| (first, second)))
            .flat_map(|(first, second)| statements.iter().map(move |pulled| (first, second, pulled)))
            .enumerate()
        {
            let nonce = format!("nonce-{number}");
            let with_nonce = |check: &Option<Check>| {
                check.clone().map(|check| Check {
                    nonce: nonce.clone(),
                    ..check
                })
            };
            tx.put_open_check(
                "acme",
                &CheckRequest {
                    kind: CheckKind::Document,
                    session: "session".into(),
                    jkt: "jkt".into(),
                    nonce: nonce.clone(),
                    number: ClaimedNumber::PermitNumber("01".into()),
                    document: None,
                    now: NOW,
                },
            )?;
            for check in [first, second].into_iter().filter_map(with_nonce) {
                tx.note_check(&check, NOW + 60)?;
            }
            let asked = Expected {
                nonce: &nonce,
                ..expected()
            };
            let verdict = settle(tx, &asked, RECEIPT, &Ok(with_nonce(pulled)), NOW + 60)?;
            let outcome_of = |check: &Option<Check>| check.as_ref().map(|check| check.outcome);
            let failed = [first, second, pulled]
                .into_iter()
                .any(|check| outcome_of(check) == Some(Outcome::Failed));
            let confirmed = outcome_of(pulled) == Some(Outcome::Passed);
            let is_pass = matches!(verdict, Verdict::Passed(_));
            assert!(!is_pass || (confirmed && !failed), "{number}");
            assert!(!failed || matches!(verdict, Verdict::Failed), "{number}");
            passed += u32::from(is_pass);
        }
        Err(AuthorityError::SigningFailed)
    });
    assert_eq!(undone, Err(AuthorityError::SigningFailed));
    assert!(passed > 20, "{passed}");
}
