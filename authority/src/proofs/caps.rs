//! The caps that an address and a key run into, over restarts.

use permitcard_protocol::{WireCode, registration::StepAnswer};

use super::{House, device::claim_of};
use crate::Limits;

/// One address starts twenty registrations an hour, whatever its keys; its neighbours in the network count with it.
#[tokio::test]
async fn an_address_starts_twenty_an_hour() {
    let mut house = House::new(Limits::default());
    for at in 0..20 {
        let mut device = house.device([20, 0, 0, at]);
        assert_eq!(device.start(&house).await.status, 401, "{at}");
    }
    house.restart();
    let mut device = house.device([20, 0, 0, 200]);
    let answer = device.start(&house).await;
    assert_eq!((answer.status, answer.code()), (429, Some(WireCode::TooManyStarts)));
    let waits = answer.headers.iter().find(|(name, _)| name == "retry-after");
    assert_eq!(waits.unwrap().1, "3600");
    let mut elsewhere = house.device([20, 0, 1, 1]);
    assert_eq!(elsewhere.start(&house).await.status, 401);
    house.advance(3_599);
    assert_eq!(device.start(&house).await.status, 429);
    house.advance(1);
    assert_eq!(device.start(&house).await.status, 401);
}

/// A key claims a permit five times an hour. Another key, and another permit, are not touched by it.
#[tokio::test]
async fn a_key_claims_a_permit_five_times_an_hour() {
    let mut house = House::new(Limits::default());
    let maria = house.admin.person("maria").unwrap();
    let mut device = house.device([20, 0, 0, 1]);
    for at in 0..5 {
        assert_eq!(device.claim(&house, claim_of(&maria)).await.status, 401, "{at}");
    }
    house.restart();
    let answer = device.claim(&house, claim_of(&maria)).await;
    assert_eq!((answer.status, answer.code()), (429, Some(WireCode::TooManyStarts)));
    // The same session takes another permit, and this one later.
    house.advance(3_600);
    let answer = device.answer(&house, StepAnswer::IdentityClaim(claim_of(&maria))).await;
    assert_eq!(answer.status, 401);
    let mut other = house.device([20, 0, 0, 1]);
    assert_eq!(other.claim(&house, claim_of(&maria)).await.status, 401);
}
