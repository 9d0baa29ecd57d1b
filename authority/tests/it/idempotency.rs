use std::time::Duration;

use permitcard_protocol::{
    WireCode, endpoints,
    oauth::{TokenRequest, TokenResponse},
    registration::StepAnswer,
};
use serde_json::json;

use crate::support::{Holder, Step, World, claim, start_request};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gets_the_same_answer_byte_for_byte() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    holder.consent(true).await.next();
    let request = holder
        .answer_request(StepAnswer::IdentityClaim(claim(&world.person("maria"))))
        .to_form();
    let first = holder.client.form(endpoints::CHALLENGE, &request, Some("same")).await;
    assert_eq!(first.status, 401);
    assert_eq!(world.codes_sent("maria"), 1);
    world.clock.advance(24 * 3600);
    let again = holder.client.form(endpoints::CHALLENGE, &request, Some("same")).await;
    assert_eq!(
        (again.status, &again.body, &again.media),
        (first.status, &first.body, &first.media)
    );
    // It was carried out once.
    assert_eq!(world.codes_sent("maria"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_replayed_too_and_use_one_try() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "maria").await;
    let wrong = if world.code("maria") == "000000" {
        "000001"
    } else {
        "000000"
    };
    let request = holder.answer_request(StepAnswer::OneTimeCode(
        permitcard_protocol::registration::OneTimeCodeAnswer::Code(wrong.into()),
    ));
    let first = holder.challenge(&request, "k").await.next();
    // The holder never saw that answer, and asks again.
    holder.auth_session.clear();
    let again = holder.challenge(&request, "k").await.next();
    assert_eq!(first, again);
    assert_eq!(again.tries_left, Some(4));
    let mut holder2 = Holder::new(holder.client.again(world.running.client_file()));
    holder2.auth_session.clone_from(&holder.auth_session);
    assert_eq!(holder2.code(wrong).await.next().tries_left, Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_with_another_body_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let mut holder = world.holder();
    let step = holder.challenge(&start_request(), "k").await.next();
    let other = holder.answer_request(StepAnswer::Consent(vec![])).to_form();
    holder
        .client
        .form(endpoints::CHALLENGE, &other, Some("k"))
        .await
        .refused(WireCode::IdempotencyConflict);
    // The stored answer is still the first one.
    holder.auth_session.clear();
    assert_eq!(holder.challenge(&start_request(), "k").await.next(), step);
    // Also at another endpoint.
    let token = TokenRequest::RefreshToken {
        refresh_token: "x".into(),
    }
    .to_form();
    holder
        .client
        .form(endpoints::TOKEN, &token, Some("k"))
        .await
        .refused(WireCode::IdempotencyConflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_belong_to_their_caller() {
    let world = World::new().await;
    let (mut one, mut two) = (world.holder(), world.holder());
    let first = one.challenge(&start_request(), "k").await.next();
    let second = two.challenge(&start_request(), "k").await.next();
    assert_ne!(first.auth_session, second.auth_session);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_needs_a_key_and_what_wallets_of_others_do_needs_none() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let client = &holder.client;
    client
        .form(endpoints::CHALLENGE, &start_request().to_form(), None)
        .await
        .refused(WireCode::IdempotencyKeyMissing);
    for (path, error) in [
        (endpoints::CREDENTIAL, "invalid_credential_request"),
        (endpoints::NOTIFICATION, "invalid_notification_request"),
    ] {
        let answer = client.json(path, &json!({}), None).await;
        answer.refused_as(WireCode::RequestMalformed, error);
    }
    assert_eq!(
        client
            .form(endpoints::TOKEN, &holder.refresh_request().to_form(), None)
            .await
            .status,
        200
    );
    for key in ["", &"k".repeat(65)] {
        let answer = client
            .form(endpoints::CHALLENGE, &start_request().to_form(), Some(key))
            .await;
        answer.refused(WireCode::RequestMalformed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_token_answer_is_given_again() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.pass_until_granted(&world, "suharto").await;
    let request = holder.code_request().to_form();
    let first = holder.client.form(endpoints::TOKEN, &request, Some("t")).await;
    let again = holder.client.form(endpoints::TOKEN, &request, Some("t")).await;
    assert_eq!(first.status, 200);
    assert_eq!(first.body, again.body);
    // Under another key it is a second use of the code.
    holder
        .client
        .form(endpoints::TOKEN, &request, Some("u"))
        .await
        .refused(WireCode::GrantInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_answer_can_be_fetched_with_a_new_access_token() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let key = permitcard_crypto::ecdsa::SigningKey::generate(permitcard_crypto::ecdsa::Curve::P256).unwrap();
    let nonce = holder.c_nonce().await;
    let request = holder.credential_request(&[key], &nonce);
    let first = holder.client.json(endpoints::CREDENTIAL, &request, Some("c")).await;
    assert_eq!(first.status, 200);
    world.clock.advance(3600);
    let expired = holder.client.json(endpoints::CREDENTIAL, &request, Some("c")).await;
    assert_eq!(expired.code(), WireCode::TokenInvalid);
    holder.refresh().await;
    let again = holder.client.json(endpoints::CREDENTIAL, &request, Some("c")).await;
    assert_eq!(again.body, first.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_still_runs_is_not_started_twice() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    holder.client.new_key();
    // Somebody else holds the database, so that the first request has to wait.
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let request = start_request().to_form();
    let first = holder.client.form(endpoints::CHALLENGE, &request, Some("k"));
    let second = async {
        let mut answer = None;
        // Until the first one arrived, the second one would be the first.
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let probe = tokio::time::timeout(
                Duration::from_millis(500),
                holder.client.form(endpoints::CHALLENGE, &request, Some("k")),
            );
            if let Ok(probe) = probe.await {
                answer = Some(probe);
                break;
            }
        }
        database.execute_batch("COMMIT").unwrap();
        answer.unwrap()
    };
    let (first, second) = tokio::join!(first, second);
    second.refused(WireCode::IdempotencyInFlight);
    assert_eq!(second.retry_after.as_deref(), Some("1"));
    assert_eq!(first.status, 401);
    let after = holder.client.form(endpoints::CHALLENGE, &request, Some("k")).await;
    assert_eq!(after.body, first.body);
}

/// The stored answers hold tokens; the database alone does not open them.
#[tokio::test(flavor = "multi_thread")]
async fn no_token_can_be_read_from_the_database() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.pass_until_granted(&world, "canary").await;
    let code = holder.authorization_code.clone();
    let auth_session = holder.auth_session.clone();
    let Step::Refused(_) = holder.code("1").await else {
        panic!()
    };
    holder.fetch_tokens().await;
    let tokens: TokenResponse = holder.tokens.clone().unwrap();
    let (dir, _) = (world.data_dir(), world.running.shutdown().await);
    let mut bytes = Vec::new();
    for name in ["authority.db", "authority.db-wal"] {
        bytes.extend(std::fs::read(dir.join(name)).unwrap_or_default());
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("ZQPERMITNUMBER2001"), "the register itself is there");
    for secret in [
        &code,
        &auth_session,
        &tokens.access_token,
        tokens.refresh_token.as_ref().unwrap(),
    ] {
        assert!(!holds(secret));
    }
}
