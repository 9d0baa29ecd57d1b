//! The permit to print: got, checked, kept, renewed; verified with the verifier's own rules.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use permitcard_authority::admin::PermitEvent;
use permitcard_credential::printed::{self, Printed};
use permitcard_protocol::endpoints;
use permitcard_wallet::{CheckCode, Field, WalletError};
use support::holder::prompt;
use support::{Act, Holder, Phone, World};

const DAY: i64 = 86_400;

async fn with_card(world: &World, person: &'static str) -> Phone {
    let phone = world.phone("phone").await;
    Holder::new(person).with_card(&phone.wallet, &world.admin).await;
    phone
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_gets_it_and_it_is_there_offline() {
    let world = World::new().await;
    let phone = with_card(&world, "maria").await;
    assert_eq!(phone.wallet.printed(false).await.unwrap(), None);
    assert!(phone.wallet.sync(None).await.unwrap().printed_renewed);
    assert!(
        !phone.wallet.sync(None).await.unwrap().printed_renewed,
        "once is enough"
    );
    let phone = phone.reopen().await;
    phone.link.act("/", Act::Offline);
    for portrait in [false, true] {
        let view = phone.wallet.printed(portrait).await.unwrap().unwrap();
        assert_eq!(
            (view.with_portrait, view.portrait_available, view.test),
            (portrait, true, true)
        );
        let token = printed::decode(&view.text).unwrap();
        let read = Printed::parse(&token).unwrap();
        assert_eq!(read.document().person.name, "GARCIA LOPEZ<<MARIA");
        assert_eq!(read.document().portrait.is_some(), portrait);
        assert_eq!((view.issued_at, view.expires_at), (read.iat(), read.exp()));
        assert_eq!(view.expires_at - view.issued_at, 60 * DAY);
        let has = |field| view.fields.iter().any(|value| value.field == field);
        assert!(has(Field::Name) && has(Field::PermitNumber) && has(Field::BirthDay));
        assert!(!has(Field::Passport) && !has(Field::SocialSecurityNumber) && !has(Field::Phone));
    }
    // A print is of no use after its end.
    world.forward(&phone, 61 * DAY);
    assert_eq!(phone.wallet.printed(false).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_renewed_in_time_and_with_each_version_of_the_card() {
    let world = World::new().await;
    let phone = with_card(&world, "maria").await;
    assert!(phone.wallet.fetch_printed().await.unwrap());
    let first = phone.wallet.printed(false).await.unwrap().unwrap();
    assert!(!phone.wallet.sync(None).await.unwrap().printed_renewed);
    // Asked for again, it keeps its place in the status list.
    assert!(phone.wallet.fetch_printed().await.unwrap());
    let place = |text: &str| {
        Printed::parse(&printed::decode(text).unwrap())
            .map(|read| read.status_idx())
            .unwrap()
    };
    let again = phone.wallet.printed(false).await.unwrap().unwrap();
    assert_eq!(place(&first.text), place(&again.text));
    let with_portrait = phone.wallet.printed(true).await.unwrap().unwrap();
    assert_eq!(place(&first.text), place(&with_portrait.text));

    world.event(PermitEvent::Extend, "maria");
    world.forward(&phone, 60);
    // A new version waits for the user; the old print goes with the old version.
    let report = phone.wallet.sync(None).await.unwrap();
    assert!(report.needs_user && !report.printed_renewed);
    assert_eq!(phone.wallet.printed(false).await.unwrap(), None);
    assert!(!phone.wallet.fetch_printed().await.unwrap());
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert!(report.new_version && report.printed_renewed);
    let newer = phone.wallet.printed(false).await.unwrap().unwrap();
    assert_ne!(place(&first.text), place(&newer.text));

    world.forward(&phone, 29 * DAY);
    assert!(!phone.wallet.sync(Some(prompt())).await.unwrap().printed_renewed);
    world.forward(&phone, 2 * DAY);
    assert!(
        phone.wallet.sync(Some(prompt())).await.unwrap().printed_renewed,
        "30 days are left"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_right_is_not_kept() {
    let world = World::new().await;
    let phone = with_card(&world, "maria").await;
    let flipped = Act::change(|body| {
        if let Some(last) = body.last_mut() {
            *last ^= 1;
        }
    });
    phone.link.act(endpoints::PRINTED, flipped);
    let expected = Some(WalletError::Distrusted(CheckCode::SignatureInvalid));
    assert_eq!(phone.wallet.fetch_printed().await.err(), expected);
    assert_eq!(phone.wallet.sync(None).await.err(), expected);
    assert_eq!(phone.wallet.printed(false).await.unwrap(), None);
    phone.link.heal();
    // Another object of the same key is no printed permit.
    let card = phone.link.clone();
    card.act(endpoints::PRINTED, Act::change(|body| body.truncate(20)));
    assert_eq!(
        phone.wallet.fetch_printed().await.err(),
        Some(WalletError::Distrusted(CheckCode::Unreadable))
    );
    phone.link.heal();
    // No network for it is no reason for a sync to fail.
    phone.link.act(endpoints::PRINTED, Act::Offline);
    assert!(!phone.wallet.sync(None).await.unwrap().printed_renewed);
    phone.link.heal();
    assert!(phone.wallet.sync(None).await.unwrap().printed_renewed);
}

/// The issuer signed it, and it still says nothing about this holder.
#[tokio::test(flavor = "multi_thread")]
async fn a_print_of_somebody_else_is_refused() {
    let world = World::new().await;
    let maria = with_card(&world, "maria").await;
    let other = world.phone("other").await;
    Holder::new("suharto").with_card(&other.wallet, &world.admin).await;
    other.wallet.fetch_printed().await.unwrap();
    let foreign = printed::decode(&other.wallet.printed(false).await.unwrap().unwrap().text).unwrap();
    maria
        .link
        .act(endpoints::PRINTED, Act::change(move |body| *body = foreign.clone()));
    assert_eq!(
        maria.wallet.fetch_printed().await.err(),
        Some(WalletError::Distrusted(CheckCode::ContentMismatch))
    );
}
