//! Tier 2: the further real-name step of a holder who has a card.

use permitcard_authority::admin::PermitEvent;
use permitcard_wallet::{
    ConsentKind, InteractionType, RegistrationView, Service, ServiceCode, StateCode, StepAnswer, StepView, Tier,
    WalletError, WireCode,
};

use crate::support::holder::prompt;
use crate::support::standing::{CHALLENGE, step};
use crate::support::{Act, Holder, Phone, World};

/// Has a physical social security card.
const WITH_CARD: &str = "maria";
/// Has none.
const WITHOUT: &str = "suharto";

async fn with_tier_1(person: &'static str, world: &World) -> (Phone, Holder) {
    let phone = world.phone(person).await;
    let holder = Holder::new(person).with_card(&phone.wallet, &world.admin).await;
    (phone, holder)
}

/// A holder with a card and a physical one, whose run for tier 2 asks for the bank card.
async fn at_bank_card(world: &World) -> (Phone, Holder, StepView) {
    let (phone, mut holder) = with_tier_1(WITH_CARD, world).await;
    phone.wallet.start_tier_2().await.unwrap();
    let asked = holder
        .up_to(InteractionType::BankCard, &phone.wallet, &world.admin)
        .await;
    (phone, holder, asked)
}

/// The services that the card opens.
async fn open(phone: &Phone) -> Vec<Service> {
    let services = phone.wallet.services().await.unwrap();
    assert_eq!(services.len(), Service::ALL.len());
    services
        .into_iter()
        .filter(|view| view.closed.is_none())
        .map(|view| view.service)
        .collect()
}

/// The card is as it was, can be shown, and another run for tier 2 can begin.
async fn assert_tier_1_is_whole(phone: &Phone) {
    let wallet = &phone.wallet;
    assert_eq!(wallet.registration().await.unwrap(), Some(RegistrationView::Finished));
    assert_eq!(wallet.card().await.unwrap().unwrap().tier, 1);
    assert_eq!(wallet.state().await.unwrap().unanswered, 0);
    wallet
        .begin_show(permitcard_wallet::Profile::Hotel, prompt())
        .await
        .unwrap();
    wallet.present(Default::default()).await.unwrap();
    wallet.end_show().await.unwrap();
    wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(phone.key_counts(), (10, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn either_way_opens_the_services() {
    for way in [InteractionType::BankCard, InteractionType::Sim] {
        let world = World::new().await;
        let (phone, mut holder) = with_tier_1(WITH_CARD, &world).await;
        let before = phone.wallet.card().await.unwrap().unwrap();
        assert_eq!(open(&phone).await.len(), 3);
        let closed = phone.wallet.services().await.unwrap();
        assert!(
            closed
                .iter()
                .skip(3)
                .all(|view| view.closed == Some(ServiceCode::NeedsTier2))
        );

        let asked = step(phone.wallet.start_tier_2().await.unwrap());
        assert_eq!(
            (asked.required, asked.tier),
            (InteractionType::Consent, Tier::SocialSecurity)
        );
        holder.way = Some(way);
        holder.register(&phone.wallet, &world.admin).await.unwrap();
        assert_eq!(holder.asked().last(), Some(&way));
        // The old card is there until the new one is.
        assert_eq!(phone.wallet.card().await.unwrap().unwrap(), before);
        let card = phone.wallet.fetch_card(prompt()).await.unwrap();
        assert_eq!(card.tier, 2);
        assert!(card.version > before.version);
        assert_eq!(open(&phone).await, Service::ALL);
        assert_eq!(
            phone.wallet.registration().await.unwrap(),
            Some(RegistrationView::Finished)
        );
        assert_eq!(phone.key_counts(), (10, 1, 1));
        assert_eq!(phone.wallet.start_tier_2().await, Err(StateCode::AlreadyTier2.into()));
        let report = phone.wallet.sync(Some(prompt())).await.unwrap();
        assert!(!report.new_version);
        assert_eq!(phone.wallet.card().await.unwrap().unwrap().tier, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_card_or_a_physical_one_it_does_not_begin() {
    let world = World::new().await;
    let empty = world.phone("empty").await;
    assert_eq!(empty.wallet.start_tier_2().await, Err(WalletError::NotRegistered));
    assert!(open(&empty).await.is_empty());

    let (phone, _) = with_tier_1(WITHOUT, &world).await;
    let error = phone.wallet.start_tier_2().await.unwrap_err();
    assert!(
        matches!(error, WalletError::Refused(refusal) if refusal.code == WireCode::PhysicalCardMissing),
        "{error:?}"
    );
    assert_tier_1_is_whole(&phone).await;
    assert_eq!(
        phone.wallet.start_registration().await,
        Err(StateCode::AlreadyRegistered.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_anywhere_the_card_stays() {
    let world = World::new().await;
    let (phone, _) = with_tier_1(WITH_CARD, &world).await;
    for steps in 0..3 {
        let mut holder = Holder::new(WITH_CARD);
        phone.wallet.start_tier_2().await.unwrap();
        assert_eq!(
            phone.wallet.start_tier_2().await,
            Err(StateCode::RegistrationRunning.into())
        );
        for _ in 0..steps {
            holder.step(&phone.wallet, &world.admin).await.unwrap();
        }
        phone.link.act("/", Act::Offline);
        phone.wallet.cancel_registration().await.unwrap();
        phone.link.heal();
        assert_tier_1_is_whole(&phone).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_over_leaves_the_card() {
    let world = World::new().await;
    let (phone, mut holder) = with_tier_1(WITH_CARD, &world).await;
    let asked = step(phone.wallet.start_tier_2().await.unwrap());
    let answer = holder.answer(&asked, &world.admin);
    world.forward(&phone, 3_700);
    let error = phone.wallet.answer(answer).await.unwrap_err();
    assert_eq!(error.code(), "registration.session_expired");
    assert_tier_1_is_whole(&phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_ends_meanwhile_ends_it_and_says_why() {
    for (event, code) in [
        (None, WireCode::CardMissing),
        (Some(PermitEvent::Revoke), WireCode::PermitEnded),
    ] {
        let world = World::new().await;
        let (phone, mut holder, asked) = at_bank_card(&world).await;
        match event {
            Some(event) => world.event(event, WITH_CARD),
            None => {
                let done = phone.wallet.withdraw_consent(ConsentKind::General).await.unwrap();
                assert!(done.effect.ends_card());
            }
        }
        let error = phone
            .wallet
            .answer(holder.answer(&asked, &world.admin))
            .await
            .unwrap_err();
        assert!(
            matches!(error, WalletError::Refused(refusal) if refusal.code == code),
            "{error:?}"
        );
        assert_eq!(
            phone.wallet.registration().await.unwrap(),
            Some(RegistrationView::Finished)
        );
        assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);
        assert!(phone.wallet.card().await.unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_says_no_leaves_the_sim() {
    let world = World::new().await;
    let (phone, mut holder, asked) = at_bank_card(&world).await;
    assert_eq!(asked.allowed, [InteractionType::Sim]);
    let guessed = StepAnswer::BankCard {
        receipt: "A".repeat(43),
    };
    let failure = step(phone.wallet.answer(guessed).await.unwrap()).failure.unwrap();
    assert_eq!(failure.step, InteractionType::BankCard);
    assert_eq!(failure.other_ways, [InteractionType::Sim]);
    holder.way = Some(InteractionType::Sim);
    holder.register(&phone.wallet, &world.admin).await.unwrap();
    assert_eq!(phone.wallet.fetch_card(prompt()).await.unwrap().tier, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_and_a_restart_at_each_step_change_nothing() {
    let world = World::new().await;
    let (mut phone, mut holder) = with_tier_1(WITH_CARD, &world).await;
    let before = holder.asked().len();
    phone.link.act(CHALLENGE, Act::LoseAnswer);
    phone.wallet.start_tier_2().await.unwrap_err();
    loop {
        phone = phone.reopen().await;
        assert_eq!(phone.wallet.card().await.unwrap().unwrap().tier, 1);
        phone.wallet.resume_registration().await.unwrap();
        phone.link.act(CHALLENGE, Act::LoseAnswer);
        match holder.step(&phone.wallet, &world.admin).await {
            Ok(None) => break,
            Ok(Some(view)) => panic!("{view:?} without an answer"),
            Err(error) => assert!(matches!(error, WalletError::Network(_)), "{error:?}"),
        }
    }
    assert_eq!(
        holder.asked()[before..],
        [InteractionType::Consent, InteractionType::BankCard]
    );
    // And at each request that fetches the card.
    for path in ["/token", "/credential", "/card"] {
        phone.link.heal();
        phone.link.act(path, Act::LoseAnswer);
        phone.wallet.fetch_card(prompt()).await.unwrap_err();
        phone = phone.reopen().await;
        assert_eq!(phone.wallet.card().await.unwrap().unwrap().tier, 1, "{path}");
    }
    phone.link.heal();
    assert_eq!(phone.wallet.fetch_card(prompt()).await.unwrap().tier, 2);
    assert_eq!(
        phone.wallet.registration().await.unwrap(),
        Some(RegistrationView::Finished)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_after_the_grant_the_card_stays_or_is_the_new_one() {
    for with_tokens in [false, true] {
        let world = World::new().await;
        let (phone, mut holder) = with_tier_1(WITH_CARD, &world).await;
        phone.wallet.start_tier_2().await.unwrap();
        holder.register(&phone.wallet, &world.admin).await.unwrap();
        if with_tokens {
            phone.link.act("/credential", Act::Offline);
            phone.wallet.fetch_card(prompt()).await.unwrap_err();
            phone.link.heal();
        }
        phone.wallet.cancel_registration().await.unwrap();
        assert_eq!(
            phone.wallet.registration().await.unwrap(),
            Some(RegistrationView::Finished)
        );
        // Whatever the register knows now is what the next sync brings.
        phone.wallet.sync(Some(prompt())).await.unwrap();
        let card = phone.wallet.card().await.unwrap().unwrap();
        assert!(!card.superseded && card.credentials_left == 10);
        // The tokens of the last step open the services; without them nobody asked for the card of tier 2.
        assert_eq!(
            (card.tier, card.version),
            (if with_tokens { 2 } else { 1 }, 2),
            "{with_tokens}"
        );
        assert_eq!(phone.key_counts(), (10, 1, 1));
    }
}
