//! The life of a registration's session: its key, its name, its end.

use permitcard_protocol::{
    WireCode,
    registration::{InteractionType, StepAnswer},
};

use crate::support::{Step, World, claim};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_belongs_to_its_key() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    let mut thief = world.holder();
    thief.auth_session.clone_from(&holder.auth_session);
    thief.last.clone_from(&holder.last);
    thief.consent(true).await.refused().refused(WireCode::SessionUnknown);
    holder.consent(true).await.next();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_one_name_at_a_time() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    let old = holder.answer_request(StepAnswer::Consent(vec![]));
    holder.consent(true).await.next();
    holder
        .challenge(&old, "again")
        .await
        .refused()
        .refused(WireCode::SessionUnknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_an_hour_and_evidence_after_half_an_hour() {
    let world = World::new().await;
    let mut slow = world.holder();
    slow.start().await.next();
    world.clock.advance(3600);
    slow.consent(true).await.next();
    world.clock.advance(1);
    slow.claim(claim(&world.person("maria")))
        .await
        .refused()
        .refused(WireCode::SessionExpired);

    // What was proven too long ago is proven again, in the same registration; consents stay.
    let mut holder = world.holder();
    holder.at_face(&world, "suharto").await;
    let receipt = holder.run_check().await;
    world.clock.advance(1801);
    let next = holder.face(&receipt).await.next();
    assert_eq!(next.code, Some(WireCode::SessionExpired));
    assert_eq!(next.interaction_type_required, InteractionType::IdentityClaim);
    holder.face(&receipt).await.refused().refused(WireCode::StepUnexpected);
    holder.claim(claim(&world.person("suharto"))).await.next();
    let next = holder.check_document().await.next();
    assert_eq!(next.interaction_type_required, InteractionType::FaceCheck);
    assert!(matches!(holder.check_face().await, Step::Granted));

    let mut just_in_time = world.holder();
    just_in_time.at_face(&world, "suharto").await;
    let receipt = just_in_time.run_check().await;
    world.clock.advance(1800);
    assert!(matches!(just_in_time.face(&receipt).await, Step::Granted));
}
