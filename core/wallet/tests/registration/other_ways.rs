//! A registration that fails at a step and is finished on the other way.

use permitcard_wallet::{InteractionType, StepAnswer};

use crate::support::{Standing, World};

const WINDOW: InteractionType = InteractionType::InPersonCode;

/// An answer of the right form that does not pass.
fn wrong(kind: InteractionType, standing: &Standing) -> StepAnswer {
    match kind {
        InteractionType::OneTimeCode => {
            let right = standing.holder.code(&standing.world.admin);
            StepAnswer::OneTimeCode {
                code: if right == "000000" { "000001" } else { "000000" }.into(),
            }
        }
        InteractionType::InPersonCode => StepAnswer::InPersonCode {
            code: "ZZZZZ-ZZZZZ".into(),
        },
        kind => StepAnswer::receipt(kind, "A".repeat(43)).unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_every_step_to_a_window() {
    for kind in [
        InteractionType::OneTimeCode,
        InteractionType::DocumentCheck,
        InteractionType::FaceCheck,
    ] {
        let mut standing = Standing::at("maria", kind).await;
        let answer = wrong(kind, &standing);
        let failure = standing.fails(answer).await;
        assert_eq!(failure.step, kind);
        assert!(failure.other_ways.contains(&WINDOW), "{failure:?}");
        standing.finishes_by(Some(WINDOW)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_window_back_to_the_checks() {
    let mut standing = Standing::at("maria", InteractionType::IdentityClaim).await;
    let answer = wrong(WINDOW, &standing);
    let failure = standing.fails(answer).await;
    assert_eq!(failure.other_ways, [InteractionType::IdentityClaim]);
    standing.finishes_by(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn forth_and_back_in_the_middle() {
    let mut standing = Standing::at("maria", InteractionType::OneTimeCode).await;
    for kind in [
        WINDOW,
        InteractionType::DocumentCheck,
        InteractionType::OneTimeCode,
        WINDOW,
    ] {
        let answer = wrong(kind, &standing);
        assert_eq!(standing.fails(answer).await.step, kind);
    }
    standing.finishes_by(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_claims_too_often_need_not_wait_to_go_another_way() {
    let world = World::new().await;
    let mut standing = Standing::walk(
        world,
        crate::support::Holder::new("maria"),
        InteractionType::IdentityClaim,
    )
    .await;
    // Registrations with the same phone and permit, each given up after the claim; each has a key of its own, so that the
    // answer of an authority that counts otherwise is played.
    standing.phone.link.act(
        crate::support::standing::CHALLENGE,
        crate::support::Act::TooManyStarts(1_800),
    );
    let claim = standing
        .holder
        .answer_to(InteractionType::IdentityClaim, &standing.step, &standing.world.admin);
    let failure = standing.fails(claim).await;
    assert_eq!(failure.code, permitcard_wallet::WireCode::TooManyStarts);
    assert_eq!(
        (failure.step, failure.retry_after_s),
        (InteractionType::IdentityClaim, Some(1_800))
    );
    assert_eq!(failure.other_ways, [WINDOW]);
    assert_eq!(standing.step.unanswered, None);
    standing.world.forward(&standing.phone, 600);
    let failure = standing.shown().await.failure.unwrap();
    assert!(
        failure
            .retry_after_s
            .is_some_and(|wait| (1_195..=1_200).contains(&wait)),
        "{failure:?}"
    );
    standing.phone.link.heal();
    standing.finishes_by(Some(WINDOW)).await.unwrap();
}
