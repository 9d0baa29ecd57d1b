//! A thief who knows name, numbers and passport, and even reads the one-time code. He gets no card, and takes none away.

use permitcard_protocol::{
    WireCode, endpoints,
    registration::{InteractionType, SandboxCheckResponse},
};

use crate::support::{Holder, Step, World, claim, run_check};

/// A thief who passed the code.
async fn thief(world: &World) -> Holder {
    let mut thief = world.holder();
    thief.identified(world, "maria").await;
    let next = thief.code(&world.code("maria")).await.next();
    assert_eq!(next.interaction_type_required, InteractionType::DocumentCheck);
    thief
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_alone_never_leads_to_a_card() {
    let world = World::new().await;
    let mut thief = thief(&world).await;
    for receipt in ["x", "passed", &"A".repeat(43)] {
        let next = thief.document(receipt).await.next();
        assert_eq!(next.code, Some(WireCode::ReceiptRefused));
    }
    thief.face("x").await.refused().refused(WireCode::StepUnexpected);
    assert_eq!(
        thief.in_person("0123456789").await.next().code,
        Some(WireCode::InPersonCodeExpired)
    );
    let next = thief.document("x").await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::ReceiptRefused), Some(1)));
    let next = thief.document("x").await.next();
    assert_eq!(next.code, Some(WireCode::TriesExhausted));
    assert_eq!(next.interaction_type_required, InteractionType::InPersonCode);
    assert!(next.interaction_types_allowed.is_empty());
    assert!(thief.authorization_code.is_empty());
}

/// The card that is there already works all the while, and its owner can register a new phone at once.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_neither_taken_over_nor_locked_out() {
    let world = World::new().await;
    let owner = world.register("maria").await;
    owner.accept_card().await;
    for _ in 0..3 {
        let mut thief = thief(&world).await;
        for _ in 0..5 {
            thief.document("x").await.next();
        }
    }
    // Guessing until codes for the permit are not taken any more.
    let mut guesses = 0;
    'guess: loop {
        let mut guesser = world.holder();
        guesser.identified(&world, "maria").await;
        if !guesser.is_open(InteractionType::OneTimeCode) {
            break;
        }
        for _ in 0..5 {
            let next = guesser.code("1234567").await.next();
            guesses += 1;
            if next.code == Some(WireCode::StepClosed) {
                assert!(next.retry_after.is_some_and(|seconds| seconds > 0));
                break 'guess;
            }
        }
    }
    assert_eq!(guesses, 25);

    assert_eq!(owner.client.get(endpoints::CARD).await.status, 200);
    assert_eq!(owner.refresh().await.status, 200);
    let (batch, _) = owner.batch(2).await;
    assert_eq!(batch.credentials.len(), 2);

    // The owner's new phone: document and face are enough while codes are closed.
    let mut phone = world.holder();
    let next = phone.identified(&world, "maria").await;
    assert_eq!(next.code, Some(WireCode::StepClosed));
    assert_eq!(next.interaction_type_required, InteractionType::DocumentCheck);
    phone.check_document().await.next();
    phone.consent(true).await.next();
    assert!(matches!(phone.check_face().await, Step::Granted));
    phone.fetch_tokens().await;
    phone.accept_card().await;
    // Or a service window.
    let mut phone = world.holder();
    phone.at_window().await;
    assert!(matches!(phone.pass_at_window(&world, "maria").await, Step::Granted));
}

/// A grant replaces nothing by itself: only a stored card does.
#[tokio::test(flavor = "multi_thread")]
async fn the_old_phone_works_until_the_new_one_has_the_card() {
    let world = World::new().await;
    let owner = world.register("maria").await;
    owner.accept_card().await;
    let phone = world.register("maria").await;
    let (batch, _) = phone.batch(1).await;
    assert_eq!(owner.client.get(endpoints::CARD).await.status, 200);
    assert_eq!(
        phone.notify(&batch.notification_id, "credential_accepted").await.status,
        204
    );
    let refused = owner.client.get(endpoints::CARD).await;
    assert!(refused.status >= 400, "{}", refused.status);
}

/// The victim is made to pass a check that the thief started: the receipt stays with the victim, where it counts nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_somebody_else_passes_is_worth_nothing() {
    let world = World::new().await;
    let mut thief = thief(&world).await;
    let mut victim = world.holder();
    victim.identified(&world, "maria").await;
    let bait = thief.launch_of(InteractionType::DocumentCheck);
    let receipt: SandboxCheckResponse = run_check(&victim.client, &bait).await.json();
    let next = victim.document(&receipt.receipt).await.next();
    assert_eq!(next.code, Some(WireCode::ReceiptRefused));
    let next = thief.document("guess").await.next();
    assert_eq!(next.code, Some(WireCode::ReceiptRefused));
    // The thief's session is of no use to the victim's key, nor the other way round.
    let mut crossed = world.holder();
    crossed.auth_session.clone_from(&thief.auth_session);
    crossed
        .document(&receipt.receipt)
        .await
        .refused()
        .refused(WireCode::SessionUnknown);
    // His own checks still pass.
    victim.check_document().await.next();
}

/// With a passport of his own the thief learns nothing about the victim's number, and gets nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_passport_of_ones_own_does_not_open_anothers_number() {
    let world = World::new().await;
    let mut thief = world.holder();
    thief.at_window().await;
    let mut mixed = claim(&world.person("sean"));
    mixed.number = claim(&world.person("maria")).number;
    thief.claim(mixed).await.next();
    assert_eq!(
        world.codes_sent("maria"),
        0,
        "nobody is troubled by a claim that is not right"
    );
    let next = thief.check_document().await.next();
    assert_eq!(next.code, Some(WireCode::IdentityNotConfirmed));
}
