use permitcard_wallet::{InteractionType, StepAnswer, WireCode};

use crate::support::Standing;

fn code(code: &str) -> StepAnswer {
    StepAnswer::OneTimeCode { code: code.into() }
}

/// A code that is not this one.
fn other_than(right: &str) -> &'static str {
    if right == "000000" { "000001" } else { "000000" }
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_times_are_counted_on_the_phone() {
    let standing = Standing::at("maria", InteractionType::OneTimeCode).await;
    let on_its_way = standing.step.one_time_code.clone().unwrap();
    assert_eq!((on_its_way.digits, on_its_way.expires_in), (6, 600));
    standing.world.forward(&standing.phone, 20);
    let waiting = standing.shown().await.one_time_code.unwrap();
    assert!((578..=580).contains(&waiting.expires_in), "{}", waiting.expires_in);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_and_late_codes_can_be_answered_again() {
    let mut standing = Standing::at("maria", InteractionType::OneTimeCode).await;
    let right = standing.holder.code(&standing.world.admin);
    let too_soon = standing.fails(StepAnswer::ResendCode).await;
    assert_eq!(too_soon.code, WireCode::CodeResendTooSoon);
    assert!(too_soon.retry_after_s.is_some_and(|wait| (1..=30).contains(&wait)));

    for left in (1..5).rev() {
        let failure = standing.fails(code(other_than(&right))).await;
        assert_eq!((failure.code, failure.tries_left), (WireCode::CodeWrong, Some(left)));
        let ways = [InteractionType::DocumentCheck, InteractionType::InPersonCode];
        assert_eq!(failure.other_ways, ways);
    }
    let dead = standing.fails(code(other_than(&right))).await;
    assert_eq!(dead.code, WireCode::CodeTriesExhausted);
    // The right one is dead too.
    let dead = standing.fails(code(&right)).await;
    assert_eq!(dead.code, WireCode::CodeTriesExhausted);

    standing.world.forward(&standing.phone, 31);
    assert_eq!(standing.answer(StepAnswer::ResendCode).await.failure, None);
    let late = standing.holder.code_after(1, &standing.world.admin);
    standing.world.forward(&standing.phone, 601);
    let expired = standing.fails(code(&late)).await;
    assert_eq!(expired.code, WireCode::CodeExpired);
    assert_eq!(standing.answer(StepAnswer::ResendCode).await.failure, None);
    let newest = standing.holder.code_after(2, &standing.world.admin);
    assert_eq!(standing.answer(code(&newest)).await.failure, None);
    standing.finishes_by(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_no_code_is_neither_stored_nor_sent() {
    let standing = Standing::at("maria", InteractionType::OneTimeCode).await;
    let sent = standing.sent();
    let refused = standing.phone.wallet.answer(code("12 34")).await.unwrap_err();
    assert_eq!(refused.code(), "input.one_time_code_invalid");
    assert_eq!((standing.sent(), standing.shown().await), (sent, standing.step));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_passport_may_come_before_the_code_which_is_needed_all_the_same() {
    let mut standing = Standing::at("maria", InteractionType::OneTimeCode).await;
    let next = standing.answers(InteractionType::DocumentCheck).await;
    assert_eq!(next.failure, None);
    assert!(next.ways().contains(&InteractionType::OneTimeCode), "{next:?}");
    standing.finishes_by(None).await.unwrap();
    assert!(standing.holder.asked().contains(&InteractionType::OneTimeCode));
}
