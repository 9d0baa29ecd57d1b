//! The life of a card against the real authority: what changed is said in words, the old card is not shown any more, and a
//! card that ended stays to be looked at.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use permitcard_authority::admin::{EventData, PermitEvent};
use permitcard_wallet::{CardEnd, CardStatus, ConsentKind, Field, PresentRequest, Profile, Service, StateCode};
use support::holder::prompt;
use support::{Act, Holder, Phone, World};

async fn with_card(world: &World) -> Phone {
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone
}

fn happens(world: &World, event: PermitEvent, data: &EventData) {
    world.admin.event_with(event, "maria", data).unwrap();
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn employer() -> EventData {
    EventData {
        employer: text("Suzhou Example Precision Co Ltd"),
        employer_id: text("91320500EXAMPLE0X1"),
        place: text("Suzhou"),
        ..EventData::default()
    }
}

async fn refused(phone: &Phone) -> Option<StateCode> {
    match phone.wallet.begin_show(Profile::Employer, prompt()).await {
        Err(permitcard_wallet::WalletError::WrongState(code)) => Some(code),
        Ok(_) => {
            phone.wallet.present(PresentRequest::default()).await.unwrap();
            phone.wallet.end_show().await.unwrap();
            None
        }
        Err(other) => panic!("{other:?}"),
    }
}

/// Whether the card is good for making a code.
async fn opens_code(phone: &Phone) -> bool {
    let services = phone.wallet.services().await.unwrap();
    let code = services.iter().find(|view| view.service == Service::PermitCode);
    code.unwrap().closed.is_none()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_gives_a_new_version_and_says_what_changed() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let position = EventData {
        occupation: text("Head of engineering"),
        ..EventData::default()
    };
    let passport = EventData {
        passport: text("XDD123456"),
        social_security_number: text("ESP000000XDD123456"),
        ..EventData::default()
    };
    let kept_number = EventData {
        passport: text("XDD999999"),
        ..EventData::default()
    };
    let mut version = 1;
    for (event, data, expected) in [
        (PermitEvent::Extend, EventData::default(), vec![Field::ValidUntil]),
        (
            PermitEvent::ChangeEmployer,
            employer(),
            vec![Field::Employer, Field::EmployerId, Field::Place],
        ),
        (PermitEvent::ChangePosition, position, vec![Field::Occupation]),
        (
            PermitEvent::NewPassport,
            passport,
            vec![Field::SocialSecurityNumber, Field::Passport],
        ),
        (PermitEvent::NewPassport, kept_number, vec![Field::Passport]),
        (PermitEvent::Reissue, EventData::default(), vec![]),
    ] {
        let before = phone.wallet.card().await.unwrap().unwrap();
        happens(&world, event, &data);
        world.forward(&phone, 400);
        // Without the user there is nothing new yet, and the old card is not shown.
        let report = phone.wallet.sync(None).await.unwrap();
        assert!(report.needs_user && report.end.is_none(), "{event:?}: {report:?}");
        assert_eq!(refused(&phone).await, Some(StateCode::CardSuperseded), "{event:?}");
        let waiting = phone.wallet.card().await.unwrap().unwrap();
        assert!(waiting.superseded && waiting.end.is_none() && waiting.fields == before.fields);

        world.forward(&phone, 400);
        let report = phone.wallet.sync(Some(prompt())).await.unwrap();
        version += 1;
        assert!(report.new_version && report.renewed, "{event:?}");
        assert_eq!(
            (report.card_version, report.status),
            (version, CardStatus::Valid),
            "{event:?}"
        );
        let fields: Vec<Field> = report.changes.iter().map(|change| change.field).collect();
        assert_eq!(fields, expected, "{event:?}");
        for change in &report.changes {
            assert_eq!(change.message_id(), format!("change-{}", change.field.name()));
            assert_ne!(change.before, change.after);
        }
        assert_eq!(refused(&phone).await, None, "{event:?}");
    }
}

/// The copies end with the change, so that the status list is the first to say so. That is no end of the card.
#[tokio::test(flavor = "multi_thread")]
async fn copies_that_ended_with_a_change_are_no_revoked_card() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    happens(&world, PermitEvent::ChangeEmployer, &employer());
    world.forward(&phone, 400);
    let report = phone.wallet.sync(None).await.unwrap();
    assert_eq!((report.status, report.end), (CardStatus::Revoked, None));
    assert_eq!(refused(&phone).await, Some(StateCode::CardSuperseded));
    // Cancelled meanwhile: now it is one.
    happens(&world, PermitEvent::Revoke, &EventData::default());
    world.forward(&phone, 400);
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(report.end, Some(CardEnd::PermitCancelled));
    assert_eq!(refused(&phone).await, Some(StateCode::CardRevoked));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_card_stays_to_be_looked_at() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let before = phone.wallet.card().await.unwrap().unwrap();
    phone.wallet.sync(None).await.unwrap();
    assert!(phone.wallet.printed(false).await.unwrap().is_some() && opens_code(&phone).await);
    happens(&world, PermitEvent::Revoke, &EventData::default());
    world.forward(&phone, 400);
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(
        (report.status, report.end, report.renewed),
        (CardStatus::Revoked, Some(CardEnd::PermitCancelled), false)
    );
    let phone = phone.reopen().await;
    let card = phone.wallet.card().await.unwrap().unwrap();
    assert_eq!(card.end, Some(CardEnd::PermitCancelled));
    assert_eq!(card.fields, before.fields);
    assert_eq!(refused(&phone).await, Some(StateCode::CardRevoked));
    // Not on paper, and not for a service either.
    assert_eq!(phone.wallet.printed(false).await.unwrap(), None);
    assert!(!opens_code(&phone).await);
}

/// The permit's last day passes while the phone has no network.
#[tokio::test(flavor = "multi_thread")]
async fn expiry_is_known_without_a_network() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    phone.link.act("", Act::Offline);
    let last_day = phone
        .wallet
        .card()
        .await
        .unwrap()
        .unwrap()
        .fields
        .iter()
        .find(|value| value.field == Field::ValidUntil)
        .unwrap()
        .value
        .clone();
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().end, None);
    // Well behind any permit of the register.
    world.forward(&phone, 5 * 366 * 86_400);
    let card = phone.wallet.card().await.unwrap().unwrap();
    assert_eq!(card.end, Some(CardEnd::PermitExpired), "{last_day}");
    assert!(!opens_code(&phone).await && phone.wallet.printed(false).await.unwrap().is_none());
    assert_eq!(refused(&phone).await, Some(StateCode::CardExpired));
    phone.link.heal();
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(report.end, Some(CardEnd::PermitExpired));
    assert!(!report.renewed && phone.wallet.card().await.unwrap().is_some());
}

/// A permit that was extended in time is not over, however late the phone learns of it.
#[tokio::test(flavor = "multi_thread")]
async fn an_extension_that_comes_late_ends_nothing() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let until = EventData {
        until: Some(permitcard_credential::permit::Day(40_000)),
        ..EventData::default()
    };
    happens(&world, PermitEvent::Extend, &until);
    world.forward(&phone, 380 * 86_400);
    let waiting = phone.wallet.sync(None).await.unwrap();
    assert!(waiting.needs_user && waiting.end.is_none(), "{waiting:?}");
    world.forward(&phone, 400);
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert!(report.new_version && report.end.is_none());
    assert_eq!(refused(&phone).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_permit_is_told_from_a_cancelled_one() {
    // The card on the phone names a later day both times.
    for (event, end) in [
        (PermitEvent::Expire, CardEnd::PermitExpired),
        (PermitEvent::Revoke, CardEnd::PermitCancelled),
    ] {
        let world = World::new().await;
        let phone = with_card(&world).await;
        happens(&world, event, &EventData::default());
        world.forward(&phone, 400);
        let report = phone.wallet.sync(Some(prompt())).await.unwrap();
        assert_eq!(report.end, Some(end));
        // Behind that day a cancelled permit is still a cancelled one: its certificate was given.
        world.forward(&phone, 5 * 366 * 86_400);
        assert_eq!(phone.wallet.card().await.unwrap().unwrap().end, Some(end));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_consent_ends_the_card_at_once_and_for_good() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    assert_eq!(refused(&phone).await, None);
    let done = phone.wallet.withdraw_consent(ConsentKind::FaceData).await.unwrap();
    assert!(done.effect.ends_card());
    assert_eq!(refused(&phone).await, Some(StateCode::CardRevoked));
    let card = phone.wallet.card().await.unwrap().unwrap();
    assert_eq!(card.end, Some(CardEnd::ConsentWithdrawn));
    world.forward(&phone, 400);
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(report.end, Some(CardEnd::ConsentWithdrawn));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_phone_learns_who_took_its_place() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let other = world.phone("other").await;
    Holder::new("maria").with_card(&other.wallet, &world.admin).await;
    world.forward(&phone, 400);
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(
        (report.status, report.end),
        (CardStatus::Revoked, Some(CardEnd::DeviceReplaced))
    );
    assert!(phone.wallet.card().await.unwrap().is_some());
    assert_eq!(refused(&phone).await, Some(StateCode::CardRevoked));
    assert_eq!(refused(&other).await, None);
}

/// An older version that somebody plays again is passed over, and counted.
#[tokio::test(flavor = "multi_thread")]
async fn older_versions_are_counted() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let kept: std::sync::Arc<std::sync::Mutex<Option<Vec<u8>>>> = std::sync::Arc::default();
    let first = kept.clone();
    let replay = Act::change(move |body| {
        let mut first = first.lock().unwrap();
        match first.as_ref() {
            Some(old) => *body = old.clone(),
            None => *first = Some(body.clone()),
        }
    });
    phone.link.act("/card", replay.clone());
    phone.wallet.sync(None).await.unwrap();
    phone.link.heal();
    happens(&world, PermitEvent::Reissue, &EventData::default());
    world.forward(&phone, 400);
    phone.wallet.sync(Some(prompt())).await.unwrap();
    let held = phone.wallet.card().await.unwrap().unwrap();
    assert_eq!((held.version, held.older_versions_seen), (2, 0));
    phone.link.act("/card", replay);
    for seen in [1, 2] {
        world.forward(&phone, 400);
        assert!(phone.wallet.sync(Some(prompt())).await.unwrap().older_version_seen);
        let card = phone.wallet.card().await.unwrap().unwrap();
        assert_eq!((card.version, card.older_versions_seen), (2, seen));
    }
}
