//! The authority serves only newer versions of the app.

use std::sync::Arc;

use permitcard_authority::{Authority, AuthorityOptions, ClientVersion, admin::Admin};
use permitcard_net::{HttpClient, NetOptions};
use permitcard_wallet::{CardStatus, PresentRequest, Profile, RegistrationView, Wallet, WalletError, WireCode};

use crate::{
    stage::once,
    support::{Holder, ManualClock, PhoneParts, World, holder::prompt},
};

async fn app(parts: &PhoneParts, version: &str) -> Wallet {
    let options = NetOptions {
        user_agent: format!("permitcard/{version} (android 16)"),
        ..once()
    };
    let link = HttpClient::new(&parts.client, options).unwrap();
    Wallet::open_over(parts.options(), parts.keys(), parts.clock.clone(), Arc::new(link))
        .await
        .unwrap()
}

fn least(version: &str) -> Option<ClientVersion> {
    Some(version.parse().unwrap())
}

fn is_too_old(error: WalletError) {
    match error {
        WalletError::Refused(refusal) => assert_eq!(refusal.code, WireCode::UpdateRequired),
        other => panic!("{other:?}"),
    }
}

/// The start that the old version could not make waits, and the new one makes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_waits_for_the_update() {
    let world = World::with(|options| options.least_client = least("5.0.0")).await;
    let parts = world.new_phone("phone");
    let old = app(&parts, "4.9.99").await;
    for _ in 0..2 {
        is_too_old(old.start_registration().await.unwrap_err());
        assert_eq!(old.registration().await.unwrap(), Some(RegistrationView::Starting));
        assert_eq!(old.state().await.unwrap().unanswered, 1);
    }
    old.close().await;
    let new = app(&parts, "5.0.0").await;
    Holder::new("maria").with_card(&new, &world.admin).await;
    assert_eq!(new.state().await.unwrap().unanswered, 0);
    new.close().await;
}

/// An old app with a card shows it, and still learns from the signed lists that it was revoked.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_stays_in_an_app_that_is_too_old() {
    let folder = tempfile::TempDir::new().unwrap();
    let data = folder.path().join("authority");
    let clock = Arc::new(ManualClock::at(1_800_000_000));
    let start = async |version: Option<ClientVersion>| {
        let mut options = AuthorityOptions::new(data.clone());
        options.clock = clock.clone();
        options.least_client = version;
        Authority::start(options).await.unwrap()
    };
    let authority = start(None).await;
    let admin = Admin::open(&data, clock.clone()).unwrap();
    let parts = PhoneParts {
        clock: Arc::new(ManualClock::at(1_800_000_000)),
        dir: folder.path().join("phone"),
        client: authority.client_file().clone(),
        kill: Arc::new(crate::support::KillSwitch::never()),
    };
    let wallet = app(&parts, "1.0.0").await;
    Holder::new("maria").with_card(&wallet, &admin).await;
    wallet.sync(None).await.unwrap();
    authority.shutdown().await;

    let authority = start(least("2.0.0")).await;
    wallet.on_background();
    clock.forward(400);
    parts.clock.forward(400);
    is_too_old(wallet.sync(None).await.unwrap_err());
    let card = wallet.card().await.unwrap().unwrap();
    assert_eq!(card.status, CardStatus::Valid);
    wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    wallet.present(PresentRequest::default()).await.unwrap();
    wallet.end_show().await.unwrap();

    admin
        .event(permitcard_authority::admin::PermitEvent::Revoke, "maria")
        .unwrap();
    clock.forward(10);
    parts.clock.forward(10);
    is_too_old(wallet.sync(None).await.unwrap_err());
    assert_eq!(wallet.card().await.unwrap().unwrap().status, CardStatus::Revoked);
    wallet.close().await;
    authority.shutdown().await;
}
