//! The holder's consents after registration: listed, withdrawn, and what that means for the card.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use permitcard_authority::admin::PermitEvent;
use permitcard_wallet::{
    ConsentKind, InteractionType, Phase, Profile, RegistrationView, ServiceCode, StateCode, WalletError, WireCode,
    WithdrawalEffect,
};
use support::holder::prompt;
use support::{Act, Holder, Phone, World};

const WITHDRAWAL: &str = "/consents/withdrawal";
/// Whose application is still being decided.
const PENDING: &str = "thandiwe";

async fn with_card(world: &World, holder: Holder) -> Phone {
    let phone = world.phone(holder.person).await;
    holder.with_card(&phone.wallet, &world.admin).await;
    phone
}

/// Kinds and what a withdrawal of each means, of those that count.
async fn counting(phone: &Phone) -> Vec<(ConsentKind, WithdrawalEffect)> {
    let consents = phone.wallet.consents().await.unwrap();
    let counting = consents.into_iter().filter(|consent| consent.counts());
    counting.map(|consent| (consent.kind, consent.effect)).collect()
}

/// The card is kept to look at, and is shown to nobody.
async fn assert_ended(phone: &Phone) {
    assert!(phone.wallet.card().await.unwrap().is_some());
    let shown = phone.wallet.begin_show(Profile::Hotel, prompt()).await;
    assert_eq!(shown.err(), Some(StateCode::CardRevoked.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_card_rests_on_ends_it_at_once() {
    let world = World::new().await;
    let phone = with_card(&world, Holder::new("maria")).await;
    let rests = [
        (ConsentKind::General, WithdrawalEffect::CardEnds),
        (ConsentKind::FaceData, WithdrawalEffect::CardEnds),
    ];
    assert_eq!(counting(&phone).await, rests);
    let done = phone.wallet.withdraw_consent(ConsentKind::FaceData).await.unwrap();
    assert_eq!(
        (done.kind, done.effect),
        (ConsentKind::FaceData, WithdrawalEffect::CardEnds)
    );
    assert!(done.withdrawn_at.is_some() && done.records_deleted.is_some());
    // Without asking anybody, and a status list that is older says nothing else.
    phone.link.act("/", Act::Offline);
    assert_ended(&phone).await;
    phone.link.heal();
    let _ = phone.wallet.sync(Some(prompt())).await;
    assert_ended(&phone).await;
    let phone = phone.reopen().await;
    assert_ended(&phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_from_a_window_does_not_rest_on_a_face() {
    let world = World::new().await;
    let phone = with_card(&world, Holder::at_window("maria")).await;
    assert_eq!(
        counting(&phone).await,
        [(ConsentKind::General, WithdrawalEffect::CardEnds)]
    );
    let done = phone.wallet.withdraw_consent(ConsentKind::FaceData).await.unwrap();
    assert_eq!(done.withdrawn_at, None);
    phone.wallet.begin_show(Profile::Hotel, prompt()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_go_and_the_permit_stays() {
    let world = World::new().await;
    let phone = with_card(&world, Holder::new("maria")).await;
    phone.wallet.start_tier_2().await.unwrap();
    let mut holder = Holder::by("maria", InteractionType::Sim);
    holder.register(&phone.wallet, &world.admin).await.unwrap();
    assert_eq!(phone.wallet.fetch_card(prompt()).await.unwrap().tier, 2);
    let services = (ConsentKind::SocialSecurity, WithdrawalEffect::ServicesEnd);
    assert!(counting(&phone).await.contains(&services));
    let done = phone
        .wallet
        .withdraw_consent(ConsentKind::SocialSecurity)
        .await
        .unwrap();
    assert_eq!(done.effect, WithdrawalEffect::ServicesEnd);
    phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().tier, 1);
    phone.wallet.begin_show(Profile::Hotel, prompt()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_whose_answer_is_lost_is_carried_out_once_and_known_later() {
    let world = World::new().await;
    for (act, by_sync) in [
        (Act::Offline, true),
        (Act::Offline, false),
        (Act::LoseAnswer, true),
        (Act::LoseAnswer, false),
    ] {
        let phone = with_card(&world, Holder::new("suharto")).await;
        phone.link.act(WITHDRAWAL, act);
        let error = phone.wallet.withdraw_consent(ConsentKind::General).await.unwrap_err();
        assert!(matches!(error, WalletError::Network(_)), "{error:?}");
        assert_eq!(phone.wallet.state().await.unwrap().unanswered, 1);
        let key = phone.link.seen(WITHDRAWAL)[0].key.clone();
        let phone = phone.reopen().await;
        // Long enough that the access token of then is over.
        world.forward(&phone, 400);
        if by_sync {
            let _ = phone.wallet.sync(Some(prompt())).await;
        } else {
            let done = phone.wallet.withdraw_consent(ConsentKind::General).await.unwrap();
            assert_eq!(done.effect, WithdrawalEffect::CardEnds);
        }
        assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);
        assert!(phone.link.seen(WITHDRAWAL).iter().all(|sent| sent.key == key));
        assert_ended(&phone).await;
        phone.wallet.erase().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_card_there_is_nothing_to_ask() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    assert_eq!(phone.wallet.consents().await, Err(WalletError::NotRegistered));
    let withdrawn = phone.wallet.withdraw_consent(ConsentKind::General).await;
    assert_eq!(withdrawn, Err(WalletError::NotRegistered));
    assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);
}

/// A phone with tokens and a promise, and no card.
async fn waiting(world: &World, name: &str) -> Phone {
    let phone = world.phone(name).await;
    let mut holder = Holder::new(PENDING);
    holder.register(&phone.wallet, &world.admin).await.unwrap();
    phone.wallet.fetch_card(prompt()).await.unwrap_err();
    assert!(phone.wallet.pending().await.unwrap().is_some());
    phone
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_registration_without_a_card_rests_on_ends_it() {
    let world = World::new().await;
    // The answer comes; it is lost, and the next sync, fetch, or withdrawal learns of it.
    for learnt_by in ["answer", "sync", "fetch", "withdrawal"] {
        let mut phone = waiting(&world, learnt_by).await;
        if learnt_by != "answer" {
            phone.link.act(WITHDRAWAL, Act::LoseAnswer);
            let error = phone.wallet.withdraw_consent(ConsentKind::General).await.unwrap_err();
            assert!(matches!(error, WalletError::Network(_)), "{error:?}");
            phone = phone.reopen().await;
            world.forward(&phone, 400);
        }
        match learnt_by {
            "sync" => assert_eq!(phone.wallet.sync(None).await, Err(WalletError::NotRegistered)),
            "fetch" => {
                let error = phone.wallet.fetch_card(prompt()).await.unwrap_err();
                assert_eq!(error.code(), "issuance.consent_withdrawn");
            }
            _ => {
                let done = phone.wallet.withdraw_consent(ConsentKind::General).await.unwrap();
                assert_eq!(done.effect, WithdrawalEffect::CardEnds);
            }
        }
        assert_registration_ended(&phone).await;
        let phone = phone.reopen().await;
        assert_registration_ended(&phone).await;
        let begun = phone.wallet.start_registration().await.unwrap();
        assert!(matches!(begun, RegistrationView::Step(_)), "{learnt_by}: {begun:?}");
    }
}

/// It says why, nothing is decided any more, and nothing of it is left.
async fn assert_registration_ended(phone: &Phone) {
    let wallet = &phone.wallet;
    let code = WireCode::ConsentWithdrawn;
    assert_eq!(
        wallet.registration().await.unwrap(),
        Some(RegistrationView::Ended { code })
    );
    assert_eq!(wallet.pending().await.unwrap(), None);
    let services = wallet.services().await.unwrap();
    let missing = Some(ServiceCode::CardMissing);
    assert!(services.iter().all(|view| view.closed == missing), "{services:?}");
    let state = wallet.state().await.unwrap();
    assert_eq!((state.phase, state.unanswered), (Phase::Empty, 0));
    assert_eq!(wallet.consents().await, Err(WalletError::NotRegistered));
    assert_eq!(phone.key_counts(), (0, 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_does_not_rest_on_leaves_it_waiting() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::at_window(PENDING);
    holder.register(&phone.wallet, &world.admin).await.unwrap();
    phone.wallet.fetch_card(prompt()).await.unwrap_err();
    let view = phone.wallet.pending().await.unwrap();
    assert!(view.is_some());
    phone.wallet.withdraw_consent(ConsentKind::FaceData).await.unwrap();
    assert_eq!(phone.wallet.pending().await.unwrap(), view);
    assert_eq!(
        phone.wallet.registration().await.unwrap(),
        Some(RegistrationView::ReadyToFetch)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_never_left_goes_with_its_registration() {
    let world = World::new().await;
    let phone = waiting(&world, "phone").await;
    phone.link.act(WITHDRAWAL, Act::Offline);
    phone.wallet.withdraw_consent(ConsentKind::General).await.unwrap_err();
    phone.wallet.cancel_registration().await.unwrap();
    assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);

    phone.link.heal();
    world.event(PermitEvent::Approve, PENDING);
    Holder::new(PENDING).with_card(&phone.wallet, &world.admin).await;
    assert_eq!(phone.wallet.sync(Some(prompt())).await.unwrap().end, None);
    phone.wallet.begin_show(Profile::Hotel, prompt()).await.unwrap();
}
