use permitcard_wallet::{InteractionType, StepAnswer, WireCode};

use crate::support::{Holder, Standing, World};

const WINDOW: InteractionType = InteractionType::InPersonCode;

fn code(code: impl Into<String>) -> StepAnswer {
    StepAnswer::InPersonCode { code: code.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn needs_nothing_but_consent_and_is_read_as_people_write() {
    let mut standing = Standing::at("maria", InteractionType::IdentityClaim).await;
    let reference = standing.step.session_reference.clone().unwrap();
    assert_eq!((reference.len(), reference.as_bytes()[4]), (9, b'-'));
    let given = standing.holder.window_code(&standing.step, &standing.world.admin);
    // Small letters, other hyphens, and the letters that look like digits.
    let written = given
        .to_lowercase()
        .replace('0', "o")
        .replace('1', "l")
        .replace('-', " – ");
    standing.phone.wallet.answer(code(written)).await.unwrap();
    standing.finishes_by(None).await.unwrap();
    assert_eq!(standing.holder.asked(), [InteractionType::Consent]);
}

#[tokio::test(flavor = "multi_thread")]
async fn is_offered_at_every_step_under_the_same_reference() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new("maria");
    let mut references = Vec::new();
    while let Some(view) = holder.step(&phone.wallet, &world.admin).await.unwrap() {
        let permitcard_wallet::RegistrationView::Step(step) = view else {
            continue;
        };
        let consented = holder.asked().contains(&InteractionType::Consent);
        assert_eq!(step.ways().contains(&WINDOW), consented, "{step:?}");
        references.extend(step.session_reference);
    }
    assert!(references.len() >= 4, "{references:?}");
    references.dedup();
    assert_eq!(references.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_ones_are_counted_and_another_code_can_be_had() {
    let mut standing = Standing::at("maria", InteractionType::IdentityClaim).await;
    let right = standing.holder.window_code(&standing.step, &standing.world.admin);
    let wrong = right.chars().rev().collect::<String>();
    let wrong = if wrong == right { "0000000000".to_owned() } else { wrong };
    for _ in 0..4 {
        let failure = standing.fails(code(&wrong)).await;
        assert_eq!((failure.code, failure.step), (WireCode::InPersonCodeWrong, WINDOW));
        assert!(failure.again);
    }
    let failure = standing.fails(code(&wrong)).await;
    assert_eq!(failure.code, WireCode::InPersonTriesExhausted);
    // The right one is dead, too; another one is not.
    assert!(standing.answer(code(&right)).await.failure.is_some());
    standing.finishes_by(Some(WINDOW)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn is_for_one_registration_and_72_hours() {
    let world = World::new().await;
    let other = world.phone("other").await;
    let theirs = Holder::new("suharto")
        .up_to(InteractionType::IdentityClaim, &other.wallet, &world.admin)
        .await;
    let mut standing = Standing::walk(world, Holder::new("suharto"), InteractionType::IdentityClaim).await;
    // Given out for another registration of the same person.
    let foreign = standing.holder.window_code(&theirs, &standing.world.admin);
    let failure = standing.fails(code(foreign)).await;
    assert!(matches!(
        failure.code,
        WireCode::InPersonCodeExpired | WireCode::InPersonCodeWrong
    ));
    // The way to a window may take days.
    let own = standing.holder.window_code(&standing.step, &standing.world.admin);
    standing.world.forward(&standing.phone, 72 * 3_600 - 60);
    standing.phone.wallet.answer(code(own)).await.unwrap();
    standing.finishes_by(None).await.unwrap();

    let mut late = Standing::walk(standing.world, Holder::new("maria"), InteractionType::IdentityClaim).await;
    let own = late.holder.window_code(&late.step, &late.world.admin);
    late.world.forward(&late.phone, 72 * 3_600 + 60);
    let answered = late.phone.wallet.answer(code(own)).await;
    let refused = match answered {
        Ok(view) => crate::support::standing::step(view).failure.unwrap().code.code(),
        Err(error) => error.code(),
    };
    assert!(["registration.in_person_code_expired", "registration.session_expired"].contains(&refused));
    late.phone.wallet.cancel_registration().await.unwrap();
    late.finishes_by(Some(WINDOW)).await.unwrap();
}
