use std::time::Duration;

use permitcard_platform::KeyPurpose;
use permitcard_wallet::{InteractionType, KeyError, WalletError};

use crate::support::standing::step;
use crate::support::{Behaviour, Call, Holder, World};

#[tokio::test(flavor = "multi_thread")]
async fn key_store_faults_leave_the_registration_where_it_is() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    for (behaviour, error) in [
        (Behaviour::Fail(KeyError::Unavailable), KeyError::Unavailable),
        (
            Behaviour::Fail(KeyError::LockedOut {
                retry_after_s: Some(30),
            }),
            KeyError::LockedOut {
                retry_after_s: Some(30),
            },
        ),
        (Behaviour::Throw, KeyError::Unexpected),
        (Behaviour::WrongBytes, KeyError::Unexpected),
    ] {
        phone.keys.script(Call::Create(KeyPurpose::Transport), behaviour);
        assert_eq!(
            phone.wallet.start_registration().await,
            Err(WalletError::KeyStore(error))
        );
        assert_eq!(phone.wallet.registration().await.unwrap(), None);
    }
    phone.keys.heal();
    let mut holder = Holder::new("suharto");
    let asked = holder
        .up_to(InteractionType::IdentityClaim, &phone.wallet, &world.admin)
        .await;
    for (behaviour, error) in [
        (
            Behaviour::Fail(KeyError::Transient),
            WalletError::KeyStore(KeyError::Transient),
        ),
        (Behaviour::Fail(KeyError::NeedsUser), WalletError::NeedsUser),
        (Behaviour::Throw, WalletError::KeyStore(KeyError::Unexpected)),
        (Behaviour::WrongBytes, WalletError::KeyStore(KeyError::Unexpected)),
    ] {
        phone.keys.script(Call::Sign, behaviour);
        assert_eq!(
            phone.wallet.answer(holder.answer(&asked, &world.admin)).await,
            Err(error)
        );
        assert!(
            step(phone.wallet.registration().await.unwrap().unwrap())
                .unanswered
                .is_some()
        );
    }
    phone.keys.heal();
    phone.wallet.resume_registration().await.unwrap();
    holder.with_card(&phone.wallet, &world.admin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_store_that_hangs_ends_at_the_time_limit() {
    let world = World::new().await;
    let parts = world.new_phone("phone");
    let mut options = parts.options();
    options.call_timeout = Duration::from_millis(300);
    let phone = parts.try_open(options, parts.keys()).await.unwrap();
    phone.keys.script(
        Call::Create(KeyPurpose::Transport),
        Behaviour::Hang(Duration::from_millis(900)),
    );
    let hung = phone.wallet.start_registration().await;
    assert_eq!(hung, Err(WalletError::KeyStore(KeyError::TimedOut)));
    phone.keys.heal();
    // The key of the call that came back too late is swept.
    while phone.keys.keys(KeyPurpose::Transport) != 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    phone.wallet.start_registration().await.unwrap();
    assert_eq!(phone.keys.keys(KeyPurpose::Transport), 1);
}
