use std::sync::{
    atomic::{AtomicBool, Ordering},
    mpsc,
};

use super::*;
use crate::{
    Limits,
    proofs::House,
    providers::{CheckKind, CheckRequest},
    store::{NewSession, SentCode},
};

fn put_all(house: &House, messages: &[Message<'_>]) {
    let kept: Result<(), AuthorityError> = house
        .app
        .store
        .write(|tx| messages.iter().try_for_each(|message| put(tx, message, house.now())));
    kept.unwrap();
}

fn notice(kind: Kind<'static>) -> Message<'static> {
    Message {
        person: Some("maria"),
        contact: Some("+8613800000101"),
        kind,
    }
}

fn left(house: &House) -> u32 {
    let count: Result<u32, AuthorityError> = house
        .app
        .store
        .read(|tx| Ok(tx.0.query_row("SELECT count(*) FROM outgoing", (), |row| row.get(0))?));
    count.unwrap()
}

/// A code for a session that exists only here.
fn code(house: &House, contact: Option<&'static str>) -> Message<'static> {
    Message {
        person: contact.map(|_| "maria"),
        contact,
        kind: Kind::Code(seal_code(&house.app, 1, [7; 32], "314159").unwrap()),
    }
}

#[tokio::test]
async fn what_has_a_contact_is_sent_and_nothing_else() {
    let house = House::new(Limits::default());
    put_all(
        &house,
        &[
            notice(Kind::DeviceReplaced),
            notice(Kind::ApplicationDecided),
            notice(Kind::ConsentWithdrawn),
            code(&house, Some("+8613800000101")),
            code(&house, None),
        ],
    );
    assert_eq!(
        (left(&house), house.sent.len()),
        (5, 0),
        "nothing leaves before the job"
    );
    house.send_messages().await;
    assert_eq!((left(&house), house.sent.len()), (0, 4));
    assert_eq!(house.sent.code("maria").as_deref(), Some("314159"));
    for kind in [
        "device-replaced",
        "application-decided",
        "consent-withdrawn",
        "one-time-code",
    ] {
        assert_eq!(house.sent.times("maria", kind).len(), 1, "{kind}");
    }
}

#[tokio::test]
async fn a_code_lies_sealed() {
    let house = House::new(Limits::default());
    put_all(&house, &[code(&house, Some("+8613800000101"))]);
    let sealed: Result<Vec<u8>, AuthorityError> = house.app.store.read(|tx| {
        Ok(tx
            .0
            .query_row("SELECT sealed_code FROM outgoing", (), |row| row.get(0))?)
    });
    let sealed = sealed.unwrap();
    assert!(!sealed.windows(6).any(|window| window == b"314159"));
    assert_eq!(sealed.len(), 12 + 6 + 16);
}

#[tokio::test]
async fn a_stop_in_the_middle_sends_it_again_under_the_same_name() {
    let mut house = House::new(Limits::default());
    put_all(&house, &[notice(Kind::DeviceReplaced)]);
    // Taken, and then the process dies.
    let taken: Result<_, AuthorityError> = house.app.store.write(|tx| tx.take_outgoing(house.now()));
    let taken = taken.unwrap();
    assert_eq!(taken.len(), 1);
    house.send_messages().await;
    assert_eq!(house.sent.len(), 0, "somebody else may still be sending it");
    house.restart();
    let job = Job::start(Arc::clone(&house.app));
    while left(&house) > 0 {
        tokio::task::yield_now().await;
    }
    job.stop().await;
    let expected = format!("{}-{}", taken[0].id, taken[0].created_at);
    assert_eq!(house.sent.ids(), [expected]);
}

/// Lets everybody else on this thread go on.
async fn turns() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

/// A transaction that runs goes on when nobody waits for it any more. Were the job just dropped, it would take a message
/// that nobody sends, and it could do so after the next process made due again what lay taken.
#[test]
fn what_is_taken_while_the_job_is_stopped_is_sent() {
    // One thread for what blocks, so that the test can hold each piece of it up.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let house = House::new(Limits::default());
        put_all(&house, &[notice(Kind::DeviceReplaced)]);
        let (open_first, first) = mpsc::channel();
        tokio::task::spawn_blocking(move || first.recv());
        let job = Job::start(Arc::clone(&house.app));
        turns().await;
        let (open_second, second) = mpsc::channel();
        let reached = Arc::new(AtomicBool::new(false));
        let reaches = Arc::clone(&reached);
        tokio::task::spawn_blocking(move || {
            reaches.store(true, Ordering::SeqCst);
            second.recv()
        });
        open_first.send(()).unwrap();
        while !reached.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        // Released is what lay taken; now the job waits for its turn to take.
        turns().await;
        let stopping = tokio::spawn(job.stop());
        turns().await;
        open_second.send(()).unwrap();
        stopping.await.unwrap();
        // Whatever blocked before is over.
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        assert_eq!((left(&house), house.sent.len()), (0, 1));
    });
}

#[tokio::test]
async fn a_notice_is_tried_again_later_and_later_and_then_given_up() {
    let house = House::new(Limits::default());
    house.sent.set_down(true);
    put_all(&house, &[notice(Kind::DeviceReplaced)]);
    for attempt in 1..8 {
        house.send_messages().await;
        assert_eq!(left(&house), 1, "{attempt}");
        house.advance(60 * (1 << attempt) - 1);
        house.sent.set_down(false);
        house.send_messages().await;
        assert_eq!(house.sent.len(), 0, "too early, {attempt}");
        house.sent.set_down(true);
        house.advance(1);
    }
    house.send_messages().await;
    assert_eq!((left(&house), house.sent.len()), (0, 0));
    // One that comes back in time is sent.
    put_all(&house, &[notice(Kind::DeviceReplaced)]);
    house.send_messages().await;
    house.sent.set_down(false);
    house.advance(120);
    house.send_messages().await;
    assert_eq!((left(&house), house.sent.len()), (0, 1));
}

/// A code is tried once: a late one is of no use.
#[tokio::test]
async fn a_code_that_cannot_be_delivered_is_marked_and_an_old_one_is_not_sent() {
    let house = House::new(Limits::default());
    house.sent.set_down(true);
    let kept: Result<(), AuthorityError> = house.app.store.write(|tx| {
        tx.0.execute_batch(
            "INSERT INTO session (id, reference, token, jkt, code_challenge, created_at, expires_at, progress)
             VALUES (1, 'r', x'01', 'jkt', 'c', 0, 0, '{}')",
        )?;
        let sent = SentCode {
            mac: [7; 32],
            sent_at: 0,
            expires_at: 0,
            undelivered: false,
        };
        tx.put_code(1, &sent)
    });
    kept.unwrap();
    put_all(&house, &[code(&house, Some("+8613800000101"))]);
    house.send_messages().await;
    let marked: Result<_, AuthorityError> = house.app.store.read(|tx| tx.code(1));
    assert!(marked.unwrap().unwrap().undelivered);
    house.sent.set_down(false);
    house.advance(86_400);
    house.send_messages().await;
    assert_eq!((left(&house), house.sent.len()), (0, 0));

    put_all(&house, &[code(&house, Some("+8613800000101"))]);
    house.advance(601);
    house.send_messages().await;
    assert_eq!((left(&house), house.sent.len()), (0, 0));
}

#[tokio::test]
async fn the_job_finds_what_another_process_kept() {
    let house = House::new(Limits::default());
    let job = Job::start(Arc::clone(&house.app));
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    put_all(&house, &[notice(Kind::ApplicationDecided)]);
    while left(&house) > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    job.stop().await;
    assert_eq!(house.sent.len(), 1);
}

/// What a provider owes is never given up: a registration that led to nothing is deleted there as well.
#[tokio::test]
async fn a_check_is_deleted_at_its_provider_however_long_it_is_down() {
    let house = House::new(Limits::default());
    let request = CheckRequest {
        kind: CheckKind::Face,
        session: "gone".into(),
        jkt: "jkt".into(),
        nonce: "nonce".into(),
        number: ClaimedNumber::PermitNumber("01".into()),
        document: None,
        now: house.now(),
    };
    let session = NewSession {
        reference: "gone",
        window_reference: "gone",
        auth_session: "gone",
        jkt: "jkt",
        code_challenge: "c",
        progress: "{}",
        created_at: house.now() - 90_000,
        expires_at: house.now() - 86_401,
    };
    house.app.store.write(|tx| tx.put_session(&session)).unwrap();
    let provider = &house.app.providers.faces;
    assert!(provider.start(request).await.is_ok());
    assert_eq!(house.sent.checks(), ["nonce"]);
    house.app.store.forget_expired(house.now()).unwrap();
    house.sent.set_down(true);
    for attempt in 1..20 {
        house.send_messages().await;
        let pause = (60 << attempt).min(86_400);
        house.advance(pause - 1);
        house.sent.set_down(false);
        house.send_messages().await;
        assert_eq!(house.sent.checks(), ["nonce"], "too early, {attempt}");
        house.sent.set_down(true);
        house.advance(1);
    }
    house.sent.set_down(false);
    house.send_messages().await;
    assert_eq!(house.sent.checks(), [""; 0]);
    let owed: Result<u32, AuthorityError> = house
        .app
        .store
        .read(|tx| Ok(tx.0.query_row("SELECT count(*) FROM erasure", (), |row| row.get(0))?));
    assert_eq!(owed, Ok(0));
}
