//! Erasing while keys are being made, and with a key store that does not let go.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::time::Duration;

use permitcard_platform::KeyPurpose;
use permitcard_wallet::{KeyError, Wallet, WalletError};
use support::holder::prompt;
use support::{Behaviour, Call, Holder, Phone, World};

async fn with_card(world: &World) -> Phone {
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone
}

async fn erase_again(phone: &Phone) -> Result<(), WalletError> {
    let dir = phone.parts.options().dir;
    Wallet::erase_unopened(dir, phone.keys.clone(), Duration::from_secs(20)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_just_being_made_do_not_stay() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new("maria");
    holder.register(&phone.wallet, &world.admin).await.unwrap();
    let create = Call::Create(KeyPurpose::Presentation);
    phone.keys.script(create, Behaviour::Held);
    let fetching = tokio::spawn({
        let wallet = phone.wallet.clone();
        async move { wallet.fetch_card(prompt()).await }
    });
    while phone.keys.count(create) == 0 {
        tokio::task::yield_now().await;
    }
    let erasing = tokio::spawn({
        let wallet = phone.wallet.clone();
        async move { wallet.erase().await }
    });
    // The key that opens the files does not wait for the other ones.
    while phone.keys.returned(Call::DeleteWrapping) == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(fetching.await.unwrap().err(), Some(WalletError::Cancelled));
    phone.keys.release();
    erasing.await.unwrap().unwrap();
    while phone.keys.returned(create) == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(phone.key_counts(), (0, 0, 0));
    assert!(phone.parts.files().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_stays_as_long_as_the_key_that_it_names() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let transient = Err(WalletError::KeyStore(KeyError::Transient));
    phone
        .keys
        .script(Call::DeleteWrapping, Behaviour::Fail(KeyError::Transient));
    assert_eq!(phone.wallet.erase().await, transient);
    assert!(phone.parts.files().iter().any(|file| file.ends_with("wallet.db")));
    assert_eq!(phone.key_counts(), (0, 0, 1));
    assert_eq!(erase_again(&phone).await, transient);
    assert_eq!(phone.key_counts(), (0, 0, 1));
    phone.keys.heal();
    erase_again(&phone).await.unwrap();
    assert_eq!(phone.key_counts(), (0, 0, 0));
    assert!(phone.parts.files().is_empty());
    erase_again(&phone).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrapping_key_that_is_gone_keeps_no_file() {
    let world = World::new().await;
    for error in [KeyError::NotFound, KeyError::Invalidated] {
        let phone = world.phone(error.code()).await;
        phone.keys.script(Call::DeleteWrapping, Behaviour::Fail(error));
        phone.wallet.erase().await.unwrap();
        assert!(phone.parts.files().is_empty(), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_go_also_when_a_signing_key_stays() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    phone.keys.script(Call::Delete, Behaviour::Fail(KeyError::Transient));
    assert_eq!(
        phone.wallet.erase().await,
        Err(WalletError::KeyStore(KeyError::Transient))
    );
    assert!(phone.parts.files().is_empty());
    assert_eq!(phone.key_counts(), (10, 1, 0));
    phone.keys.heal();
    erase_again(&phone).await.unwrap();
    assert_eq!(phone.key_counts(), (0, 0, 0));
}
