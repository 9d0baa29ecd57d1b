//! The process dies at every request and every call of the key store, before and after it; the next one finishes. On each
//! way to a card, and on the way from a card to one of tier 2.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use permitcard_wallet::{InteractionType, Phase, RegistrationView, Tier, WalletError};
use support::holder::prompt;
use support::{Holder, KillSwitch, Phone, PhoneParts, World};
use tokio::runtime::Runtime;

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

/// One life of the process: until it is done or dies. `true` if it was done.
fn live(
    parts: &PhoneParts,
    kill: KillSwitch,
    told: &std::sync::mpsc::Receiver<()>,
    holder: &Holder,
    world: &Arc<World>,
    tier: Tier,
) -> bool {
    let kill = Arc::new(kill);
    let parts = PhoneParts {
        kill: kill.clone(),
        ..parts.clone()
    };
    let process = Runtime::new().unwrap();
    let link = parts.link();
    let held = Arc::downgrade(&link);
    let (mut holder, world) = (holder.clone(), world.clone());
    let life = process.spawn(async move {
        let phone = parts.open_with(link).await;
        get_card(&phone, &mut holder, &world, tier).await.unwrap();
    });
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

/// Kills at each point in turn. `asked` is all that the holder is ever asked, and `least` how many points there are.
fn killed_anywhere(new_holder: impl Fn() -> Holder, tier: Tier, asked: &[InteractionType], least: usize) {
    let outside = Runtime::new().unwrap();
    let world = Arc::new(outside.block_on(World::new()));
    let mut at = 0;
    loop {
        let parts = world.new_phone(&format!("phone-{at}"));
        if tier == Tier::SocialSecurity {
            outside.block_on(async {
                // Of a person who has no other card: the one before would be of tier 2 already.
                let phone = parts.open().await;
                Holder::new(new_holder().person)
                    .with_card(&phone.wallet, &world.admin)
                    .await;
                phone.wallet.close().await;
            });
        }
        let holder = new_holder();
        let (kill, told) = KillSwitch::at(at);
        let done = live(&parts, kill, &told, &holder, &world, tier);
        let (never, untold) = KillSwitch::at(usize::MAX);
        assert!(
            live(&parts, never, &untold, &holder, &world, tier),
            "died twice after point {at}"
        );
        assert_eq!(holder.asked(), asked, "point {at}");
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
        at += 1;
    }
    assert!(at > least, "only {at} points");
}

use InteractionType::{Consent, DocumentCheck, FaceCheck, IdentityClaim, InPersonCode, Sim};

#[test]
fn by_the_checks_it_finishes_with_one_card_and_asks_nothing_twice() {
    let asked = [Consent, IdentityClaim, DocumentCheck, Consent, FaceCheck];
    killed_anywhere(|| Holder::new("suharto"), Tier::Permit, &asked, 40);
}

#[test]
fn by_a_service_window_it_finishes_with_one_card_and_asks_nothing_twice() {
    killed_anywhere(
        || Holder::at_window("maria"),
        Tier::Permit,
        &[Consent, InPersonCode],
        30,
    );
}

#[test]
fn on_the_way_to_tier_2_it_finishes_and_the_card_is_never_lost() {
    killed_anywhere(|| Holder::by("maria", Sim), Tier::SocialSecurity, &[Consent, Sim], 25);
}
