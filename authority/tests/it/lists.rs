use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_authority::admin::PermitEvent;
use permitcard_credential::{
    permit::Credential,
    snapshot::{KeyState, Snapshot, StatusAnswer, Usage},
    status::{Status, StatusBits, StatusToken},
};
use permitcard_protocol::{
    WireCode, endpoints,
    issuance::{CONFIGURATION_MDOC, CredentialResponse},
};

use crate::support::{START, World};

/// Trust list and first status list, verified with the root key of the client file.
pub async fn snapshot(world: &World) -> Snapshot {
    let client = world.client();
    let trust = client.get_open(endpoints::TRUST_LIST).await;
    assert_eq!((trust.status, trust.media.as_str()), (200, endpoints::MEDIA_TRUST_LIST));
    let status = client.get_open("/status/1").await;
    assert_eq!(
        (status.status, status.media.as_str()),
        (200, endpoints::MEDIA_STATUS_LIST)
    );
    let root = world.running.client_file().root_key.to_public_key().unwrap();
    Snapshot::parse(&[trust.body, status.body].concat(), &root, world.clock.now_s()).unwrap()
}

/// What the lists say about each credential of a batch.
pub async fn statuses(world: &World, batch: &CredentialResponse) -> Vec<Status> {
    let snapshot = snapshot(world).await;
    let look_up = |issued: &permitcard_protocol::issuance::IssuedCredential| {
        let bytes = URL_SAFE_NO_PAD.decode(&issued.credential).unwrap();
        let credential = Credential::parse(&bytes).unwrap();
        let now = world.clock.now_s();
        match snapshot.status(
            credential.status_uri(),
            credential.iss(),
            true,
            credential.status_idx(),
            now,
        ) {
            StatusAnswer::Found { status, .. } => status,
            other => panic!("{other:?}"),
        }
    };
    batch.credentials.iter().map(look_up).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trust_list_says_who_may_sign_what() {
    let world = World::new().await;
    let snapshot = snapshot(&world).await;
    assert_eq!(snapshot.issued_at(), START);
    assert_eq!(snapshot.expires_at(), START + 7 * 86_400);
    let list = snapshot.trust_list();
    assert_eq!((list.serial, list.ttl_s), (1, 6 * 3600));
    let usages: Vec<Usage> = list.keys.iter().map(|key| key.usage).collect();
    let test = Usage::TEST;
    assert_eq!(
        usages,
        [
            Usage::CREDENTIAL.and(Usage::CARD).and(test),
            Usage::STATUS.and(test),
            Usage::DOCUMENT.and(test)
        ]
    );
    for key in &list.keys {
        assert_eq!((key.iss.as_str(), key.state), ("sandbox.example", KeyState::Active));
        assert!(key.covers(START));
    }
    // The second one has one bit, for mdoc.
    let pointers: Vec<_> = list
        .status_lists
        .iter()
        .map(|at| (at.uri.as_str(), at.path.as_str()))
        .collect();
    assert_eq!(
        pointers,
        [
            ("https://sandbox.example/s/1", "/status/1"),
            ("https://sandbox.example/s/2", "/status/2")
        ]
    );
    let ages: Vec<_> = snapshot
        .status_lists()
        .map(|list| (list.issued_at, list.expires_at))
        .collect();
    assert_eq!(ages, [(START, START + 7 * 86_400)]);
    assert_eq!(snapshot.ignored(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_signed_again_in_time_and_serials_rise() {
    let world = World::new().await;
    let client = world.client();
    let first = client.get_open(endpoints::TRUST_LIST).await;
    world.clock.advance(600);
    assert_eq!(client.get_open(endpoints::TRUST_LIST).await.body, first.body);
    world.clock.advance(3000);
    assert_ne!(client.get_open(endpoints::TRUST_LIST).await.body, first.body);
    assert_eq!(snapshot(&world).await.serial(), 2);
    let world = world.restart().await;
    assert_eq!(snapshot(&world).await.serial(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_another_process_change_the_status_list_at_once() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let (batch, _) = holder.batch(3).await;
    let (other, _) = world.register("maryann").await.batch(2).await;
    assert_eq!(statuses(&world, &batch).await, [Status::Valid; 3]);
    for (event, status) in [
        (PermitEvent::Suspend, Status::Suspended),
        (PermitEvent::Resume, Status::Valid),
        (PermitEvent::EmployerChange, Status::EMPLOYER_CHANGE_PENDING),
        (PermitEvent::Resume, Status::Valid),
        (PermitEvent::Extend, Status::Valid),
        (PermitEvent::Suspend, Status::Suspended),
        (PermitEvent::Revoke, Status::Invalid),
    ] {
        world.event(event, "suharto");
        assert_eq!(statuses(&world, &batch).await, [status; 3], "{event:?}");
    }
    assert_eq!(statuses(&world, &other).await, [Status::Valid; 2]);
    // Revoked stays revoked.
    assert!(world.admin.event(PermitEvent::Resume, "suharto").is_err());
    assert_eq!(statuses(&world, &batch).await, [Status::Invalid; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_issued_for_a_suspended_permit_is_suspended() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    world.event(PermitEvent::Suspend, "suharto");
    // A list that was signed before and would be given out again.
    snapshot(&world).await;
    let (batch, _) = holder.batch(2).await;
    assert_eq!(statuses(&world, &batch).await, [Status::Suspended; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_raise_the_card_version_once_each() {
    let world = World::new().await;
    let version = || world.person("maria").card_version;
    assert_eq!(version(), 1);
    world.event(PermitEvent::Suspend, "maria");
    world.event(PermitEvent::Suspend, "maria");
    assert_eq!((version(), world.person("maria").state.as_str()), (2, "suspended"));
    world.event(PermitEvent::Resume, "maria");
    let until = world.person("maria").valid_until;
    world.event(PermitEvent::Extend, "maria");
    assert_eq!(version(), 4);
    assert!(world.person("maria").valid_until > until);
    assert!(world.admin.event(PermitEvent::Extend, "nobody").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_lists_that_exist() {
    let world = World::new().await;
    let client = world.client();
    for path in [
        "/status/3",
        "/status/0",
        "/status/01",
        "/status/+1",
        "/status/x",
        "/status/99999999999",
        "/status/",
    ] {
        client.get_open(path).await.refused(WireCode::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_comes_as_jwt_where_that_is_asked_for() {
    let world = World::new().await;
    let client = world.client();
    let (batch, _) = world.register("suharto").await.batch(1).await;
    world.event(PermitEvent::Suspend, "suharto");
    let asked = client
        .raw(
            client
                .request("GET", "/status/1")
                .header("accept", "application/statuslist+jwt"),
        )
        .await;
    assert_eq!(
        (asked.status, asked.media.as_str()),
        (200, "application/statuslist+jwt")
    );
    let snapshot = snapshot(&world).await;
    let key = &snapshot.trust_list().keys[1].key;
    let text = String::from_utf8(asked.body).unwrap();
    let signed = StatusToken::parse_jwt(&text).unwrap();
    assert_eq!(signed.kid(), Some(snapshot.trust_list().keys[1].kid()));
    let token = signed.open(key).unwrap();
    assert_eq!(
        (token.uri.as_str(), token.issued_at, token.expires_at, token.ttl_s),
        ("https://sandbox.example/s/1", START, START + 7 * 86_400, 6 * 3600)
    );
    let [issued] = batch.credentials.as_slice() else {
        panic!()
    };
    let bytes = URL_SAFE_NO_PAD.decode(&issued.credential).unwrap();
    let index = Credential::parse(&bytes).unwrap().status_idx();
    assert_eq!(token.list.get(index), Some(Status::Suspended));
    // The next one who names no form gets the CWT.
    assert_eq!(client.get_open("/status/1").await.media, endpoints::MEDIA_STATUS_LIST);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_list_names_where_all_are_named() {
    let world = World::new().await;
    world.register("maria").await;
    let answer = world.client().get_open(endpoints::STATUS).await;
    assert_eq!((answer.status, answer.media.as_str()), (200, endpoints::MEDIA_JSON));
    let named: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let snapshot = snapshot(&world).await;
    let uris: Vec<&str> = snapshot.pointers().iter().map(|pointer| pointer.uri.as_str()).collect();
    assert_eq!(named, serde_json::json!({ "status_lists": uris }));
    assert_eq!(
        one_bit_list(&world).await.aggregation_uri.as_deref(),
        Some("https://sandbox.example/s")
    );
}

/// The token of list 2, which has one bit for mdoc.
async fn one_bit_list(world: &World) -> StatusToken {
    let snapshot = snapshot(world).await;
    let body = world.client().get_open("/status/2").await.body;
    let token = StatusToken::parse(&body).unwrap();
    token.open(&snapshot.trust_list().keys[1].key).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_as_mdoc_end_with_a_suspension_for_good() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let mut index = None;
    let invalid = async |world: &World| {
        let token = one_bit_list(world).await;
        assert_eq!(token.list.bits(), StatusBits::One);
        (0..token.list.size() as u64)
            .filter(|index| token.list.get(*index) == Some(Status::Invalid))
            .collect::<Vec<_>>()
    };
    holder.batch_of(CONFIGURATION_MDOC, 1).await;
    for (event, ended) in [
        (PermitEvent::EmployerChange, 0),
        (PermitEvent::Suspend, 1),
        (PermitEvent::Resume, 1),
        (PermitEvent::Revoke, 1),
    ] {
        world.event(event, "suharto");
        let places = invalid(&world).await;
        assert_eq!(places.len(), ended, "{event:?}");
        if let (Some(before), Some(now)) = (index, places.first()) {
            assert_eq!(before, *now);
        }
        index = places.first().copied().or(index);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_beacon_value_is_published_each_day_and_outlives_a_restart() {
    let world = World::new().await;
    let newest = |snapshot: &Snapshot| snapshot.newest_beacon("sandbox.example", true).unwrap();
    let first = newest(&snapshot(&world).await);
    assert_eq!(first.published_at, START);
    world.clock.advance(3_600);
    assert_eq!(newest(&snapshot(&world).await), first);
    world.clock.advance(86_400);
    let world = world.restart().await;
    let later = snapshot(&world).await;
    let second = newest(&later);
    assert_eq!(second.published_at, START + 90_000);
    assert_ne!(second.value, first.value);
    let age = |value: &[u8; 8]| later.beacon_age(value, "sandbox.example", true, world.clock.now_s());
    assert_eq!(
        (age(&first.value), age(&second.value), age(&[0; 8])),
        (Some(90_000), Some(0), None)
    );
}
