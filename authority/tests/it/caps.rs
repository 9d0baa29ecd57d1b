//! Limits and the floor under the time of an answer, as callers meet them.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use permitcard_authority::Limits;
use permitcard_protocol::{
    WireCode, endpoints,
    registration::{ClaimedNumber, InteractionType},
};

use crate::support::{Client, Holder, Step, World, claim, start_request};

fn from(world: &World, address: &str) -> Holder {
    let address: IpAddr = address.parse().unwrap();
    Holder::new(Client::from(world.running.client_file(), Some(address)))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_network_starts_twenty_registrations_an_hour() {
    let world = World::prepared(|_, options| options.limits = Limits::default()).await;
    for at in 0..20 {
        from(&world, &format!("127.0.0.{}", 1 + at % 3)).start().await.next();
    }
    let mut late = from(&world, "127.0.0.9");
    let answer = late.challenge(&start_request(), "key").await.refused();
    answer.refused(WireCode::TooManyStarts);
    assert_eq!((answer.status, answer.retry_after.as_deref()), (429, Some("3600")));
    from(&world, "127.0.1.1").start().await.next();
    // Whoever waited asks again with the same key.
    world.clock.advance(3_600);
    late.challenge(&start_request(), "key").await.next();
}

/// Somebody who knows her number has her sent what a day has, by either number and with a new key each time.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_flooded_with_codes_gets_five_a_day_and_goes_on_without() {
    let world = World::prepared(|_, options| options.limits.codes_per_day = Limits::default().codes_per_day).await;
    for at in 0..7 {
        let mut stranger = world.holder();
        stranger.start().await;
        stranger.consent(true).await;
        let mut claim = claim(&world.person("maria"));
        if at % 2 == 1 {
            claim.number = ClaimedNumber::SocialSecurityNumber(world.person("maria").social_security_number.unwrap());
        }
        let next = stranger.claim(claim).await.next();
        // Nothing tells that the others had some before.
        assert_eq!((next.code, next.tries_left), (None, Some(5)), "{at}");
    }
    assert_eq!(world.codes_sent("maria"), 5);
    let mut holder = world.holder();
    holder.identified(&world, "maria").await;
    let next = holder.check_document().await.next();
    // She proved who she is: no code can come, so none is waited for.
    assert_eq!(next.interaction_type_required, InteractionType::Consent);
    assert!(!holder.is_open(InteractionType::OneTimeCode));
    holder.consent(true).await.next();
    assert!(matches!(holder.check_face().await, Step::Granted));
    assert_eq!(world.codes_sent("maria"), 5);
    world.clock.advance(86_400);
    world.holder().identified(&world, "maria").await;
    assert_eq!(world.codes_sent("maria"), 6, "a day later");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_a_registration_is_held() {
    let world = World::prepared(|_, options| options.reply_floor = Duration::from_millis(250)).await;
    let mut holder = world.holder();
    holder.client.get_open(endpoints::TRUST_LIST).await;
    let start = Instant::now();
    holder.start().await.next();
    // A nonce was fetched first, by a request that is held as well.
    assert!(start.elapsed() >= Duration::from_millis(400), "{:?}", start.elapsed());
    let start = Instant::now();
    holder.code("1").await.refused().refused(WireCode::StepUnexpected);
    assert!(start.elapsed() >= Duration::from_millis(200), "{:?}", start.elapsed());
}
