use permitcard_authority::{
    AuthorityError,
    admin::{EventData, PermitEvent},
};
use permitcard_credential::{
    permit::card,
    snapshot::{Snapshot, Usage},
    status::Status,
};
use permitcard_protocol::{WireCode, endpoints};

use crate::{
    lists::statuses,
    support::{Holder, World},
};

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn data(event: PermitEvent) -> EventData {
    match event {
        PermitEvent::ChangeEmployer => EventData {
            employer: text("Suzhou Example Precision Co Ltd"),
            employer_id: text("91320500EXAMPLE0X1"),
            ..EventData::default()
        },
        PermitEvent::ChangePosition => EventData {
            occupation: text("Head of engineering"),
            ..EventData::default()
        },
        PermitEvent::NewPassport => EventData {
            passport: text("XDD123456"),
            social_security_number: text("ESP000000XDD123456"),
            ..EventData::default()
        },
        _ => EventData::default(),
    }
}

/// The version of the card that the authority gives out.
async fn version(world: &World, holder: &Holder) -> u64 {
    let list = holder.client.get_open(endpoints::TRUST_LIST).await;
    let root = world.running.client_file().root_key.to_public_key().unwrap();
    let snapshot = Snapshot::parse(&list.body, &root, world.clock.now_s()).unwrap();
    let keys = &snapshot.trust_list().keys;
    let issuer = keys.iter().find(|key| key.usage.has(Usage::CARD)).unwrap();
    let answer = holder.client.get(endpoints::CARD).await;
    assert_eq!(answer.status, 200);
    card::parse(&answer.body, &issuer.key).unwrap().version
}

/// What the copies say is no longer true after a change, so they end at once; an extension leaves them good.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_ends_the_copies_that_say_the_old_thing_and_an_extension_does_not() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let mut expected = 1;
    for (event, before, after) in [
        (PermitEvent::Extend, Status::Valid, Status::Valid),
        (PermitEvent::ChangeEmployer, Status::Invalid, Status::Valid),
        (PermitEvent::ChangePosition, Status::Invalid, Status::Valid),
        (PermitEvent::NewPassport, Status::Invalid, Status::Valid),
        (PermitEvent::Reissue, Status::Invalid, Status::Valid),
    ] {
        let (old, _) = holder.batch(2).await;
        holder.notify(&old.notification_id, "credential_accepted").await;
        world.admin.event_with(event, "maria", &data(event)).unwrap();
        expected += 1;
        assert_eq!(version(&world, &holder).await, expected, "{event:?}");
        assert_eq!(statuses(&world, &old).await, [before; 2], "{event:?}");
        let (new, _) = holder.batch(2).await;
        assert_eq!(statuses(&world, &new).await, [after; 2], "{event:?}");
        holder.notify(&new.notification_id, "credential_accepted").await;
        assert_eq!(statuses(&world, &old).await, [Status::Invalid; 2], "{event:?}");
    }
    let person = world.person("maria");
    assert_eq!(person.employer, "Suzhou Example Precision Co Ltd");
    assert_eq!(person.occupation, "Head of engineering");
    assert_eq!(person.passport, "XDD123456");
    let former: Vec<&str> = person
        .former_numbers
        .iter()
        .map(|number| number.kind.as_str())
        .collect();
    assert_eq!(former, ["passport", "social-security"]);
}

/// One that was issued before a change and not yet confirmed is not made good again by the confirmation.
#[tokio::test(flavor = "multi_thread")]
async fn copies_on_their_way_during_a_change_end_too() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let (late, _) = holder.batch(1).await;
    let event = PermitEvent::ChangeEmployer;
    world.admin.event_with(event, "maria", &data(event)).unwrap();
    holder.notify(&late.notification_id, "credential_accepted").await;
    assert_eq!(statuses(&world, &late).await, [Status::Invalid]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_permit_is_over_without_a_cancellation() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let (batch, _) = holder.batch(1).await;
    world.event(PermitEvent::Expire, "maria");
    assert_eq!(statuses(&world, &batch).await, [Status::Invalid]);
    assert_eq!(holder.client.get(endpoints::CARD).await.code(), WireCode::PermitExpired);
    holder
        .refresh()
        .await
        .refused_as(WireCode::PermitExpired, "invalid_grant");
    for event in [PermitEvent::Extend, PermitEvent::Resume, PermitEvent::Revoke] {
        assert_eq!(
            world.admin.event(event, "maria").err(),
            Some(AuthorityError::PermitEnded),
            "{event:?}"
        );
    }
    // The same by the calendar alone: nobody has to do anything.
    let holder = world.register("josemaria").await;
    world.clock.advance(201 * 86_400);
    holder
        .refresh()
        .await
        .refused_as(WireCode::PermitExpired, "invalid_grant");
    assert_eq!(
        world.admin.event(PermitEvent::Extend, "josemaria").err(),
        Some(AuthorityError::PermitEnded)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn other_people_keep_their_copies_and_their_version() {
    let world = World::new().await;
    let other = world.register("maryann").await;
    let (batch, _) = other.batch(1).await;
    let event = PermitEvent::NewPassport;
    world.admin.event_with(event, "maria", &data(event)).unwrap();
    assert_eq!(statuses(&world, &batch).await, [Status::Valid]);
    assert_eq!(version(&world, &other).await, 1);
    // Nobody else gets the passport, and the same event twice says so.
    for person in ["maria", "maryann"] {
        assert_eq!(
            world.admin.event_with(event, person, &data(event)).err(),
            Some(AuthorityError::EventDataInvalid),
            "{person}"
        );
    }
}
