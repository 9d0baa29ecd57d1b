//! Issuance against the real authority: what is tampered with, what gets lost, what the key store does.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::time::Duration;

use permitcard_platform::KeyPurpose;
use permitcard_protocol::issuance::CredentialResponse;
use permitcard_wallet::{CheckCode, Environment, KeyError, Phase, RegistrationView, StateCode, WalletError, WireCode};
use support::holder::prompt;
use support::{Act, Behaviour, Call, Holder, Phone, World};

/// A phone with a finished registration.
async fn ready(world: &World, name: &str) -> Phone {
    let phone = world.phone(name).await;
    Holder::new("suharto")
        .register(&phone.wallet, &world.admin)
        .await
        .unwrap();
    phone
}

fn json(change: impl Fn(&mut CredentialResponse) + Send + Sync + 'static) -> Act {
    Act::change(move |body| {
        let mut response: CredentialResponse = serde_json::from_slice(body).unwrap();
        change(&mut response);
        *body = serde_json::to_vec(&response).unwrap();
    })
}

fn flip(at: impl Fn(usize) -> usize + Send + Sync + 'static) -> Act {
    Act::change(move |body| {
        let at = at(body.len());
        body[at] ^= 1;
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tampered_with_is_refused_and_nothing_is_kept() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    let cases: Vec<(&str, &str, Act, CheckCode)> = vec![
        (
            "trust list",
            "/trust-list",
            flip(|len| len / 2),
            CheckCode::TrustListInvalid,
        ),
        (
            "trust list cut",
            "/trust-list",
            Act::change(|body| body.truncate(40)),
            CheckCode::TrustListInvalid,
        ),
        (
            "card signature",
            "/card",
            flip(|len| len - 1),
            CheckCode::SignatureInvalid,
        ),
        ("card content", "/card", flip(|len| len / 2), CheckCode::Unreadable),
        (
            "no card",
            "/card",
            Act::change(|body| body.clear()),
            CheckCode::Unreadable,
        ),
        (
            "portrait",
            "/portrait",
            flip(|len| len / 2),
            CheckCode::PortraitMismatch,
        ),
        (
            "no portrait",
            "/portrait",
            Act::change(|body| body.clear()),
            CheckCode::PortraitMismatch,
        ),
        (
            "fewer credentials",
            "/credential",
            json(|response| drop(response.credentials.pop())),
            CheckCode::CountMismatch,
        ),
        (
            "one twice",
            "/credential",
            json(|response| response.credentials[1] = response.credentials[0].clone()),
            CheckCode::KeyMismatch,
        ),
        (
            "another text",
            "/credential",
            json(|response| response.credentials[3].credential = "no base64url!".into()),
            CheckCode::Unreadable,
        ),
        (
            "a changed signature",
            "/credential",
            json(|response| {
                let text = &mut response.credentials[9].credential;
                let last = text.pop().unwrap();
                text.pop();
                text.push('A');
                text.push(last);
            }),
            CheckCode::SignatureInvalid,
        ),
    ];
    for (name, path, act, code) in cases {
        phone.link.act(path, act);
        let refused = phone.wallet.fetch_card(prompt()).await;
        // Changed bytes in the middle may break the form before the signature is looked at.
        let accepted = [code, CheckCode::SignatureInvalid, CheckCode::IssuerUnknown].map(WalletError::Distrusted);
        let error = refused.unwrap_err();
        assert!(accepted.contains(&error), "{name}: {error:?}");
        assert!(phone.wallet.card().await.unwrap().is_none(), "{name}");
        assert!(phone.wallet.portrait().await.unwrap().is_none(), "{name}");
        assert_eq!(phone.key_counts(), (0, 1, 1), "{name}");
        let told = phone.link.seen("/notification");
        assert!(told.last().unwrap().body.contains("credential_failure"), "{name}");
        assert_eq!(phone.wallet.state().await.unwrap().phase, Phase::ReadyToFetch);
        phone.link.heal();
    }
    let card = phone.wallet.fetch_card(prompt()).await.unwrap();
    assert_eq!(card.credentials_left, 10);
    assert!(
        phone
            .link
            .seen("/notification")
            .last()
            .unwrap()
            .body
            .contains("credential_accepted")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_says_how_many_and_must_be_of_this_authority() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    let metadata = |change: fn(&mut permitcard_protocol::metadata::IssuerMetadata)| {
        Act::change(move |body| {
            let mut metadata = serde_json::from_slice(body).unwrap();
            change(&mut metadata);
            *body = serde_json::to_vec(&metadata).unwrap();
        })
    };
    let path = "/.well-known/openid-credential-issuer";
    for wrong in [
        metadata(|metadata| metadata.credential_issuer = "https://elsewhere.example".into()),
        metadata(|metadata| metadata.credential_configurations_supported.clear()),
        metadata(|metadata| metadata.batch_credential_issuance.batch_size = 0),
    ] {
        phone.link.act(path, wrong);
        assert_eq!(
            phone.wallet.fetch_card(prompt()).await.unwrap_err().code(),
            "network.unreadable"
        );
        phone.link.heal();
    }
    phone.link.act(
        path,
        metadata(|metadata| metadata.batch_credential_issuance.batch_size = 4),
    );
    assert_eq!(phone.wallet.fetch_card(prompt()).await.unwrap().credentials_left, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_root_and_another_environment_are_refused() {
    let (world, other) = (World::new().await, World::new().await);
    let mut parts = world.new_phone("root");
    parts.client.root_key = other.authority.client_file().root_key.clone();
    let phone = parts.open().await;
    Holder::new("suharto")
        .register(&phone.wallet, &world.admin)
        .await
        .unwrap();
    let refused = phone.wallet.fetch_card(prompt()).await;
    assert_eq!(
        refused.err(),
        Some(WalletError::Distrusted(CheckCode::TrustListInvalid))
    );

    let parts = world.new_phone("production");
    let mut options = parts.options();
    options.environment = Environment::Production;
    let keys = parts.keys();
    keys.claim(permitcard_platform::KeyLevel::Software);
    let phone = parts.try_open(options, keys).await.unwrap();
    Holder::new("suharto")
        .register(&phone.wallet, &world.admin)
        .await
        .unwrap();
    let refused = phone.wallet.fetch_card(prompt()).await;
    assert_eq!(refused.err(), Some(WalletError::Distrusted(CheckCode::TestMismatch)));
    assert_eq!(phone.key_counts(), (0, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_gets_lost_the_next_call_goes_on() {
    let world = World::new().await;
    let paths = [
        "/token",
        "/.well-known/openid-credential-issuer",
        "/nonce",
        "/credential",
        "/trust-list",
        "/card",
        "/portrait",
    ];
    for (number, act) in [Act::Offline, Act::LoseAnswer].into_iter().enumerate() {
        let mut phone = ready(&world, &format!("phone-{number}")).await;
        for path in paths {
            phone.link.act(path, act.clone());
            let error = phone.wallet.fetch_card(prompt()).await.unwrap_err();
            assert!(matches!(error, WalletError::Network(_)), "{path}: {error:?}");
            assert!(phone.wallet.card().await.unwrap().is_none());
            phone = phone.reopen().await;
        }
        phone.wallet.fetch_card(prompt()).await.unwrap();
        assert_eq!(phone.wallet.card().await.unwrap().unwrap().credentials_left, 10);
        assert_eq!(phone.key_counts(), (10, 1, 1));
        assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_credential_request_is_the_same_one_and_asks_nobody() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    phone.link.act("/credential", Act::LoseAnswer);
    phone.wallet.fetch_card(prompt()).await.unwrap_err();
    phone.link.heal();
    let prompts = phone.keys.count(Call::BeginSession);
    // The access token is over by now; the request is not.
    world.forward(&phone, 400);
    phone.wallet.fetch_card(prompt()).await.unwrap();
    assert_eq!(phone.keys.count(Call::BeginSession), prompts);
    let sent = phone.link.seen("/credential");
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1]);
    assert_eq!(phone.link.seen("/token").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_nonce_grew_old_proves_the_same_keys_again() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    phone.link.act("/credential", Act::Offline);
    phone.wallet.fetch_card(prompt()).await.unwrap_err();
    phone.link.heal();
    let made = phone.keys.count(Call::Create(KeyPurpose::Presentation));
    world.forward(&phone, 7_200);
    phone.wallet.fetch_card(prompt()).await.unwrap();
    assert_eq!(phone.keys.count(Call::Create(KeyPurpose::Presentation)), made);
    let sent = phone.link.seen("/credential");
    assert_ne!(sent.first().unwrap().key, sent.last().unwrap().key);
    assert_eq!(phone.key_counts(), (10, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_code_that_grew_old_ends_the_registration() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    world.forward(&phone, 3_600);
    let error = phone.wallet.fetch_card(prompt()).await.unwrap_err();
    assert!(matches!(error, WalletError::Refused(refusal) if refusal.code == WireCode::GrantInvalid));
    let ended = phone.wallet.registration().await.unwrap();
    assert_eq!(
        ended,
        Some(RegistrationView::Ended {
            code: WireCode::GrantInvalid
        })
    );
    assert_eq!(phone.key_counts(), (0, 0, 1));
    assert_eq!(
        phone.wallet.fetch_card(prompt()).await.err(),
        Some(StateCode::NoRegistration.into())
    );
    phone.wallet.start_registration().await.unwrap();
    Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_the_key_store_has_its_error_and_loses_nothing() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    let create = Call::Create(KeyPurpose::Presentation);
    let transient = WalletError::KeyStore(KeyError::Transient);
    let unexpected = WalletError::KeyStore(KeyError::Unexpected);
    let invalidated = WalletError::KeyStore(KeyError::Invalidated);
    let locked = KeyError::LockedOut {
        retry_after_s: Some(60),
    };
    let cases = [
        (create, Behaviour::Fail(KeyError::Transient), transient),
        (create, Behaviour::Throw, unexpected),
        (create, Behaviour::WrongBytes, unexpected),
        (
            Call::BeginSession,
            Behaviour::Fail(KeyError::Cancelled),
            WalletError::Cancelled,
        ),
        (
            Call::BeginSession,
            Behaviour::Fail(locked),
            WalletError::KeyStore(locked),
        ),
        (Call::BeginSession, Behaviour::Throw, unexpected),
        (
            Call::SignMany,
            Behaviour::Fail(KeyError::NeedsUser),
            WalletError::NeedsUser,
        ),
        (Call::SignMany, Behaviour::Fail(KeyError::Transient), transient),
        (Call::SignMany, Behaviour::Throw, unexpected),
        (Call::SignMany, Behaviour::WrongBytes, unexpected),
        (Call::SignMany, Behaviour::Fail(KeyError::Invalidated), invalidated),
        (Call::Sign, Behaviour::Fail(KeyError::Transient), transient),
        (Call::Sign, Behaviour::Throw, unexpected),
    ];
    for (call, behaviour, error) in cases {
        phone.keys.script(call, behaviour);
        assert_eq!(
            phone.wallet.fetch_card(prompt()).await.err(),
            Some(error),
            "{call:?} {behaviour:?}"
        );
        assert!(phone.wallet.card().await.unwrap().is_none());
        phone.keys.heal();
    }
    // What only tidies up does not stop anything.
    for call in [Call::List, Call::Delete, Call::EndSession] {
        phone.keys.script(call, Behaviour::Fail(KeyError::Transient));
    }
    phone.wallet.fetch_card(prompt()).await.unwrap();
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().credentials_left, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_hangs_is_timed_out_and_a_second_one_is_busy() {
    let world = World::new().await;
    let parts = world.new_phone("phone");
    let mut options = parts.options();
    options.call_timeout = Duration::from_millis(300);
    let phone = parts.try_open(options, parts.keys()).await.unwrap();
    Holder::new("suharto")
        .register(&phone.wallet, &world.admin)
        .await
        .unwrap();
    phone
        .keys
        .script(Call::BeginSession, Behaviour::Hang(Duration::from_secs(3)));
    let hung = phone.wallet.fetch_card(prompt()).await;
    assert_eq!(hung.err(), Some(WalletError::KeyStore(KeyError::TimedOut)));
    // The prompt is still on the screen.
    let second = phone.wallet.fetch_card(prompt()).await;
    assert_eq!(second.err(), Some(WalletError::KeyStore(KeyError::Busy)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_fetches_at_once_get_one_card() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    let (one, other) = tokio::join!(phone.wallet.fetch_card(prompt()), phone.wallet.fetch_card(prompt()));
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(phone.link.seen("/credential").len(), 3, "one request a form");
    assert_eq!(phone.key_counts(), (10, 1, 1));
    assert_eq!(phone.keys.count(Call::BeginSession), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_stops_a_fetch_and_takes_its_keys_with_it() {
    let world = World::new().await;
    for path in ["/token", "/nonce", "/credential", "/card", "/portrait"] {
        let phone = ready(&world, path.trim_start_matches('/')).await;
        phone.link.act(path, Act::Hang);
        let fetching = tokio::spawn({
            let wallet = phone.wallet.clone();
            async move { wallet.fetch_card(prompt()).await }
        });
        while phone.link.seen(path).is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        phone.wallet.cancel_registration().await.unwrap();
        assert_eq!(fetching.await.unwrap().err(), Some(WalletError::Cancelled), "{path}");
        assert_eq!(phone.wallet.state().await.unwrap().phase, Phase::Empty);
        assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);
        assert_eq!(phone.key_counts(), (0, 0, 1), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn erase_stops_a_fetch() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    phone.link.act("/card", Act::Hang);
    let fetching = tokio::spawn({
        let wallet = phone.wallet.clone();
        async move { wallet.fetch_card(prompt()).await }
    });
    while phone.link.seen("/card").is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    phone.wallet.erase().await.unwrap();
    assert_eq!(fetching.await.unwrap().err(), Some(WalletError::Cancelled));
    assert_eq!(phone.key_counts(), (0, 0, 0));
    assert!(phone.parts.files().is_empty());
}
