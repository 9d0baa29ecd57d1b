use permitcard_authority::admin::PermitEvent;
use permitcard_credential::status::Status;
use permitcard_protocol::{
    WireCode,
    consents::{ConsentStatus, ConsentsResponse, WithdrawalEffect, WithdrawalResponse},
    endpoints,
    registration::{ConsentDecision, ConsentKind, StepAnswer},
};
use serde_json::json;

use crate::{
    lists::statuses,
    support::{Answer, Holder, START, Step, World, wait_until},
};

async fn consents(holder: &Holder) -> Vec<ConsentStatus> {
    let answer = holder.client.get(endpoints::CONSENTS).await;
    assert_eq!(answer.status, 200);
    answer.json::<ConsentsResponse>().consents
}

async fn withdraw(holder: &Holder, kind: ConsentKind, key: &str) -> Answer {
    let body = json!({ "kind": kind.name() });
    holder
        .client
        .json(endpoints::CONSENT_WITHDRAWAL, &body, Some(key))
        .await
}

fn of(consents: &[ConsentStatus], kind: ConsentKind) -> &ConsentStatus {
    consents.iter().find(|consent| consent.kind == kind).unwrap()
}

/// Rows of the database that say something about checks of this person.
fn evidence(world: &World, step: &str) -> i64 {
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let count = |query: &str, parameters: &[&str]| -> i64 {
        database
            .query_row(query, rusqlite::params_from_iter(parameters), |row| row.get(0))
            .unwrap()
    };
    wait_until("the sandbox deleted its part", || {
        count("SELECT count(*) FROM erasure", &[]) == 0
    });
    if step.is_empty() {
        return count("SELECT count(*) FROM evidence", &[])
            + count("SELECT count(*) FROM provider_check", &[])
            + count("SELECT count(*) FROM sandbox_check", &[]);
    }
    count("SELECT count(*) FROM evidence WHERE step = ?1", &[step])
        + count("SELECT count(*) FROM provider_check WHERE kind = ?1", &[step])
        + count("SELECT count(*) FROM sandbox_check WHERE kind = ?1", &[step])
}

#[tokio::test(flavor = "multi_thread")]
async fn consents_are_listed_with_what_rests_on_them() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let listed = consents(&holder).await;
    let kinds: Vec<ConsentKind> = listed.iter().map(|consent| consent.kind).collect();
    assert_eq!(kinds, [ConsentKind::General, ConsentKind::FaceData]);
    for consent in &listed {
        assert!(consent.counts() && !consent.outdated, "{consent:?}");
        assert!((START..START + 60).contains(&consent.decided_at));
        assert_eq!(consent.effect, WithdrawalEffect::CardEnds, "{consent:?}");
    }
    assert_eq!(of(&listed, ConsentKind::General).scope, "registration");
}

#[tokio::test(flavor = "multi_thread")]
async fn face_data_that_the_card_rests_on_takes_the_card_with_it() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let other = world.register("maryann").await;
    let (batch, _) = holder.batch(2).await;
    let (others, _) = other.batch(1).await;
    let (faces, all) = (evidence(&world, "face-check"), evidence(&world, ""));
    world.clock.advance(100);
    assert_eq!(holder.refresh().await.status, 200);
    let answer = withdraw(&holder, ConsentKind::FaceData, "w").await;
    assert_eq!(answer.status, 200);
    let done: WithdrawalResponse = answer.json();
    assert_eq!(
        (done.kind, done.effect, done.withdrawn_at),
        (ConsentKind::FaceData, WithdrawalEffect::CardEnds, Some(START + 100))
    );
    assert!(done.records_deleted > 0);
    assert_eq!(statuses(&world, &batch).await, [Status::Invalid; 2]);
    // What rested on it is deleted: the checks of this face, and nothing else of anybody.
    let left = evidence(&world, "face-check");
    assert!(left > 0 && left < faces, "{left} of {faces}");
    assert_eq!(evidence(&world, ""), all - (faces - left));
    // Whatever this phone asks, it learns why. A lost answer is lost on nobody.
    for answer in [
        holder.client.get(endpoints::CARD).await,
        holder.client.get(endpoints::CONSENTS).await,
        withdraw(&holder, ConsentKind::FaceData, "w").await,
        holder.refresh().await,
    ] {
        assert_eq!(answer.code(), WireCode::ConsentWithdrawn);
    }
    assert_eq!(statuses(&world, &others).await, [Status::Valid]);
    assert_eq!(other.client.get(endpoints::CARD).await.status, 200);
    // The permit itself goes on: the same person registers anew.
    let again = world.register("maria").await;
    assert_eq!(again.client.get(endpoints::CARD).await.status, 200);
}

/// Nobody can withdraw on a phone that was replaced.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_reaches_the_phones_whose_cards_ended() {
    let world = World::new().await;
    let first = world.register("maria").await;
    first.accept_card().await;
    let of_first = evidence(&world, "face-check");
    let second = world.register("maria").await;
    second.accept_card().await;
    assert_eq!(first.client.get(endpoints::CARD).await.code(), WireCode::DeviceReplaced);
    assert!(of_first > 0 && evidence(&world, "face-check") > of_first);
    let others = evidence(&world, "document-check");
    withdraw(&second, ConsentKind::FaceData, "w").await;
    assert_eq!(evidence(&world, "face-check"), 0);
    assert_eq!(evidence(&world, "document-check"), others);
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let withdrawn = "SELECT count(*) FROM consent WHERE kind = 'face-data' AND withdrawn_at IS NOT NULL";
    let withdrawn: i64 = database.query_row(withdrawn, [], |row| row.get(0)).unwrap();
    assert_eq!(withdrawn, 2);
}

/// The new phone registered at a service window, and has no face data of its own.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_replaced_phone_consented_to_is_withdrawn_on_the_new_one() {
    let world = World::new().await;
    let first = world.register("maria").await;
    first.accept_card().await;
    let mut second = world.holder();
    second.at_window().await;
    assert!(matches!(second.pass_at_window(&world, "maria").await, Step::Granted));
    second.fetch_tokens().await;
    // As long as the first one lives, it decides.
    assert!(
        consents(&second)
            .await
            .iter()
            .all(|consent| consent.kind == ConsentKind::General)
    );
    second.accept_card().await;
    let listed = consents(&second).await;
    let face = of(&listed, ConsentKind::FaceData);
    assert!(face.counts() && face.effect == WithdrawalEffect::CardStays);
    let done: WithdrawalResponse = withdraw(&second, ConsentKind::FaceData, "w").await.json();
    assert_eq!(done.effect, WithdrawalEffect::CardStays);
    assert!(done.records_deleted > 0);
    assert_eq!(evidence(&world, "face-check"), 0);
    assert_eq!(second.client.get(endpoints::CARD).await.status, 200);
}

/// Its registration of tier 1 ended, and its services rest on it.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_leaves_what_the_card_of_another_phone_rests_on() {
    let world = World::new().await;
    let mut first = world.register("maria").await;
    first.accept_card().await;
    first.start_tier_2().await.next();
    first.consent(true).await.next();
    assert!(matches!(first.check_bank_card().await, Step::Granted));
    first.fetch_tokens().await;
    first.accept_card().await;
    let of_first = evidence(&world, "face-check");
    // Its card was not accepted, so that of the first phone goes on.
    let second = world.register("maria").await;
    assert!(evidence(&world, "face-check") > of_first);
    withdraw(&second, ConsentKind::FaceData, "w").await;
    assert_eq!(evidence(&world, "face-check"), of_first);
    let listed = consents(&first).await;
    let face = of(&listed, ConsentKind::FaceData);
    assert!(face.counts() && face.effect == WithdrawalEffect::CardEnds);
    let done: WithdrawalResponse = withdraw(&first, ConsentKind::FaceData, "w").await.json();
    assert_eq!(done.effect, WithdrawalEffect::CardEnds);
    assert_eq!(evidence(&world, "face-check"), 0);
}

/// A clerk who looked at passport and person stands for document and face.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_rests_on_a_service_window_outlives_the_face_data() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_face(&world, "maria").await;
    assert!(matches!(holder.pass_at_window(&world, "maria").await, Step::Granted));
    holder.fetch_tokens().await;
    let (batch, _) = holder.batch(1).await;
    let listed = consents(&holder).await;
    assert_eq!(of(&listed, ConsentKind::FaceData).effect, WithdrawalEffect::CardStays);
    assert_eq!(of(&listed, ConsentKind::General).effect, WithdrawalEffect::CardEnds);
    assert!(evidence(&world, "face-check") > 0 && evidence(&world, "in-person-code") > 0);
    let done: WithdrawalResponse = withdraw(&holder, ConsentKind::FaceData, "w").await.json();
    assert_eq!(
        (done.effect, done.withdrawn_at),
        (WithdrawalEffect::CardStays, Some(START))
    );
    assert_eq!(evidence(&world, "face-check"), 0);
    assert!(evidence(&world, "in-person-code") > 0);
    assert_eq!(statuses(&world, &batch).await, [Status::Valid]);
    assert_eq!(holder.refresh().await.status, 200);
    let listed = consents(&holder).await;
    let face = of(&listed, ConsentKind::FaceData);
    assert!(!face.counts() && face.withdrawn_at == Some(START) && face.given);
    // A lost answer is given again, and a second withdrawal changes nothing.
    let again: WithdrawalResponse = withdraw(&holder, ConsentKind::FaceData, "w").await.json();
    assert_eq!(again, done);
    let second: WithdrawalResponse = withdraw(&holder, ConsentKind::FaceData, "x").await.json();
    assert_eq!(
        (second.effect, second.withdrawn_at),
        (WithdrawalEffect::CardStays, None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_their_consent_the_services_close_and_the_card_stays() {
    let world = World::new().await;
    let mut holder = world.register("maria").await;
    holder.accept_card().await;
    holder.start_tier_2().await.next();
    holder.consent(true).await.next();
    assert!(matches!(holder.check_bank_card().await, Step::Granted));
    holder.fetch_tokens().await;
    holder.accept_card().await;
    let version = world.person("maria").card_version;
    // Consents of both registrations of this phone.
    let listed = consents(&holder).await;
    let kinds: Vec<ConsentKind> = listed.iter().map(|consent| consent.kind).collect();
    assert_eq!(kinds, ConsentKind::ALL);
    assert_eq!(
        of(&listed, ConsentKind::SocialSecurity).effect,
        WithdrawalEffect::ServicesEnd
    );
    assert_eq!(of(&listed, ConsentKind::FaceData).effect, WithdrawalEffect::CardEnds);
    assert!(evidence(&world, "bank-card") > 0);
    let (batch, _) = holder.batch(1).await;
    let done: WithdrawalResponse = withdraw(&holder, ConsentKind::SocialSecurity, "w").await.json();
    assert_eq!(done.effect, WithdrawalEffect::ServicesEnd);
    assert_eq!((evidence(&world, "bank-card"), evidence(&world, "sim")), (0, 0));
    assert!(evidence(&world, "face-check") > 0);
    assert_eq!(world.person("maria").card_version, version + 1);
    assert_eq!(holder.refresh().await.status, 200);
    assert_eq!(statuses(&world, &batch).await, [Status::Valid]);
    let listed = consents(&holder).await;
    assert_eq!(of(&listed, ConsentKind::General).effect, WithdrawalEffect::CardEnds);
    // What tier 1 rests on is in the registration before: it still takes the card with it.
    let done: WithdrawalResponse = withdraw(&holder, ConsentKind::FaceData, "x").await.json();
    assert_eq!(done.effect, WithdrawalEffect::CardEnds);
    assert_eq!(statuses(&world, &batch).await, [Status::Invalid]);
}

/// Consent goes by version and scope: what was agreed to before counts for nothing once the text is another one.
#[tokio::test(flavor = "multi_thread")]
async fn a_newer_text_is_asked_anew() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    for (change, kind) in [
        ("version = version - 1", ConsentKind::FaceData),
        ("scope = 'something-else'", ConsentKind::General),
    ] {
        assert!(!of(&consents(&holder).await, kind).outdated);
        let sql = format!("UPDATE consent SET {change} WHERE kind = ?1");
        assert_eq!(database.execute(&sql, [kind.name()]).unwrap(), 1);
        assert!(of(&consents(&holder).await, kind).outdated, "{kind:?}");
    }
    // The next registration asks for today's text and takes an answer to no other.
    let mut again = world.holder();
    again.at_document(&world, "maria").await;
    let asked = again.check_document().await.next().consents.unwrap();
    assert_eq!((asked[0].kind, asked[0].version), (ConsentKind::FaceData, 2));
    let old = ConsentDecision {
        kind: ConsentKind::FaceData,
        version: 1,
        scope: asked[0].scope.clone(),
        given: true,
    };
    again
        .answer(StepAnswer::Consent(vec![old]))
        .await
        .refused()
        .refused(WireCode::AnswerInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_general_consent_takes_everything_with_it() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let (batch, _) = holder.batch(1).await;
    assert!(evidence(&world, "") > 0);
    let done: WithdrawalResponse = withdraw(&holder, ConsentKind::General, "w").await.json();
    assert_eq!(done.effect, WithdrawalEffect::CardEnds);
    assert_eq!(evidence(&world, ""), 0);
    assert_eq!(statuses(&world, &batch).await, [Status::Invalid]);
    // The decision stays, with the time of its withdrawal: that it was asked for has to be proven.
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let kept: i64 = database
        .query_row(
            "SELECT count(*) FROM consent WHERE kind = 'general' AND given = 1 AND withdrawn_at IS NOT NULL",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_given_is_not_withdrawn() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let done: WithdrawalResponse = withdraw(&holder, ConsentKind::SocialSecurity, "w").await.json();
    assert_eq!(
        (done.withdrawn_at, done.effect, done.records_deleted),
        (None, WithdrawalEffect::CardStays, 0)
    );
    assert_eq!(holder.client.get(endpoints::CARD).await.status, 200);
    for body in [json!({}), json!({ "kind": "everything" }), json!([])] {
        holder
            .client
            .json(endpoints::CONSENT_WITHDRAWAL, &body, Some(&holder.client.new_key()))
            .await
            .refused(WireCode::RequestMalformed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_token_and_key_nothing_is_told_or_withdrawn() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let thief = world.client();
    *thief.access_token.lock().unwrap() = holder.client.access_token.lock().unwrap().clone();
    assert_eq!(thief.get(endpoints::CONSENTS).await.code(), WireCode::TokenInvalid);
    let body = json!({ "kind": "general" });
    let answer = thief.json(endpoints::CONSENT_WITHDRAWAL, &body, Some("w")).await;
    assert_eq!(answer.code(), WireCode::TokenInvalid);
    assert_eq!(world.client().get_open(endpoints::CONSENTS).await.status, 401);
    assert!(consents(&holder).await.iter().all(ConsentStatus::counts));
    // An ended permit ends nobody's right to withdraw.
    world.event(PermitEvent::Revoke, "maria");
    let done: WithdrawalResponse = withdraw(&holder, ConsentKind::General, "w").await.json();
    assert_eq!(done.effect, WithdrawalEffect::CardEnds);
}
