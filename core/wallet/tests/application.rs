//! The holder registers while the application is still being decided: the wallet waits, asks when it may, and gets the card.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use permitcard_authority::admin::PermitEvent;
use permitcard_protocol::issuance::DeferredResponse;
use permitcard_wallet::{InteractionType, Phase, RegistrationView, ServiceCode, StateCode, WalletError, WireCode};
use support::holder::prompt;
use support::{Act, Call, Holder, Phone, World};

const PENDING: &str = "thandiwe";
const HOUR: i64 = 3_600;

/// A phone with a finished registration.
async fn ready(world: &World, name: &str) -> Phone {
    let phone = world.phone(name).await;
    Holder::new(PENDING)
        .register(&phone.wallet, &world.admin)
        .await
        .unwrap();
    phone
}

#[track_caller]
fn pending(error: &WalletError) -> u32 {
    match error {
        WalletError::Refused(refusal) if refusal.code == WireCode::IssuancePending => refusal.retry_after_s.unwrap(),
        other => panic!("not pending: {other:?}"),
    }
}

async fn fetch(phone: &Phone) -> u32 {
    pending(&phone.wallet.fetch_card(prompt()).await.unwrap_err())
}

fn questions(phone: &Phone) -> usize {
    phone.link.seen("/deferred-credential").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_through_restarts_and_gets_the_card_without_another_prompt() {
    let world = World::new().await;
    let mut phone = ready(&world, "phone").await;
    assert_eq!(phone.wallet.pending().await.unwrap(), None);
    assert_eq!(fetch(&phone).await, 60, "it is the holder who asks");
    let view = phone.wallet.pending().await.unwrap().unwrap();
    assert_eq!(view.ask_again_at - view.asked_at, HOUR);
    let services = phone.wallet.services().await.unwrap();
    let pending = Some(ServiceCode::ApplicationPending);
    assert!(services.iter().all(|view| view.closed == pending), "{services:?}");
    assert!(phone.wallet.card().await.unwrap().is_none());
    assert_eq!(
        phone.wallet.registration().await.unwrap(),
        Some(RegistrationView::ReadyToFetch)
    );
    assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);

    // Asked again too early, nobody is asked.
    world.forward(&phone, 59);
    phone = phone.reopen().await;
    assert_eq!(fetch(&phone).await, 1);
    assert_eq!((questions(&phone), phone.link.seen("/credential").len()), (0, 0));
    assert_eq!(phone.wallet.pending().await.unwrap(), Some(view));

    world.forward(&phone, 1);
    assert_eq!(fetch(&phone).await, 60);
    assert_eq!(questions(&phone), 1);

    // Weeks later.
    world.forward(&phone, 30 * 24 * HOUR);
    world.event(PermitEvent::Approve, PENDING);
    phone = phone.reopen().await;
    let card = phone.wallet.fetch_card(prompt()).await.unwrap();
    assert_eq!(card.credentials_left, 10);
    assert_eq!(
        phone.keys.count(Call::BeginSession),
        0,
        "the keys were proven weeks ago"
    );
    assert_eq!(phone.key_counts(), (10, 1, 1));
    assert_eq!(phone.wallet.pending().await.unwrap(), None);
    let told = phone.link.seen("/notification");
    assert!(told[0].body.contains("credential_accepted"));
    assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_asks_too_and_says_that_it_was_decided() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    fetch(&phone).await;
    world.forward(&phone, 61);
    assert_eq!(pending(&phone.wallet.sync(None).await.unwrap_err()), 3_539);
    assert_eq!(questions(&phone), 0);
    world.forward(&phone, 3_539);
    assert_eq!(pending(&phone.wallet.sync(None).await.unwrap_err()), 3_600);
    assert_eq!(questions(&phone), 1);
    world.event(PermitEvent::Approve, PENDING);
    world.forward(&phone, HOUR);
    let report = phone.wallet.sync(None).await.unwrap();
    assert!(report.application_decided);
    assert_eq!(report.credentials_left, 10);
    world.forward(&phone, HOUR);
    assert!(!phone.wallet.sync(None).await.unwrap().application_decided);
    assert_eq!(questions(&phone), 2);
}

/// A message said that it is decided: who syncs by hand has the card at once, and not an hour later.
#[tokio::test(flavor = "multi_thread")]
async fn a_holder_who_wants_to_know_asks_before_the_phone_does() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    fetch(&phone).await;
    let view = phone.wallet.pending().await.unwrap().unwrap();
    assert_eq!(view.holder_may_ask_at - view.asked_at, 60);
    // Once a minute is enough.
    pending(&phone.wallet.sync(Some(prompt())).await.unwrap_err());
    assert_eq!(questions(&phone), 0);
    world.forward(&phone, 60);
    pending(&phone.wallet.sync(None).await.unwrap_err());
    assert_eq!(questions(&phone), 0);
    assert_eq!(pending(&phone.wallet.sync(Some(prompt())).await.unwrap_err()), 60);
    assert_eq!(questions(&phone), 1);
    assert_eq!(
        phone.wallet.pending().await.unwrap().unwrap().asked_at,
        view.asked_at + 60
    );
    world.event(PermitEvent::Approve, PENDING);
    world.forward(&phone, 60);
    assert!(phone.wallet.sync(Some(prompt())).await.unwrap().application_decided);
    assert_eq!(questions(&phone), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_application_is_said_and_its_keys_go() {
    let world = World::new().await;
    let mut phones = Vec::new();
    for name in ["later", "at once"] {
        let phone = ready(&world, name).await;
        if name == "at once" {
            // It may ask while the access token lives: then the endpoint for promises says it, not the one for tokens.
            let soon = Act::change(|body| {
                let mut promise: DeferredResponse = serde_json::from_slice(body).unwrap();
                promise.interval = 1;
                *body = serde_json::to_vec(&promise).unwrap();
            });
            phone.link.act("/credential", soon);
        }
        fetch(&phone).await;
        phone.link.heal();
        assert_eq!(phone.key_counts(), (10, 1, 1));
        phones.push(phone);
    }
    world.event(PermitEvent::Refuse, PENDING);
    for (phone, wait, asked) in [(&phones[1], 2, 1), (&phones[0], HOUR, 0)] {
        world.forward(phone, wait);
        let error = phone.wallet.fetch_card(prompt()).await.unwrap_err();
        assert_application_refused(&error);
        assert_over(phone).await;
        assert_eq!(questions(phone), asked);
        let again = phone.wallet.fetch_card(prompt()).await;
        assert_eq!(again, Err(StateCode::NoRegistration.into()));
        let begun = phone.wallet.start_registration().await.unwrap();
        assert!(matches!(begun, RegistrationView::Step(_)), "{begun:?}");
    }
}

#[track_caller]
fn assert_application_refused(error: &WalletError) {
    assert!(
        matches!(error, WalletError::Refused(refusal) if refusal.code == WireCode::ApplicationRefused),
        "{error:?}"
    );
}

/// Nothing waits any more, nothing is kept but why, and nobody is asked.
async fn assert_over(phone: &Phone) {
    let code = WireCode::ApplicationRefused;
    assert_eq!(
        phone.wallet.registration().await.unwrap(),
        Some(RegistrationView::Ended { code })
    );
    assert_eq!(phone.wallet.pending().await.unwrap(), None);
    let state = phone.wallet.state().await.unwrap();
    assert_eq!((state.phase, state.unanswered), (Phase::Empty, 0));
    assert_eq!(phone.wallet.sync(None).await, Err(WalletError::NotRegistered));
    assert_eq!(phone.key_counts(), (0, 0, 1));
    assert!(phone.wallet.card().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_is_refused_at_the_last_step_ends_the_registration() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new(PENDING);
    let step = holder
        .up_to(InteractionType::FaceCheck, &phone.wallet, &world.admin)
        .await;
    world.event(PermitEvent::Refuse, PENDING);
    let answer = holder.answer(&step, &world.admin);
    assert_application_refused(&phone.wallet.answer(answer).await.unwrap_err());
    assert_over(&phone).await;
    assert!(matches!(
        phone.wallet.start_registration().await.unwrap(),
        RegistrationView::Step(_)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_gets_lost_it_goes_on() {
    let world = World::new().await;
    let mut phone = ready(&world, "phone").await;
    // The promise itself is lost: the same request gets it again.
    phone.link.act("/credential", Act::LoseAnswer);
    phone.wallet.fetch_card(prompt()).await.unwrap_err();
    assert_eq!(phone.wallet.pending().await.unwrap(), None);
    phone = phone.reopen().await;
    fetch(&phone).await;
    for act in [Act::Offline, Act::LoseAnswer] {
        world.forward(&phone, HOUR);
        phone.link.act("/deferred-credential", act);
        let error = phone.wallet.fetch_card(prompt()).await.unwrap_err();
        assert!(matches!(error, WalletError::Network(_)), "{error:?}");
        phone = phone.reopen().await;
        fetch(&phone).await;
    }
    world.event(PermitEvent::Approve, PENDING);
    for path in ["/deferred-credential", "/trust-list", "/card", "/portrait"] {
        world.forward(&phone, HOUR);
        phone.link.act(path, Act::LoseAnswer);
        let error = phone.wallet.fetch_card(prompt()).await.unwrap_err();
        assert!(matches!(error, WalletError::Network(_)), "{path}: {error:?}");
        assert!(phone.wallet.card().await.unwrap().is_none());
        phone = phone.reopen().await;
    }
    assert_eq!(phone.wallet.fetch_card(prompt()).await.unwrap().credentials_left, 10);
    assert_eq!(phone.key_counts(), (10, 1, 1));
    assert!(!phone.wallet.sync(None).await.unwrap().renewed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_that_makes_no_sense_changes_nothing() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    fetch(&phone).await;
    let known = phone.wallet.pending().await.unwrap();
    let answer = |change: fn(&mut DeferredResponse)| {
        Act::change(move |body| {
            let mut promise = serde_json::from_slice(body).unwrap();
            change(&mut promise);
            *body = serde_json::to_vec(&promise).unwrap();
        })
    };
    world.forward(&phone, HOUR);
    let other = answer(|promise| promise.transaction_id = "another".into());
    for act in [other, Act::change(|body| body.clear())] {
        phone.link.act("/deferred-credential", act);
        let error = phone.wallet.fetch_card(prompt()).await.unwrap_err();
        assert!(matches!(error, WalletError::Network(_)), "{error:?}");
        assert_eq!(phone.wallet.pending().await.unwrap(), known);
        phone.link.heal();
    }
    // An interval of years is a week, and none at all is a second.
    for (interval, wait) in [(u32::MAX, 7 * 86_400), (0, 1)] {
        let act = if interval == 0 {
            answer(|promise| promise.interval = 0)
        } else {
            answer(|promise| promise.interval = u32::MAX)
        };
        phone.link.act("/deferred-credential", act);
        assert_eq!(fetch(&phone).await, wait.min(60));
        let view = phone.wallet.pending().await.unwrap().unwrap();
        assert_eq!(view.ask_again_at - view.asked_at, i64::from(wait));
        phone.link.heal();
        world.forward(&phone, i64::from(wait));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_up_waiting_leaves_nothing_behind() {
    let world = World::new().await;
    let phone = ready(&world, "phone").await;
    fetch(&phone).await;
    phone.wallet.cancel_registration().await.unwrap();
    assert_eq!(phone.wallet.pending().await.unwrap(), None);
    assert_eq!(phone.key_counts(), (0, 0, 1));
    assert_eq!(phone.wallet.sync(None).await, Err(WalletError::NotRegistered));
}
