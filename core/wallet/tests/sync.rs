//! Sync against the real authority: versions, status, renewal, what waits.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::sync::{Arc, Mutex};

use permitcard_authority::admin::PermitEvent;
use permitcard_wallet::{CardStatus, CheckCode, Field, KeyError, PresentRequest, Profile, StateCode, WalletError};
use support::holder::prompt;
use support::{Act, Behaviour, Call, Holder, Phone, World};

async fn with_card(world: &World) -> Phone {
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_changes_nothing() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let before = phone.wallet.card().await.unwrap().unwrap();
    assert_eq!((before.status, before.status_at), (CardStatus::Unknown, None));
    let report = phone.wallet.sync(None).await.unwrap();
    assert_eq!(
        (report.card_version, report.credentials_left, report.delivered),
        (1, 10, 0)
    );
    assert_eq!((report.status, report.status_changed), (CardStatus::Valid, true));
    assert!(!report.new_version && !report.renewed && !report.needs_user && !report.older_version_seen);
    assert!(report.changes.is_empty());
    assert!((report.at - world.clock.wall()).abs() <= 1);
    assert!(!phone.wallet.sync(None).await.unwrap().status_changed);
    let after = phone.wallet.card().await.unwrap().unwrap();
    assert_eq!(after.status, CardStatus::Valid);
    assert_eq!(after.fields, before.fields);
    assert_eq!(phone.keys.count(Call::BeginSession), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_waits_for_the_user_and_then_replaces_everything() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let before = phone.wallet.card().await.unwrap().unwrap();
    world.event(PermitEvent::Extend, "maria");
    world.forward(&phone, 60);

    let report = phone.wallet.sync(None).await.unwrap();
    assert!(report.needs_user && !report.new_version && !report.renewed);
    let waiting = phone.wallet.card().await.unwrap().unwrap();
    assert!(waiting.superseded);
    assert_eq!((waiting.version, &waiting.fields), (1, &before.fields));
    // The old one is not presented any more.
    let show = phone.wallet.begin_show(Profile::Employer, prompt()).await;
    assert_eq!(show.err(), Some(StateCode::CardSuperseded.into()));
    phone
        .keys
        .script(Call::BeginSession, Behaviour::Fail(KeyError::Cancelled));
    assert_eq!(
        phone.wallet.sync(Some(prompt())).await.err(),
        Some(WalletError::Cancelled)
    );
    phone.keys.heal();

    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert!(report.new_version && report.renewed && !report.needs_user);
    assert_eq!((report.card_version, report.status), (2, CardStatus::Valid));
    let fields: Vec<Field> = report.changes.iter().map(|change| change.field).collect();
    assert_eq!(fields, [Field::ValidUntil]);
    let until = |card: &permitcard_wallet::CardView| {
        card.fields
            .iter()
            .find(|value| value.field == Field::ValidUntil)
            .map(|value| value.value.clone())
    };
    let after = phone.wallet.card().await.unwrap().unwrap();
    assert_eq!(
        (&report.changes[0].before, &report.changes[0].after),
        (&until(&before), &until(&after))
    );
    assert!(until(&after) > until(&before));
    assert_eq!(
        (after.version, after.superseded, after.credentials_left),
        (2, false, 10)
    );
    assert_eq!(phone.key_counts(), (10, 1, 1));
    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    phone.wallet.present(PresentRequest::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn suspension_and_its_end_and_revocation_are_reported() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    for (event, status) in [
        (PermitEvent::Suspend, CardStatus::Suspended),
        (PermitEvent::Resume, CardStatus::Valid),
        (PermitEvent::Revoke, CardStatus::Revoked),
    ] {
        world.event(event, "maria");
        world.forward(&phone, 10);
        let report = phone.wallet.sync(Some(prompt())).await.unwrap();
        assert_eq!((report.status, report.status_changed), (status, true), "{event:?}");
        assert_eq!(phone.wallet.card().await.unwrap().unwrap().status, status);
    }
    // A revoked card is still there to be looked at, and nobody is asked for its sake.
    let prompts = phone.keys.count(Call::BeginSession);
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!((report.status, report.status_changed), (CardStatus::Revoked, false));
    assert_eq!(phone.keys.count(Call::BeginSession), prompts);
    assert!(phone.wallet.card().await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn few_unused_credentials_are_renewed() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    for session in 0..7 {
        assert!(
            !phone.wallet.sync(Some(prompt())).await.unwrap().renewed,
            "session {session}"
        );
        phone.wallet.begin_show(Profile::Gate, prompt()).await.unwrap();
        phone.wallet.present(PresentRequest::default()).await.unwrap();
        phone.wallet.end_show().await.unwrap();
        world.forward(&phone, 400);
    }
    let report = phone.wallet.sync(None).await.unwrap();
    assert!(report.needs_user && !report.renewed);
    assert_eq!(report.credentials_left, 3);
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert!(report.renewed && !report.new_version);
    assert_eq!((report.credentials_left, phone.key_counts()), (10, (10, 1, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_renewed_at_ten_days() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    world.forward(&phone, 18 * 86_400);
    assert!(!phone.wallet.sync(Some(prompt())).await.unwrap().renewed);
    let old_end = phone.wallet.card().await.unwrap().unwrap().credentials_expire_at;
    world.forward(&phone, 3 * 86_400);
    assert!(phone.wallet.sync(Some(prompt())).await.unwrap().renewed);
    assert!(phone.wallet.card().await.unwrap().unwrap().credentials_expire_at > old_end);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_during_a_show_leaves_the_shown_key() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    for _ in 0..7 {
        phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
        phone.wallet.present(PresentRequest::default()).await.unwrap();
    }
    // The user was there for the show, so that the new keys sign without another prompt.
    let report = phone.wallet.sync(None).await.unwrap();
    assert!(report.renewed && !report.new_version);
    phone.wallet.present(PresentRequest::default()).await.unwrap();
    assert_eq!(phone.key_counts(), (11, 1, 1));
    phone.wallet.end_show().await.unwrap();
    world.event(PermitEvent::Extend, "maria");
    world.forward(&phone, 30);
    phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(phone.key_counts(), (10, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_delivered_first() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria")
        .register(&phone.wallet, &world.admin)
        .await
        .unwrap();
    phone.link.act("/notification", Act::LoseAnswer);
    phone.wallet.fetch_card(prompt()).await.unwrap();
    assert_eq!(phone.wallet.state().await.unwrap().unanswered, 3, "one a form");
    let first = phone.link.seen("/notification");
    let phone = phone.reopen().await;
    world.forward(&phone, 1_000);
    assert_eq!(phone.wallet.sync(None).await.unwrap().delivered, 3);
    let sent = phone.link.seen("/notification");
    assert!(sent.len() == 3 && sent.contains(&first[0]));
    assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);
    assert_eq!(phone.wallet.sync(None).await.unwrap().delivered, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_waited_too_long_is_made_anew() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    world.forward(&phone, 400);
    phone.link.act("/token", Act::LoseAnswer);
    phone.wallet.sync(None).await.unwrap_err();
    phone.link.heal();
    // At once it is the same request; the authority's stored answer is still good.
    phone.link.act("/card", Act::Offline);
    phone.wallet.sync(None).await.unwrap_err();
    phone.link.heal();
    let sent = phone.link.seen("/token");
    assert_eq!(sent[sent.len() - 1], sent[sent.len() - 2]);

    world.forward(&phone, 400);
    phone.link.act("/token", Act::LoseAnswer);
    phone.wallet.sync(None).await.unwrap_err();
    phone.link.heal();
    // Later the stored answer brings an access token that is over, which the wallet sees without trying it.
    world.forward(&phone, 400);
    let tried = phone.link.seen("/card").len();
    phone.wallet.sync(None).await.unwrap();
    assert_eq!(phone.link.seen("/card").len(), tried + 1);
    let sent = phone.link.seen("/token");
    let (lost, replayed, new) = (&sent[sent.len() - 3], &sent[sent.len() - 2], &sent[sent.len() - 1]);
    assert_eq!(lost, replayed);
    assert_ne!(replayed.key, new.key);
}

/// Keeps the answers of a path, and later gives the first one again.
fn recorder() -> (Act, Arc<Mutex<Option<Vec<u8>>>>) {
    let kept: Arc<Mutex<Option<Vec<u8>>>> = Arc::default();
    let first = kept.clone();
    let act = Act::change(move |body| {
        let mut first = first.lock().unwrap();
        match first.as_ref() {
            Some(old) => *body = old.clone(),
            None => *first = Some(body.clone()),
        }
    });
    (act, kept)
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_never_go_back() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let (act, kept) = recorder();
    phone.link.act("/card", act.clone());
    phone.wallet.sync(None).await.unwrap();
    assert!(kept.lock().unwrap().is_some());
    phone.link.heal();
    world.event(PermitEvent::Extend, "maria");
    world.forward(&phone, 10);
    phone.wallet.sync(Some(prompt())).await.unwrap();
    let held = phone.wallet.card().await.unwrap().unwrap();
    assert_eq!(held.version, 2);

    // Somebody plays the old card again.
    phone.link.act("/card", act);
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert!(report.older_version_seen && !report.renewed && !report.new_version);
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().fields, held.fields);
}

#[tokio::test(flavor = "multi_thread")]
async fn trust_lists_never_go_back() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let (act, _) = recorder();
    phone.link.act("/trust-list", act.clone());
    phone.wallet.sync(None).await.unwrap();
    phone.link.heal();
    world.forward(&phone, 2 * 86_400);
    phone.wallet.sync(None).await.unwrap();
    phone.link.act("/trust-list", act);
    let refused = phone.wallet.sync(None).await;
    assert_eq!(refused.err(), Some(WalletError::Distrusted(CheckCode::OlderVersion)));
}

#[tokio::test(flavor = "multi_thread")]
async fn status_never_goes_back() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let (act, _) = recorder();
    phone.link.act("/status", act.clone());
    assert_eq!(phone.wallet.sync(None).await.unwrap().status, CardStatus::Valid);
    phone.link.heal();
    world.event(PermitEvent::Revoke, "maria");
    world.forward(&phone, 10);
    assert_eq!(phone.wallet.sync(None).await.unwrap().status, CardStatus::Revoked);
    phone.link.act("/status", act);
    let report = phone.wallet.sync(None).await.unwrap();
    assert_eq!((report.status, report.status_changed), (CardStatus::Revoked, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sync_leaves_what_there_was() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let held = phone.wallet.card().await.unwrap().unwrap();
    world.event(PermitEvent::Extend, "maria");
    world.forward(&phone, 400);
    for path in [
        "/trust-list",
        "/status",
        "/token",
        "/card",
        "/nonce",
        "/credential",
        "/portrait",
    ] {
        for act in [Act::Offline, Act::LoseAnswer] {
            phone.link.act(path, act);
            let error = phone.wallet.sync(Some(prompt())).await.unwrap_err();
            assert!(matches!(error, WalletError::Network(_)), "{path}: {error:?}");
            phone.link.heal();
            let card = phone.wallet.card().await.unwrap().unwrap();
            assert_eq!((card.version, &card.fields), (1, &held.fields), "{path}");
        }
    }
    for path in ["/card", "/portrait"] {
        phone.link.act(path, Act::change(|body| body.truncate(20)));
        let error = phone.wallet.sync(Some(prompt())).await.unwrap_err();
        assert!(matches!(error, WalletError::Distrusted(_)), "{path}: {error:?}");
        phone.link.heal();
        assert_eq!(
            phone.wallet.card().await.unwrap().unwrap().fields,
            held.fields,
            "{path}"
        );
    }
    assert!(phone.wallet.sync(Some(prompt())).await.unwrap().new_version);
    assert_eq!(phone.key_counts(), (10, 1, 1));
}
