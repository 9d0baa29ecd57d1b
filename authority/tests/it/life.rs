use permitcard_authority::admin::PermitEvent;
use permitcard_credential::status::Status;
use permitcard_protocol::{WireCode, endpoints};
use serde_json::json;

use crate::{lists::statuses, support::World};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_registration_replaces_the_old_card_when_it_is_stored() {
    let world = World::new().await;
    let old = world.register("suharto").await;
    let (old_batch, _) = old.batch(2).await;
    assert_eq!(
        old.notify(&old_batch.notification_id, "credential_accepted")
            .await
            .status,
        204
    );

    let new = world.register("suharto").await;
    let (new_batch, _) = new.batch(2).await;
    // Issued, but not yet stored by the holder: the old card still counts.
    assert_eq!(statuses(&world, &old_batch).await, [Status::Valid; 2]);
    assert_eq!(old.refresh().await.status, 200);

    assert_eq!(
        new.notify(&new_batch.notification_id, "credential_accepted")
            .await
            .status,
        204
    );
    assert_eq!(statuses(&world, &old_batch).await, [Status::Invalid; 2]);
    assert_eq!(statuses(&world, &new_batch).await, [Status::Valid; 2]);
    old.refresh().await.refused(WireCode::DeviceReplaced);
    assert_eq!(old.client.get(endpoints::CARD).await.code(), WireCode::DeviceReplaced);
    assert_eq!(new.refresh().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_registration_cannot_replace_a_newer_one() {
    let world = World::new().await;
    let old = world.register("suharto").await;
    let (old_batch, _) = old.batch(1).await;
    let new = world.register("suharto").await;
    let (new_batch, _) = new.batch(1).await;
    assert_eq!(
        old.notify(&old_batch.notification_id, "credential_accepted")
            .await
            .status,
        204
    );
    assert_eq!(statuses(&world, &new_batch).await, [Status::Valid]);
    assert_eq!(new.refresh().await.status, 200);
    assert_eq!(
        new.notify(&new_batch.notification_id, "credential_accepted")
            .await
            .status,
        204
    );
    assert_eq!(statuses(&world, &old_batch).await, [Status::Invalid]);
    assert_eq!(statuses(&world, &new_batch).await, [Status::Valid]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_registration_is_swept_up_by_the_next_one() {
    let world = World::new().await;
    let lost = world.register("suharto").await;
    let (lost_batch, _) = lost.batch(1).await;
    let new = world.register("suharto").await;
    let (new_batch, _) = new.batch(1).await;
    new.notify(&new_batch.notification_id, "credential_accepted").await;
    assert_eq!(statuses(&world, &lost_batch).await, [Status::Invalid]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_people_are_not_touched() {
    let world = World::new().await;
    let other = world.register("maryann").await;
    let (other_batch, _) = other.batch(1).await;
    let holder = world.register("suharto").await;
    let (batch, _) = holder.batch(1).await;
    holder.notify(&batch.notification_id, "credential_accepted").await;
    assert_eq!(statuses(&world, &other_batch).await, [Status::Valid]);
}

#[tokio::test(flavor = "multi_thread")]
async fn renewal_keeps_the_unused_copies_until_the_card_changes() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let (first, _) = holder.batch(1).await;
    holder.notify(&first.notification_id, "credential_accepted").await;
    let (renewed, _) = holder.batch(1).await;
    holder.notify(&renewed.notification_id, "credential_accepted").await;
    assert_eq!(statuses(&world, &first).await, [Status::Valid]);

    world.event(PermitEvent::Extend, "suharto");
    let (changed, _) = holder.batch(1).await;
    assert_eq!(statuses(&world, &renewed).await, [Status::Valid]);
    holder.notify(&changed.notification_id, "credential_accepted").await;
    assert_eq!(statuses(&world, &first).await, [Status::Invalid]);
    assert_eq!(statuses(&world, &renewed).await, [Status::Invalid]);
    assert_eq!(statuses(&world, &changed).await, [Status::Valid]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_holder_refused_or_deleted_is_revoked() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    for event in ["credential_failure", "credential_deleted"] {
        let (batch, _) = holder.batch(1).await;
        assert_eq!(holder.notify(&batch.notification_id, event).await.status, 204);
        assert_eq!(statuses(&world, &batch).await, [Status::Invalid], "{event}");
    }
}

/// A batch that was given up is revoked; it must not take the card before with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_was_given_up_replaces_nothing() {
    let world = World::new().await;
    let old = world.register("suharto").await;
    let (old_batch, _) = old.batch(1).await;
    old.notify(&old_batch.notification_id, "credential_accepted").await;
    let new = world.register("suharto").await;
    for event in ["credential_failure", "credential_deleted"] {
        let (batch, _) = new.batch(1).await;
        assert_eq!(new.notify(&batch.notification_id, event).await.status, 204);
        new.notify(&batch.notification_id, "credential_accepted")
            .await
            .refused(WireCode::NotificationUnknown);
        // Saying it again is no harm.
        assert_eq!(new.notify(&batch.notification_id, event).await.status, 204);
    }
    assert_eq!(statuses(&world, &old_batch).await, [Status::Valid]);
    assert_eq!(old.refresh().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_names_an_own_batch() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let (batch, _) = holder.batch(1).await;
    let other = world.register("maryann").await;
    other
        .notify(&batch.notification_id, "credential_deleted")
        .await
        .refused(WireCode::NotificationUnknown);
    holder
        .notify("unknown", "credential_accepted")
        .await
        .refused(WireCode::NotificationUnknown);
    holder
        .notify(&batch.notification_id, "credential_eaten")
        .await
        .refused_as(WireCode::RequestMalformed, "invalid_notification_request");
    let answer = holder.client.json(endpoints::NOTIFICATION, &json!([]), Some("k")).await;
    answer.refused_as(WireCode::RequestMalformed, "invalid_notification_request");
    assert_eq!(statuses(&world, &batch).await, [Status::Valid]);
}
