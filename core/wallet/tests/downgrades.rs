//! Answers that would take the wallet back to something weaker or older. Versions of cards, lists and status are in
//! `sync.rs`, root keys and client files in `root.rs`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use permitcard_wallet::{CheckCode, Phase, WalletError};
use serde_json::{Value, json};
use support::holder::prompt;
use support::{Act, Holder, World};

/// Changes an answer that is JSON.
fn json_act(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Act {
    Act::change(move |body| {
        let mut value: Value = serde_json::from_slice(body).unwrap();
        change(&mut value);
        *body = serde_json::to_vec(&value).unwrap();
    })
}

/// What is put in place of an answer, at which path, and what the wallet says.
struct Row {
    name: &'static str,
    path: &'static str,
    act: Act,
    code: &'static str,
}

fn rows() -> Vec<Row> {
    let row = |name, path, act, code| Row { name, path, act, code };
    let unreadable = "network.unreadable";
    vec![
        row(
            "tokens that anybody can use",
            "/token",
            json_act(|token| token["token_type"] = json!("Bearer")),
            unreadable,
        ),
        row(
            "a token without a type",
            "/token",
            json_act(|token| {
                token.as_object_mut().unwrap().remove("token_type");
            }),
            unreadable,
        ),
        row(
            "no refresh token, so that the next renewal needs a registration",
            "/token",
            json_act(|token| {
                token.as_object_mut().unwrap().remove("refresh_token");
            }),
            unreadable,
        ),
        row(
            "another issuer in the metadata",
            "/.well-known/openid-credential-issuer",
            json_act(|metadata| metadata["credential_issuer"] = json!("https://127.0.0.1:1")),
            unreadable,
        ),
        row(
            "another format under the name that is asked for",
            "/.well-known/openid-credential-issuer",
            json_act(|metadata| {
                let offered = metadata["credential_configurations_supported"].as_object_mut().unwrap();
                for (_, configuration) in offered.iter_mut() {
                    configuration["format"] = json!("jwt_vc_json");
                }
            }),
            unreadable,
        ),
        row(
            "the profile of a version before",
            "/.well-known/openid-credential-issuer",
            json_act(|metadata| {
                let offered = metadata["credential_configurations_supported"].as_object_mut().unwrap();
                for (_, configuration) in offered.iter_mut() {
                    configuration["vct"] = json!("permitcard/0");
                }
            }),
            unreadable,
        ),
        row(
            "fewer credentials than keys",
            "/credential",
            json_act(|answer| {
                answer["credentials"].as_array_mut().unwrap().pop();
            }),
            CheckCode::CountMismatch.code(),
        ),
        row(
            "one credential for all keys, which links every show",
            "/credential",
            json_act(|answer| {
                let all = answer["credentials"].as_array_mut().unwrap();
                let first = all[0].clone();
                all.fill(first);
            }),
            CheckCode::KeyMismatch.code(),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn weaker_answers_give_no_card_and_end_nothing() {
    let world = World::new().await;
    for (at, row) in rows().into_iter().enumerate() {
        let phone = world.phone(&format!("phone-{at}")).await;
        Holder::new("suharto")
            .register(&phone.wallet, &world.admin)
            .await
            .unwrap();
        phone.link.act(row.path, row.act);
        let error = phone.wallet.fetch_card(prompt()).await.unwrap_err();
        assert_eq!(error.code(), row.code, "{}: {error:?}", row.name);
        assert!(matches!(error, WalletError::Network(_) | WalletError::Distrusted(_)));
        assert!(phone.wallet.card().await.unwrap().is_none(), "{}", row.name);
        assert_eq!(phone.wallet.state().await.unwrap().phase, Phase::ReadyToFetch);
        phone.link.heal();
        phone.wallet.fetch_card(prompt()).await.unwrap();
        phone.wallet.close().await;
    }
}

/// What the authority signed for one purpose is worth nothing for another.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_no_list_and_a_list_is_no_card() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    let (act, kept) = keeper();
    phone.link.act("/card", act);
    phone.wallet.sync(None).await.unwrap();
    phone.link.heal();
    let card = kept.lock().unwrap().clone().unwrap();
    let held = phone.wallet.card().await.unwrap().unwrap();
    for path in ["/status", "/trust-list"] {
        let card = card.clone();
        phone.link.act(path, Act::change(move |body| *body = card.clone()));
        let error = phone.wallet.sync(None).await.unwrap_err();
        assert!(matches!(error, WalletError::Distrusted(_)), "{path}: {error:?}");
        phone.link.heal();
    }
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().fields, held.fields);
}

type Kept = std::sync::Arc<std::sync::Mutex<Option<Vec<u8>>>>;

/// Keeps the first answer of a path.
fn keeper() -> (Act, Kept) {
    let kept = Kept::default();
    let first = kept.clone();
    let act = Act::change(move |body| {
        first.lock().unwrap().get_or_insert_with(|| body.clone());
    });
    (act, kept)
}
