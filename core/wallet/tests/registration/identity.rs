use std::collections::BTreeSet;

use permitcard_wallet::{IdentityInput, InteractionType, NumberInput, StepAnswer, StepView, WireCode};

use crate::support::{Holder, Standing, World};

type Change = fn(&mut IdentityInput);

const WRONG_NUMBER: Change = |identity| {
    identity.number = NumberInput::WorkPermit {
        number: "310000202400009901".into(),
    };
};
const WRONG_NAME: Change = |identity| identity.surname = "Gonzalez".into();
const WRONG_PASSPORT: Change = |identity| identity.passport_number = "XDB999999".into();
const WRONG_ISSUER: Change = |identity| identity.passport_issuer = "FRA".into();

fn claim(standing: &Standing, change: Change) -> StepAnswer {
    let mut identity = standing.holder.identity(&standing.world.admin);
    change(&mut identity);
    StepAnswer::Identity { identity }
}

/// What a step tells, without what is random in it.
fn told(step: &StepView) -> String {
    let mut step = step.clone();
    for launch in &mut step.launches {
        launch.token = "x".repeat(launch.token.len());
    }
    step.session_reference = step.session_reference.map(|reference| "x".repeat(reference.len()));
    format!("{step:?}")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_claim_moves_on_and_all_answers_are_one() {
    let mut world = World::new().await;
    let mut answers = BTreeSet::new();
    for (number, change) in [
        |_: &mut IdentityInput| {},
        WRONG_NUMBER,
        WRONG_NAME,
        WRONG_PASSPORT,
        WRONG_ISSUER,
    ]
    .into_iter()
    .enumerate()
    {
        let phone = world.phone(&format!("phone-{number}")).await;
        let mut holder = Holder::new("maria");
        let step = holder
            .up_to(InteractionType::IdentityClaim, &phone.wallet, &world.admin)
            .await;
        let mut standing = Standing {
            world,
            phone,
            holder,
            step,
        };
        let answer = claim(&standing, change);
        standing.answer(answer).await;
        answers.insert(told(&standing.step));
        world = standing.world;
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    let answer = answers.first().unwrap();
    assert!(
        answer.contains("required: OneTimeCode") && answer.contains("failure: None"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_one_is_told_after_the_passport_and_can_be_put_right() {
    for change in [WRONG_NUMBER, WRONG_PASSPORT, WRONG_ISSUER] {
        let mut standing = Standing::at("maria", InteractionType::IdentityClaim).await;
        let answer = claim(&standing, change);
        standing.answer(answer).await;
        let answer = standing
            .holder
            .answer_to(InteractionType::DocumentCheck, &standing.step, &standing.world.admin);
        let failure = standing.fails(answer).await;
        assert_eq!(failure.code, WireCode::IdentityNotConfirmed);
        // The claim is what was wrong: its tries are told, and it may be given again.
        assert_eq!(
            (failure.step, failure.again, failure.tries_left),
            (InteractionType::IdentityClaim, true, Some(4))
        );
        assert!(
            failure.other_ways.contains(&InteractionType::InPersonCode),
            "{failure:?}"
        );
        assert_eq!(standing.step.required, InteractionType::IdentityClaim);
        standing.finishes_by(None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_is_told_after_the_passport_which_stays_checked() {
    let mut standing = Standing::at("maria", InteractionType::IdentityClaim).await;
    let answer = claim(&standing, WRONG_NAME);
    standing.answer(answer).await;
    let answer = standing
        .holder
        .answer_to(InteractionType::DocumentCheck, &standing.step, &standing.world.admin);
    let failure = standing.fails(answer).await;
    assert_eq!(failure.code, WireCode::NameDiffers);
    assert_eq!(standing.step.required, InteractionType::IdentityClaim);
    let answer = claim(&standing, |_| {});
    let next = standing.answer(answer).await;
    assert_eq!(next.failure, None);
    assert!(!next.ways().contains(&InteractionType::DocumentCheck), "{next:?}");
    standing.finishes_by(None).await.unwrap();
    let asked = standing.holder.asked();
    assert!(!asked.contains(&InteractionType::DocumentCheck), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_wrong_ones_the_window_is_left() {
    let mut standing = Standing::at("maria", InteractionType::IdentityClaim).await;
    for left in (0..5).rev() {
        let answer = claim(&standing, WRONG_NUMBER);
        standing.answer(answer).await;
        let answer = standing
            .holder
            .answer_to(InteractionType::DocumentCheck, &standing.step, &standing.world.admin);
        standing.fails(answer).await;
        let open = standing.step.ways().contains(&InteractionType::IdentityClaim);
        assert_eq!(open, left > 0, "{:?}", standing.step);
    }
    assert_eq!(standing.step.ways(), [InteractionType::InPersonCode]);
    standing.finishes_by(Some(InteractionType::InPersonCode)).await.unwrap();
}
