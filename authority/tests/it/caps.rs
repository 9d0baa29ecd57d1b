//! Limits and the floor under the time of an answer, as callers meet them.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use permitcard_authority::Limits;
use permitcard_protocol::{WireCode, endpoints};

use crate::support::{Client, Holder, World, start_request};

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
