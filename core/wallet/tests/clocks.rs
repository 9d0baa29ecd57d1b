//! A phone with a card whose clocks go wrong: what it signs, and what it no longer shows.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use permitcard_platform::ClockReading;
use permitcard_wallet::{PresentRequest, Profile, StateCode, WalletError};
use support::holder::prompt;
use support::{Holder, Phone, World};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;

/// The time that a code is signed with.
async fn shown_at(phone: &Phone) -> Result<i64, WalletError> {
    phone.wallet.begin_show(Profile::Employer, prompt()).await?;
    let code = phone.wallet.present(PresentRequest::default()).await?;
    phone.wallet.end_show().await?;
    Ok(code.issued_at)
}

/// A change of the wall clock within one start of the device.
type Change = fn(&mut ClockReading);

#[tokio::test(flavor = "multi_thread")]
async fn within_one_start_a_code_carries_the_right_time_whatever_the_wall_clock_says() {
    let rows: [(&str, Change); 12] = [
        ("ten years back", |clock| clock.wall_s -= 10 * YEAR),
        ("ten years on", |clock| clock.wall_s += 10 * YEAR),
        ("1970", |clock| clock.wall_s = 0),
        ("before 1970", |clock| clock.wall_s = -1),
        ("2038", |clock| clock.wall_s = i64::from(i32::MAX) + 1),
        ("2038, wrapped around", |clock| clock.wall_s = i64::from(i32::MIN)),
        ("9999", |clock| clock.wall_s = 253_402_300_799),
        ("the smallest number", |clock| clock.wall_s = i64::MIN),
        ("the largest number", |clock| clock.wall_s = i64::MAX),
        ("summer time", |clock| clock.wall_s += HOUR),
        ("its end", |clock| clock.wall_s -= HOUR),
        ("local time of UTC+14", |clock| clock.wall_s += 14 * HOUR),
    ];
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    let mut right = world.clock.wall();
    for (name, change) in rows {
        let before = phone.clock.wall();
        phone.clock.change(change);
        assert!((shown_at(&phone).await.unwrap() - right).abs() <= 2, "{name}");
        phone.clock.change(|clock| clock.wall_s = before);
        // A minute, so that a code of an earlier row cannot be the reason.
        phone.clock.forward(60);
        right += 60;
    }
}

/// After thirty-one days the credentials are over. What was seen once stays so, whatever is done to the clocks.
#[tokio::test(flavor = "multi_thread")]
async fn no_clock_brings_an_expired_card_back() {
    let rows: [(&str, Change); 8] = [
        ("a month back", |clock| clock.wall_s -= 31 * DAY),
        ("ten years back", |clock| clock.wall_s -= 10 * YEAR),
        ("1970", |clock| clock.wall_s = 0),
        ("restarted, a month back", |clock| {
            *clock = ClockReading {
                wall_s: clock.wall_s - 31 * DAY,
                boot_ms: 5_000,
                boot_id: "second".into(),
            };
        }),
        ("restarted, ten years back", |clock| {
            *clock = ClockReading {
                wall_s: clock.wall_s - 10 * YEAR,
                boot_ms: 5_000,
                boot_id: "third".into(),
            };
        }),
        ("restarted, 1970", |clock| {
            *clock = ClockReading {
                wall_s: 0,
                boot_ms: 5_000,
                boot_id: "fourth".into(),
            };
        }),
        ("no name of the start, a month back", |clock| {
            clock.wall_s -= 31 * DAY;
            clock.boot_id.clear();
        }),
        ("the clock since the start back as well", |clock| {
            clock.wall_s -= 31 * DAY;
            clock.boot_ms = 0;
        }),
    ];
    let world = World::new().await;
    let expired = Some(StateCode::CardExpired.into());
    for (at, (name, change)) in rows.into_iter().enumerate() {
        let phone = world.phone(&format!("phone-{at}")).await;
        Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
        shown_at(&phone).await.unwrap();
        phone.clock.forward(31 * DAY);
        assert_eq!(shown_at(&phone).await.err(), expired, "{name}");
        phone.clock.change(change);
        let phone = phone.reopen().await;
        assert_eq!(shown_at(&phone).await.err(), expired, "{name}");
    }
}

/// A battery that ran empty: the phone believes to be in 2037 and shows nothing, until it hears the time again.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_years_ahead_ends_nothing_for_good() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone.clock.restart("second");
    phone.clock.change(|clock| clock.wall_s += 10 * YEAR);
    assert_eq!(shown_at(&phone).await.err(), Some(StateCode::CardExpired.into()));
    // Nobody has to be asked once the clock is right again in a later start.
    phone.clock.restart("third");
    phone.clock.change(|clock| clock.wall_s -= 10 * YEAR);
    assert!((shown_at(&phone).await.unwrap() - world.clock.wall()).abs() <= 10);
    // And with a network it is right at once, whatever the clock says.
    phone.clock.restart("fourth");
    phone.clock.change(|clock| clock.wall_s += 10 * YEAR);
    phone.wallet.sync(None).await.unwrap();
    assert!((shown_at(&phone).await.unwrap() - world.clock.wall()).abs() <= 10);
}
