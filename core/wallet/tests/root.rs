//! A change of the root key: the phone goes with it, and never back.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::sync::Arc;

use permitcard_credential::cose::{Jwk, Unsigned};
use permitcard_credential::snapshot::{RootChange, Snapshot};
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_wallet::{CheckCode, WalletError};
use support::{Act, Holder, Phone, World};

type Root = Arc<SigningKey>;

fn root() -> Root {
    Arc::new(SigningKey::generate(Curve::P384).unwrap())
}

fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

/// From now on the authority's own list comes with a way of roots: each one names the next, the last one signs the list.
fn lead(world: &World, phone: &Phone, way: &[&Root]) {
    let own = world.authority.client_file().root_key.to_public_key().unwrap();
    let way: Vec<Root> = way.iter().map(|root| Root::clone(root)).collect();
    phone.link.heal();
    let change = move |body: &mut Vec<u8>| {
        let list = Snapshot::parse(body, &own, i64::MAX).unwrap().trust_list().clone();
        body.clear();
        for pair in way.windows(2) {
            let change = RootChange {
                issued_at: list.issued_at,
                new_root: pair[1].public_key().clone(),
            };
            body.extend(sign(change.build(pair[0].public_key()), &pair[0]));
        }
        let last = way.last().unwrap();
        body.extend(sign(list.build(last.public_key()).unwrap(), last));
    };
    phone.link.act("/trust-list", Act::change(change));
}

/// What a sync over that way of roots comes to.
async fn sync(world: &World, phone: &Phone, way: &[&Root]) -> Result<(), WalletError> {
    lead(world, phone, way);
    phone.wallet.sync(None).await.map(drop)
}

async fn with_card(world: &World, root: &Root) -> Phone {
    let mut parts = world.new_phone("phone");
    parts.client.root_key = Jwk::from_public_key(root.public_key());
    let phone = parts.open().await;
    lead(world, &phone, &[root]);
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone
}

/// Whoever stole the root key that was replaced signs nothing that counts any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_root_that_was_replaced_does_not_come_back() {
    let (old, new, third, evil) = (root(), root(), root(), root());
    let world = World::new().await;
    let mut phone = with_card(&world, &old).await;
    let refused = Err(WalletError::Distrusted(CheckCode::TrustListInvalid));
    assert_eq!(sync(&world, &phone, &[&evil]).await, refused);
    sync(&world, &phone, &[&old]).await.unwrap();
    sync(&world, &phone, &[&old, &new]).await.unwrap();
    for _ in 0..2 {
        assert_eq!(sync(&world, &phone, &[&old]).await, refused);
        assert_eq!(sync(&world, &phone, &[&old, &evil]).await, refused);
        // The new root alone and the whole way to it count.
        sync(&world, &phone, &[&new]).await.unwrap();
        sync(&world, &phone, &[&old, &new]).await.unwrap();
        phone = phone.reopen().await;
    }
    sync(&world, &phone, &[&old, &new, &third]).await.unwrap();
    assert_eq!(sync(&world, &phone, &[&new]).await, refused);
    assert_eq!(sync(&world, &phone, &[&old, &new]).await, refused);
    sync(&world, &phone, &[&third]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_root_is_kept_whatever_comes_after_its_list() {
    let (old, new) = (root(), root());
    let world = World::new().await;
    let phone = with_card(&world, &old).await;
    lead(&world, &phone, &[&old, &new]);
    phone.link.act("/status", Act::Offline);
    phone.link.act("/card", Act::Offline);
    phone.wallet.sync(None).await.unwrap_err();
    let refused = Err(WalletError::Distrusted(CheckCode::TrustListInvalid));
    assert_eq!(sync(&world, &phone, &[&old]).await, refused);
}

/// An app that was updated brings the newest root itself; what was kept for the one before does not shut it out.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_file_with_another_root_begins_anew() {
    let (old, new, third) = (root(), root(), root());
    let world = World::new().await;
    let mut phone = with_card(&world, &old).await;
    sync(&world, &phone, &[&old, &new]).await.unwrap();
    phone.parts.client.root_key = Jwk::from_public_key(third.public_key());
    let phone = phone.reopen().await;
    sync(&world, &phone, &[&third]).await.unwrap();
    let refused = Err(WalletError::Distrusted(CheckCode::TrustListInvalid));
    assert_eq!(sync(&world, &phone, &[&new]).await, refused);
    // And the file of before does not come back, whatever its root signs.
    let mut phone = phone;
    phone.parts.client.root_key = Jwk::from_public_key(old.public_key());
    let phone = phone.reopen().await;
    for way in [&[&old][..], &[&old, &new], &[&old, &third]] {
        assert_eq!(sync(&world, &phone, way).await, refused);
    }
    assert!(phone.wallet.card().await.unwrap().is_some());
}
