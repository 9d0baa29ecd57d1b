//! The process dies at every request and every call of the key store, before and after it; the next one finishes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use permitcard_wallet::{InteractionType, Phase, WalletError};
use support::holder::prompt;
use support::{Holder, KillSwitch, Phone, PhoneParts, World};
use tokio::runtime::Runtime;

/// What the app does at each start, until there is a card.
async fn get_card(phone: &Phone, holder: &mut Holder, world: &World) -> Result<(), WalletError> {
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
        get_card(&phone, &mut holder, &world).await.unwrap();
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

#[test]
fn killed_anywhere_it_finishes_with_one_card_and_asks_nothing_twice() {
    use InteractionType::{Consent, DocumentCheck, FaceCheck, IdentityClaim};
    let outside = Runtime::new().unwrap();
    let world = Arc::new(outside.block_on(World::new()));
    let mut at = 0;
    loop {
        let parts = world.new_phone(&format!("phone-{at}"));
        let holder = Holder::new("suharto");
        let (kill, told) = KillSwitch::at(at);
        let done = live(&parts, kill, &told, &holder, &world);
        let (never, untold) = KillSwitch::at(usize::MAX);
        assert!(
            live(&parts, never, &untold, &holder, &world),
            "died twice after point {at}"
        );
        assert_eq!(
            holder.asked(),
            [Consent, IdentityClaim, DocumentCheck, Consent, FaceCheck],
            "point {at}"
        );
        outside.block_on(async {
            let phone = parts.open().await;
            let state = phone.wallet.state().await.unwrap();
            assert_eq!(state.phase, Phase::Ready, "point {at}");
            phone.wallet.sync(Some(prompt())).await.unwrap();
            assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0, "point {at}");
            assert_eq!(
                phone.wallet.card().await.unwrap().unwrap().credentials_left,
                10,
                "point {at}"
            );
            let (presentation, transport, wrapping) = phone.key_counts();
            assert_eq!((presentation, transport), (10, 1), "point {at}");
            // One that was made for a vault that was never stored may stay: nothing tells it from another vault's.
            assert!(wrapping <= 2, "point {at}");
            phone.wallet.close().await;
        });
        if done {
            break;
        }
        at += 1;
    }
    assert!(at > 40, "only {at} points");
}
