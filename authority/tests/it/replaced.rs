//! A new phone takes the card over when it confirms that it holds it, and not before; a thief never does.

use permitcard_credential::status::Status;
use permitcard_protocol::{WireCode, endpoints, issuance::CredentialResponse, oauth::TokenResponse};
use serde_json::json;

use crate::{
    lists::statuses,
    support::{Holder, World, claim},
};

/// A holder whose card is live.
async fn with_card(world: &World, person: &str) -> (Holder, CredentialResponse) {
    let holder = world.register(person).await;
    let (batch, _) = holder.batch(2).await;
    assert_eq!(
        holder
            .notify(&batch.notification_id, "credential_accepted")
            .await
            .status,
        204
    );
    (holder, batch)
}

fn told(world: &World, person: &str) -> usize {
    let messages = world.messages(person);
    messages.iter().filter(|mail| mail.kind == "device-replaced").count()
}

/// The card of this holder is live: everything works.
async fn is_live(world: &World, holder: &Holder, batch: &CredentialResponse) -> bool {
    let alive = statuses(world, batch)
        .await
        .iter()
        .all(|status| *status == Status::Valid);
    let served = holder.refresh().await.status == 200 && holder.client.get(endpoints::CARD).await.status == 200;
    assert_eq!(alive, served, "half alive");
    alive
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_phone_and_the_contact_are_told_once_the_new_phone_has_the_card() {
    let world = World::new().await;
    let (old, old_batch) = with_card(&world, "maria").await;
    let nonce = old.c_nonce().await;
    assert_eq!(told(&world, "maria"), 0, "there was no other phone");

    let new = world.register("maria").await;
    let (new_batch, _) = new.batch(2).await;
    assert!(is_live(&world, &old, &old_batch).await);
    assert_eq!(told(&world, "maria"), 0, "nothing is replaced yet");
    assert_eq!(
        new.notify(&new_batch.notification_id, "credential_accepted")
            .await
            .status,
        204
    );

    assert_eq!(told(&world, "maria"), 1);
    assert_eq!(statuses(&world, &old_batch).await, [Status::Invalid; 2]);
    assert!(is_live(&world, &new, &new_batch).await);
    // Whatever the old phone asks with its key, it learns why.
    old.refresh().await.refused(WireCode::DeviceReplaced);
    old.token(&old.code_request()).await.refused(WireCode::DeviceReplaced);
    for path in [endpoints::CARD, endpoints::PORTRAIT, endpoints::PRINTED] {
        old.client.get(path).await.refused(WireCode::DeviceReplaced);
    }
    let request = old.credential_request(&[], &nonce);
    old.post_credential(&request).await.refused(WireCode::DeviceReplaced);
    old.notify(&old_batch.notification_id, "credential_accepted")
        .await
        .refused(WireCode::DeviceReplaced);
    let question = json!({ "transaction_id": "t" });
    let deferred = old.client.json(endpoints::DEFERRED, &question, None).await;
    deferred.refused(WireCode::DeviceReplaced);
    // Nobody else learns anything with its tokens.
    let thief = world.client();
    *thief.access_token.lock().unwrap() = old.client.access_token.lock().unwrap().clone();
    let stolen = thief.get(endpoints::CARD).await;
    assert_eq!((stolen.status, stolen.code()), (401, WireCode::TokenInvalid));

    // Said again it tells nobody again.
    assert_eq!(
        new.notify(&new_batch.notification_id, "credential_accepted")
            .await
            .status,
        204
    );
    assert_eq!(told(&world, "maria"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_had_the_card_is_replaced_without_a_word() {
    let world = World::new().await;
    let lost = world.register("maria").await;
    lost.batch(1).await;
    with_card(&world, "maria").await;
    assert_eq!(told(&world, "maria"), 0);
    lost.refresh().await.refused(WireCode::DeviceReplaced);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_name_number_and_code_take_nothing_over() {
    let world = World::new().await;
    let (owner, batch) = with_card(&world, "maria").await;
    // The thief knows the whole claim and reads the owner's messages, but has neither passport nor face.
    for _ in 0..3 {
        let mut thief = world.holder();
        thief.start().await.next();
        thief.consent(true).await.next();
        thief.claim(claim(&world.person("maria"))).await.next();
        let next = thief.code(&world.code("maria")).await.next();
        assert!(next.auth_session.len() >= 43);
        thief.document(&"A".repeat(43)).await;
        assert!(thief.authorization_code.is_empty());
        thief.token(&thief.code_request()).await.refused(WireCode::GrantInvalid);
        // Nor does the owner's own code or token help, without the owner's key.
        let stolen = Holder {
            authorization_code: owner.authorization_code.clone(),
            tokens: owner.tokens.clone(),
            ..world.holder()
        };
        stolen
            .token(&stolen.code_request())
            .await
            .refused(WireCode::GrantInvalid);
        stolen
            .token(&stolen.refresh_request())
            .await
            .refused(WireCode::GrantInvalid);
        assert!(is_live(&world, &owner, &batch).await);
    }
    assert_eq!(told(&world, "maria"), 0);
    // The owner is not locked out of anything.
    let (again, again_batch) = with_card(&world, "maria").await;
    assert!(is_live(&world, &again, &again_batch).await);
}

/// Which answer the new phone never sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    Token,
    Credential,
    Notification,
    Nothing,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_at_any_step_leaves_exactly_one_live_card() {
    for lost in [Lost::Token, Lost::Credential, Lost::Notification, Lost::Nothing] {
        let world = World::new().await;
        let (old, old_batch) = with_card(&world, "suharto").await;
        let mut new = world.holder();
        new.pass_until_granted(&world, "suharto").await;
        let code = new.code_request().to_form();
        let mut answer = new.client.form(endpoints::TOKEN, &code, Some("token")).await;
        if lost == Lost::Token {
            answer = new.client.form(endpoints::TOKEN, &code, Some("token")).await;
        }
        let tokens: TokenResponse = answer.json();
        *new.client.access_token.lock().unwrap() = Some(tokens.access_token.clone());
        new.tokens = Some(tokens);
        assert!(is_live(&world, &old, &old_batch).await, "{lost:?}");

        let keys = [permitcard_crypto::ecdsa::SigningKey::generate(permitcard_crypto::ecdsa::Curve::P256).unwrap()];
        let request = new.credential_request(&keys, &new.c_nonce().await);
        let mut answer = new
            .client
            .json(endpoints::CREDENTIAL, &request, Some("credential"))
            .await;
        if lost == Lost::Credential {
            answer = new
                .client
                .json(endpoints::CREDENTIAL, &request, Some("credential"))
                .await;
        }
        let new_batch: CredentialResponse = answer.json();
        assert!(is_live(&world, &old, &old_batch).await, "{lost:?}");

        let body = json!({ "notification_id": new_batch.notification_id, "event": "credential_accepted" });
        let sent = if lost == Lost::Notification { 2 } else { 1 };
        for _ in 0..sent {
            let answer = new
                .client
                .json(endpoints::NOTIFICATION, &body, Some("notification"))
                .await;
            assert_eq!(answer.status, 204);
        }
        assert!(!is_live(&world, &old, &old_batch).await, "{lost:?}");
        assert!(is_live(&world, &new, &new_batch).await, "{lost:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_gives_up_after_the_check_replaces_nothing() {
    let world = World::new().await;
    let (old, old_batch) = with_card(&world, "maria").await;
    let new = world.register("maria").await;
    let (batch, _) = new.batch(1).await;
    assert_eq!(
        new.notify(&batch.notification_id, "credential_failure").await.status,
        204
    );
    assert!(is_live(&world, &old, &old_batch).await);
    assert_eq!(told(&world, "maria"), 0);
}
