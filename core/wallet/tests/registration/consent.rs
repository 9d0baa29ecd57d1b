use permitcard_wallet::{
    ConsentDecision, ConsentKind, InteractionType, RegistrationView, StepAnswer, StepView, WalletError, WireCode,
};

use crate::support::standing::step;
use crate::support::{Standing, World};

fn refuse(view: &StepView) -> StepAnswer {
    let decisions = view.consents.iter().map(|asked| ConsentDecision {
        kind: asked.kind,
        version: asked.version,
        scope: asked.scope.clone(),
        given: false,
    });
    StepAnswer::Consent {
        decisions: decisions.collect(),
    }
}

/// Where the consent for face data is asked for.
async fn at_face_data(person: &'static str) -> Standing {
    let mut standing = Standing::at(person, InteractionType::DocumentCheck).await;
    standing.answers(InteractionType::DocumentCheck).await;
    assert_eq!(standing.step.consents[0].kind, ConsentKind::FaceData);
    standing
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_general_one_it_ends() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let first = step(phone.wallet.start_registration().await.unwrap());
    let error = phone.wallet.answer(refuse(&first)).await.unwrap_err();
    assert!(matches!(error, WalletError::Refused(refusal) if refusal.code == WireCode::ConsentRefused));
    let ended = phone.wallet.registration().await.unwrap();
    assert_eq!(
        ended,
        Some(RegistrationView::Ended {
            code: WireCode::ConsentRefused
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_for_face_data_can_be_given_later() {
    let mut standing = at_face_data("suharto").await;
    let failure = standing.fails(refuse(&standing.step)).await;
    assert_eq!(
        (failure.code, failure.step),
        (WireCode::ConsentRefused, InteractionType::Consent)
    );
    assert!(failure.again);
    standing.finishes_by(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_gives_it_gets_the_same_card_at_a_window() {
    let mut standing = at_face_data("suharto").await;
    let failure = standing.fails(refuse(&standing.step)).await;
    assert!(
        failure.other_ways.contains(&InteractionType::InPersonCode),
        "{failure:?}"
    );
    standing.finishes_by(Some(InteractionType::InPersonCode)).await.unwrap();
}
