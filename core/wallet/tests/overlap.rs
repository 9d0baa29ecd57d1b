//! What happens at the same time: a show and a sync, a prompt and a renewal, a change of the permit and its card.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use permitcard_authority::admin::{Admin, PermitEvent};
use permitcard_wallet::{
    CardStatus, CheckCode, KeyError, PresentRequest, PresentationView, Profile, ShowView, StateCode, WalletError,
};
use support::holder::prompt;
use support::{Act, Behaviour, Call, Holder, Phone, World};
use tokio::task::JoinHandle;

async fn with_card(world: &World, name: &str, person: &'static str) -> Phone {
    let phone = world.phone(name).await;
    Holder::new(person).with_card(&phone.wallet, &world.admin).await;
    phone
}

async fn present(phone: &Phone) -> Result<PresentationView, WalletError> {
    phone.wallet.present(PresentRequest::default()).await
}

async fn begin(phone: &Phone) -> Result<ShowView, WalletError> {
    phone.wallet.begin_show(Profile::Employer, prompt()).await
}

/// Begins a show whose prompt is open when this returns.
async fn begin_with_open_prompt(phone: &Phone) -> JoinHandle<Result<ShowView, WalletError>> {
    let before = phone.keys.count(Call::BeginSession);
    phone.keys.script(Call::BeginSession, Behaviour::Held);
    let wallet = phone.wallet.clone();
    let beginning = tokio::spawn(async move { wallet.begin_show(Profile::Employer, prompt()).await });
    while phone.keys.count(Call::BeginSession) == before {
        tokio::task::yield_now().await;
    }
    beginning
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_show_ends_with_what_a_sync_learns() {
    let world = World::new().await;
    let cases = [
        ("revoked", "maria", PermitEvent::Revoke, StateCode::CardRevoked),
        ("extended", "suharto", PermitEvent::Extend, StateCode::CardSuperseded),
    ];
    for (name, person, event, code) in cases {
        let phone = with_card(&world, name, person).await;
        begin(&phone).await.unwrap();
        present(&phone).await.unwrap();
        world.event(event, person);
        world.forward(&phone, 10);
        // Nobody is there to let new keys sign.
        phone.keys.script(Call::SignMany, Behaviour::Fail(KeyError::NeedsUser));
        phone.wallet.sync(None).await.unwrap();
        assert_eq!(present(&phone).await.err(), Some(code.into()), "{name}");
        assert_eq!(present(&phone).await.err(), Some(StateCode::NoShowSession.into()));
        assert_eq!(phone.wallet.disclosure_log().await.unwrap().len(), 1);
        assert_eq!(begin(&phone).await.err(), Some(code.into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_and_a_suspension_are_seen_by_the_next_show() {
    let world = World::new().await;
    let phone = with_card(&world, "phone", "maria").await;
    for event in [PermitEvent::Extend, PermitEvent::Suspend] {
        begin(&phone).await.unwrap();
        present(&phone).await.unwrap();
        world.event(event, "maria");
        world.forward(&phone, 10);
        phone.wallet.sync(None).await.unwrap();
        let over = Some(WalletError::from(StateCode::ShowSessionOver));
        assert_eq!(phone.wallet.continue_show(prompt()).await.err(), over, "{event:?}");
    }
    let show = begin(&phone).await.unwrap();
    assert_eq!(show.status, CardStatus::Suspended);
    phone.wallet.sync(None).await.unwrap();
    present(&phone).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_being_signed_when_the_card_is_revoked_is_thrown_away() {
    let world = World::new().await;
    let phone = with_card(&world, "phone", "maria").await;
    begin(&phone).await.unwrap();
    world.event(PermitEvent::Revoke, "maria");
    world.forward(&phone, 10);
    let before = phone.keys.count(Call::Sign);
    phone.keys.script(Call::Sign, Behaviour::Held);
    let presenting = tokio::spawn({
        let wallet = phone.wallet.clone();
        async move { wallet.present(PresentRequest::default()).await }
    });
    while phone.keys.count(Call::Sign) == before {
        tokio::task::yield_now().await;
    }
    phone.keys.heal();
    assert_eq!(phone.wallet.sync(None).await.unwrap().status, CardStatus::Revoked);
    phone.keys.release();
    let code = presenting.await.unwrap();
    assert_eq!(code.err(), Some(StateCode::CardRevoked.into()));
    assert!(phone.wallet.disclosure_log().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_renewal_that_ends_during_the_prompt_takes_neither_key_nor_session() {
    let world = World::new().await;
    let phone = with_card(&world, "phone", "maria").await;
    for _ in 0..7 {
        begin(&phone).await.unwrap();
        present(&phone).await.unwrap();
    }
    phone.wallet.end_show().await.unwrap();
    let held = Arc::new(AtomicBool::new(true));
    let holds = held.clone();
    phone.link.act(
        "/portrait",
        Act::change(move |_| {
            while holds.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }),
    );
    let syncing = tokio::spawn({
        let wallet = phone.wallet.clone();
        async move { wallet.sync(Some(prompt())).await }
    });
    while phone.link.seen("/portrait").len() < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let ended = phone.keys.count(Call::EndSession);
    let beginning = begin_with_open_prompt(&phone).await;
    held.store(false, Ordering::SeqCst);
    assert!(syncing.await.unwrap().unwrap().renewed);
    assert_eq!(phone.keys.count(Call::EndSession), ended);
    phone.keys.release();
    let show = beginning.await.unwrap().unwrap();
    // It is one of the new batch.
    assert_eq!((show.credentials_left, show.reused_credential), (9, false));
    present(&phone).await.unwrap();
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().credentials_left, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_revoked_during_the_prompt_is_not_shown() {
    let world = World::new().await;
    let phone = with_card(&world, "phone", "maria").await;
    let beginning = begin_with_open_prompt(&phone).await;
    world.event(PermitEvent::Revoke, "maria");
    world.forward(&phone, 10);
    phone.wallet.sync(None).await.unwrap();
    let ended = phone.keys.count(Call::EndSession);
    phone.keys.release();
    assert_eq!(beginning.await.unwrap().err(), Some(StateCode::CardRevoked.into()));
    assert_eq!(phone.keys.count(Call::EndSession), ended + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_is_closed_during_the_prompt_stays_closed() {
    let world = World::new().await;
    let phone = with_card(&world, "phone", "maria").await;
    let beginning = begin_with_open_prompt(&phone).await;
    assert_eq!(begin(&phone).await.err(), Some(WalletError::KeyStore(KeyError::Busy)));
    phone.wallet.end_show().await.unwrap();
    let ended = phone.keys.count(Call::EndSession);
    phone.keys.release();
    assert_eq!(beginning.await.unwrap().err(), Some(WalletError::Cancelled));
    assert_eq!(phone.keys.count(Call::EndSession), ended + 1);
    assert_eq!(present(&phone).await.err(), Some(StateCode::NoShowSession.into()));
}

/// Extends the permit after each of the first answers of the credential endpoint.
fn extends_after_credentials(world: &World, times: usize) -> Act {
    let admin = Admin::open(&world.folder.path().join("authority"), world.clock.clone()).unwrap();
    let done = AtomicUsize::new(0);
    Act::change(move |_| {
        if done.fetch_add(1, Ordering::SeqCst) < times {
            admin.event(PermitEvent::Extend, "maria").unwrap();
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_that_changes_between_credentials_and_card_is_asked_for_again() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new("maria");
    holder.register(&phone.wallet, &world.admin).await.unwrap();
    // Again and again: that is no chance any more.
    phone.link.act("/credential", extends_after_credentials(&world, 9));
    let refused = phone.wallet.fetch_card(prompt()).await;
    assert_eq!(refused.err(), Some(WalletError::Distrusted(CheckCode::ContentMismatch)));
    assert_eq!(phone.link.seen("/credential").len(), 2);
    assert_eq!(phone.key_counts(), (0, 1, 1));
    phone.link.heal();
    phone.link.act("/credential", extends_after_credentials(&world, 1));
    let prompts = phone.keys.count(Call::BeginSession);
    let card = phone.wallet.fetch_card(prompt()).await.unwrap();
    assert_eq!((card.credentials_left, card.superseded), (10, false));
    // Twice for the card, then once for each other form.
    assert_eq!(phone.link.seen("/credential").len(), 6);
    // One prompt was enough for both batches, and only the second one's keys are there.
    assert_eq!(phone.keys.count(Call::BeginSession), prompts + 1);
    assert_eq!(phone.key_counts(), (10, 1, 1));
}
