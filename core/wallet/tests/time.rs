//! Which time the wallet believes, and a clock that gives none.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use permitcard_platform::{Clock, ClockError, ClockReading};
use permitcard_wallet::{PresentRequest, Profile, StateCode, Wallet, WalletError};
use support::holder::prompt;
use support::{Act, Holder, ManualClock, Phone, World};

const DAY: i64 = 86_400;

async fn shown_at(phone: &Phone) -> i64 {
    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    let code = phone.wallet.present(PresentRequest::default()).await.unwrap();
    phone.wallet.end_show().await.unwrap();
    code.issued_at
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_clock_is_a_year_away_gets_its_card_and_the_right_time() {
    let world = World::new().await;
    for (name, person, years) in [("behind", "maria", -1), ("ahead", "suharto", 1)] {
        let phone = world.phone(name).await;
        phone.clock.change(|reading| reading.wall_s += years * 365 * DAY);
        Holder::new(person).with_card(&phone.wallet, &world.admin).await;
        assert!((shown_at(&phone).await - world.clock.wall()).abs() <= 2, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_answers_moves_time_by_a_day_at_most() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    let now = world.clock.wall();
    for (days, expected) in [(40, now), (-40, now)] {
        phone.link.act("/", Act::Date(now + days * DAY));
        phone.wallet.sync(None).await.unwrap();
        phone.link.heal();
        assert!((shown_at(&phone).await - expected).abs() <= 10, "{days}");
    }
    // Within the day an answer counts, but not behind what was signed.
    phone.link.act("/", Act::Date(now - 3_600));
    phone.wallet.sync(None).await.unwrap();
    phone.link.heal();
    assert!((shown_at(&phone).await - now).abs() <= 10);
    phone.link.act("/", Act::Date(now + 3_600));
    phone.wallet.sync(None).await.unwrap();
    phone.link.heal();
    assert!((shown_at(&phone).await - now - 3_600).abs() <= 10);
}

/// Gives so many readings and then none.
struct Failing {
    inner: Arc<ManualClock>,
    left: AtomicUsize,
}

impl Clock for Failing {
    fn now(&self) -> Result<ClockReading, ClockError> {
        let left = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map_err(|_| ClockError::Unavailable)?;
        self.inner.now()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wherever_the_clock_stops_the_error_says_so_and_nothing_is_lost() {
    let world = World::new().await;
    let parts = world.new_phone("phone");
    let clock = Arc::new(Failing {
        inner: parts.clock.clone(),
        left: AtomicUsize::new(usize::MAX),
    });
    let wallet = Wallet::open_over(parts.options(), parts.keys(), clock.clone(), parts.link())
        .await
        .unwrap();
    let mut holder = Holder::new("maria");
    holder.register(&wallet, &world.admin).await.unwrap();
    let unknown = WalletError::from(StateCode::TimeUnknown);
    let mut stopped = 0;
    loop {
        clock.left.store(stopped, Ordering::SeqCst);
        match wallet.fetch_card(prompt()).await {
            Ok(_) => break,
            Err(error) => assert_eq!(error, unknown, "after {stopped} readings"),
        }
        stopped += 1;
    }
    assert!(stopped > 5, "{stopped}");
    for stopped in 0.. {
        clock.left.store(stopped, Ordering::SeqCst);
        match wallet.sync(None).await {
            Ok(_) => break,
            Err(error) => assert_eq!(error, unknown, "after {stopped} readings"),
        }
    }
}
