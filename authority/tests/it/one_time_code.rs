use permitcard_protocol::{WireCode, registration::InteractionType};

use crate::support::{Step, World};

/// A code that is not the given one.
fn other(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..5])
}

#[tokio::test(flavor = "multi_thread")]
async fn five_tries_then_another_code() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "maria").await;
    let code = world.code("maria");
    for left in (1..5).rev() {
        let next = holder.code(&other(&code)).await.next();
        assert_eq!((next.code, next.tries_left), (Some(WireCode::CodeWrong), Some(left)));
        assert_eq!(next.interaction_type_required, InteractionType::OneTimeCode);
    }
    let next = holder.code(&other(&code)).await.next();
    assert_eq!(
        (next.code, next.tries_left),
        (Some(WireCode::CodeTriesExhausted), Some(0))
    );
    // Now even the right one is dead.
    assert_eq!(holder.code(&code).await.next().code, Some(WireCode::CodeTriesExhausted));
    world.clock.advance(30);
    let next = holder.resend().await.next();
    assert_eq!((next.code, next.tries_left), (None, Some(5)));
    assert_eq!(
        holder.code(&world.code("maria")).await.next().interaction_type_required,
        InteractionType::DocumentCheck
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_lives_ten_minutes() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "maria").await;
    let code = world.code("maria");
    world.clock.advance(601);
    let next = holder.code(&code).await.next();
    assert_eq!(next.code, Some(WireCode::CodeExpired));
    assert_eq!(next.one_time_code.unwrap().expires_in, 0);

    let mut in_time = world.holder();
    in_time.identified(&world, "maria").await;
    let code = world.code("maria");
    world.clock.advance(600);
    assert_eq!(in_time.code(&code).await.next().code, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_code_only_after_thirty_seconds() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "maria").await;
    world.clock.advance(10);
    let next = holder.resend().await.next();
    assert_eq!(
        (next.code, next.retry_after),
        (Some(WireCode::CodeResendTooSoon), Some(20))
    );
    assert_eq!(world.codes_sent("maria"), 1);
    let first = world.code("maria");
    world.clock.advance(20);
    let next = holder.resend().await.next();
    assert_eq!((next.code, next.retry_after), (None, None));
    assert_eq!(next.one_time_code.unwrap().resend_after, 30);
    assert_eq!(world.codes_sent("maria"), 2);
    // The new one replaces the old one (unless chance made them equal).
    if first != world.code("maria") {
        assert_eq!(holder.code(&first).await.next().code, Some(WireCode::CodeWrong));
    }
    holder.code(&world.code("maria")).await.next();
}

#[tokio::test(flavor = "multi_thread")]
async fn five_codes_a_registration() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "maria").await;
    for sent in 1..5 {
        // Messages are sent side by side: one after the other here, so that the newest is the last.
        assert_eq!(world.codes_sent("maria"), sent);
        world.clock.advance(30);
        holder.resend().await.next();
    }
    assert_eq!(world.codes_sent("maria"), 5);
    world.clock.advance(30);
    // The step closes; the window is left, and the document, until it turns out that the code is needed.
    let next = holder.resend().await.next();
    assert_eq!(next.code, Some(WireCode::TriesExhausted));
    assert_eq!(next.interaction_type_required, InteractionType::DocumentCheck);
    assert!(next.one_time_code.is_none());
    assert_eq!(world.codes_sent("maria"), 5);
    let next = holder.check_document().await.next();
    assert_eq!(next.interaction_type_required, InteractionType::InPersonCode);
    assert!(next.interaction_types_allowed.is_empty());
    assert!(matches!(holder.pass_at_window(&world, "maria").await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fifth_code_still_counts() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "maria").await;
    for sent in 1..5 {
        // Messages are sent side by side: one after the other here, so that the newest is the last.
        assert_eq!(world.codes_sent("maria"), sent);
        world.clock.advance(30);
        holder.resend().await.next();
    }
    assert_eq!(
        holder.code(&world.code("maria")).await.next().interaction_type_required,
        InteractionType::DocumentCheck
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_counts_in_its_own_session_only() {
    let world = World::new().await;
    let (mut one, mut two) = (world.holder(), world.holder());
    one.identified(&world, "maria").await;
    let code_of_one = world.code("maria");
    two.identified(&world, "maria").await;
    if code_of_one != world.code("maria") {
        assert_eq!(two.code(&code_of_one).await.next().code, Some(WireCode::CodeWrong));
    }
    one.code(&code_of_one).await.next();
}

/// Under another idempotency key each time, so that no stored answer is given again.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_passed_counts_nowhere_again() {
    let world = World::new().await;
    let (mut one, mut two) = (world.holder(), world.holder());
    one.identified(&world, "maria").await;
    let code = world.code("maria");
    assert_eq!(one.code(&code).await.next().code, None);
    let again = one.code(&code).await.refused();
    again.refused(WireCode::StepUnexpected);
    two.identified(&world, "maria").await;
    // Unless chance made them equal.
    if code != world.code("maria") {
        let next = two.code(&code).await.next();
        assert_eq!((next.code, next.tries_left), (Some(WireCode::CodeWrong), Some(4)));
    }
}

/// That there was somebody to send it to is said only after the document was proven.
#[tokio::test(flavor = "multi_thread")]
async fn an_undeliverable_code_is_said_after_the_proof_and_passes_nothing() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "joao").await;
    assert_eq!(world.codes_sent("joao"), 0);
    let next = holder.code("123456").await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::CodeWrong), Some(4)));
    assert_eq!(next.one_time_code.unwrap().resend_after, 30);
    holder.check_document().await.next();
    let next = holder.code("123456").await.next();
    assert_eq!(
        (next.code, next.tries_left),
        (Some(WireCode::CheckUnavailable), Some(4))
    );
    // No reason to wait for another one.
    assert_eq!(next.one_time_code.unwrap().resend_after, 0);
    assert_eq!(holder.resend().await.next().code, None);
    assert_eq!(world.codes_sent("joao"), 0);
    assert_eq!(
        holder.code("123456").await.next().code,
        Some(WireCode::CheckUnavailable)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_digits() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "maria").await;
    for text in ["", "12 456", "12345x", "12345678901234567"] {
        holder.code(text).await.refused().refused(WireCode::AnswerInvalid);
    }
    let next = holder.code("1234567").await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::CodeWrong), Some(4)));
}

/// Whoever reads the database finds no code in it, except in the sandbox's mailbox.
#[tokio::test(flavor = "multi_thread")]
async fn codes_are_kept_as_macs() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "maria").await;
    let code = world.code("maria");
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let mac: Vec<u8> = database
        .query_row("SELECT mac FROM one_time_code", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mac.len(), 32);
    let plain = permitcard_crypto::hash::sha256(code.as_bytes());
    assert_ne!(mac, plain);
    holder.code(&code).await.next();
    let left: u32 = database
        .query_row("SELECT count(*) FROM one_time_code", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}
