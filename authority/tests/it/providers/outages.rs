//! A provider that is down, slow, broken or somebody else is unavailable, and never a pass.

use std::time::Duration;

use permitcard_protocol::{WireCode, endpoints, registration::InteractionType};
use serde_json::json;

use super::fake::{Fake, Manner};
use crate::support::{START, Step, World, claim, wait_until};

/// What is no answer.
fn manners() -> Vec<Manner> {
    vec![
        Manner::Status(201),
        Manner::Status(204),
        Manner::Status(401),
        Manner::Status(500),
        Manner::Status(503),
        Manner::Text(""),
        Manner::Text("passed"),
        Manner::Text("{\"result\":"),
        Manner::Text("{\"result\":{\"outcome\":\"passed\"}}"),
        Manner::Text("{\"url\":\"http://kit.example\",\"token\":\"t\"}"),
        Manner::Text("{\"url\":\"https://kit.example\",\"token\":\"\"}"),
        Manner::Huge,
        Manner::Deep,
        Manner::Redirect,
        Manner::Never,
        Manner::Cut,
    ]
}

async fn world(fake: &Fake, roles: &[&str]) -> World {
    World::prepared(|data, options| {
        fake.configure(data, roles, &fake.ca);
        options.provider_timeout = Duration::from_millis(700);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_cannot_be_started_has_no_launch_and_can_be_started_later() {
    let fake = Fake::start("live").await;
    let world = world(&fake, &["document-check", "face-check"]).await;
    for manner in manners() {
        fake.state().starts = manner.clone();
        let mut holder = world.holder();
        let next = holder.at_document(&world, "suharto").await;
        assert_eq!(next.launch(InteractionType::DocumentCheck), None, "{manner:?}");
        assert_eq!(next.code, Some(WireCode::CheckUnavailable), "{manner:?}");
        fake.state().starts = Manner::Well;
        let next = holder.document("any").await.next();
        assert!(next.launch(InteractionType::DocumentCheck).is_some(), "{manner:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_cannot_be_had_is_never_a_pass_and_costs_nothing() {
    let fake = Fake::start("live").await;
    let world = world(&fake, &["document-check", "face-check"]).await;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    let started = fake.last_started();
    fake.state().result = fake.result_of(&started, "passed", 1, "receipt", START);
    for manner in manners() {
        fake.state().results = manner.clone();
        let next = holder.document("receipt").await.next();
        assert_eq!(next.code, Some(WireCode::CheckUnavailable), "{manner:?}");
        assert!(
            holder.is_open(InteractionType::DocumentCheck),
            "more often than there are tries"
        );
    }
    fake.state().results = Manner::Well;
    let next = holder.document("receipt").await.next();
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::Consent)
    );
}

/// What a check said is forgotten after a day, and a registration at a service window goes on for three.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_is_too_late_has_another_check_launched() {
    let fake = Fake::start("live").await;
    let world = world(&fake, &["document-check", "face-check"]).await;
    let mut holder = world.holder();
    let first = holder.identified(&world, "suharto").await;
    world.window_code("suharto", &holder.session_reference());
    let started = fake.last_started();
    fake.state().result = fake.result_of(&started, "passed", 1, "receipt", START);
    world.clock.advance(86_401);
    // It begins with forgetting.
    let world = world.restart().await;
    holder.client = holder.client.again(world.running.client_file());
    let next = holder.document("receipt").await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::ReceiptRefused), Some(4)));
    let document = InteractionType::DocumentCheck;
    assert!(next.launch(document).is_some() && next.launch(document) != first.launch(document));
    fake.state().result = fake.result_of(&fake.last_started(), "passed", 1, "another", world.clock.now_s());
    let next = holder.document("another").await.next();
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::Consent)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_of_something_else_is_no_result() {
    let fake = Fake::start("live").await;
    let world = world(&fake, &["document-check", "face-check"]).await;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    let started = fake.last_started();
    for (member, value) in [
        ("kind", json!("face-check")),
        ("kind", json!("bank-card")),
        ("session", json!("other")),
        ("nonce", json!("other")),
        ("jkt", json!("other")),
        ("environment", json!("test")),
        ("performed_at", json!(START - 301)),
        ("performed_at", json!(START + 301)),
        ("sequence", json!(0)),
        ("receipt_sha256", json!("AAAA")),
        ("method", json!("m".repeat(300))),
        ("outcome", json!("Passed")),
    ] {
        let mut result = fake.result_of(&started, "passed", 1, "receipt", START);
        result[member] = value;
        if member == "kind" {
            result.as_object_mut().unwrap().remove("document");
        }
        fake.state().result = result;
        let next = holder.document("receipt").await.next();
        assert_eq!(next.code, Some(WireCode::CheckUnavailable), "{member}");
        assert!(
            holder.is_open(InteractionType::DocumentCheck),
            "more often than there are tries"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_with_other_certificates_is_not_the_provider() {
    let fake = Fake::start("live").await;
    let impostor = Fake::start("live").await;
    let world = World::prepared(|data, _| fake.configure(data, &["document-check"], &impostor.ca)).await;
    let mut holder = world.holder();
    let next = holder.at_document(&world, "suharto").await;
    assert_eq!(next.code, Some(WireCode::CheckUnavailable));
    assert!(fake.state().started.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_gone_is_unavailable() {
    let fake = Fake::start("live").await;
    let world = world(&fake, &["document-check"]).await;
    drop(fake);
    let mut holder = world.holder();
    let next = holder.at_document(&world, "suharto").await;
    assert_eq!(next.code, Some(WireCode::CheckUnavailable));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_cannot_be_asked_confirms_nobody() {
    let fake = Fake::start("live").await;
    let world = world(&fake, &["register"]).await;
    for manner in manners() {
        fake.state().results = manner.clone();
        let mut holder = world.holder();
        holder.start().await.next();
        holder.consent(true).await.next();
        let next = holder.claim(claim(&world.person("suharto"))).await.next();
        assert_eq!(next.code, Some(WireCode::CheckUnavailable), "{manner:?}");
        assert!(holder.is_open(InteractionType::IdentityClaim), "{manner:?}");
    }
    // A register that knows nobody is another thing, and is not told before something is proven.
    fake.state().results = Manner::Well;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    let next = holder.check_document().await.next();
    assert_eq!(next.code, Some(WireCode::IdentityNotConfirmed));
}

/// A withdrawal deletes at the authority at once, and at the provider as soon as it can be reached.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_asked_to_delete_until_it_says_that_it_did() {
    let fake = Fake::start("live").await;
    let world = world(&fake, &["document-check"]).await;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    let started = fake.last_started();
    fake.state().result = fake.result_of(&started, "passed", 1, "receipt", START);
    holder.document("receipt").await.next();
    holder.consent(true).await.next();
    assert!(matches!(holder.check_face().await, Step::Granted));
    holder.fetch_tokens().await;
    fake.state().results = Manner::Status(500);
    let body = json!({ "kind": "general" });
    let answer = holder
        .client
        .json(endpoints::CONSENT_WITHDRAWAL, &body, Some("w"))
        .await;
    assert_eq!(answer.status, 200);
    let asked = |times: usize| wait_until("it is asked", || fake.state().deleted.len() >= times);
    asked(1);
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let owed = |condition: &str| -> i64 {
        let count = format!("SELECT count(*) FROM erasure WHERE {condition}");
        database.query_row(&count, [], |row| row.get(0)).unwrap()
    };
    // Put off by two minutes, and nothing is forgotten.
    let put_off = format!("provider = 'acme' AND due_at = {}", START + 120);
    wait_until("it is put off", || owed(&put_off) == 1);
    fake.state().results = Manner::Well;
    world.clock.advance(120);
    asked(2);
    wait_until("nothing is owed", || owed("1") == 0);
    let expected = json!({ "kind": "document-check", "session": started["session"], "nonce": started["nonce"] });
    assert_eq!(fake.state().deleted, [expected.clone(), expected]);
}
