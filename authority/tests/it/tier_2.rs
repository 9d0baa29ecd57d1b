//! Tier 2: the holder of a card who has a physical social security card adds the extra real-name step.

use permitcard_authority::admin::PermitEvent;
use permitcard_credential::{
    permit::card,
    snapshot::{Snapshot, Usage},
    status::Status,
};
use permitcard_protocol::{
    WireCode,
    consents::{WithdrawalEffect, WithdrawalResponse},
    endpoints,
    registration::{ConsentKind, InteractionType},
};
use serde_json::json;

use crate::{
    lists::statuses,
    support::{Holder, Step, World},
};

/// A holder whose card is stored.
async fn with_card(world: &World, person: &str) -> Holder {
    let mut holder = world.holder();
    holder.at_window().await;
    assert!(matches!(holder.pass_at_window(world, person).await, Step::Granted));
    holder.fetch_tokens().await;
    holder.accept_card().await;
    holder
}

/// Up to the two ways.
async fn at_ways(world: &World, person: &str) -> Holder {
    let mut holder = with_card(world, person).await;
    let next = holder.start_tier_2().await.next();
    assert_eq!(next.interaction_type_required, InteractionType::Consent);
    let kinds: Vec<ConsentKind> = next.consents.unwrap().iter().map(|asked| asked.kind).collect();
    assert_eq!(kinds, [ConsentKind::SocialSecurity]);
    let next = holder.consent(true).await.next();
    assert_eq!(next.interaction_type_required, InteractionType::BankCard);
    assert_eq!(next.interaction_types_allowed, [InteractionType::Sim]);
    assert_eq!(next.launches.len(), 2);
    assert_eq!(next.session_reference, None);
    holder
}

async fn tier_and_version(world: &World, holder: &Holder) -> (u8, u64) {
    let answer = holder.client.get(endpoints::CARD).await;
    assert_eq!(answer.status, 200);
    let list = holder.client.get_open(endpoints::TRUST_LIST).await;
    let root = world.running.client_file().root_key.to_public_key().unwrap();
    let snapshot = Snapshot::parse(&list.body, &root, world.clock.now_s()).unwrap();
    let keys = &snapshot.trust_list().keys;
    let issuer = keys.iter().find(|key| key.usage.has(Usage::CARD)).unwrap();
    let card = card::parse(&answer.body, &issuer.key).unwrap();
    (card.tier, card.version)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_card_or_a_sim_lifts_the_card() {
    let world = World::new().await;
    for (person, by_sim) in [("maria", false), ("xiuying", true)] {
        let mut holder = at_ways(&world, person).await;
        let (tier, version) = tier_and_version(&world, &holder).await;
        assert_eq!(tier, 1);
        let step = if by_sim {
            holder.check_sim().await
        } else {
            holder.check_bank_card().await
        };
        assert!(matches!(step, Step::Granted));
        holder.fetch_tokens().await;
        assert_eq!(tier_and_version(&world, &holder).await, (2, version + 1));
        holder.accept_card().await;
        assert_eq!(holder.refresh().await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_outcome_of_the_two_ways() {
    let world = World::new().await;
    let mut holder = at_ways(&world, "amina").await;
    let next = holder.check_bank_card().await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::BankCardRefused), Some(4)));
    // Changing over in the middle.
    assert!(matches!(holder.check_sim().await, Step::Granted));

    let mut holder = at_ways(&world, "dmitri").await;
    let next = holder.check_sim().await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::SimRefused), Some(4)));
    assert!(matches!(holder.check_bank_card().await, Step::Granted));

    let mut holder = at_ways(&world, "ingrid").await;
    let next = holder.check_bank_card().await.next();
    assert_eq!(
        (next.code, next.tries_left),
        (Some(WireCode::CheckInconclusive), Some(4))
    );
    let next = holder.bank_card("wrong").await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::ReceiptRefused), Some(3)));
    // A receipt of the other way.
    let receipt = holder.run_check_of(InteractionType::Sim).await;
    let next = holder.bank_card(&receipt).await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::ReceiptRefused), Some(2)));
}

/// Where both ways are used up the step is over; the card stays what it is, and the step can be started anew.
#[tokio::test(flavor = "multi_thread")]
async fn five_tries_of_each_way_and_the_card_is_untouched() {
    let world = World::new().await;
    let mut holder = at_ways(&world, "ingrid").await;
    let before = tier_and_version(&world, &holder).await;
    for _ in 0..4 {
        holder.check_bank_card().await.next();
    }
    let next = holder.check_bank_card().await.next();
    assert_eq!(next.code, Some(WireCode::TriesExhausted));
    assert_eq!(next.interaction_type_required, InteractionType::Sim);
    assert!(next.interaction_types_allowed.is_empty());
    for _ in 0..4 {
        holder.check_sim().await.next();
    }
    holder.check_sim().await.refused().refused(WireCode::TriesExhausted);
    assert_eq!(tier_and_version(&world, &holder).await, before);
    holder.start_tier_2().await.next();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_consent_ends_only_the_step() {
    let world = World::new().await;
    let mut holder = with_card(&world, "maria").await;
    holder.start_tier_2().await.next();
    holder.consent(false).await.refused().refused(WireCode::ConsentRefused);
    assert_eq!(tier_and_version(&world, &holder).await.0, 1);
    holder.start_tier_2().await.next();
}

#[tokio::test(flavor = "multi_thread")]
async fn tier_2_is_for_a_card_and_a_physical_card() {
    let world = World::new().await;
    // No card at all.
    let mut nobody = world.holder();
    nobody.start_tier_2().await.refused().refused(WireCode::CardMissing);
    // A grant whose card was never stored.
    let mut holder = world.register("maria").await;
    holder.start_tier_2().await.refused().refused(WireCode::CardMissing);
    holder.accept_card().await;
    holder.start_tier_2().await.next();
    // No physical card.
    let mut holder = with_card(&world, "suharto").await;
    holder
        .start_tier_2()
        .await
        .refused()
        .refused(WireCode::PhysicalCardMissing);
    // The permit is over.
    let mut holder = with_card(&world, "juergen").await;
    world.event(PermitEvent::Revoke, "juergen");
    holder.start_tier_2().await.refused().refused(WireCode::PermitEnded);
}

/// Whoever lost the card while the step ran gets nothing by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_went_meanwhile_is_not_lifted() {
    let world = World::new().await;
    let mut holder = at_ways(&world, "maria").await;
    let receipt = holder.run_check_of(InteractionType::BankCard).await;
    with_card(&world, "maria").await;
    holder
        .bank_card(&receipt)
        .await
        .refused()
        .refused(WireCode::CardMissing);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_steps_of_one_tier_are_not_those_of_the_other() {
    let world = World::new().await;
    let mut holder = at_ways(&world, "maria").await;
    holder
        .in_person("0123456789")
        .await
        .refused()
        .refused(WireCode::StepUnexpected);
    holder.document("x").await.refused().refused(WireCode::StepUnexpected);
    let mut holder = world.holder();
    holder.at_window().await;
    holder.sim("x").await.refused().refused(WireCode::StepUnexpected);
    holder.bank_card("x").await.refused().refused(WireCode::StepUnexpected);
}

/// A tier 2 rests on the card of its own phone: it takes nothing from a phone that registered meanwhile, and ends with the
/// card that it rests on.
#[tokio::test(flavor = "multi_thread")]
async fn a_tier_2_never_takes_a_card_back_from_a_new_phone() {
    for stored_first in [false, true] {
        let world = World::new().await;
        let mut old = at_ways(&world, "maria").await;
        let new = world.register("maria").await;
        let (batch, _) = new.batch(1).await;
        assert!(matches!(old.check_sim().await, Step::Granted));
        old.fetch_tokens().await;
        let (lifted, _) = old.batch(1).await;
        if stored_first {
            old.accept(&lifted).await;
        }
        assert_eq!(new.refresh().await.status, 200, "{stored_first}");
        new.accept(&batch).await;

        old.refresh().await.refused(WireCode::DeviceReplaced);
        let late = old.notify(&lifted.notification_id, "credential_accepted").await;
        late.refused(WireCode::DeviceReplaced);
        assert_eq!(statuses(&world, &lifted).await, [Status::Invalid], "{stored_first}");
        assert_eq!(statuses(&world, &batch).await, [Status::Valid], "{stored_first}");
        assert_eq!(new.client.get(endpoints::CARD).await.status, 200);
        let told = world.messages("maria");
        let told = told.iter().filter(|mail| mail.kind == "device-replaced").count();
        assert_eq!(told, 1, "{stored_first}");
    }
}

/// What a tier 2 rests on stays known when its holder takes the consent back: its card has tier 1 then, and gives way to the
/// new phone as before.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_tier_2_gives_way_as_well() {
    for stored_first in [false, true] {
        let world = World::new().await;
        let mut old = at_ways(&world, "maria").await;
        let new = world.register("maria").await;
        let (batch, _) = new.batch(1).await;
        assert!(matches!(old.check_sim().await, Step::Granted));
        old.fetch_tokens().await;
        let body = json!({ "kind": ConsentKind::SocialSecurity.name() });
        let withdrawn = old.client.json(endpoints::CONSENT_WITHDRAWAL, &body, Some("w")).await;
        let withdrawn: WithdrawalResponse = withdrawn.json();
        assert_eq!(withdrawn.effect, WithdrawalEffect::ServicesEnd, "{stored_first}");
        assert_eq!(tier_and_version(&world, &old).await.0, 1, "{stored_first}");
        let (lowered, _) = old.batch(1).await;
        if stored_first {
            old.accept(&lowered).await;
        }
        assert_eq!(new.refresh().await.status, 200, "{stored_first}");
        new.accept(&batch).await;

        old.refresh().await.refused(WireCode::DeviceReplaced);
        assert_eq!(statuses(&world, &lowered).await, [Status::Invalid], "{stored_first}");
        assert_eq!(statuses(&world, &batch).await, [Status::Valid], "{stored_first}");
    }
}
