//! What the phone says about its keys goes to the authority, which keeps what was proven.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::sync::Arc;

use permitcard_authority::AttestationPolicy;
use permitcard_platform::KeyPurpose;
use permitcard_platform::file_keys::TestKeyMaker;
use permitcard_wallet::{KeyError, Phase, WalletError, WireCode};
use support::holder::prompt;
use support::{Act, Behaviour, Call, Holder, Phone, ScriptedKeys, World};

const PERSON: &str = "suharto";

async fn world(policy: AttestationPolicy) -> World {
    World::with(|options| options.attestation = policy).await
}

/// A phone whose keys are attested, with a finished registration.
async fn attested(world: &World, name: &str) -> Phone {
    let phone = attested_phone(world, name).await;
    Holder::new(PERSON).register(&phone.wallet, &world.admin).await.unwrap();
    phone
}

async fn attested_phone(world: &World, name: &str) -> Phone {
    let parts = world.new_phone(name);
    let file = world.folder.path().join("authority/test-key-maker.pem");
    let keys = ScriptedKeys::open(&parts.dir.join("keys"), parts.clock.clone(), parts.kill.clone());
    let keys = Arc::new(keys.attested_by(TestKeyMaker::read(&file).unwrap()));
    parts.try_open(parts.options(), keys).await.unwrap()
}

fn made(phone: &Phone) -> usize {
    phone.keys.count(Call::Create(KeyPurpose::Presentation))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attested_phone_gets_every_form_where_attestation_is_required() {
    let world = world(AttestationPolicy::Required).await;
    let phone = attested(&world, "phone").await;
    phone.wallet.fetch_card(prompt()).await.unwrap();
    let sent = phone.link.seen("/credential");
    // The card, and two other forms for the same keys, which are not attested twice.
    assert_eq!(sent.len(), 3);
    assert_eq!(world.admin.key_levels(PERSON).unwrap(), ["software"; 3]);
    assert!(sent[0].body.len() > 4 * sent[1].body.len());
    assert_eq!(phone.keys.count(Call::BeginSession), 1);
    assert_eq!(phone.key_counts(), (10, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_shows_nothing_gets_no_card_there_and_keeps_nothing() {
    let world = world(AttestationPolicy::Required).await;
    let phone = world.phone("phone").await;
    Holder::new(PERSON).register(&phone.wallet, &world.admin).await.unwrap();
    let error = phone.wallet.fetch_card(prompt()).await.unwrap_err();
    assert!(matches!(error, WalletError::Refused(refusal) if refusal.code == WireCode::AttestationRequired));
    assert_eq!(phone.key_counts(), (0, 1, 1));
    assert_eq!(phone.wallet.state().await.unwrap().phase, Phase::ReadyToFetch);
    assert!(world.admin.key_levels(PERSON).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_recorded_both_get_a_card_and_the_difference_is_kept() {
    let world = world(AttestationPolicy::Recorded).await;
    let phone = attested(&world, "attested").await;
    phone.wallet.fetch_card(prompt()).await.unwrap();
    assert_eq!(world.admin.key_levels(PERSON).unwrap()[0], "software");
    let bare = world.phone("bare").await;
    Holder::new("maria").with_card(&bare.wallet, &world.admin).await;
    assert_eq!(world.admin.key_levels("maria").unwrap()[0], "unproven");
}

/// Keys are made for one nonce: as long as it counts they are used again, and afterwards others are made.
#[tokio::test(flavor = "multi_thread")]
async fn keys_go_with_their_nonce() {
    let world = world(AttestationPolicy::Required).await;
    let mut phone = attested(&world, "phone").await;
    phone
        .keys
        .script(Call::BeginSession, Behaviour::Fail(KeyError::Cancelled));
    assert_eq!(phone.wallet.fetch_card(prompt()).await, Err(WalletError::Cancelled));
    assert_eq!((made(&phone), phone.link.seen("/nonce").len()), (1, 1));
    // The app starts anew and goes on with the keys that it has.
    let keys = phone.keys.clone();
    keys.heal();
    phone.wallet.close().await;
    phone = phone.parts.clone().try_open(phone.parts.options(), keys).await.unwrap();
    phone.link.act("/credential", Act::Offline);
    phone.wallet.fetch_card(prompt()).await.unwrap_err();
    assert_eq!((made(&phone), phone.link.seen("/nonce").len()), (1, 0));
    phone.link.heal();

    world.forward(&phone, 7_200);
    phone.wallet.fetch_card(prompt()).await.unwrap();
    assert_eq!(made(&phone), 2);
    assert_eq!(phone.key_counts(), (10, 1, 1));
    assert_eq!(world.admin.key_levels(PERSON).unwrap()[0], "software");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_batch_is_attested_anew() {
    let world = world(AttestationPolicy::Required).await;
    let phone = attested(&world, "phone").await;
    phone.wallet.fetch_card(prompt()).await.unwrap();
    world.forward(&phone, 21 * 86_400);
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert!(report.renewed);
    let levels = world.admin.key_levels(PERSON).unwrap();
    let attested = levels.iter().filter(|level| *level == "software").count();
    assert_eq!(attested, 6, "{levels:?}");
}
