//! Everything of issuance that is sent a second time, by whoever recorded it: refused, and nothing is done twice.

use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_protocol::{ErrorBody, WireCode, endpoints};
use serde_json::{Value, json};

use crate::support::{Answer, Holder, World};

/// Each call that takes an access token, with a body that is good for it.
async fn personal(holder: &Holder) -> Vec<(&'static str, &'static str, Option<Value>)> {
    let keys = [SigningKey::generate(Curve::P256).unwrap()];
    let credential = holder.credential_request(&keys, &holder.c_nonce().await);
    vec![
        ("GET", endpoints::CARD, None),
        ("GET", endpoints::PORTRAIT, None),
        ("GET", endpoints::PRINTED, None),
        ("POST", endpoints::CREDENTIAL, Some(credential)),
        ("POST", endpoints::DEFERRED, Some(json!({ "transaction_id": "t" }))),
        (
            "POST",
            endpoints::NOTIFICATION,
            Some(json!({ "notification_id": "n", "event": "credential_deleted" })),
        ),
    ]
}

fn refused_proof(answer: &Answer) -> bool {
    serde_json::from_slice::<ErrorBody>(&answer.body).is_ok_and(|body| body.code == Some(WireCode::DpopInvalid))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_proof_is_worth_nothing_at_any_endpoint() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let client = &holder.client;
    // The first call learns the nonce for the proofs.
    client.get(endpoints::CARD).await;
    for (method, path, body) in personal(&holder).await {
        let bytes = body.as_ref().map(|body| serde_json::to_vec(body).unwrap());
        let sent = bytes.as_deref().map(|bytes| (endpoints::MEDIA_JSON, bytes));
        let proof = client.sign(&client.proof(method, path));
        let first = client.with_signed(method, path, sent, None, &proof).await;
        assert!(!refused_proof(&first), "{path}");
        let again = client.with_signed(method, path, sent, None, &proof).await;
        assert_eq!((again.status, again.code()), (401, WireCode::DpopInvalid), "{path}");
    }
    assert_eq!(
        world.admin.key_levels("suharto").unwrap().len(),
        2,
        "one printed, one batch"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_access_token_is_nothing_without_its_key() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let thief = Holder::new(world.client());
    *thief.client.access_token.lock().unwrap() = holder.client.access_token.lock().unwrap().clone();
    for (method, path, body) in personal(&holder).await {
        let answer = match &body {
            None => thief.client.get(path).await,
            Some(body) => thief.client.json(path, body, None).await,
        };
        assert_eq!(
            (answer.status, answer.code()),
            (401, WireCode::TokenInvalid),
            "{method} {path}"
        );
    }
    assert!(world.admin.key_levels("suharto").unwrap().is_empty());
    // With the proofs of its own key, too.
    let keys = [SigningKey::generate(Curve::P256).unwrap()];
    let request = thief.credential_request(&keys, &thief.c_nonce().await);
    assert_eq!(thief.post_credential(&request).await.code(), WireCode::TokenInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_code_or_refresh_token_is_nothing_without_its_key() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let thief = Holder {
        authorization_code: holder.authorization_code.clone(),
        tokens: holder.tokens.clone(),
        ..world.holder()
    };
    for request in [thief.code_request(), thief.refresh_request()] {
        thief.token(&request).await.refused(WireCode::GrantInvalid);
    }
    // The code is used, for its holder as well; the refresh token is not, and still lives.
    holder
        .token(&holder.code_request())
        .await
        .refused(WireCode::GrantInvalid);
    assert_eq!(holder.refresh().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_with_another_body_is_refused_and_does_nothing() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let request = |nonce: &str| {
        let keys = [SigningKey::generate(Curve::P256).unwrap()];
        holder.credential_request(&keys, nonce)
    };
    let first = request(&holder.c_nonce().await);
    let answer = holder.client.json(endpoints::CREDENTIAL, &first, Some("key")).await;
    assert_eq!(answer.status, 200);
    let other = request(&holder.c_nonce().await);
    let conflict = holder.client.json(endpoints::CREDENTIAL, &other, Some("key")).await;
    conflict.refused(WireCode::IdempotencyConflict);
    // The same body at another endpoint is another request.
    let elsewhere = holder.client.json(endpoints::NOTIFICATION, &first, Some("key")).await;
    elsewhere.refused(WireCode::IdempotencyConflict);
    assert_eq!(world.admin.key_levels("suharto").unwrap().len(), 1);
    // The key of one holder is not the key of another one.
    let neighbour = world.register("maryann").await;
    let theirs = neighbour.client.json(endpoints::CREDENTIAL, &first, Some("key")).await;
    theirs.refused(WireCode::NonceInvalid);
}
