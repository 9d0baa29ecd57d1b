//! The beacon value in presentations: the newest that the phone has, from the card's first day on.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use permitcard_authority::admin::PermitEvent;
use permitcard_credential::permit::Presentation;
use permitcard_credential::qr::text;
use permitcard_credential::snapshot::Snapshot;
use permitcard_net::{HttpClient, NetOptions, Request};
use permitcard_protocol::endpoints;
use permitcard_wallet::{CardStatus, PresentRequest, Profile};
use support::holder::prompt;
use support::{Holder, Phone, World};

const DAY: i64 = 86_400;

/// The value of a new code.
async fn shown(phone: &Phone) -> Option<[u8; 8]> {
    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    let code = phone.wallet.present(PresentRequest::default()).await.unwrap();
    phone.wallet.end_show().await.unwrap();
    let token = text::decode(&code.text).unwrap();
    Presentation::parse(&token).unwrap().beacon()
}

/// What a verifier who fetches now knows.
async fn snapshot(world: &World, now: i64) -> Snapshot {
    let client = HttpClient::new(world.authority.client_file(), NetOptions::default()).unwrap();
    let list = Request::get(endpoints::TRUST_LIST).accept(endpoints::MEDIA_TRUST_LIST);
    let bytes = client.send(&list).await.unwrap().body;
    let root = world.authority.client_file().root_key.to_public_key().unwrap();
    Snapshot::parse(&bytes, &root, now).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_code_carries_the_newest_value_of_the_last_sync() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    // The card's own fetch brings the first one.
    let newest = async |phone: &Phone| {
        let snapshot = snapshot(&world, phone.clock.wall()).await;
        snapshot.newest_beacon("sandbox.example", true).unwrap().value
    };
    let first = newest(&phone).await;
    assert_eq!(shown(&phone).await, Some(first));

    // A day without network: the old one goes on, also after a restart, and its age is told.
    world.forward(&phone, DAY);
    let second = newest(&phone).await;
    assert_ne!(second, first);
    let phone = phone.reopen().await;
    assert_eq!(shown(&phone).await, Some(first));
    let now = phone.clock.wall();
    let age = snapshot(&world, now)
        .await
        .beacon_age(&first, "sandbox.example", true, now);
    assert!(age.unwrap() >= DAY, "{age:?}");

    phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(shown(&phone).await, Some(second));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_employer_that_is_being_decided_is_reported_and_ends() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    for (event, status) in [
        (PermitEvent::EmployerChange, CardStatus::EmployerChangePending),
        (PermitEvent::Resume, CardStatus::Valid),
    ] {
        world.event(event, "maria");
        world.forward(&phone, 10);
        let report = phone.wallet.sync(Some(prompt())).await.unwrap();
        assert_eq!((report.status, report.status_changed), (status, true), "{event:?}");
    }
}
