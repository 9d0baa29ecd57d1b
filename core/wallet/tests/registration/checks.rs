use permitcard_wallet::{InteractionType, StepAnswer, WireCode};

use crate::support::{Holder, Standing, World};

const CASES: [(&str, InteractionType, WireCode); 5] = [
    ("piotr", InteractionType::DocumentCheck, WireCode::DocumentRefused),
    ("minh", InteractionType::FaceCheck, WireCode::FaceRefused),
    ("helene", InteractionType::DocumentCheck, WireCode::CheckUnavailable),
    ("niccolo", InteractionType::DocumentCheck, WireCode::CheckInconclusive),
    ("yuki", InteractionType::FaceCheck, WireCode::CheckInconclusive),
];

#[tokio::test(flavor = "multi_thread")]
async fn providers_that_refuse_and_providers_that_are_down() {
    let mut world = World::new().await;
    for (person, kind, code) in CASES {
        let mut standing = Standing::walk(world, Holder::new(person), kind).await;
        let asked = standing.step.clone();
        let answer = standing.holder.answer_to(kind, &asked, &standing.world.admin);
        let failure = standing.fails(answer).await;
        assert_eq!(
            (failure.step, failure.code, failure.again),
            (kind, code, true),
            "{person}"
        );
        assert!(failure.other_ways.contains(&InteractionType::InPersonCode), "{person}");
        // Another try has another launch token.
        assert_ne!(standing.step.launch(kind), asked.launch(kind), "{person}");
        // The other way leads to the card all the same, with the reference that was shown all the time.
        assert_eq!(standing.step.session_reference, asked.session_reference);
        standing.finishes_by(Some(InteractionType::InPersonCode)).await.unwrap();
        world = standing.world;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_failed_five_times_is_closed_and_the_window_is_left() {
    for (person, kind) in [
        ("piotr", InteractionType::DocumentCheck),
        ("minh", InteractionType::FaceCheck),
    ] {
        let mut standing = Standing::at(person, kind).await;
        for left in (0..5).rev() {
            let answer = standing.holder.answer_to(kind, &standing.step, &standing.world.admin);
            let failure = standing.fails(answer).await;
            assert_eq!(failure.again, left > 0, "{person}: {failure:?}");
            assert!(failure.other_ways.contains(&InteractionType::InPersonCode));
        }
        standing.finishes_by(Some(InteractionType::InPersonCode)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_launch_token_is_worth_nothing() {
    let kind = InteractionType::DocumentCheck;
    let world = World::new().await;
    let (thief, victim) = (world.phone("thief").await, world.phone("victim").await);
    let forwarded = Holder::new("suharto").up_to(kind, &thief.wallet, &world.admin).await;
    // The victim passes the check on his own phone; the thief never sees that receipt, so that he invents one.
    let receipt = world.admin.check(&forwarded.launch(kind).unwrap().token).unwrap();
    let guessed = StepAnswer::DocumentCheck {
        receipt: "A".repeat(43),
    };
    let failed = |view| crate::support::standing::step(view).failure.unwrap().code;
    assert_eq!(
        failed(thief.wallet.answer(guessed).await.unwrap()),
        WireCode::ReceiptRefused
    );
    // Nor does that receipt help in the victim's own registration.
    Holder::new("suharto").up_to(kind, &victim.wallet, &world.admin).await;
    let given = StepAnswer::DocumentCheck { receipt };
    assert_eq!(
        failed(victim.wallet.answer(given).await.unwrap()),
        WireCode::ReceiptRefused
    );
}
