//! An impatient finger on the button of a sync.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::time::Duration;

use permitcard_authority::admin::PermitEvent;
use permitcard_wallet::{CardEnd, ConsentKind, OpenOptions, WalletError, background_delay};
use support::holder::prompt;
use support::{Act, Holder, Phone, World};

async fn phone(world: &World) -> Phone {
    let parts = world.new_phone("phone");
    let options = OpenOptions {
        sync_interval: OpenOptions::SYNC_INTERVAL,
        ..parts.options()
    };
    let phone = parts.try_open(options, parts.keys()).await.unwrap();
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone
}

fn asked(phone: &Phone) -> usize {
    phone.link.seen("/trust-list").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn within_fifteen_seconds_the_authority_is_asked_once() {
    let world = World::new().await;
    let phone = phone(&world).await;
    let first = phone.wallet.sync(Some(prompt())).await.unwrap();
    let before = asked(&phone);
    for _ in 0..20 {
        let again = phone.wallet.sync(Some(prompt())).await.unwrap();
        assert_eq!((again.at, again.card_version), (first.at, first.card_version));
        assert!(!again.status_changed && again.delivered == 0);
    }
    world.forward(&phone, 14);
    phone.wallet.sync(None).await.unwrap();
    assert_eq!(asked(&phone), before);
    world.forward(&phone, 1);
    phone.wallet.sync(None).await.unwrap();
    assert!(asked(&phone) > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_is_no_reason_to_wait() {
    let world = World::new().await;
    let phone = phone(&world).await;
    assert_eq!(phone.wallet.sync(Some(prompt())).await.unwrap().end, None);
    phone.wallet.withdraw_consent(ConsentKind::General).await.unwrap();
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(report.end, Some(CardEnd::ConsentWithdrawn));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_may_be_fetched_as_soon_as_the_user_is_there() {
    let world = World::new().await;
    let phone = phone(&world).await;
    world.event(PermitEvent::Extend, "maria");
    world.forward(&phone, 60);
    assert!(phone.wallet.sync(None).await.unwrap().needs_user);
    assert!(phone.wallet.sync(None).await.unwrap().needs_user);
    assert!(phone.wallet.sync(Some(prompt())).await.unwrap().new_version);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_told_to_wait_waits_and_whoever_is_offline_may_try() {
    let world = World::new().await;
    let phone = phone(&world).await;
    phone.link.act("/trust-list", Act::Busy(100));
    let wait = |error: WalletError| match error {
        WalletError::Network(failure) => failure.retry_after_s,
        other => panic!("{other:?}"),
    };
    assert_eq!(wait(phone.wallet.sync(None).await.unwrap_err()), Some(100));
    let before = asked(&phone);
    world.forward(&phone, 40);
    assert_eq!(wait(phone.wallet.sync(None).await.unwrap_err()), Some(60));
    assert_eq!(asked(&phone), before);
    phone.link.heal();
    world.forward(&phone, 60);
    phone.link.act("/trust-list", Act::Offline);
    phone.wallet.sync(None).await.unwrap_err();
    phone.link.heal();
    phone.wallet.sync(None).await.unwrap();
}

#[test]
fn phones_in_the_background_spread() {
    let day = Duration::from_secs(86_400);
    let delays: Vec<Duration> = (0..100).map(|_| background_delay(day)).collect();
    assert!(
        delays
            .iter()
            .all(|delay| *delay >= day * 4 / 5 && *delay <= day * 6 / 5)
    );
    assert!(delays.iter().any(|delay| *delay != delays[0]));
}
