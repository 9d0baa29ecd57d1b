//! The holder registers while the application is still being decided.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_authority::{AuthorityError, admin::PermitEvent};
use permitcard_credential::{permit::Credential, status::Status};
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_protocol::{
    WireCode, endpoints,
    issuance::{CredentialResponse, DeferredResponse},
};
use serde_json::json;

use crate::{
    lists::statuses,
    support::{Answer, Holder, World},
};

const PENDING: &str = "thandiwe";

/// A registered holder with a promise, and the keys that were proven for it.
async fn promised(world: &World) -> (Holder, DeferredResponse, Vec<SigningKey>) {
    let holder = world.register(PENDING).await;
    let keys: Vec<SigningKey> = (0..3).map(|_| SigningKey::generate(Curve::P256).unwrap()).collect();
    let nonce = holder.c_nonce().await;
    let answer = holder.post_credential(&holder.credential_request(&keys, &nonce)).await;
    assert_eq!(answer.status, 202);
    (holder, answer.json(), keys)
}

async fn ask(holder: &Holder, transaction_id: &str) -> Answer {
    let body = json!({ "transaction_id": transaction_id });
    let key = holder.client.new_key();
    holder.client.json(endpoints::DEFERRED, &body, Some(&key)).await
}

fn told(world: &World, person: &str) -> usize {
    let messages = world.messages(person);
    messages
        .iter()
        .filter(|mail| mail.kind == "application-decided")
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_is_kept_when_the_application_is_approved() {
    let world = World::new().await;
    let (holder, promise, keys) = promised(&world).await;
    assert_eq!(promise.interval, 3_600);
    assert!(promise.transaction_id.len() >= 43);
    for path in [endpoints::CARD, endpoints::PORTRAIT, endpoints::PRINTED] {
        holder.client.get(path).await.refused(WireCode::IssuancePending);
    }
    let answer = ask(&holder, &promise.transaction_id).await;
    assert_eq!(
        (answer.status, answer.json::<DeferredResponse>()),
        (202, promise.clone())
    );
    assert_eq!(told(&world, PENDING), 0);

    // Decisions take longer than access tokens and the authority's process live.
    world.clock.advance(20 * 86_400);
    let world = world.restart().await;
    world.event(PermitEvent::Approve, PENDING);
    assert_eq!(told(&world, PENDING), 1);
    assert_eq!(holder_again(&world, &holder).refresh().await.status, 200);
    let holder = holder_again(&world, &holder);
    assert_eq!(holder.refresh().await.status, 200);
    let answer = ask(&holder, &promise.transaction_id).await;
    assert_eq!(answer.status, 200);
    let batch: CredentialResponse = answer.json();
    assert_eq!(batch.credentials.len(), keys.len());
    for (issued, key) in batch.credentials.iter().zip(&keys) {
        let bytes = URL_SAFE_NO_PAD.decode(&issued.credential).unwrap();
        let credential = Credential::parse(&bytes).unwrap();
        assert_eq!(credential.holder_key(), key.public_key(), "in the order of the proofs");
        assert_eq!(credential.permit().unwrap().person.name, "DLAMINI<<THANDIWE");
    }
    assert_eq!(holder.client.get(endpoints::CARD).await.status, 200);
    assert_eq!(
        holder
            .notify(&batch.notification_id, "credential_accepted")
            .await
            .status,
        204
    );
    assert_eq!(statuses(&world, &batch).await, [Status::Valid; 3]);
    // What was fetched is no promise any more.
    ask(&holder, &promise.transaction_id)
        .await
        .refused(WireCode::TransactionUnknown);
    // From now on the card is like any other.
    assert_eq!(holder.batch(1).await.0.credentials.len(), 1);
}

fn holder_again(world: &World, holder: &Holder) -> Holder {
    let mut again = Holder::new(holder.client.again(world.running.client_file()));
    again.tokens.clone_from(&holder.tokens);
    again
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_application_is_said_where_the_holder_has_proven_who_he_is() {
    let world = World::new().await;
    let (holder, promise, keys) = promised(&world).await;
    world.event(PermitEvent::Refuse, PENDING);
    assert_eq!(told(&world, PENDING), 1);
    ask(&holder, &promise.transaction_id)
        .await
        .refused(WireCode::ApplicationRefused);
    let nonce = holder.c_nonce().await;
    let request = holder.credential_request(&keys, &nonce);
    holder
        .post_credential(&request)
        .await
        .refused(WireCode::ApplicationRefused);
    holder
        .client
        .get(endpoints::CARD)
        .await
        .refused(WireCode::ApplicationRefused);
    holder
        .refresh()
        .await
        .refused_as(WireCode::ApplicationRefused, "invalid_grant");
    assert!(
        world.admin.key_levels(PENDING).unwrap().is_empty(),
        "nothing was issued"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_where_there_is_no_contact() {
    let world = World::new().await;
    world.event(PermitEvent::Approve, "rafael");
    assert_eq!(told(&world, "rafael"), 0);
    assert_eq!(world.person("rafael").state, "valid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_leaves_one_live_batch() {
    let world = World::new().await;
    let (holder, promise, _) = promised(&world).await;
    world.event(PermitEvent::Approve, PENDING);
    let body = json!({ "transaction_id": promise.transaction_id });
    let first = holder.client.json(endpoints::DEFERRED, &body, Some("same")).await;
    let again = holder.client.json(endpoints::DEFERRED, &body, Some("same")).await;
    assert_eq!((first.status, &first.body), (200, &again.body), "the stored answer");
    // Its idempotency key was lost as well: others are issued, and the lost ones count no more.
    let lost: CredentialResponse = first.json();
    let batch: CredentialResponse = ask(&holder, &promise.transaction_id).await.json();
    assert_eq!(statuses(&world, &lost).await, [Status::Invalid; 3]);
    assert_eq!(statuses(&world, &batch).await, [Status::Valid; 3]);
    assert_eq!(
        holder
            .notify(&batch.notification_id, "credential_accepted")
            .await
            .status,
        204
    );
    holder
        .client
        .json(
            endpoints::DEFERRED,
            &json!({ "transaction_id": "another" }),
            Some("same"),
        )
        .await
        .refused(WireCode::IdempotencyConflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_belongs_to_its_grant_and_the_last_request() {
    let world = World::new().await;
    let (holder, promise, keys) = promised(&world).await;
    let other = world.register("suharto").await;
    ask(&other, &promise.transaction_id)
        .await
        .refused(WireCode::TransactionUnknown);
    // The token of the holder, stolen.
    let thief = world.client();
    *thief.access_token.lock().unwrap() = holder.client.access_token.lock().unwrap().clone();
    let body = json!({ "transaction_id": promise.transaction_id });
    let stolen = thief.json(endpoints::DEFERRED, &body, None).await;
    assert_eq!((stolen.status, stolen.code()), (401, WireCode::TokenInvalid));
    ask(&holder, "unknown").await.refused(WireCode::TransactionUnknown);
    for wrong in [json!([]), json!({}), json!({ "transaction_id": "a".repeat(257) })] {
        holder
            .client
            .json(endpoints::DEFERRED, &wrong, None)
            .await
            .refused_as(WireCode::RequestMalformed, "invalid_credential_request");
    }

    let nonce = holder.c_nonce().await;
    let anew = holder
        .post_credential(&holder.credential_request(&keys[..1], &nonce))
        .await;
    let anew: DeferredResponse = anew.json();
    ask(&holder, &promise.transaction_id)
        .await
        .refused(WireCode::TransactionUnknown);
    world.event(PermitEvent::Approve, PENDING);
    let batch: CredentialResponse = ask(&holder, &anew.transaction_id).await.json();
    assert_eq!(batch.credentials.len(), 1);
}

#[test]
fn events_fit_the_state_of_the_permit() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::new());
    let admin = &world.admin;
    for event in [PermitEvent::Approve, PermitEvent::Refuse] {
        assert_eq!(admin.event(event, "maria").err(), Some(AuthorityError::EventUnfit));
    }
    for event in [PermitEvent::Suspend, PermitEvent::Extend, PermitEvent::Revoke] {
        assert_eq!(admin.event(event, PENDING).err(), Some(AuthorityError::EventUnfit));
    }
    assert_eq!(admin.person(PENDING).unwrap().state, "pending");
    assert_eq!(admin.event(PermitEvent::Refuse, PENDING).unwrap().state, "refused");
    // It stays so.
    assert_eq!(
        admin.event(PermitEvent::Approve, PENDING).err(),
        Some(AuthorityError::PermitEnded)
    );
    runtime.block_on(async { drop(world) });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_says_when_to_ask_again() {
    let world = World::prepared(|_, options| options.ask_again = std::time::Duration::from_secs(5)).await;
    let (holder, promise, _) = promised(&world).await;
    assert_eq!(promise.interval, 5);
    let again: DeferredResponse = ask(&holder, &promise.transaction_id).await.json();
    assert_eq!(again.interval, 5);
}
