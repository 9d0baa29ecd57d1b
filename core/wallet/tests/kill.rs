//! The process dies at every request and every call of the key store, before and after it; the next one finishes. On each
//! way to a card, on the way from a card to one of tier 2, in a withdrawal, and while an application is being decided. A
//! sample of the points, or by `cargo xtask soak kills` all of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod support;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use permitcard_authority::admin::PermitEvent;
use permitcard_wallet::{
    ConsentKind, InteractionType, Phase, Profile, RegistrationView, StateCode, Tier, WalletError, WireCode,
    WithdrawalEffect,
};
use support::holder::prompt;
use support::{Holder, KillSwitch, Phone, PhoneParts, World};
use tokio::runtime::Runtime;

/// Every so-many-th point is tried. Points come in pairs, before and after a call: an odd number meets both.
const SAMPLE: usize = 5;
/// Every one.
const ALL: usize = 1;

/// What the app does at each start, until there is a card of this tier.
async fn get_card(phone: &Phone, holder: &mut Holder, world: &World, tier: Tier) -> Result<(), WalletError> {
    if tier == Tier::SocialSecurity
        && phone.wallet.registration().await? == Some(RegistrationView::Finished)
        && phone.wallet.card().await?.is_some_and(|card| card.tier == 1)
    {
        phone.wallet.start_tier_2().await?;
    }
    holder.register(&phone.wallet, &world.admin).await?;
    phone.wallet.fetch_card(prompt()).await?;
    Ok(())
}

/// What a process does with its wallet before it ends by itself.
type Life = Box<dyn FnOnce(Phone) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// One life of the process: until it is done or dies. `true` if it was done.
fn live(parts: &PhoneParts, kill: KillSwitch, told: &Receiver<()>, life: Life) -> bool {
    let kill = Arc::new(kill);
    let parts = PhoneParts {
        kill: kill.clone(),
        ..parts.clone()
    };
    let process = Runtime::new().unwrap();
    let link = parts.link();
    let held = Arc::downgrade(&link);
    let life = process.spawn(async move { life(parts.open_with(link).await).await });
    let done = loop {
        if told.try_recv().is_ok() {
            break false;
        }
        if life.is_finished() {
            break true;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    if done {
        process.block_on(life).unwrap();
    }
    // Tasks stop at once; threads that are in a call of the key store return after that.
    let end = std::thread::spawn(move || process.shutdown_timeout(Duration::from_secs(60)));
    while held.strong_count() > 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    kill.bury();
    end.join().unwrap();
    done
}

/// A life that dies at a point, and one after it that does not. `true` if the first one was done before the point.
fn live_twice(parts: &PhoneParts, at: usize, life: impl Fn() -> Life) -> bool {
    let (kill, told) = KillSwitch::at(at);
    let done = live(parts, kill, &told, life());
    let (never, untold) = KillSwitch::at(usize::MAX);
    assert!(live(parts, never, &untold, life()), "died twice after point {at}");
    done
}

/// Kills at every `step`-th point in turn. `asked` is all that the holder is ever asked, and `least` how many points there are.
fn killed_anywhere(
    new_holder: impl Fn(usize) -> Holder,
    tier: Tier,
    asked: impl Fn(usize) -> Vec<InteractionType>,
    (least, step): (usize, usize),
) {
    let outside = Runtime::new().unwrap();
    let world = Arc::new(outside.block_on(World::new()));
    let mut at = 0;
    loop {
        let parts = world.new_phone(&format!("phone-{at}"));
        if tier == Tier::SocialSecurity {
            outside.block_on(async {
                // Of a person who has no other card: the one before would be of tier 2 already.
                let phone = parts.open().await;
                Holder::at_window(new_holder(at).person)
                    .with_card(&phone.wallet, &world.admin)
                    .await;
                phone.wallet.close().await;
            });
        }
        let holder = new_holder(at);
        let done = live_twice(&parts, at, || {
            let (mut holder, world) = (holder.clone(), world.clone());
            Box::new(move |phone| Box::pin(async move { get_card(&phone, &mut holder, &world, tier).await.unwrap() }))
        });
        assert_eq!(holder.asked(), asked(at), "point {at}");
        outside.block_on(async {
            let phone = parts.open().await;
            let state = phone.wallet.state().await.unwrap();
            assert_eq!(state.phase, Phase::Ready, "point {at}");
            phone.wallet.sync(Some(prompt())).await.unwrap();
            assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0, "point {at}");
            let card = phone.wallet.card().await.unwrap().unwrap();
            assert_eq!((card.credentials_left, card.tier), (10, tier.number()), "point {at}");
            let (presentation, transport, wrapping) = phone.key_counts();
            assert_eq!(transport, 1, "point {at}");
            // Keys of the batch before are destroyed after the new one is stored, those that stay with the next batch.
            let most = if tier == Tier::Permit { 10 } else { 20 };
            assert!((10..=most).contains(&presentation), "point {at}: {presentation}");
            // One that was made for a vault that was never stored may stay: nothing tells it from another vault's.
            assert!(wrapping <= 2, "point {at}");
            phone.wallet.close().await;
        });
        if done {
            break;
        }
        at += step;
    }
    assert!(at > least, "only {at} points");
}

use InteractionType::{BankCard, Consent, DocumentCheck, FaceCheck, IdentityClaim, InPersonCode, OneTimeCode, Sim};

fn by_the_checks(step: usize) {
    let asked = |_| vec![Consent, IdentityClaim, OneTimeCode, DocumentCheck, Consent, FaceCheck];
    killed_anywhere(|_| Holder::new("maria"), Tier::Permit, asked, (45, step));
}

fn by_a_window(step: usize) {
    let asked = |_| vec![Consent, InPersonCode];
    killed_anywhere(|_| Holder::at_window("maria"), Tier::Permit, asked, (30, step));
}

/// Each step has several points, so that each way comes to all of them, and to both sides of a call: points come in pairs,
/// and two neighbouring pairs have different ways.
fn to_tier_2(step: usize) {
    let way = |at: usize| if (at / 2).is_multiple_of(2) { Sim } else { BankCard };
    killed_anywhere(
        |at| Holder::by("maria", way(at)),
        Tier::SocialSecurity,
        |at| vec![Consent, way(at)],
        (25, step),
    );
}

#[test]
fn by_the_checks_it_finishes_with_one_card_and_asks_nothing_twice() {
    by_the_checks(SAMPLE);
}

#[test]
fn by_a_service_window_it_finishes_with_one_card_and_asks_nothing_twice() {
    by_a_window(SAMPLE);
}

#[test]
fn on_the_way_to_tier_2_it_finishes_and_the_card_is_never_lost() {
    to_tier_2(SAMPLE);
}

#[test]
fn a_card_that_is_promised_comes_once() {
    promised(SAMPLE);
}

/// `cargo xtask soak kills`.
#[test]
#[ignore = "minutes: every point"]
fn soak_kills() {
    type Way = (&'static str, fn(usize));
    let ways: [Way; 4] = [
        ("checks", by_the_checks),
        ("window", by_a_window),
        ("tier 2", to_tier_2),
        ("promise", promised),
    ];
    for (name, way) in ways {
        let begun = std::time::Instant::now();
        way(ALL);
        println!("{name}: killed at every point, {} s", begun.elapsed().as_secs());
    }
}

/// What the app does when the holder withdraws, and again after a restart.
async fn withdraw(phone: &Phone) {
    if phone.wallet.card().await.unwrap().unwrap().end.is_none() {
        let done = phone.wallet.withdraw_consent(ConsentKind::General).await.unwrap();
        assert_eq!(done.effect, WithdrawalEffect::CardEnds);
    }
}

#[test]
fn a_withdrawal_is_carried_out_and_the_card_is_over() {
    let outside = Runtime::new().unwrap();
    let world = outside.block_on(World::new());
    let mut at = 0;
    loop {
        let parts = world.new_phone(&format!("phone-{at}"));
        outside.block_on(async {
            let phone = parts.open().await;
            Holder::at_window("maria").with_card(&phone.wallet, &world.admin).await;
            phone.wallet.close().await;
        });
        let done = live_twice(&parts, at, || {
            Box::new(|phone| Box::pin(async move { withdraw(&phone).await }))
        });
        outside.block_on(async {
            let phone = parts.open().await;
            assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0, "point {at}");
            let shown = phone.wallet.begin_show(Profile::Hotel, prompt()).await;
            assert_eq!(shown.err(), Some(StateCode::CardRevoked.into()), "point {at}");
            // The authority knows of it, and not only the phone.
            let listed = phone.wallet.consents().await;
            assert!(
                matches!(listed, Err(WalletError::Refused(refusal)) if refusal.code == WireCode::ConsentWithdrawn),
                "point {at}"
            );
            phone.wallet.close().await;
        });
        if done {
            break;
        }
        at += 1;
    }
    assert!(at > 3, "only {at} points");
}

/// Asks for the card; `false` if the application is still being decided.
async fn is_decided(phone: &Phone) -> bool {
    match phone.wallet.fetch_card(prompt()).await {
        Ok(_) => true,
        Err(WalletError::Refused(refusal)) if refusal.code == WireCode::IssuancePending => false,
        Err(error) => panic!("{error:?}"),
    }
}

fn promised(step: usize) {
    let outside = Runtime::new().unwrap();
    let world = outside.block_on(World::new());
    let life = |decided: bool| -> Life {
        Box::new(move |phone| Box::pin(async move { assert_eq!(is_decided(&phone).await, decided) }))
    };
    // Killed while it gets the promise.
    let mut phones = Vec::new();
    for at in (0..).step_by(step) {
        let parts = world.new_phone(&format!("phone-{at}"));
        outside.block_on(async {
            let phone = parts.open().await;
            let mut holder = Holder::at_window("thandiwe");
            holder.register(&phone.wallet, &world.admin).await.unwrap();
            phone.wallet.close().await;
        });
        let done = live_twice(&parts, at, || life(false));
        outside.block_on(async {
            let phone = parts.open().await;
            assert!(phone.wallet.pending().await.unwrap().is_some(), "point {at}");
            assert_eq!((phone.key_counts().0, phone.key_counts().1), (10, 1), "point {at}");
            phone.wallet.close().await;
        });
        phones.push((at, parts));
        if done {
            break;
        }
    }
    let points = phones.last().unwrap().0;
    assert!(points > 15, "only {points} points");
    world.event(PermitEvent::Approve, "thandiwe");
    world.clock.forward(3_600);
    phones.iter().for_each(|(_, parts)| parts.clock.forward(3_600));
    // Killed while it gets the card. Each phone is newer than the one before, and replaces it.
    let done = phones.iter().find(|(at, parts)| {
        let at = *at;
        let done = live_twice(parts, at, || life(true));
        outside.block_on(async {
            let phone = parts.open().await;
            let card = phone.wallet.card().await.unwrap().unwrap();
            assert_eq!(
                (card.credentials_left, phone.wallet.pending().await.unwrap()),
                (10, None),
                "point {at}"
            );
            phone.wallet.sync(Some(prompt())).await.unwrap();
            assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0, "point {at}");
            assert_eq!((phone.key_counts().0, phone.key_counts().1), (10, 1), "point {at}");
            phone.wallet.close().await;
        });
        done
    });
    let (points, _) = done.expect("a phone for each point");
    assert!(*points > 10, "only {points} points");
}
